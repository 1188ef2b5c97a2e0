/** @file series.h
 *  Truncated Taylor series of any order, chosen at run time: objects that own their coefficients.
 *
 *  @code
 *  flx_series x, y;
 *  flx_series_init(&x);
 *  flx_series_init(&y);
 *  flx_status s = flx_series_variable(&x, 40, 0.5);    // 0.5 + t, known to t^40
 *  if (s == FLX_OK) s = flx_series_sin(&y, &x);
 *  if (s == FLX_OK) s = flx_series_exp(&y, &y);        // results may be operands
 *  if (s == FLX_OK) printf("%g\n", flx_series_get_derivative(&y, 40));
 *  flx_series_clear(&x);
 *  flx_series_clear(&y);
 *  @endcode
 *
 *  **Order.** A series x(t) = c[0] + c[1] t + ... + c[n] t^n is known to its order n: what follows is
 *  unknown, not zero. A result has the order that its operands determine, and the object takes that
 *  order: the lowest of the operands' orders in arithmetic and elementary functions, one less in a
 *  derivative, one more in an integral. Nothing is truncated by an argument; where fewer coefficients
 *  will do, flx_series_set_order() says so. A plain double is exact and has no order: constant
 *  operands are the forms _xc, _cx, ..., as for every number type.
 *
 *  **Results.** The result comes first and may be any of the operands. A function that allocates
 *  returns FLX_OK or FLX_ENOMEM (others where it says so), and on any other status than FLX_OK leaves
 *  its result as it was. An object's memory grows with the highest order that it has held and serves
 *  as working memory too; once grown, nothing is allocated.
 *
 *  **Numbers never fail.** NaN and infinity flow, as in every number type: values, delicate points
 *  and accuracy are those of flx_taylorN, whose kernels (kernel.h) these are. Series whose
 *  constant part vanishes at a branch point or a kink, |t| or sqrt(t^2), have functions of their own,
 *  flx_series_NAME_lead().
 *
 *  All-zero bytes are an initialised series: 0, known to order 0. Pointers to series must not be
 *  NULL. Different threads may use different series; reading one from several threads is safe.
 *  Only flx_series_swap() may copy the struct. */
#ifndef FLUXION_SERIES_H
#define FLUXION_SERIES_H

#include <stddef.h>

#include <fluxion/api.h>
#include <fluxion/memory.h>
#include <fluxion/status.h>

FLX_BEGIN_DECLS

/** A truncated Taylor series. The members are private but for reading. */
typedef struct flx_series {
    double *c;               /**< coefficients 0 to order; NULL: a single 0 */
    size_t order;            /**< the highest known coefficient */
    size_t room;             /**< coefficients that fit */
    double *memory;          /**< what c points into */
    flx_allocator allocator; /**< resize NULL: the C library's */
} flx_series;

/** @name Objects @{ */

/** Makes x the series 0 of order 0, on the C library's allocator. Allocates nothing. */
FLX_API void flx_series_init(flx_series *x);
/** The same with an allocator of one's own, copied; NULL: the C library's. */
FLX_API void flx_series_init_with(flx_series *x, const flx_allocator *allocator);
/** Gives all memory back. x is then as it was made, and may be used or cleared again. */
FLX_API void flx_series_clear(flx_series *x);
/** Exchanges two series, allocators included. */
FLX_API void flx_series_swap(flx_series *x, flx_series *y);

/** @} */
/** @name Assignment and reading @{ */

/** x = c, known to `order`. */
FLX_API flx_status flx_series_constant(flx_series *x, size_t order, double c);
/** x = at + t, known to `order`: coefficient k of f(x) is the k-th derivative of f at `at` over k!. */
FLX_API flx_status flx_series_variable(flx_series *x, size_t order, double at);
/** x = c[0] + c[1] t + ... + c[order] t^order. c must not be x's own coefficients. */
FLX_API flx_status flx_series_set_coeffs(flx_series *x, size_t order, const double *c);
/** Coefficient k of x becomes c. @return FLX_OK; FLX_EDIM where k is above x's order */
FLX_API flx_status flx_series_set_coeff(flx_series *x, size_t k, double c);
/** Truncates x to a lower order, or says that its coefficients up to a higher one are zeros. */
FLX_API flx_status flx_series_set_order(flx_series *x, size_t order);
/** res = x, order included. */
FLX_API flx_status flx_series_set(flx_series *res, const flx_series *x);

/** The order to which x is known. */
FLX_API size_t flx_series_order(const flx_series *x);
/** How many coefficients before the first that is not 0: the power of t that divides x; order + 1
 *  where all are 0. */
FLX_API size_t flx_series_valuation(const flx_series *x);
/** x's coefficients, order + 1 of them; valid until x is changed. */
FLX_API const double *flx_series_coeffs(const flx_series *x);
/** Coefficient k, the k-th derivative over k! ("scaled"); NaN above x's order, where it is unknown. */
FLX_API double flx_series_get(const flx_series *x, size_t k);
/** The k-th derivative, k! times coefficient k ("unscaled"); NaN above x's order.
 *
 *  Within 0.51 ulp of the exact product, for every k: k! is carried to twice the digits with an
 *  exponent of its own, so that beyond 170, where k! is no longer a double, the product is infinite
 *  only where it is itself beyond the largest double. What coefficient k has lost by underflow is lost: expand in
 *  t/h with flx_series_rescale() where coefficients leave the range of a double. */
