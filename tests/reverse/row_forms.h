/* row_forms.h: operations on arrays as functions of two of them, of which some read the first alone. */
#ifndef FLUXION_TESTS_ROW_FORMS_H
#define FLUXION_TESTS_ROW_FORMS_H

#include <fluxion/array_math.h>

typedef flx_array row_form(flx_array x, flx_array y);

static inline flx_array number_of(double c) { return flx_array_scalar(flx_constant(c)); }

static inline flx_array row_addc(flx_array x, flx_array y)
{
    return (void)y, flx_array_add(x, number_of(0.3));
}
static inline flx_array row_csub(flx_array x, flx_array y)
{
    return (void)y, flx_array_sub(number_of(0.3), x);
}
static inline flx_array row_mulc(flx_array x, flx_array y)
{
    return (void)y, flx_array_mul(x, number_of(0.3));
}
static inline flx_array row_divc(flx_array x, flx_array y)
{
    return (void)y, flx_array_div(x, number_of(0.3));
}
static inline flx_array row_cdiv(flx_array x, flx_array y)
{
    return (void)y, flx_array_div(number_of(0.3), x);
}
static inline flx_array row_neg(flx_array x, flx_array y) { return (void)y, flx_array_neg(x); }
static inline flx_array row_square(flx_array x, flx_array y)
{
    return (void)y, flx_array_square(x);
}
static inline flx_array row_copy(flx_array x, flx_array y) { return (void)y, flx_array_copy(x); }
static inline flx_array row_exp(flx_array x, flx_array y) { return (void)y, flx_array_exp(x); }
static inline flx_array row_tanh(flx_array x, flx_array y) { return (void)y, flx_array_tanh(x); }

#endif
