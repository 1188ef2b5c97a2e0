/* plane.h: planes of doubles parallel to the slots, and the array operations over them. */
#ifndef FLUXION_REVERSE_PLANE_H
#define FLUXION_REVERSE_PLANE_H

#include "reverse/loop.h"
#include "reverse/matmul.h"
#include "reverse/solve.h"

/* A plane that begins with slot low, as it is indexed by slot. The address may lie outside of all
 * arrays, so it is found as a number. */
static inline double *flx_plane_from(uint32_t low, double *plane)
{
    return (double *)((uintptr_t)plane - low * sizeof *plane);
}

typedef struct flx_double_plane {
    double *v;
} flx_double_plane;

static inline double flx_double_load(flx_double_plane p, size_t i) { return p.v[i]; }
static inline void flx_double_store(flx_double_plane p, size_t i, double x) { p.v[i] = x; }

/* Of numbers in an array, n of them: sweeps' rules take operands from planes. */
static FLX_UNFOLD flx_double_plane flx_double_plane_of(double *room, size_t n)
{
    (void)n;
    return (flx_double_plane){room};
}

static inline flx_seen flx_double_look(const flx_inner *f, flx_double_plane p)
{
    return flx_inner_look(f, p.v);
}
static inline flx_double_plane flx_double_shift(flx_double_plane p, size_t slots)
{
    return (flx_double_plane){p.v + slots};
}

/* The plane's numbers; plain: they are values. */
static inline flx_algebra flx_double_algebra(flx_double_plane p, size_t plain)
{
    return (flx_algebra){.part = {p.v}, .count = 1, .plain = plain, .magnitudes = SIZE_MAX};
}

/* The values that a callback makes of the contiguous view 1: so many outputs, without derivatives. */
void flx_call_values(const flx_code *c, const flx_block *b, uint32_t outputs,
                     const flx_algebra *value);

#define T double
#define F(name) flx_double_##name
#include "reverse/point.inc"
#include "reverse/block.inc"
#undef T
#undef F

/* Adds to a block's target what the accumulating operation op does: accumulate.inc. */
void flx_double_accumulate(const flx_code *c, unsigned op, const flx_block *b, flx_double_places p);

/* The value of a scalar instruction. */
double flx_forward_double_scalar(const flx_code *c, flx_instr in, double *operand);

/* The values of an array instruction that writes from slot out on, or adds in place. */
void flx_forward_double_block(const flx_code *c, flx_instr in, uint32_t out, double *value);

/* Visits the steps of a loop from the last to the first, their inner values being there. The loop was
 * run in the plane. */
void flx_double_walk_steps(const flx_code *c, const flx_block *b, flx_double_plane value,
                           flx_step_visitor *visit, void *ctx);

/* The values of all code from an instruction on, which writes slot out. */
void flx_forward_double_from(const flx_code *c, uint32_t first, uint32_t out, double *value);

#endif
