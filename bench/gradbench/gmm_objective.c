/* gmm_objective.c: a Gaussian mixture's objective in plain C, and its gradient by two programs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "gmm_objective.h"
#include "gmm_block.h"

#define FLX_NAME gmm_frame
#define FLX_BODY "gmm_frame.inc"
#include <fluxion/instantiate.h>

static const double pi = 3.14159265358979323846;

void gmm_create(gmm_work *w)
{
    const gmm_data *data = &w->data;
    w->theta_size = data->k * (1 + data->d + data->strict);
    w->frame_size = data->k * (1 + data->d) + 1;
    w->point_size = data->k * (1 + data->d + data->d * data->d);
    w->frame = gb_block(w->frame_size);
    w->point = gb_block(w->point_size);
    w->scratch = gb_block(data->k + data->d);
    w->frame_adjoint = gb_block(w->frame_size);
    w->point_adjoint = gb_block(w->point_size);
    w->one_block = gb_block(w->point_size);
    w->theta_gradient = gb_block(w->theta_size);
    w->mu_gradient = gb_block(data->k * data->d);
}

void gmm_clear(gmm_work *w)
{
    gb_program_clear(&w->frame_program);
    for (size_t i = 0; i < 2; i++) gb_program_clear(&w->block_program[i]);
    double *const blocks[] = {w->data.x,        w->theta,          w->mu,         w->frame,
                              w->point,         w->scratch,        w->one_block,  w->frame_adjoint,
                              w->point_adjoint, w->theta_gradient, w->mu_gradient};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
}

flx_status gmm_record(gmm_work *w)
{
    const size_t points[2] = {GMM_BLOCK, w->data.n % GMM_BLOCK};
    flx_status status =
        gb_program_record(&w->frame_program, &gmm_frame, w->theta_size, w->frame_size, &w->data);
    for (size_t i = 0; i < 2 && status == FLX_OK; i++)
        if (points[i] > 0) status = gmm_record_block(&w->block_program[i], &w->data, points[i]);
    return status;
}

/* Where element (i, j), j < i, of a strict lower triangle lies that is stored by columns. */
static size_t strict_index(size_t d, size_t i, size_t j)
{
    return j * d - j * (j + 1) / 2 + i - j - 1;
}

/* The frame's outputs, mu and l to where a point expects them. */
static void set_point_inputs(gmm_work *w)
{
    const size_t d = w->data.d, k = w->data.k;
    const double *diagonal = w->frame + k, *l = w->theta + k * (1 + d);
    double *q = w->point + k * (1 + d);
    memcpy(w->point, w->frame, k * sizeof(double));
    memcpy(w->point + k, w->mu, k * d * sizeof(double));
    for (size_t c = 0; c < k; c++, diagonal += d, l += w->data.strict) {
        for (size_t i = 0; i < d; i++, q += d) {
            for (size_t j = 0; j < i; j++) q[j] = l[strict_index(d, i, j)];
            q[i] = diagonal[i];
        }
    }
}

/* Back: what the points' adjoints say of the frame's outputs. */
static void set_frame_adjoints(gmm_work *w)
{
    const size_t d = w->data.d, k = w->data.k;
    const double *q = w->point_adjoint + k * (1 + d);
    double *diagonal = w->frame_adjoint + k;
    memcpy(w->frame_adjoint, w->point_adjoint, k * sizeof(double));
    for (size_t c = 0; c < k; c++, q += d * d, diagonal += d) {
        for (size_t i = 0; i < d; i++) diagonal[i] = q[i * (d + 1)];
    }
    w->frame_adjoint[w->frame_size - 1] = 1.0;
}

/* And what they say of mu and l, which do not go through the frame on their way to the points. */
static void add_direct_adjoints(gmm_work *w)
{
    const size_t d = w->data.d, k = w->data.k;
    const double *q = w->point_adjoint + k * (1 + d);
    double *l = w->theta_gradient + k * (1 + d);
    memcpy(w->mu_gradient, w->point_adjoint + k, k * d * sizeof(double));
    for (size_t c = 0; c < k; c++, q += d * d, l += w->data.strict) {
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < i; j++) l[strict_index(d, i, j)] += q[i * d + j];
        }
    }
}

/* The terms that depend on sizes and the prior's parameters alone. */
static double constant_terms(const gmm_data *data)
{
    const double d = (double)data->d, freedom = d + data->m + 1.0;
    double log_gamma = 0.25 * d * (d - 1.0) * log(pi);
    for (size_t j = 0; j < data->d; j++) log_gamma += lgamma(0.5 * (freedom - (double)j));
    const double norm = freedom * d * (log(data->gamma) - 0.5 * log(2.0)) - log_gamma;
    return -0.5 * (double)data->n * d * log(2.0 * pi) + (double)data->k * norm;
}

/* One point's term; scratch holds k and d doubles. */
static double point_term(const gmm_work *w, const double *x)
{
    const size_t d = w->data.d, k = w->data.k;
    const double *weight = w->point, *mu = weight + k, *q = mu + k * d;
    double *exponent = w->scratch, *centred = exponent + k;
    for (size_t c = 0; c < k; c++, mu += d) {
        double squares = 0.0;
        for (size_t i = 0; i < d; i++, q += d) {
            double y = 0.0;
            centred[i] = x[i] - mu[i];
            for (size_t j = 0; j <= i; j++) y += q[j] * centred[j];
            squares += y * y;
        }
        exponent[c] = weight[c] - 0.5 * squares;
    }
    return log_sum_exp_of_double(k, exponent);
}

void gmm_objective(gmm_work *w)
{
    gmm_frame.f_double(w->theta_size, w->theta, w->frame_size, w->frame, &w->data);
    set_point_inputs(w);
    w->objective = w->frame[w->frame_size - 1] + constant_terms(&w->data);
    for (size_t i = 0; i < w->data.n; i++) w->objective += point_term(w, w->data.x + i * w->data.d);
}

/* Adds the terms of a block of points, and their adjoints. */
static flx_status add_block(gmm_work *w, const gb_program *p, const double *x)
{
    double term;
    flx_status status = flx_work_set_parameters(p->f, p->w, x);
    if (status == FLX_OK) status = flx_gradient(p->f, p->w, w->point, &term, w->one_block, NULL);
    if (status != FLX_OK) return status;
    w->objective += term;
    for (size_t j = 0; j < w->point_size; j++) w->point_adjoint[j] += w->one_block[j];
    return FLX_OK;
}

static flx_status add_points(gmm_work *w)
{
    const size_t n = w->data.n;
    flx_status status = FLX_OK;
    memset(w->point_adjoint, 0, w->point_size * sizeof(double));
    for (size_t i = 0; i < n && status == FLX_OK; i += GMM_BLOCK) {
        const gb_program *p = &w->block_program[n - i < GMM_BLOCK];
        status = add_block(w, p, w->data.x + i * w->data.d);
    }
    return status;
}

flx_status gmm_gradient(gmm_work *w)
{
    const gb_program *p = &w->frame_program;
    flx_status status = flx_eval(p->f, p->w, w->theta, w->frame, NULL);
    if (status != FLX_OK) return status;
    set_point_inputs(w);
    w->objective = w->frame[w->frame_size - 1] + constant_terms(&w->data);
    status = add_points(w);
    if (status != FLX_OK) return status;
    set_frame_adjoints(w);
    status = flx_vjp(p->f, p->w, NULL, w->frame_adjoint, w->theta_gradient, NULL);
    add_direct_adjoints(w);
    return status;
}
