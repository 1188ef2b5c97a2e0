/* forward_known.c: tangents along one direction where the values are there: no function is called again for
 * its value, and what is not stored is not computed. */
#include "forward/support.h"
#include "ops/quick.h"
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

/* Likewise of what forward_scalar.inc asks for first, in the same order. */
static inline double tangent(const flx_code *c, flx_instr in, flx_dual_plane p, uint32_t out)
{
    const double dx = p.d[in.a];
    if (in.op < OP_div && in.op != OP_poison) {
        const double dy = p.d[in.b];
        if (in.op == OP_mul) return flx_quick_amul_amul(dx, p.v[in.b], dy, p.v[in.a]);
        return in.op == OP_add ? dx + dy : dx - dy;
    }
    if (in.op == OP_mulc) return flx_double_amul(dx, c->imm[in.b]);
    if (in.op == OP_addc) return dx;
    if (in.op == OP_square) return flx_double_amul(dx, p.v[in.a] + p.v[in.a]);
    if (in.op == OP_csub) return -dx;
    return tangent_of_function(c, in, p, out);
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
        p.d[out] = tangent(c, in, p, out);
        out++;
    }
}
