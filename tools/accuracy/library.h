/* library.h: every elementary function of the library, by every number type, with one signature. */
#ifndef FLUXION_ACCURACY_LIBRARY_H
#define FLUXION_ACCURACY_LIBRARY_H

#include <stddef.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

/* The highest Taylor coefficient that is measured. */
#define MOST 20

/* Series to three orders: a low coefficient must not suffer from those above it. */
typedef struct taylor5 {
    double c[6];
} taylor5;

#define T taylor5
#define F(name) taylor5_##name
#define ORDER 5
#include <fluxion/template/taylor.inc>
#undef T
#undef F
#undef ORDER

typedef struct taylor10 {
    double c[11];
} taylor10;

#define T taylor10
#define F(name) taylor10_##name
#define ORDER 10
#include <fluxion/template/taylor.inc>
#undef T
#undef F
#undef ORDER

typedef struct taylor20 {
    double c[MOST + 1];
} taylor20;

#define T taylor20
#define F(name) taylor20_##name
#define ORDER MOST
#include <fluxion/template/taylor.inc>
#undef T
#undef F
#undef ORDER

/* x: as many arguments as the function has; n: its order, where it has one. */
typedef struct library_row {
    const char *name;
    double (*of_double)(const double *x, int n);
    flx_dual (*of_dual)(const flx_dual *x, int n);
    flx_ddual (*of_ddual)(const flx_ddual *x, int n);
    flx_hyperdual (*of_hyperdual)(const flx_hyperdual *x, int n);
    flx_hyperdual3 (*of_hyperdual3)(const flx_hyperdual3 *x, int n);
    flx_var (*of_var)(const flx_var *x, int n);
    taylor5 (*of_taylor5)(const taylor5 *x, int n);
    taylor10 (*of_taylor10)(const taylor10 *x, int n);
    taylor20 (*of_taylor20)(const taylor20 *x, int n);
} library_row;

/* The row of that name, or NULL. */
const library_row *library_find(const char *name);

#endif
