/* sweep_sparse.c: reverse mode, T = double, over the instructions that outputs depend on. Pending
 * contributions wait in a heap, those to the highest slot on top: when they come up, everything
 * that the slot was used in has been swept. */
#include "reverse/sweep_sparse.h"

#include <math.h>

#include "ops/given.h"
#include "reverse/flags.h"
#include "reverse/plane.h"

/* A pending contribution costs about ten times an instruction of the sweep of a whole span, so a
 * failed attempt takes some hundredths of it. */
enum { FRACTION = 512, LEAST_SPAN = 16 * FRACTION };

typedef struct flx_double_context {
    flx_code code;
    const double *value;
    uint32_t low;
    flx_term *heap;
    size_t waiting, given, limit;
    double adjoint; /* of the instruction being swept */
    int failed;
} flx_double_context;

size_t flx_sparse_limit(flx_span s)
{
    const size_t span = s.last - s.first;
    return span < LEAST_SPAN ? 0 : span / FRACTION;
}

/* Whether a is to be taken before b. */
static int before(flx_term a, flx_term b)
{
    return a.slot != b.slot ? a.slot > b.slot : a.number < b.number;
}

static void push(flx_double_context *c, uint32_t slot, double g)
{
    if (slot < c->low) return;
    if (c->given == c->limit) {
        c->failed = 1;
        return;
    }
    const flx_term term = {g, slot, (uint32_t)c->given++};
    size_t k = c->waiting++;
    for (; k && before(term, c->heap[(k - 1) / 2]); k = (k - 1) / 2)
        c->heap[k] = c->heap[(k - 1) / 2];
    c->heap[k] = term;
}

static flx_term pop(flx_double_context *c)
{
    const flx_term top = c->heap[0], last = c->heap[--c->waiting];
    size_t k = 0;
    for (size_t child = 1; child < c->waiting; child = 2 * k + 1) {
        if (child + 1 < c->waiting && before(c->heap[child + 1], c->heap[child])) child++;
        if (!before(c->heap[child], last)) break;
        c->heap[k] = c->heap[child];
        k = child;
    }
    c->heap[k] = last;
    return top;
}

static double flx_double_at(const flx_double_context *c, uint32_t slot) { return c->value[slot]; }
static int flx_double_wants(const flx_double_context *c, uint32_t slot) { return slot >= c->low; }
static double flx_double_adjoint(const flx_double_context *c, uint32_t slot)
{
    (void)slot;
    return c->adjoint;
}
static int flx_double_nothing(double g) { return g == 0.0; }
static void flx_double_give(flx_double_context *c, uint32_t slot, double g) { push(c, slot, g); }
static void flx_double_take(flx_double_context *c, uint32_t slot, double g) { push(c, slot, -g); }
static void flx_double_give_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    push(c, slot, flx_double_amul(g, p));
}
static void flx_double_take_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    push(c, slot, -flx_double_amul(g, p));
}
static void flx_double_give_zero_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    push(c, slot, flx_double_smul(g, p));
}
static void flx_double_take_zero_product(flx_double_context *c, uint32_t slot, double g, double p)
{
    push(c, slot, -flx_double_smul(g, p));
}
static void flx_double_give_if(flx_double_context *c, uint32_t slot, double g, double condition,
                               int unless)
{
    if ((condition > 0.0) != unless) push(c, slot, g);
}

#define T double
#define F(name) flx_double_##name
#include "ops/defined.inc"
#include "ops/rules.inc"
#include "reverse/reverse_scalar.inc"
#undef T
#undef F

/* Hands an adjoint on. Operands that gain nothing are reached as well, with a zero: a flag may be
 * raised there. */
static void sweep(flx_double_context *c, flx_instr in, uint32_t out)
{
    uint32_t operand[3];
    if (c->adjoint == 0.0 || in.op == OP_select) {
        const int count = flx_instr_active_operands(&c->code, &in, operand);
        for (int k = 0; k < count; k++) push(c, operand[k], 0.0);
    }
    flx_double_reverse_scalar(c, in, out);
}

int flx_sweep_sparse(const flx_tape *t, flx_span span, size_t m, const flx_var *y,
                     const flx_var *seed, flx_term *room, size_t limit, flx_reached *reached)
{
    flx_double_context c = {flx_tape_code(t), t->head.value, span.low, room, 0, 0, limit, 0.0, 0};
    flx_term *done = room + limit;
    size_t count = 0;
    for (size_t k = 0; k < m; k++)
        if (y[k].tape) push(&c, y[k].u.at.slot, flx_tape_read(seed[k]));
    while (c.waiting && !c.failed) {
        const uint32_t out = c.heap[0].slot;
        c.adjoint = 0.0;
        while (c.waiting && c.heap[0].slot == out) c.adjoint += pop(&c).g;
        if (!isfinite(c.value[out]) || !isfinite(c.adjoint)) return 0;
        done[count++] = (flx_term){c.adjoint, out, 0};
        const uint32_t writer = flx_tape_writer(t, out);
        const flx_instr *in = &c.code.instr[writer];
        if (writer < span.first || in->op == OP_input) continue;
        if (!flx_op_is_scalar(in->op)) return 0;
        if (flx_instr_is_delicate(&c.code, in) && flx_at_delicate_point(&c.code, in, c.value, 1))
            return 0;
        sweep(&c, *in, out);
    }
    *reached = (flx_reached){done, count};
    return !c.failed;
}

const double *flx_reached_adjoint(const flx_reached *reached, uint32_t slot)
{
    size_t low = 0, high = reached->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (reached->term[middle].slot > slot) low = middle + 1;
        else high = middle;
    }
    return low < reached->count && reached->term[low].slot == slot ? &reached->term[low].g : NULL;
}
