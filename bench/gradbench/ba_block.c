/* ba_block.c: see ba_block.h. */
#include "ba_block.h"

#include <math.h>

static void cross(const double *a, const double *b, double *c)
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

/* z = R(r)x by Rodrigues' formula; x + r cross x where r is 0. */
static void rotate(const double *r, const double *x, double *z)
{
    const double square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    const double angle = sqrt(square), scale = square > 0.0 ? 1.0 / angle : 1.0;
    const double c = cos(angle), s = square > 0.0 ? sin(angle) : 1.0;
    const double axis[3] = {r[0] * scale, r[1] * scale, r[2] * scale};
    const double along = (axis[0] * x[0] + axis[1] * x[1] + axis[2] * x[2]) * (1.0 - c);
    double turned[3];
    cross(axis, x, turned);
    for (int k = 0; k < 3; k++) z[k] = x[k] * c + turned[k] * s + axis[k] * along;
}

void ba_residual(const double *camera, const double *x, double w, const double *feature,
                 double *residual)
{
    const double *centre = camera + 3, *principal = camera + 7, *k = camera + 9;
    const double from[3] = {x[0] - centre[0], x[1] - centre[1], x[2] - centre[2]};
    double z[3];
    rotate(camera, from, z);
    const double p[2] = {z[0] / z[2], z[1] / z[2]};
    const double square = p[0] * p[0] + p[1] * p[1];
    const double scale = camera[6] * (1.0 + k[0] * square + k[1] * square * square);
    for (int j = 0; j < 2; j++) residual[j] = w * (p[j] * scale + principal[j] - feature[j]);
}

double ba_weight_residual(double w) { return 1.0 - w * w; }

static flx_var times(flx_var x, flx_var y) { return flx_var_mul(x, y); }
static flx_var plus(flx_var x, flx_var y) { return flx_var_add(x, y); }
static flx_var minus(flx_var x, flx_var y) { return flx_var_sub(x, y); }
static flx_var number(double c) { return flx_constant(c); }

static flx_var dot(const flx_var *a, const flx_var *b)
{
    return plus(plus(times(a[0], b[0]), times(a[1], b[1])), times(a[2], b[2]));
}

static void recorded_cross(const flx_var *a, const flx_var *b, flx_var *c)
{
    for (int k = 0; k < 3; k++) {
        const int i = (k + 1) % 3, j = (k + 2) % 3;
        c[k] = minus(times(a[i], b[j]), times(a[j], b[i]));
    }
}

/* As rotate. What is not selected has no derivative, be it infinite. */
static void recorded_rotate(const flx_var *r, const flx_var *x, flx_var *z)
{
    const flx_var square = dot(r, r), angle = flx_var_sqrt(square), one = number(1.0);
    const flx_var scale = flx_var_select(square, flx_var_div(one, angle), one);
    const flx_var c = flx_var_select(square, flx_var_cos(angle), one);
    const flx_var s = flx_var_select(square, flx_var_sin(angle), one);
    flx_var axis[3], turned[3];
    for (int k = 0; k < 3; k++) axis[k] = times(r[k], scale);
    const flx_var along = times(dot(axis, x), minus(one, c));
    recorded_cross(axis, x, turned);
    for (int k = 0; k < 3; k++)
        z[k] = plus(plus(times(x[k], c), times(turned[k], s)), times(axis[k], along));
}

/* in: what an observation depends on, and its feature. */
static void recorded_residual(const flx_var *in, flx_var *residual)
{
    const flx_var *centre = in + 3, focal = in[6], *principal = in + 7, *k = in + 9;
    const flx_var *x = in + BA_CAMERA, w = in[BA_CAMERA + BA_POINT], *feature = in + BA_INPUTS;
    flx_var from[3], z[3], p[2];
    for (int j = 0; j < 3; j++) from[j] = minus(x[j], centre[j]);
    recorded_rotate(in, from, z);
    for (int j = 0; j < 2; j++) p[j] = flx_var_div(z[j], z[2]);
    const flx_var square = plus(flx_var_square(p[0]), flx_var_square(p[1]));
    const flx_var quartic = times(k[1], flx_var_square(square));
    const flx_var distortion = plus(plus(number(1.0), times(k[0], square)), quartic);
    const flx_var scale = times(focal, distortion);
    for (int j = 0; j < 2; j++) {
        const flx_var seen = plus(times(p[j], scale), principal[j]);
        residual[j] = times(w, minus(seen, feature[j]));
    }
}

flx_status ba_record(gb_batch *p)
{
    flx_var in[BA_INPUTS + 2], residual[2];
    flx_tape *tape = NULL;
    flx_status status = flx_tape_create(NULL, &tape);
    if (status != FLX_OK) return status;
    for (size_t k = 0; k < BA_INPUTS + 2; k++) in[k] = flx_variable(tape, 1.0);
    recorded_residual(in, residual);
    status = gb_batch_freeze(p, tape, BA_INPUTS + 2, in, 2, residual);
    flx_tape_destroy(tape);
    return status;
}

flx_status ba_record_weight(gb_batch *p)
{
    flx_tape *tape = NULL;
    flx_status status = flx_tape_create(NULL, &tape);
    if (status != FLX_OK) return status;
    const flx_var w = flx_variable(tape, 1.0), residual = minus(number(1.0), flx_var_square(w));
    status = gb_batch_freeze(p, tape, 1, &w, 1, &residual);
    flx_tape_destroy(tape);
    return status;
}
