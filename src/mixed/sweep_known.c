/* sweep_known.c: forward over reverse where the adjoints are there: only their tangents are computed. */
#include "mixed/sweep_known.h"

#include "forward/support.h"
#include "ops/quick.h"

#define T flx_dual
#define F(name) flx_dual_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#include "reverse/context_slots.inc"

static FLX_UNFOLD void F(give)(F(context) * c, uint32_t slot, T g)
{
    if (F(wants)(c, slot)) c->adjoint.d[slot] = c->adjoint.d[slot] + g.d;
}

/* What adjoint_rules.inc says, with fewer comparisons; of a product what is given: the tangent. */
static FLX_UNFOLD int F(nothing)(T g) { return flx_quick_are_zero(g.v, g.d); }
static FLX_UNFOLD T F(product)(T g, T p)
{
    return F(make)(0.0, flx_quick_amul_smul(g.d, p.v, g.v, p.d));
}
static FLX_UNFOLD T F(level_product)(T g, T p) { return F(smul)(g, p); }

#include "reverse/give.inc"
#include "reverse/reverse_scalar.inc"

void flx_sweep_known(const flx_code *code, flx_dual_plane value, flx_dual_plane adjoint,
                     uint32_t low)
{
    F(context) context = {*code, value, adjoint, low};
    const flx_code *c = &context.code;
    uint32_t out = c->slots;
    for (uint32_t k = c->instrs; k-- > 0;) {
        const flx_instr in = c->instr[k];
        if (in.op == OP_input) out -= in.a;
        else F(reverse_scalar)(&context, in, --out);
    }
}
