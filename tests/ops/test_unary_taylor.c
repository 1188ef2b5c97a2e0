/* Every function of one argument against Arb, by the Taylor number types: coefficients to order 8.
 * References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <stdio.h>

#include <fluxion/taylor.h>

#include "reference.h"

#define T flx_taylor2
#define F(name) flx_taylor2_##name
#define ORDER 2
#define MODE "taylor2"
#define TABLE taylor2_rows
#define CHECK check_taylor2
#include "ops/unary_taylor.inc"
#undef T
#undef F
#undef ORDER
#undef MODE
#undef TABLE
#undef CHECK

#define T flx_taylor3
#define F(name) flx_taylor3_##name
#define ORDER 3
#define MODE "taylor3"
#define TABLE taylor3_rows
#define CHECK check_taylor3
#include "ops/unary_taylor.inc"
#undef T
#undef F
#undef ORDER
#undef MODE
#undef TABLE
#undef CHECK

#define T flx_taylor4
#define F(name) flx_taylor4_##name
#define ORDER 4
#define MODE "taylor4"
#define TABLE taylor4_rows
#define CHECK check_taylor4
#include "ops/unary_taylor.inc"
#undef T
#undef F
#undef ORDER
#undef MODE
#undef TABLE
#undef CHECK

#define T flx_taylor8
#define F(name) flx_taylor8_##name
#define ORDER 8
#define MODE "taylor8"
#define TABLE taylor8_rows
#define CHECK check_taylor8
#include "ops/unary_taylor.inc"
#undef T
#undef F
#undef ORDER
#undef MODE
#undef TABLE
#undef CHECK

#define T flx_taylor16
#define F(name) flx_taylor16_##name
#define ORDER 16
#define MODE "taylor16"
#define TABLE taylor16_rows
#define CHECK check_taylor16
#include "ops/unary_taylor.inc"
#undef T
#undef F
#undef ORDER
#undef MODE
#undef TABLE
#undef CHECK

Test(unary_taylor, order_2) { check_taylor2(); }
Test(unary_taylor, order_3) { check_taylor3(); }
Test(unary_taylor, order_4) { check_taylor4(); }
Test(unary_taylor, order_8) { check_taylor8(); }
Test(unary_taylor, order_16) { check_taylor16(); }
