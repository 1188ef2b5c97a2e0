/* A program's code on a tape: instruction by instruction, and how much room there is for its gradient. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "program/append.h"
#include "reverse/array.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, flx_var y)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, n, x, 1, &y, FLX_KEEP_ALL, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    return f;
}

/* Appends it as it is at this point. */
static flx_work *append(flx_tape *t, flx_program *f, const double *x)
{
    flx_work *w = NULL;
    double y;
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);
    flx_eval(f, w, x, &y, NULL);
    flx_tape_reset(t);
    flx_append(t, f, w->plane);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    return w;
}

static uint32_t moved(unsigned kind, uint32_t operand) { return operand + (kind == FLX_SLOT); }

static void expect_block(const flx_block *b, const flx_block *old)
{
    cr_expect_eq(memcmp(&b->each, &old->each, sizeof b->each), 0);
    cr_assert_eq(b->views, old->views);
    for (uint32_t k = 0; k < b->views; k++) {
        const flx_view *v = &b->view[k], *w = &old->view[k];
        cr_expect(v->slot == w->slot + 1 && v->rows == w->rows && v->cols == w->cols);
        cr_expect(v->stride[0] == w->stride[0] && v->stride[1] == w->stride[1]);
    }
}

/* The poison, and then the program with all its slots one further. */
static void expect_appended(const flx_tape *t, const flx_program *f)
{
    cr_assert_eq(flx_tape_instrs(t), 1 + f->code.instrs);
    cr_assert_eq(t->head.slots, 1 + f->code.slots);
    cr_expect(t->head.imms == f->imms && t->words == f->words && t->blocks == f->blocks);
    cr_expect(t->calls == f->code.calls && t->loops == f->code.loops);
    cr_expect_eq(memcmp(t->head.imm, f->imm, f->imms * sizeof *f->imm), 0);
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr *in = &t->head.instr[1 + k], *old = &f->instr[k];
        const flx_operands is = flx_operands_of(old->op);
        cr_expect(in->op == old->op && in->flags == old->flags);
        cr_expect_eq(in->a, moved(is.a, old->a));
        cr_expect_eq(in->b, old->op == OP_zeros ? old->b + 1 : moved(is.b, old->b));
        for (uint32_t j = 0; j < 2 && is.b == FLX_WORD; j++)
            cr_expect_eq(t->word[in->b + j], moved(is.word[j], f->word[old->b + j]));
        if (is.a == FLX_BLOCK) expect_block(&t->block[in->a], &f->block[old->a]);
    }
    for (uint32_t k = 0; k < f->code.calls; k++) cr_expect_eq(t->call[k].ctx, f->call[k].ctx);
    for (uint32_t k = 0; k < f->code.loops; k++) cr_expect_eq(t->loop[k].inner, f->loop[k].inner);
}

static flx_status twice(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    for (size_t k = 0; k < m && k < n; k++) y[k] = *(double *)ctx * x[k];
    return FLX_OK;
}

static flx_status all_twice(void *ctx, size_t n, const double *x, size_t mn, double *jac)
{
    (void)x;
    for (size_t k = 0; k < mn; k++) jac[k] = k % (n + 1) == 0 ? *(double *)ctx : 0.0;
    return FLX_OK;
}

static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

/* Operations of all shapes, callbacks and loops. */
static flx_var all_of(flx_tape *t, const flx_var *x, double *factor, flx_program *inner)
{
    flx_array a = flx_array_pack(t, 2, 2, (flx_var[]){x[0], x[1], flx_mul(x[0], 3.0), x[1]});
    a = flx_array_add(flx_array_mul(flx_array_scalar(flx_constant(0.5)), a),
                      flx_array_scalar(x[0]));
    a = flx_array_matmul(a, flx_array_transpose(a));
    for (int k = 0; k < 2; k++) {
        const flx_external e = {.name = k ? "second" : "first",
                                .ctx = factor + k,
                                .value = twice,
                                .jacobian = all_twice,
                                .order = 1};
        a = flx_array_add(a, flx_array_reshape(flx_array_external(&e, a, 4), 2, 2));
    }
    a = flx_map(inner, a, flx_array_scalar(x[1]));
    flx_var g[2],
        y = flx_fma(sum_of(a), flx_sub(2.0, x[0]), flx_select(x[1], x[0], flx_sqrt(x[1])));
    const flx_var z = flx_mul(x[0], flx_pow(x[1], 2.5));
    cr_assert_eq(flx_grad(z, 2, x, g, FLX_CREATE_GRAPH), FLX_OK, "%s", flx_tape_report(t).op);
    return flx_add(y, flx_mul(g[0], flx_fabs(g[1])));
}

