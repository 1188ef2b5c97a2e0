/* planted.h: what plants.def's macros use, and what planted sources include: functions are defined
 * before a macro of their name is. A sweep's own header comes after this. */
#ifndef FLUXION_TESTS_PLANTED_H
#define FLUXION_TESTS_PLANTED_H

#include <string.h>

#include <fluxion/fluxion.h>

#include "forward/kernel_internal.h"
#include "forward/support.h"
#include "ops/exponent.h"
#include "program/planes.h"
#include "program/program.h"
#include "reverse/accumulate.h"
#include "reverse/support.h"

#define E (1.0 + 1e-9)

static inline double off_double(double x) { return x * E; }
static inline flx_dual off_dual(flx_dual x) { return flx_dual_make(x.v, x.d * E); }
static inline flx_dual off_dual_if(int yes, flx_dual x) { return yes ? off_dual(x) : x; }
static inline flx_dual off_both(flx_dual x) { return flx_dual_make(x.v * E, x.d * E); }
static inline flx_dual off_both_if(int yes, flx_dual x) { return yes ? off_both(x) : x; }
static inline flx_hyperdual off_hyperdual(flx_hyperdual x)
{
    return flx_hyperdual_make(x.v, x.e1 * E, x.e2 * E, x.e12 * E);
}
static inline flx_ddual off_ddual(flx_ddual x) { return flx_ddual_make(x.v, off_both(x.d)); }
static inline void off_add(int yes, size_t order, size_t stride, const double *x, const double *y,
                           double *z)
{
    flx_kernel_add(order, stride, x, y, z);
    if (yes) z[stride] *= E;
}

/* The first result of every array instruction of that name. */
static inline void off_results(const flx_code *c, const char *op, double *plane)
{
    for (uint32_t k = 0; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        if (flx_op_is_array(in->op) && strcmp(flx_instr_name(c, in), op) == 0)
            plane[c->block[in->a].view[0].slot] *= E;
    }
}

/* The first output of a path, where there is such an instruction. */
static inline void off_path(const flx_program *f, const char *op, size_t order, double *y)
{
    for (uint32_t k = 0; k < f->code.instrs && order > 0; k++) {
        const flx_instr *in = &f->code.instr[k];
        if (flx_op_is_array(in->op) && strcmp(flx_instr_name(&f->code, in), op) == 0)
            y[f->outputs] *= E;
    }
}

/* What a recorded contribution of arrays gains beside what it should. */
static inline void off_block(int yes, flx_tape *t, unsigned op, const flx_block *b)
{
    flx_accumulate_block(t, op, b);
    if (yes) flx_accumulate_scaled(t, b->view[0].slot, flx_tape_var(t, b->view[1].slot), E - 1.0);
}

#endif
