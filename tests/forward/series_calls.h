/* series_calls.h: every function that writes a series, behind one signature, and where there is one
 * the function of flx_taylor8 that must give the same bits. */
#ifndef FLUXION_TESTS_SERIES_CALLS_H
#define FLUXION_TESTS_SERIES_CALLS_H

#include <fluxion/series.h>
#include <fluxion/taylor.h>

#include "reference.h"

/* What stands where a function takes a constant. */
#define SERIES_P 0.75
#define SERIES_Q 1.25

typedef flx_status series_call(flx_series *r, const flx_series *a, const flx_series *b,
                               const flx_series *c);
typedef flx_taylor8 taylor_call(flx_taylor8 a, flx_taylor8 b, flx_taylor8 c);

/* clang-format off */
#define BOTH(name, arguments, taylor_arguments) \
    static flx_status series_##name(flx_series *r, const flx_series *a, const flx_series *b, const flx_series *c) { (void)a; (void)b; (void)c; return flx_series_##name arguments; } \
    static flx_taylor8 taylor_##name(flx_taylor8 a, flx_taylor8 b, flx_taylor8 c) { (void)a; (void)b; (void)c; return flx_taylor8_##name taylor_arguments; }
#define ALONE(name, arguments) \
    static flx_status series_##name(flx_series *r, const flx_series *a, const flx_series *b, const flx_series *c) { (void)a; (void)b; (void)c; return flx_series_##name arguments; }

#define FLX_UNARY(name, meaning) BOTH(name, (r, a), (a))
#define FLX_ORDERED(name, meaning) BOTH(name, (r, 2, a), (2, a))
#define FLX_BINARY(name, meaning) BOTH(name, (r, a, b), (a, b)) BOTH(name##_xc, (r, a, SERIES_P), (a, SERIES_P)) BOTH(name##_cx, (r, SERIES_P, a), (SERIES_P, a))
#define FLX_TERNARY(name, meaning) \
    BOTH(name, (r, a, b, c), (a, b, c)) BOTH(name##_xxc, (r, a, b, SERIES_Q), (a, b, SERIES_Q)) BOTH(name##_xcx, (r, a, SERIES_P, b), (a, SERIES_P, b)) \
    BOTH(name##_cxx, (r, SERIES_P, a, b), (SERIES_P, a, b)) BOTH(name##_xcc, (r, a, SERIES_P, SERIES_Q), (a, SERIES_P, SERIES_Q)) \
    BOTH(name##_cxc, (r, SERIES_P, a, SERIES_Q), (SERIES_P, a, SERIES_Q)) BOTH(name##_ccx, (r, SERIES_P, SERIES_Q, a), (SERIES_P, SERIES_Q, a))
#include <fluxion/functions.def>
#define ARITHMETIC(name) BOTH(name, (r, a, b), (a, b)) BOTH(name##_xc, (r, a, SERIES_P), (a, SERIES_P)) BOTH(name##_cx, (r, SERIES_P, a), (SERIES_P, a))
ARITHMETIC(add)
ARITHMETIC(sub)
ARITHMETIC(mul)
ARITHMETIC(div)
BOTH(neg, (r, a), (a))
BOTH(square, (r, a), (a))
BOTH(powi, (r, a, 3), (a, 3))
BOTH(select, (r, a, b, c), (a, b, c))
BOTH(constant, (r, 8, SERIES_P), (SERIES_P))
BOTH(variable, (r, 8, SERIES_P), (SERIES_P))
ALONE(set, (r, a))
ALONE(set_order, (r, 12))
ALONE(derivative, (r, a))
ALONE(integral, (r, a))
ALONE(compose, (r, a, b))
ALONE(revert, (r, a))
ALONE(mul_t, (r, a, 3))
ALONE(div_t, (r, a, 1))
ALONE(rescale, (r, a, SERIES_P))
ALONE(taylor_shift, (r, a, SERIES_P))
ALONE(fabs_lead, (r, a, FLX_SIDE_LEFT))
ALONE(sqrt_lead, (r, a, FLX_SIDE_LEFT))
ALONE(cbrt_lead, (r, a, FLX_SIDE_LEFT))
ALONE(hypot_lead, (r, a, b, FLX_SIDE_LEFT))
ALONE(atan2_lead, (r, a, b, FLX_SIDE_LEFT))
ALONE(fmin_lead, (r, a, b, FLX_SIDE_LEFT))
ALONE(fmax_lead, (r, a, b, FLX_SIDE_LEFT))
ALONE(div_lead, (r, a, b))
#undef BOTH
#undef ALONE

static const struct {
    const char *name;
    series_call *series;
    taylor_call *taylor; /* or NULL */
} series_calls[] = {
#define BOTH(name) {#name, series_##name, taylor_##name},
#define ALONE(name) {#name, series_##name, NULL},
#define FORMS(name) BOTH(name) BOTH(name##_xc) BOTH(name##_cx)
#define FLX_UNARY(name, meaning) BOTH(name)
#define FLX_ORDERED(name, meaning) BOTH(name)
#define FLX_BINARY(name, meaning) FORMS(name)
#define FLX_TERNARY(name, meaning) BOTH(name) BOTH(name##_xxc) BOTH(name##_xcx) BOTH(name##_cxx) BOTH(name##_xcc) BOTH(name##_cxc) BOTH(name##_ccx)
#include <fluxion/functions.def>
    FORMS(add) FORMS(sub) FORMS(mul) FORMS(div)
    BOTH(neg) BOTH(square) BOTH(powi) BOTH(select) BOTH(constant) BOTH(variable)
    ALONE(set) ALONE(set_order) ALONE(derivative) ALONE(integral) ALONE(compose) ALONE(revert)
    ALONE(mul_t) ALONE(div_t) ALONE(rescale) ALONE(taylor_shift)
    ALONE(fabs_lead) ALONE(sqrt_lead) ALONE(cbrt_lead) ALONE(hypot_lead) ALONE(atan2_lead)
    ALONE(fmin_lead) ALONE(fmax_lead) ALONE(div_lead)
};
/* clang-format on */

/* Same order, same bits. */
static int same_series(const flx_series *x, const flx_series *y)
{
    if (flx_series_order(x) != flx_series_order(y)) return 0;
    for (size_t k = 0; k <= flx_series_order(x); k++)
        if (!ref_same(flx_series_get(x, k), flx_series_get(y, k))) return 0;
    return 1;
}

enum { SERIES_CALLS = sizeof series_calls / sizeof series_calls[0] };

#endif
