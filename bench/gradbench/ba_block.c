/* ba_block.c: see ba_block.h. */
#include "ba_block.h"

#include <math.h>
#include <stdlib.h>

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

static flx_array times(flx_array x, flx_array y) { return flx_array_mul(x, y); }
static flx_array plus(flx_array x, flx_array y) { return flx_array_add(x, y); }
static flx_array minus(flx_array x, flx_array y) { return flx_array_sub(x, y); }
static flx_array number(double c) { return flx_array_scalar(flx_constant(c)); }

static flx_array dot(const flx_array *a, const flx_array *b)
{
    return plus(plus(times(a[0], b[0]), times(a[1], b[1])), times(a[2], b[2]));
}

static void recorded_cross(const flx_array *a, const flx_array *b, flx_array *c)
{
    for (int k = 0; k < 3; k++) {
        const int i = (k + 1) % 3, j = (k + 2) % 3;
        c[k] = minus(times(a[i], b[j]), times(a[j], b[i]));
    }
}

/* As rotate, for a row of rotations. What is not selected has no derivative, be it infinite. */
static void recorded_rotate(const flx_array *r, const flx_array *x, flx_array *z)
{
    const flx_array square = dot(r, r), angle = flx_array_sqrt(square), one = number(1.0);
    const flx_array scale = flx_array_select(square, flx_array_div(one, angle), one);
    const flx_array c = flx_array_select(square, flx_array_cos(angle), one);
    const flx_array s = flx_array_select(square, flx_array_sin(angle), one);
    flx_array axis[3], turned[3];
    for (int k = 0; k < 3; k++) axis[k] = times(r[k], scale);
    const flx_array along = times(dot(axis, x), minus(one, c));
    recorded_cross(axis, x, turned);
    for (int k = 0; k < 3; k++)
        z[k] = plus(plus(times(x[k], c), times(turned[k], s)), times(axis[k], along));
}

/* in: BA_INPUTS rows, one for each number that an observation depends on. */
static void recorded_residual(const flx_array *in, flx_array feature, flx_array *residual)
{
    const flx_array *centre = in + 3, focal = in[6], *principal = in + 7, *k = in + 9;
    const flx_array *x = in + BA_CAMERA, w = in[BA_CAMERA + BA_POINT];
    flx_array from[3], z[3], p[2];
    for (int j = 0; j < 3; j++) from[j] = minus(x[j], centre[j]);
    recorded_rotate(in, from, z);
    for (int j = 0; j < 2; j++) p[j] = flx_array_div(z[j], z[2]);
    const flx_array square = plus(flx_array_square(p[0]), flx_array_square(p[1]));
    const flx_array quartic = times(k[1], flx_array_square(square));
    const flx_array distortion = plus(plus(number(1.0), times(k[0], square)), quartic);
    const flx_array scale = times(focal, distortion);
    for (int j = 0; j < 2; j++) {
        const flx_array seen = plus(times(p[j], scale), principal[j]);
        residual[j] = times(w, minus(seen, flx_array_row(feature, (size_t)j)));
    }
}

/* The elements of an array, row by row. */
static size_t elements(flx_array a, flx_var *out)
{
    size_t count = 0;
    for (size_t i = 0; i < a.rows; i++) {
        for (size_t j = 0; j < a.cols; j++) out[count++] = flx_array_at(a, i, j);
    }
    return count;
}

static flx_status freeze(flx_tape *tape, flx_array in, size_t rows, const flx_array *out,
                         gb_program *p)
{
    const size_t inputs = (size_t)in.rows * in.cols;
    flx_var *all = calloc(inputs + rows * BA_BLOCK, sizeof *all), *outputs = all + inputs;
    if (!all) return FLX_ENOMEM;
    elements(in, all);
    for (size_t j = 0; j < rows; j++) elements(out[j], outputs + j * BA_BLOCK);
    flx_status status =
        flx_freeze(tape, inputs, all, rows * BA_BLOCK, outputs, FLX_REFUSE_READS, &p->f, NULL);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 0, &p->w);
    free(all);
    return status;
}

flx_status ba_record(gb_program *p)
{
    const double zeros[BA_INPUTS * BA_BLOCK] = {0.0};
    flx_array row[BA_INPUTS], residual[2];
    flx_tape *tape = NULL;
    flx_status status = flx_tape_create(NULL, &tape);
    if (status != FLX_OK) return status;
    const flx_array in = flx_array_variable(tape, BA_INPUTS, BA_BLOCK, zeros);
    for (size_t k = 0; k < BA_INPUTS; k++) row[k] = flx_array_row(in, k);
    recorded_residual(row, flx_array_parameter(tape, 2, BA_BLOCK, zeros), residual);
    status = freeze(tape, in, 2, residual, p);
    flx_tape_destroy(tape);
    return status;
}

flx_status ba_record_weights(gb_program *p)
{
    const double zeros[BA_BLOCK] = {0.0};
    flx_tape *tape = NULL;
    flx_status status = flx_tape_create(NULL, &tape);
    if (status != FLX_OK) return status;
    const flx_array w = flx_array_variable(tape, 1, BA_BLOCK, zeros);
    const flx_array residual = minus(number(1.0), flx_array_square(w));
    status = freeze(tape, w, 1, &residual, p);
    flx_tape_destroy(tape);
    return status;
}
