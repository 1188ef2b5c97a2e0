/* array_functions.c: see array_functions.h. */
#include "array_functions.h"

#include <fluxion/array_math.h>

#include "array_scalars.h"

static flx_array array_cube(flx_array x) { return flx_array_powi(x, 3); }
static flx_var var_cube(flx_var x) { return flx_var_powi(x, 3); }
#define FLX_ORDERED(name, meaning)                                                                 \
    static flx_array array_##name(flx_array x) { return flx_array_##name(2, x); }                  \
    static flx_var var_##name(flx_var x) { return flx_var_##name(2, x); }
#include <fluxion/functions.def>

/* With room between the bounds. */
static flx_array array_clamped(flx_array x, flx_array y, flx_array z)
{
    const flx_array low = flx_array_sub(y, flx_array_scalar(flx_constant(0.375)));
    return flx_array_clamp(x, low, flx_array_add(z, flx_array_scalar(flx_constant(0.375))));
}

static flx_var var_clamped(flx_var x, flx_var y, flx_var z)
{
    return flx_var_clamp(x, flx_var_sub_xc(y, 0.375), flx_var_add_xc(z, 0.375));
}

static flx_array array_select(flx_array x, flx_array y, flx_array z)
{
    return flx_array_select(flx_array_sub(x, flx_array_scalar(flx_constant(0.5))), y, z);
}

static flx_var var_select(flx_var x, flx_var y, flx_var z)
{
    return flx_var_select(flx_var_sub_xc(x, 0.5), y, z);
}

const array_unary array_unaries[] = {
    {"neg", flx_array_neg, flx_var_neg},
    {"square", flx_array_square, flx_var_square},
    {"powi", array_cube, var_cube},
#define FLX_UNARY(name, meaning) {#name, flx_array_##name, flx_var_##name},
#define FLX_ORDERED(name, meaning) {#name, array_##name, var_##name},
#include <fluxion/functions.def>
};

const array_binary array_binaries[] = {
    {"add", flx_array_add, flx_var_add},
    {"sub", flx_array_sub, flx_var_sub},
    {"mul", flx_array_mul, flx_var_mul},
    {"div", flx_array_div, flx_var_div},
#define FLX_BINARY(name, meaning) {#name, flx_array_##name, flx_var_##name},
#include <fluxion/functions.def>
};

const array_ternary array_ternaries[] = {
    {"fma", flx_array_fma, flx_var_fma},
    {"clamp", array_clamped, var_clamped},
    {"select", array_select, var_select},
};

const size_t array_unary_count = sizeof array_unaries / sizeof *array_unaries;
const size_t array_binary_count = sizeof array_binaries / sizeof *array_binaries;
const size_t array_ternary_count = sizeof array_ternaries / sizeof *array_ternaries;

const array_unary *array_unary_now;
const array_binary *array_binary_now;
const array_ternary *array_ternary_now;

flx_array array_unary_of(const flx_array *x) { return array_unary_now->array(x[0]); }
flx_array array_binary_of(const flx_array *x) { return array_binary_now->array(x[0], x[1]); }
flx_array array_ternary_of(const flx_array *x)
{
    return array_ternary_now->array(x[0], x[1], x[2]);
}

void array_unary_scalars(const flx_array *x, array_grid *z)
{
    array_elements(x[0], z);
    for (size_t k = 0; k < z->rows * z->cols; k++) z->v[k] = array_unary_now->scalar(z->v[k]);
}

void array_binary_scalars(const flx_array *x, array_grid *z)
{
    scalars_broadcast(2, x, z);
    for (size_t i = 0; i < z->rows; i++)
        for (size_t j = 0; j < z->cols; j++)
            z->v[i * z->cols + j] =
                array_binary_now->scalar(scalars_at(x[0], i, j), scalars_at(x[1], i, j));
}

void array_ternary_scalars(const flx_array *x, array_grid *z)
{
    scalars_broadcast(3, x, z);
    for (size_t i = 0; i < z->rows; i++)
        for (size_t j = 0; j < z->cols; j++)
            z->v[i * z->cols + j] = array_ternary_now->scalar(
                scalars_at(x[0], i, j), scalars_at(x[1], i, j), scalars_at(x[2], i, j));
}
