/* Number types of the tests' own, offered to the generics: Taylor series of order 5 and of order 1,
 * made from the template. To be included before anything that includes generic.h. */
#ifndef TESTS_GENERIC_TYPES_H
#define TESTS_GENERIC_TYPES_H

#include <fluxion/kernel.h>
#include <fluxion/real.h>

typedef struct taylor5 {
    double c[6];
} taylor5;

#define ORDER 5
#define T taylor5
#define F(name) taylor5_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

typedef struct taylor1 {
    double c[2];
} taylor1;

#define ORDER 1
#define T taylor1
#define F(name) taylor1_##name
#include <fluxion/template/taylor.inc>
#include <fluxion/template/number.inc>
#undef ORDER
#undef T
#undef F

#define FLX_GENERIC_EXTRA(X, op) X(14, taylor5, taylor5, op) X(20, taylor1, taylor1, op)

#endif