FLX_API double flx_series_get_derivative(const flx_series *x, size_t k);

/** @} */
/** @name Arithmetic @{ */

/** res = -x. */
FLX_API flx_status flx_series_neg(flx_series *res, const flx_series *x);
/** res = x*x. */
FLX_API flx_status flx_series_square(flx_series *res, const flx_series *x);
/** res = x + y. */
FLX_API flx_status flx_series_add(flx_series *res, const flx_series *x, const flx_series *y);
/** res = x - y. */
FLX_API flx_status flx_series_sub(flx_series *res, const flx_series *x, const flx_series *y);
/** res = x * y. */
FLX_API flx_status flx_series_mul(flx_series *res, const flx_series *x, const flx_series *y);
/** res = x / y. */
FLX_API flx_status flx_series_div(flx_series *res, const flx_series *x, const flx_series *y);
/** res = x + y, y a constant. */
FLX_API flx_status flx_series_add_xc(flx_series *res, const flx_series *x, double y);
/** res = x + y, x a constant. */
FLX_API flx_status flx_series_add_cx(flx_series *res, double x, const flx_series *y);
/** res = x - y, y a constant. */
FLX_API flx_status flx_series_sub_xc(flx_series *res, const flx_series *x, double y);
/** res = x - y, x a constant. */
FLX_API flx_status flx_series_sub_cx(flx_series *res, double x, const flx_series *y);
/** res = x * y, y a constant. */
FLX_API flx_status flx_series_mul_xc(flx_series *res, const flx_series *x, double y);
/** res = x * y, x a constant. */
FLX_API flx_status flx_series_mul_cx(flx_series *res, double x, const flx_series *y);
/** res = x / y, y a constant. */
FLX_API flx_status flx_series_div_xc(flx_series *res, const flx_series *x, double y);
/** res = x / y, x a constant. */
FLX_API flx_status flx_series_div_cx(flx_series *res, double x, const flx_series *y);

/** @} */
/** @name Elementary functions: every row of functions.def, and forms with constant operands @{ */

#define FLX_UNARY(name, meaning)                                                                   \
    FLX_API flx_status flx_series_##name(flx_series *res, const flx_series *x);
#define FLX_BINARY(name, meaning)                                                                  \
    FLX_API flx_status flx_series_##name(flx_series *res, const flx_series *x,                     \
                                         const flx_series *y);                                     \
    FLX_API flx_status flx_series_##name##_xc(flx_series *res, const flx_series *x, double y);     \
    FLX_API flx_status flx_series_##name##_cx(flx_series *res, double x, const flx_series *y);
#define FLX_TERNARY(name, meaning)                                                                 \
    FLX_API flx_status flx_series_##name(flx_series *res, const flx_series *x,                     \
                                         const flx_series *y, const flx_series *z);                \
    FLX_API flx_status flx_series_##name##_xxc(flx_series *res, const flx_series *x,               \
                                               const flx_series *y, double z);                     \
    FLX_API flx_status flx_series_##name##_xcx(flx_series *res, const flx_series *x, double y,     \
                                               const flx_series *z);                               \
    FLX_API flx_status flx_series_##name##_cxx(flx_series *res, double x, const flx_series *y,     \
                                               const flx_series *z);                               \
    FLX_API flx_status flx_series_##name##_xcc(flx_series *res, const flx_series *x, double y,     \
                                               double z);                                          \
    FLX_API flx_status flx_series_##name##_cxc(flx_series *res, double x, const flx_series *y,     \
                                               double z);                                          \
    FLX_API flx_status flx_series_##name##_ccx(flx_series *res, double x, double y,                \
                                               const flx_series *z);
#define FLX_ORDERED(name, meaning)                                                                 \
    FLX_API flx_status flx_series_##name(flx_series *res, int n, const flx_series *x);
#include <fluxion/functions.def>

/** s = sin(x) and c = cos(x), by the one recurrence that either needs.
 *  @return FLX_OK; FLX_ENOMEM; FLX_EARG where s and c are the same series */
FLX_API flx_status flx_series_sincos(flx_series *s, flx_series *c, const flx_series *x);
/** res = x to the integer power n: a polynomial, or its reciprocal. */
FLX_API flx_status flx_series_powi(flx_series *res, const flx_series *x, int n);
/** res = x where the value of c is above 0, else y, the order included; the other has no influence. */
FLX_API flx_status flx_series_select(flx_series *res, const flx_series *c, const flx_series *x,
                                     const flx_series *y);

/** @} */
/** @name Calculus @{ */