static flx_program *product(void)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 1.0), flx_variable(t, 2.0), flx_variable(t, 3.0)};
    flx_program *f = frozen(t, 3, x, flx_mul(x[0], flx_mul(x[1], x[2])));
    flx_tape_destroy(t);
    return f;
}

Test(append, every_instruction_with_its_slots_one_further)
{
    double factor[2] = {2.0, 3.0};
    flx_program *inner = product();
    flx_tape *t = new_tape(), *to = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 2.0)};
    flx_program *f = frozen(t, 2, x, all_of(t, x, factor, inner));
    cr_assert(f->imms > 3 && f->words > 3 && f->code.calls >= 2 && f->code.loops == 1);
    for (int k = 0; k < 2; k++) { /* on a tape that has been used, too */
        flx_work *w = append(to, f, (const double[]){0.5, 2.0});
        expect_appended(to, f);
        cr_expect_eq(memcmp(to->head.value + 1, w->plane, f->code.slots * sizeof(double)), 0);
        uint32_t zeros = 0;
        for (uint32_t j = 0; j < f->code.instrs && f->instr[j].op != OP_zeros; j++)
            zeros += flx_instr_outputs(&f->instr[j]);
        cr_expect_eq(to->first_accumulator, 1 + zeros, "%u, %u", to->first_accumulator, zeros);
        flx_work_destroy(w);
    }
    flx_tape_destroy(to);
    flx_tape_destroy(t);
    flx_program_release(f);
    flx_program_release(inner);
}

/* Equal operations that became an array are one operation on the tape: the label of each element is that of
 * the array, whatever is recorded after it. */
