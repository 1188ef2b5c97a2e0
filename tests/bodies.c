/* bodies.c: see bodies.h. */
#include "bodies.h"

#include <fluxion/array_math.h>

static void mixed(const flx_var *x, flx_var *y)
{
    const flx_var s = flx_var_sin(flx_var_mul(x[0], x[2]));
    const flx_var e = flx_var_exp(flx_var_mul(flx_var_sub(x[1], x[3]), s));
    y[0] = flx_var_add(flx_var_mul(e, x[0]), flx_var_div(x[3], flx_var_add(x[2], x[0])));
    y[1] = x[1];
    y[2] = flx_var_tanh(flx_var_mul(flx_var_mul(s, e), x[3]));
}

static void logistic(const flx_var *x, flx_var *y)
{
    const flx_var rest = flx_var_sub(flx_constant(1.0), x[0]);
    const flx_var grown = flx_var_mul(flx_var_mul(x[2], x[0]), rest);
    y[0] = flx_var_add(grown, flx_var_mul(x[3], flx_var_sin(x[1])));
    y[1] = x[0];
    y[2] = flx_var_mul(x[0], x[1]);
}

static void exchange(const flx_var *x, flx_var *y)
{
    y[0] = x[1];
    y[1] = flx_var_add(x[0], flx_var_mul(x[2], x[1]));
}

static void arrays(const flx_var *x, flx_var *y)
{
    flx_tape *t = x[0].tape;
    const flx_var four[4] = {flx_var_add_xc(x[0], 3.0), x[1], x[1], flx_var_add_xc(x[2], 2.0)};
    const flx_array a = flx_array_pack(t, 2, 2, four), b = flx_array_pack(t, 2, 1, x);
    const flx_array s = flx_array_solve(a, flx_array_exp(b));
    const flx_array p = flx_array_matmul(a, s);
    y[0] = flx_var_tanh(flx_array_at(flx_array_sum(flx_array_mul(s, p), FLX_ALL), 0, 0));
    y[1] = flx_var_select(flx_var_sub(x[0], x[1]), flx_array_at(s, 0, 0), y[0]);
}

static void delicate(const flx_var *x, flx_var *y)
{
    y[0] = flx_var_fabs(x[0]);
    y[1] = flx_var_sqrt(x[1]);
    y[2] = flx_var_select(x[0], flx_var_log(x[0]), flx_var_mul(x[0], x[1]));
}

static void branch(const flx_var *x, flx_var *y)
{
    flx_tape_label(x[0].tape, "branch");
    if (flx_var_lt(x[0], flx_constant(2.0))) y[0] = flx_var_mul(x[0], x[1]);
    else y[0] = flx_var_add(x[0], x[1]);
}

const body body_mixed = {"mixed", 4, 3, mixed};
const body body_logistic = {"logistic", 4, 3, logistic};
const body body_exchange = {"exchange", 3, 2, exchange};
const body body_arrays = {"arrays", 3, 2, arrays};
const body body_delicate = {"delicate", 2, 3, delicate};
const body body_branch = {"branch", 2, 1, branch};

flx_program *body_program(const body *b)
{
    flx_var x[BODY_INPUTS], y[BODY_OUTPUTS];
    flx_program *f = NULL;
    flx_tape *t;
    if (flx_tape_create(NULL, &t) != FLX_OK) return NULL;
    for (size_t k = 0; k < b->n; k++) x[k] = flx_variable(t, 0.5 + 0.1 * (double)k);
    b->write(x, y);
    flx_freeze(t, b->n, x, b->m, y, 0, &f, NULL);
    flx_tape_destroy(t);
    return f;
}
