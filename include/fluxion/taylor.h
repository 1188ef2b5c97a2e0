/** @file taylor.h
 *  Truncated Taylor series by value: all derivatives of a function of one variable in one go.
 *
 *  @code
 *  flx_taylor4 x = flx_taylor4_variable(0.5);      // 0.5 + t
 *  flx_taylor4 y = flx_taylor4_exp(flx_taylor4_sin(x));
 *  printf("%g\n", flx_taylor4_derivative(y, 3));   // third derivative
 *  @endcode
 *
 *  Coefficient k is the k-th derivative over k!. Orders 2, 3, 4, 8 and 16 are here; any other is
 *  had by including <fluxion/template/taylor.inc> with one's own T, F and ORDER. All-zero bytes are
 *  the constant 0. */
#ifndef FLUXION_TAYLOR_H
#define FLUXION_TAYLOR_H

#include <fluxion/kernel.h>
#include <fluxion/real.h>

FLX_BEGIN_DECLS

/** c[0] + c[1]*t + ... + c[2]*t^2. */
typedef struct flx_taylor2 {
    double c[3]; /**< coefficients */
} flx_taylor2;

#define ORDER 2
#define T flx_taylor2
#define F(name) flx_taylor2_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

/** c[0] + c[1]*t + ... + c[3]*t^3. */
typedef struct flx_taylor3 {
    double c[4]; /**< coefficients */
} flx_taylor3;

#define ORDER 3
#define T flx_taylor3
#define F(name) flx_taylor3_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

/** c[0] + c[1]*t + ... + c[4]*t^4. */
typedef struct flx_taylor4 {
    double c[5]; /**< coefficients */
} flx_taylor4;

#define ORDER 4
#define T flx_taylor4
#define F(name) flx_taylor4_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

/** c[0] + c[1]*t + ... + c[8]*t^8. */
typedef struct flx_taylor8 {
    double c[9]; /**< coefficients */
} flx_taylor8;

#define ORDER 8
#define T flx_taylor8
#define F(name) flx_taylor8_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

/** c[0] + c[1]*t + ... + c[16]*t^16. */
typedef struct flx_taylor16 {
    double c[17]; /**< coefficients */
} flx_taylor16;

#define ORDER 16
#define T flx_taylor16
#define F(name) flx_taylor16_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

FLX_END_DECLS

#endif
