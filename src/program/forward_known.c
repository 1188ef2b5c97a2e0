/* forward_known.c: tangents along one direction where the values are there: no function is called again for
 * its value, and what is not stored is not computed. */
#include "forward/support.h"
#include "program/planes.h"
#include "reverse/sweep_double.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "reverse/forward_scalar.inc"
#undef T
#undef F

/* Tangent times factor, which is not computed next to an exact zero, as the functions of duals have it. */
#define TERM(slot, factor) (p.d[slot] == 0.0 ? 0.0 : flx_double_amul(p.d[slot], factor))

static inline double tangent_of_function(const flx_code *c, flx_instr in, flx_dual_plane p,
                                         uint32_t out)
{
    const double x = p.v[in.a], y = p.v[out];
    switch (in.op) {
/* clang-format off */
#define OP(name, value, slot, domain, derivative) case OP_##name: return flx_double_amul(p.d[in.a], flx_double_partial_##name(x, y));
#define OP_INLINE(name, value, slot, domain, derivative)
#include "ops/ops.def"
#undef OP
#define OP2(name, value, dx, dy) case OP_##name: return TERM(in.a, flx_double_partial_##name##_x(x, p.v[in.b], y)) + TERM(in.b, flx_double_partial_##name##_y(x, p.v[in.b], y));
#include "ops/binary.def"
#undef OP2
    /* clang-format on */
    default: return flx_dual_run_scalar(c, in, p, out).d;
    }
}

void flx_forward_known(const flx_code *code, uint32_t first, uint32_t out, flx_dual_plane p)
{
    const flx_code local = *code, *c = &local; /* stores to planes cannot change a copy */
    for (uint32_t k = first; k < c->instrs; k++) {
        const flx_instr in = c->instr[k];
        if (in.op == OP_input) {
            out += in.a;
            continue;
        }
        const int arithmetic = in.op <= OP_square; /* the first rows of op.def */
        p.d[out] =
            arithmetic ? flx_dual_run_scalar(c, in, p, out).d : tangent_of_function(c, in, p, out);
        out++;
    }
}
