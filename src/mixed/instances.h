/* instances.h: the roads that need the user's function itself: its instances for number types, and
 * derivatives that the user wrote. They fill the same rows as the sweeps. */
#ifndef FLUXION_MIXED_INSTANCES_H
#define FLUXION_MIXED_INSTANCES_H

#include "mixed/roads.h"

typedef struct flx_instances {
    const flx_function *f; /* NULL: a program only */
    void *ctx;
    flx_check_gradient gradient; /* NULL: none */
    flx_check_product product;
    void *user;    /* data of these two */
    void *numbers; /* room for inputs and outputs of any number type */
    size_t size;
} flx_instances;

/* Makes room for n inputs and m outputs. */
flx_status flx_instances_create(flx_instances *i, flx_memory *memory, size_t n, size_t m);
void flx_instances_destroy(flx_instances *i, flx_memory *memory);

/* The plain function and the user's gradient, at the point of the roads. */
void flx_instances_at(const flx_instances *i, flx_roads *r);
void flx_instances_along(const flx_instances *i, flx_roads *r, const double *u);
void flx_instances_mixed(const flx_instances *i, flx_roads *r, const double *u, const double *v);

#endif
