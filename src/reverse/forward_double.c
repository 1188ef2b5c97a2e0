/* forward_double.c: forward sweep, T = double: values. */
#include "ops/support.h"
#include "reverse/rows.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/forward_scalar.inc"

static inline int F(map_rows)(const flx_code *c, const flx_block *b, F(plane) p)
{
    return flx_row_set_of(c)->map(c, b, p) || flx_rows_by_vectors(c, b, p.v);
}

#include "reverse/forward_rows.inc"
#include "reverse/forward_block.inc"
#include "reverse/forward.inc"
#include "reverse/placed.inc"

double flx_forward_double_scalar(const flx_code *c, flx_instr in, double *operand)
{
    return flx_double_run_scalar(c, in, (flx_double_plane){operand}, 0);
}

void flx_forward_double_block(const flx_code *c, flx_instr in, uint32_t out, double *value)
{
    flx_double_run_block(c, in, (flx_double_plane){value}, out);
}

void flx_double_walk_steps(const flx_code *c, const flx_block *b, flx_double_plane value,
                           flx_step_visitor *visit, void *ctx)
{
    flx_double_walk_back(c, b, value, visit, ctx);
}

void flx_forward_double_from(const flx_code *c, uint32_t first, uint32_t out, double *value)
{
    flx_double_forward_from(c, first, out, (flx_double_plane){value});
}
