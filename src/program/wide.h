/* wide.h: sweeps along several directions at once, and back from several cotangents.
 *
 * Beside a plane of values lie the derivatives of every slot together, direction after direction: of
 * slot s along direction k at d[s*width + k]. Scalars, accumulators and maps are swept by numbers
 * with WIDTH directions, and so is what programs within the code are made of; other array operations, which need planes of one direction, are swept
 * direction by direction in planes that are lent: so every direction has the bits of a sweep of its
 * own. */
#ifndef FLUXION_PROGRAM_WIDE_H
#define FLUXION_PROGRAM_WIDE_H

#include "program/pack.h"
#include "program/planes.h"

/* The most directions. */
enum { FLX_WIDEST = 8 };

/* A value with its derivatives along several directions, and one of the two alone where adjoints are
 * swept back by plain values. */
typedef struct flx_wide4 {
    flx_pack d[4 / FLX_PACK];
    double v;
} flx_wide4;

typedef struct flx_wide8 {
    flx_pack d[8 / FLX_PACK];
    double v;
} flx_wide8;

typedef struct flx_wide_plane {
    double *v;    /* values, or NULL where there are none */
    double *d;    /* width derivatives of each slot, or NULL */
    double *flat; /* lent: one direction of d as a plane */
    double *kept; /* lent: values while an operation that adds to them is run again */
    int plain;    /* where one of v and d is all there is: it is v */
} flx_wide_plane;

/* The plane from a slot on. */
static inline flx_wide_plane flx_wide_shift(flx_wide_plane p, size_t slots, size_t width)
{
    if (p.v) p.v += slots;
    if (p.d) p.d += slots * width;
    if (p.flat) p.flat += slots;
    if (p.kept) p.kept += slots;
    return p;
}

/* One direction of what a view or run holds, out of d or back into it. */
void flx_wide_extract(const flx_view *v, const flx_wide_plane *p, size_t width, size_t k);
void flx_wide_insert(const flx_view *v, const flx_wide_plane *p, size_t width, size_t k);

/* to = from, of what a view holds. */
void flx_view_move(const flx_view *v, const double *from, double *to);

/* An array instruction but a map or a loop, direction by direction. */
void flx_wide_block(const flx_code *c, flx_instr in, const flx_wide_plane *p, size_t width,
                    uint32_t out);

/* Where array instructions find and leave the adjoints of a sweep back. */
typedef struct flx_wide_back {
    const flx_code *code;
    const flx_wide_plane *value, *adjoint;
    uint32_t low;
    size_t width;
} flx_wide_back;

/* As give_block and reverse_solve of context_block.inc, adjoint after adjoint; values are plain. */
void flx_wide_give_adjoints(const flx_wide_back *w, unsigned op, const flx_block *b);
void flx_wide_solve_adjoints(const flx_wide_back *w, unsigned op, const flx_block *b);

/* A sweep of all the code back; planes begin with slot 0, and adjoints are seeded in d. */
typedef void flx_wide_sweep_back(const flx_code *c, flx_wide_plane value, flx_wide_plane adjoint,
                                 uint32_t low);

/* Sweeps along so many directions, compiled for one instruction set: they have the same bits in all. */
typedef struct flx_wide_sweeps {
    /* As those of planes.h. */
    void (*forward)(const flx_code *c, flx_wide_plane p);
    /* As flx_double_walk_steps. */
    void (*walk_steps)(const flx_code *c, const flx_block *b, flx_wide_plane p,
                       flx_step_visitor *visit, void *ctx);
    /* Of adjoints by plain values v. */
    flx_wide_sweep_back *adjoints;
} flx_wide_sweeps;

typedef struct flx_wide_set {
    flx_wide_sweeps by4, by8;
} flx_wide_set;

/* The sets (wide_set.inc); the second is empty, and never chosen, where the compiler does not have it. */
extern const flx_wide_set flx_wide_base, flx_wide_avx2;

/* Whether code runs by AVX2 or better. */
static inline int flx_wide_by_avx2(const flx_code *c)
{
    return c->isa == FLX_ISA_AVX2 || c->isa == FLX_ISA_AVX512;
}

/* The sweeps that code of a width of 4 or 8 runs by. */
static inline const flx_wide_sweeps *flx_wide_sweeps_of(const flx_code *c, size_t width)
{
    const flx_wide_set *set = flx_wide_by_avx2(c) ? &flx_wide_avx2 : &flx_wide_base;
    return width == 8 ? &set->by8 : &set->by4;
}

#endif