Test(append, elements_of_arrays_have_the_label_of_the_array)
{
    enum { N = 12 };
    flx_tape *t = new_tape();
    flx_var x[N], y = flx_constant(0.0), later;
    flx_program *f = NULL, *g = NULL;
    flx_report r;
    double at[N], sum;
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, at[k] = 1.0 + k);
    for (int k = 0; k < N; k++) y = flx_add(y, flx_log(x[k]));
    cr_assert_eq(flx_freeze(t, N, x, 1, &y, FLX_IN_RUNS, &f, NULL), FLX_OK);
    flx_work *w = append(t, f, at);
    for (size_t k = 0; k < N; k++) x[k] = flx_array_run(t, 1 + f->input[k], 1, 1).first;
    later = flx_array_run(t, 1 + f->output[0], 1, 1).first;
    flx_tape_label(t, "later");
    for (int k = 0; k < 4 * N; k++) later = flx_sin(later);
    cr_assert_eq(flx_freeze(t, N, x, 1, &later, FLX_KEEP_ALL, &g, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_work_destroy(w);
    cr_assert_eq(flx_work_create(g, FLX_WORK_VALUE, 0, &w), FLX_OK);
    for (int k = 0; k < N; k++) {
        at[k] = -1.0;
        cr_expect_eq(flx_eval(g, w, at, &sum, &r), FLX_OK);
        cr_expect_eq(r.flags, FLX_FLAG_DOMAIN, "%d: %x", k, r.flags);
        cr_expect_str_eq(r.op, "log");
        cr_expect_null(r.label, "%d: %s", k, r.label);
        at[k] = 1.0 + k;
    }
    flx_work_destroy(w);
    flx_program_release(g);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Between which instructions there are delicate points: those of the values, not of the recording. */
Test(append, delicate_points_are_noted)
{
    flx_tape *t = new_tape(), *to = new_tape();
    const flx_var x[3] = {flx_variable(t, 0.5), flx_variable(t, 2.0), flx_variable(t, 3.0)};
    const flx_var y = flx_mul(flx_sqrt(x[0]), flx_mul(flx_fabs(x[1]), flx_log(x[2])));
    flx_program *f = frozen(t, 3, x, y);
    static const uint16_t ops[3] = {OP_sqrt, OP_fabs, OP_log};
    uint32_t at[3] = {0, 0, 0};
    for (uint32_t k = 0; k < f->code.instrs; k++)
        for (int j = 0; j < 3; j++)
            if (f->instr[k].op == ops[j]) at[j] = k + 1;
    for (unsigned which = 0; which < 8; which++) {
        uint32_t first = UINT32_MAX, last = 0;
        double point[3] = {1.0, 1.0, 2.0};
        for (int j = 0; j < 3; j++) {
            if (!(which >> j & 1)) continue;
            point[j] = 0.0;
            if (first > at[j]) first = at[j];
            last = at[j] > last ? at[j] : last;
        }
        flx_work *w = append(to, f, point);
        cr_expect_eq(to->first_delicate, first, "%u: %u, %u", which, to->first_delicate, first);
        if (which) cr_expect_eq(to->last_delicate, last, "%u: %u", which, to->last_delicate);
        flx_work_destroy(w);
    }
    flx_tape_destroy(to);
    flx_tape_destroy(t);
    flx_program_release(f);
}

/* ---- room ---- */

typedef flx_var step(flx_var y, const flx_var *x);
static flx_var add(flx_var y, const flx_var *x) { return flx_var_add(y, x[0]); }
static flx_var sub(flx_var y, const flx_var *x) { return flx_var_sub(x[1], y); }
static flx_var mul(flx_var y, const flx_var *x) { return flx_var_mul(y, x[0]); }
static flx_var square(flx_var y, const flx_var *x) { return (void)x, flx_var_square(y); }
static flx_var sine(flx_var y, const flx_var *x) { return (void)x, flx_var_sin(y); }
static flx_var scale(flx_var y, const flx_var *x) { return (void)x, flx_var_mul_xc(y, 0.5); }
static flx_var shift(flx_var y, const flx_var *x) { return (void)x, flx_var_add_xc(y, 0.5); }
static flx_var quotient(flx_var y, const flx_var *x) { return flx_var_div(y, x[0]); }
static flx_var angle(flx_var y, const flx_var *x) { return flx_var_atan2(y, x[0]); }
static flx_var choice(flx_var y, const flx_var *x) { return flx_select(x[0], y, x[1]); }
static flx_var fused(flx_var y, const flx_var *x) { return flx_var_fma(y, x[0], x[1]); }
static flx_var array(flx_var y, const flx_var *x)
{
    (void)x;
    return flx_array_at(flx_array_exp(flx_array_scalar(y)), 0, 0);
}
static flx_var arrays(flx_var y, const flx_var *x)
{
    (void)x;
    const flx_array two = flx_array_constant(y.tape, 2, 1, (const double[]){1.0, 2.0});
    return flx_array_at(flx_array_mul(flx_array_scalar(y), two), 0, 0);
}

typedef struct room {
    uint32_t slots, instrs, imms, words, blocks, segments;
} room;

static room room_of(const flx_tape *t)
{
    return (room){t->slot_cap, t->instr_cap, t->imm_cap, t->word_cap, t->block_cap, t->segment_cap};
}

static room use_of(const flx_tape *t)
{
    return (room){t->head.slots, flx_tape_instrs(t), t->head.imms,
                  t->words,      t->blocks,          t->segments};
}

enum { STEPS = 1000 };

/* Room and what is used of it after the gradient; whether the gradient needed more. */
static int grows(step *by, room *room_, room *used)
{
    flx_tape *t = new_tape(), *to = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    flx_var y = x[0], g[2], z[2];
    for (int k = 0; k < STEPS; k++) y = by(y, x);
    flx_program *f = frozen(t, 2, x, y);
    flx_work *w = append(to, f, (const double[]){0.5, 0.25});
    *room_ = room_of(to);
    const flx_var end = flx_tape_var(to, 1 + f->output[0]);
    for (int k = 0; k < 2; k++) z[k] = flx_tape_var(to, 1 + f->input[k]);
    cr_assert_eq(flx_grad(end, 2, z, g, FLX_CREATE_GRAPH), FLX_OK);
    const room after = room_of(to);
    *used = use_of(to);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(to);
    flx_tape_destroy(t);
    return memcmp(&after, room_, sizeof after) != 0;
}

static int is_tight(uint32_t cap, uint32_t used) { return cap == 64 || cap < used + 16; }

/* What is known of an operation's gradient is right to a few numbers; what is not is no less than that,
 * but for functions of two numbers. */
Test(append, there_is_room_for_the_gradient)
{
    static const struct {
        const char *name;
        step *by;
        int known, more;
    } all[] = {{"add", add, 1, 0},       {"sub", sub, 1, 0},      {"mul", mul, 1, 0},
               {"square", square, 1, 0}, {"sin", sine, 1, 0},     {"mulc", scale, 1, 0},
               {"addc", shift, 0, 0},    {"div", quotient, 0, 0}, {"atan2", angle, 0, 1},
               {"fma", fused, 0, 0},     {"array", array, 0, 0},  {"arrays", arrays, 0, 0},
               {"select", choice, 0, 0}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        room r, u;
        const int more = grows(all[k].by, &r, &u);
        cr_expect_eq(more, all[k].more, "%s", all[k].name);
        if (!all[k].known) continue;
        cr_expect(is_tight(r.slots, u.slots), "%s: %u, %u", all[k].name, r.slots, u.slots);
        cr_expect(is_tight(r.instrs, u.instrs), "%s: %u, %u", all[k].name, r.instrs, u.instrs);
        cr_expect(is_tight(r.imms, u.imms), "%s: %u, %u", all[k].name, r.imms, u.imms);
        cr_expect(is_tight(r.words, u.words), "%s: %u, %u", all[k].name, r.words, u.words);
        cr_expect(is_tight(r.segments, u.segments), "%s: %u", all[k].name, r.segments);
    }
}