/** res = dx/dt, of one order less. @return FLX_OK; FLX_ENOMEM; FLX_EDIM where x has order 0 */
FLX_API flx_status flx_series_derivative(flx_series *res, const flx_series *x);
/** res = the integral of x from 0 to t, of one order more; its constant part is 0. */
FLX_API flx_status flx_series_integral(flx_series *res, const flx_series *x);
/** The polynomial c[0] + c[1] t + ... + c[order] t^order at a number t, by Horner's rule. */
FLX_API double flx_series_evaluate(const flx_series *x, double t);
/** res = f(x(t)), f a series in x. O(n^3).
 *
 *  With v the valuation of x, the result is known to the lower of x's order and v*(m + 1) - 1 for f
 *  of order m. To compose with the expansion of a function at a point other than 0, subtract that
 *  point from x first.
 *  @return FLX_OK; FLX_ENOMEM; FLX_EARG where the constant part of x is not 0 */
FLX_API flx_status flx_series_compose(flx_series *res, const flx_series *f, const flx_series *x);
/** res = the inverse function: x(res(t)) = t, of x's order. O(n^3).
 *
 *  By Lagrange's formula: coefficient k is 1/k times coefficient k-1 of (t/x)^k. (Knuth, The Art of
 *  Computer Programming 2, section 4.7.)
 *  @return FLX_OK; FLX_ENOMEM; FLX_EDIM where x has order 0; FLX_EARG where its constant part is not
 *  0 or its linear part is */
FLX_API flx_status flx_series_revert(flx_series *res, const flx_series *x);
/** res = x times t^n, of an order higher by n. */
FLX_API flx_status flx_series_mul_t(flx_series *res, const flx_series *x, size_t n);
/** res = x over t^n, of an order lower by n.
 *  @return FLX_OK; FLX_ENOMEM; FLX_EDIM where n is above x's order; FLX_EARG where the valuation of
 *  x is below n: the quotient has a pole */
FLX_API flx_status flx_series_div_t(flx_series *res, const flx_series *x, size_t n);
/** res = x(h*t): coefficient k is multiplied by h^k, without overflow or underflow on the way. */
FLX_API flx_status flx_series_rescale(flx_series *res, const flx_series *x, double h);
/** res = x(t + a), x taken as a polynomial: what truncation has left out of a longer series is left
 *  out of every coefficient. O(n^2), by repeated synthetic division. */
FLX_API flx_status flx_series_taylor_shift(flx_series *res, const flx_series *x, double a);

/** @} */

/** The side from which t approaches 0. */
typedef enum flx_side {
    FLX_SIDE_LEFT = -1, /**< t below 0 */
    FLX_SIDE_RIGHT = 1  /**< t above 0 */
} flx_side;

/** @name One-sided functions, by the leading coefficient
 *
 *  The ordinary functions look at c[0] and nothing else, and so cannot expand |t| or sqrt(t^2) at 0.
 *  These write each operand as t^v u(t) with u(0) not 0 and expand on one side of t = 0: the result
 *  is the series of the function for all small t of that side. Where c[0] is not at the branch point
 *  or the kink, they are the ordinary functions. Coefficient 0 is the plain libm value, but for
 *  quotients and angles, where it is the limit. Any other value of `side` than the two: FLX_EARG. @{ */

/** res = |x|: x or -x. */
FLX_API flx_status flx_series_fabs_lead(flx_series *res, const flx_series *x, flx_side side);
/** res = the square root of x: t^(v/2) sqrt(u), known to order n - v/2 for x of order n; sqrt(t^2)
 *  is |t|. Where v is odd the coefficients above v/2 are infinite, by the limit of t^(v/2); where x
 *  is negative on this side they are NaN. */
FLX_API flx_status flx_series_sqrt_lead(flx_series *res, const flx_series *x, flx_side side);
/** res = the cube root of x: t^(v/3) cbrt(u), known to order n - v + v/3 for x of order n; where 3
 *  does not divide v the coefficients above v/3 are infinite. */
FLX_API flx_status flx_series_cbrt_lead(flx_series *res, const flx_series *x, flx_side side);
/** res = hypot(x, y): |t|^v hypot(u, w), v the lower valuation; hypot(t, 0) is |t|. */
FLX_API flx_status flx_series_hypot_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                         flx_side side);
/** res = the angle of the point (y, x), which may move through the origin; known to order n - v, v
 *  the lower valuation. */
FLX_API flx_status flx_series_atan2_lead(flx_series *res, const flx_series *y, const flx_series *x,
                                         flx_side side);
/** res = the smaller of x and y, by the first coefficient in which they differ. */
FLX_API flx_status flx_series_fmin_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                        flx_side side);
/** res = the larger of x and y, by the first coefficient in which they differ. */
FLX_API flx_status flx_series_fmax_lead(flx_series *res, const flx_series *x, const flx_series *y,
                                        flx_side side);
/** res = x/y where both may vanish, as in sin(t)/t: the common power t^v is divided out and the
 *  quotient known to order n - v. The same on both sides. Where y's valuation is above x's there is
 *  a pole, and the coefficients are those of a division by 0. */
FLX_API flx_status flx_series_div_lead(flx_series *res, const flx_series *x, const flx_series *y);

/** @} */

FLX_END_DECLS

#endif
