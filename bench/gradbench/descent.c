/* descent.c: see descent.h. */
#include "descent.h"

#include <fluxion/generic.h>

/* An objective as recorded at one point. */
typedef struct recording {
    const gb_objective *f;
    flx_tape *tape;
    flx_var x[GB_MOST_INPUTS], y;
} recording;

flx_status gb_gradient(gb_mode mode, flx_var y, size_t n, const flx_var *x, flx_var *g)
{
    if (mode == GB_REVERSE) return flx_grad(y, n, x, g, FLX_CREATE_GRAPH);
    flx_var along[GB_MOST_INPUTS] = {{0}};
    flx_status status = FLX_OK;
    for (size_t k = 0; k < n && status == FLX_OK; k++) {
        along[k] = flx_constant(1.0);
        status = flx_jvp_record(n, x, along, 1, &y, &g[k]);
        along[k] = flx_constant(0.0);
    }
    return status;
}

static flx_status value_of_var(recording *r, const flx_var *x, flx_var *y)
{
    for (size_t k = 0; k < r->f->n; k++) r->x[k] = x[k];
    *y = r->y = r->f->f(x, r->f->ctx);
    return flx_tape_status(r->tape);
}

static flx_status gradient_of_var(const recording *r, flx_var *g)
{
    return gb_gradient(r->f->mode, r->y, r->f->n, r->x, g);
}

static flx_status value_of_double(recording *r, const double *x, double *y)
{
    flx_var recorded;
    flx_tape_reset(r->tape);
    for (size_t k = 0; k < r->f->n; k++) r->x[k] = flx_variable(r->tape, x[k]);
    const flx_status status = value_of_var(r, r->x, &recorded);
    *y = flx_peek(recorded);
    return status;
}

static flx_status gradient_of_double(const recording *r, double *g)
{
    flx_var recorded[GB_MOST_INPUTS];
    const flx_status status = gradient_of_var(r, recorded);
    for (size_t k = 0; k < r->f->n && status == FLX_OK; k++) g[k] = flx_peek(recorded[k]);
    return status;
}

#define T flx_var
#define F(name) name##_of_var
#include "descent.inc"
#undef T
#undef F

#define T double
#define F(name) name##_of_double
#include "descent.inc"
#undef T
#undef F

flx_status gb_argmin_recorded(const gb_objective *f, flx_var *x)
{
    recording r = {.f = f, .tape = x[0].tape};
    return argmin_of_var(&r, f->n, x);
}

flx_status gb_argmin(const gb_objective *f, flx_tape *tape, double *x)
{
    recording r = {.f = f, .tape = tape};
    return argmin_of_double(&r, f->n, x);
}
