/* A tape's life: places, stale variables, mixed tapes, failures and what works after them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/grad.h>
#include <fluxion/program.h>
#include <fluxion/var.h>

#include "hostile.h"
#include "reference.h"
#include "reverse/tape.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* The tape records and differentiates: d(x sin x)/dx at 2. */
static void expect_usable(flx_tape *t)
{
    flx_var gx, x = flx_variable(t, 2.0);
    const flx_var y = flx_var_mul(x, flx_var_sin(x));
    cr_expect_eq(flx_grad(y, 1, &x, &gx, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(gx), sin(2.0) + 2.0 * cos(2.0));
    cr_expect_eq(flx_tape_status(t), FLX_OK);
}

/* The tape has failed so, poison comes out, gradients say so, and a rewind mends it. */
static void expect_failed(flx_tape *t, flx_status status, flx_var out, flx_mark before)
{
    flx_var g, x = flx_variable(t, 1.0);
    cr_expect_eq(flx_tape_status(t), status, "%s", flx_status_name(flx_tape_status(t)));
    cr_expect(isnan(flx_peek(out)));
    cr_expect(isnan(flx_peek(x)));
    cr_expect(isnan(flx_peek(flx_var_add(x, x))));
    cr_expect_eq(flx_grad(out, 1, &x, &g, 0), status);
    cr_expect(isnan(flx_peek(g)));
    cr_expect_eq(flx_tape_report(t).status, status);
    cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    expect_usable(t);
}

Test(tape, zero_bytes_are_the_constant_zero)
{
    flx_var v;
    memset(&v, 0, sizeof v);
    cr_expect_eq(flx_peek(v), 0.0);
    cr_expect_eq(flx_var_status(v), FLX_OK);
    cr_expect_null(flx_var_add(v, v).tape);
}

Test(tape, constants_record_nothing)
{
    flx_tape *t = new_tape();
    const size_t before = flx_tape_measure(t).instructions;
    const flx_var c = flx_var_exp(flx_var_mul(flx_constant(3.0), flx_constant(0.5)));
    cr_expect_eq(flx_peek(c), exp(1.5));
    cr_expect_eq(flx_tape_measure(t).instructions, before);
    flx_tape_destroy(t);
}

Test(tape, arithmetic_with_constants_has_the_bits_of_plain_c)
{
    flx_tape *t = new_tape();
    const double values[] = {0.1, -0.0, 0.0, 1e308, -3.7, 5e-324, INFINITY, NAN};
    for (size_t i = 0; i < 8; i++) {
        for (size_t j = 0; j < 8; j++) {
            const double a = values[i], b = values[j];
            const flx_var x = flx_variable(t, a), y = flx_variable(t, b), c = flx_constant(b);
            const struct {
                flx_var got;
                double want;
            } cases[] = {
                {flx_var_add(x, y), a + b},
                {flx_var_sub(x, y), a - b},
                {flx_var_mul(x, y), a * b},
                {flx_var_div(x, y), a / b},
                {flx_var_add(x, c), a + b},
                {flx_var_sub(x, c), a - b},
                {flx_var_mul(x, c), a * b},
                {flx_var_div(x, c), a / b},
                {flx_var_add(c, x), b + a},
                {flx_var_sub(c, x), b - a},
                {flx_var_mul(c, x), b * a},
                {flx_var_div(c, x), b / a},
                {flx_var_sub_xc(x, b), a - b},
                {flx_var_div_cx(b, x), b / a},
                {flx_var_neg(x), -a},
                {flx_var_square(x), a * a},
                {flx_var_pow_xc(x, b), pow(a, b)},
                {flx_var_pow(x, y), pow(a, b)},
                {flx_var_hypot(x, c), hypot(a, b)},
                {flx_var_atan2_cx(b, x), atan2(b, a)},
            };
            for (size_t k = 0; k < sizeof cases / sizeof *cases; k++)
                cr_expect(ref_same(flx_peek(cases[k].got), cases[k].want), "case %zu: %g %g", k, a,
                          b);
        }
    }
    flx_tape_destroy(t);
}

Test(tape, a_stale_variable_is_refused)
{
    flx_tape *t = new_tape();
    const flx_var kept = flx_variable(t, 1.0);
    const flx_mark m = flx_tape_mark(t);
    const flx_var stale = flx_variable(t, 2.0);
    cr_expect_eq(flx_tape_rewind(t, m), FLX_OK);
    const flx_var reused = flx_variable(t, 3.0); /* the same slot */
    cr_expect_eq(flx_var_status(stale), FLX_ESTALE);
    cr_expect(isnan(flx_peek(stale)));
    cr_expect_eq(flx_var_status(kept), FLX_OK);
    cr_expect_eq(flx_peek(flx_var_add(kept, reused)), 4.0);
    const flx_mark before = flx_tape_mark(t);
    FLX_HERE(t);
    const flx_var out = flx_var_mul(kept, stale);
    const flx_report r = flx_tape_report(t);
    cr_expect_str_eq(r.op, "mul");
    cr_expect(strstr(r.label, "test_tape.c") != NULL);
    expect_failed(t, FLX_ESTALE, out, before);
    flx_tape_destroy(t);
}

Test(tape, variables_below_nested_rewinds_stay_valid)
{
    flx_tape *t = new_tape();
    flx_var v[6];
    flx_mark m[6];
    for (int k = 0; k < 6; k++) {
        m[k] = flx_tape_mark(t);
        v[k] = flx_variable(t, k);
    }
    cr_expect_eq(flx_tape_rewind(t, m[5]), FLX_OK); /* loses v5 */
    const flx_var late = flx_variable(t, 10.0);
    cr_expect_eq(flx_tape_rewind(t, m[3]), FLX_OK); /* loses v3, v4, late */
    const int valid[] = {1, 1, 1, 0, 0, 0};
    for (int k = 0; k < 6; k++)
        cr_expect_eq(flx_var_status(v[k]) == FLX_OK, valid[k], "variable %d", k);
    cr_expect_eq(flx_var_status(late), FLX_ESTALE);
    for (int k = 0; k < 3; k++) flx_variable(t, 20.0 + k); /* fills the slots again */
    for (int k = 3; k < 6; k++) cr_expect_eq(flx_var_status(v[k]), FLX_ESTALE, "variable %d", k);
    cr_expect_eq(flx_peek(flx_var_add(v[2], v[1])), 3.0);
    cr_expect_eq(flx_tape_rewind(t, m[1]), FLX_OK);
    flx_variable(t, 30.0);
    cr_expect_eq(flx_peek(flx_var_mul(v[0], v[0])), 0.0);
    cr_expect(isnan(flx_peek(flx_var_mul(v[0], v[1]))), "its slot holds another one");
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    flx_tape_reset(t);
    cr_expect_eq(flx_var_status(v[0]), FLX_ESTALE);
    const flx_var first = flx_variable(t, 7.0);
    m[3] = flx_tape_mark(t);
    flx_variable(t, 8.0);
    cr_expect_eq(flx_tape_rewind(t, m[3]), FLX_OK);
    cr_expect_eq(flx_peek(flx_var_square(first)), 49.0);
    flx_var_square(v[0]);
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE, "of before the reset, in a slot in use");
    cr_expect_eq(flx_tape_rewind(t, m[3]), FLX_OK);
    cr_expect_eq(flx_tape_rewind(t, m[4]), FLX_EARG, "a mark above a later rewind");
    cr_expect_eq(flx_tape_rewind(t, m[3]), FLX_OK, "the same mark again");
    expect_usable(t);
    flx_tape_destroy(t);
}

Test(tape, mixing_two_tapes_marks_both)
{
    flx_tape *t = new_tape(), *u = new_tape();
    const flx_mark before_t = flx_tape_mark(t), before_u = flx_tape_mark(u);
    const flx_var x = flx_variable(t, 1.0), y = flx_variable(u, 2.0);
    const flx_var out = flx_var_hypot(x, y);
    cr_expect_eq(flx_tape_status(u), FLX_ETAPE);
    expect_failed(t, FLX_ETAPE, out, before_t);
    expect_failed(u, FLX_ETAPE, flx_variable(u, 1.0), before_u);
    flx_tape_destroy(t);
    flx_tape_destroy(u);
}

Test(tape, a_lowered_slot_limit_is_kept)
{
    flx_tape *t;
    const flx_tape_options options = {.max_slots = 100};
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_mark before = flx_tape_mark(t);
    flx_var x = flx_variable(t, 1.0);
    for (int k = 0; k < 98; k++) x = flx_var_add_xc(x, 1.0);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect_eq(flx_peek(x), 99.0);
    x = flx_var_add_xc(x, 1.0);
    expect_failed(t, FLX_ELIMIT, x, before);
    flx_tape_destroy(t);
}

Test(tape, a_memory_ceiling_is_kept)
{
    flx_tape *t;
    const flx_tape_options options = {.max_bytes = 100000};
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_mark before = flx_tape_mark(t);
    flx_var x = flx_variable(t, 1.0);
    while (flx_tape_status(t) == FLX_OK) x = flx_var_sin(x);
    cr_expect(flx_tape_measure(t).held.all <= 100000);
    cr_expect(flx_tape_measure(t).slots > 1000);
    cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
    cr_expect(isnan(flx_peek(x)));
    /* Recording goes on in the memory held; a sweep would need more, and says so. */
    cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    x = flx_var_square(flx_variable(t, 3.0));
    cr_expect_eq(flx_peek(x), 9.0);
    flx_var g;
    for (int k = 0; k < 2000; k++) flx_var_neg(x);
    cr_expect_eq(flx_grad(flx_var_neg(x), 1, &x, &g, 0), FLX_ENOMEM);
    cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
    flx_tape_destroy(t);
}

Test(tape, guards_remember_and_failed_tapes_compare_as_nan)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1.0), y = flx_variable(t, 2.0);
    cr_expect(flx_var_lt(x, y));
    cr_expect_not(flx_var_gt_xc(x, 1.0));
    cr_expect(flx_var_ge_cx(1.0, x));
    cr_expect_eq(flx_tape_measure(t).guards, 3);
    cr_expect(flx_var_lt(flx_constant(0.0), flx_constant(1.0)));
    cr_expect_eq(flx_tape_measure(t).guards, 3, "constants need no guard");
    flx_tape *u = new_tape();
    flx_var_add(x, flx_variable(u, 1.0));
    cr_expect_not(flx_var_lt(x, y));
    cr_expect_not(flx_var_eq(x, x));
    cr_expect(flx_var_ne(x, x));
    flx_tape_destroy(t);
    flx_tape_destroy(u);
}

Test(tape, select_takes_the_chosen_branch_only)
{
    flx_tape *t = new_tape();
    flx_var g[3], x[3] = {flx_variable(t, -1.0), flx_variable(t, 3.0), flx_variable(t, 0.0)};
    const flx_var bad = flx_var_log(x[0]); /* NaN, and its derivative too */
    flx_var y = flx_var_select(x[2], bad, flx_var_square(x[1]));
    cr_expect_eq(flx_peek(y), 9.0, "c = 0 is not > 0");
    cr_expect_eq(flx_grad(y, 3, x, g, 0), FLX_OK);
    cr_expect_eq(flx_peek(g[0]), 0.0);
    cr_expect_eq(flx_peek(g[1]), 6.0);
    cr_expect_eq(flx_peek(g[2]), 0.0);
    y = flx_var_select(bad, x[0], x[1]); /* c NaN: the false branch */
    cr_expect_eq(flx_peek(y), 3.0);
    y = flx_var_select(flx_constant(1.0), flx_var_mul_xc(x[1], 2.0), bad);
    cr_expect_eq(flx_grad(y, 3, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g[1]), 2.0, "a constant condition leaves the branch active");
    flx_tape_destroy(t);
}

Test(tape, usage_counts_and_reset_empties)
{
    flx_tape *t = new_tape();
    const size_t empty = flx_tape_measure(t).slots;
    const flx_var x = flx_variable(t, 1.0);
    for (int k = 0; k < 10000; k++) flx_var_mul_xc(x, 2.0);
    const flx_tape_usage full = flx_tape_measure(t);
    cr_expect_eq(full.slots, empty + 10001);
    cr_expect(full.used.all >= 10000 * 28 && full.used.all <= full.held.all);
    flx_tape_reset(t);
    cr_expect_eq(flx_tape_measure(t).slots, empty);
    cr_expect_eq(flx_tape_measure(t).held.all, full.held.all, "memory is kept");
    cr_expect_eq(flx_var_status(x), FLX_ESTALE);
    expect_usable(t);
    flx_tape_destroy(t);
    flx_tape_destroy(NULL);
}

Test(tape, rounds_of_record_and_rewind_allocate_nothing_after_the_first)
{
    hostile h = {0, 0, 0, 0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_mark start = flx_tape_mark(t);
    size_t requests = 0, held = 0;
    for (int round = 0; round < 1000; round++) {
        flx_var g, h2, x = flx_variable(t, 0.5 + round * 1e-3);
        const flx_var y = flx_var_sin(flx_var_mul(flx_var_exp(x), x));
        cr_assert_eq(flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_grad(g, 1, &x, &h2, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
        if (round == 0) {
            requests = h.requests;
            held = h.bytes;
        }
    }
    cr_expect_eq(h.requests, requests);
    cr_expect_eq(h.bytes, held);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}

Test(tape, bad_arguments_are_refused)
{
    flx_tape *t = new_tape();
    flx_var x = flx_variable(t, 1.0), g = flx_constant(7.0);
    const flx_var c = flx_constant(2.0);
    cr_expect_eq(flx_tape_create(NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_grad(x, 1, NULL, &g, 0), FLX_EARG);
    cr_expect_eq(flx_grad(x, 1, &x, NULL, 0), FLX_EARG);
    cr_expect_eq(flx_grad(x, 1, &x, &g, 8), FLX_EARG);
    cr_expect_eq(flx_grad(x, 1, &c, &g, 0), FLX_EARG, "a constant is no input");
    cr_expect(isnan(flx_peek(g)));
    cr_expect_eq(flx_tape_status(t), FLX_OK, "a refused call does not fail the tape");
    const flx_mark nowhere = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    cr_expect_eq(flx_tape_rewind(t, nowhere), FLX_EARG);
    expect_usable(t);
    flx_tape_destroy(t);
}

/* Random mixes of instructions with one, many and no outputs, rewinds between them: every slot
 * knows its writer, every instruction what came before it, and inline recording its room. */
Test(tape, slots_and_instructions_find_each_other)
{
    flx_tape *t = new_tape();
    unsigned state = 1;
    flx_mark marks[8];
    const double values[5] = {1, 2, 3, 4, 5};
    for (int round = 0; round < 400; round++) {
        state = state * 1103515245u + 12345u;
        const unsigned pick = state >> 16;
        const flx_var x = flx_variable(t, 1.0);
        flx_var g;
        if (pick % 5 == 0) flx_array_variable(t, 1, pick / 5 % 6, values);
        if (pick % 5 == 1)
            cr_assert_eq(flx_grad(flx_var_sin(x), 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
        if (pick % 5 == 2)
            cr_assert_eq(flx_grad(flx_var_square(x), 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
        marks[round % 8] = flx_tape_mark(t);
        if (round % 8 == 7 && pick % 3 == 0)
            cr_assert_eq(flx_tape_rewind(t, marks[pick % 8]), FLX_OK);
        const flx_code c = flx_tape_code(t);
        const uint32_t slots = t->slot_cap - c.slots, instrs = t->instr_cap - c.instrs;
        cr_assert_eq(t->head.room - c.slots, slots < instrs ? slots : instrs, "round %d", round);
        uint32_t slot = 0;
        for (uint32_t k = 0; k < c.instrs; k++) {
            cr_assert_eq(flx_tape_slots_before(t, k), slot, "round %d, instruction %u", round, k);
            const uint32_t outputs = flx_instr_outputs(&c.instr[k]);
            for (uint32_t j = 0; j < outputs; j++)
                cr_assert_eq(flx_tape_writer(t, slot + j), k, "round %d, slot %u", round, slot + j);
            slot += outputs;
        }
        cr_assert_eq(flx_tape_slots_before(t, c.instrs), slot);
    }
    flx_tape_destroy(t);
}

Test(tape, the_poison_stays_poison_after_a_rewind)
{
    flx_tape *t = new_tape();
    flx_var g, x = flx_variable(t, 1.0);
    flx_program *f = NULL;
    const flx_array a = flx_array_variable(t, 0, 0, NULL);
    const flx_mark before = flx_tape_mark(t);
    const flx_var poison = flx_array_at(a, 0, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ESHAPE);
    cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    cr_expect_eq(flx_var_status(poison), FLX_ESTALE);
    cr_expect_eq(flx_freeze(t, 1, &x, 1, &poison, 0, &f, NULL), FLX_ESTALE);
    cr_expect_null(f);
    cr_expect_eq(flx_grad(poison, 1, &x, &g, 0), FLX_ESTALE);
    cr_expect(isnan(flx_peek(g)));
    cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    cr_expect(isnan(flx_peek(flx_var_add(poison, x))));
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    flx_tape_destroy(t);
}

Test(tape, a_mark_of_another_tape_is_refused)
{
    flx_tape *t = new_tape(), *other = new_tape();
    for (int k = 0; k < 100; k++) {
        flx_variable(t, 1.0);
        flx_var g, x = flx_variable(other, 1.0);
        flx_grad(flx_var_div(x, x), 1, &x, &g, FLX_CREATE_GRAPH);
    }
    flx_mark m = flx_tape_mark(other);
    m.slots = m.instrs = 50; /* fits; what lies beside does not */
    cr_expect_eq(flx_tape_rewind(t, m), FLX_EARG);
    expect_usable(t);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(tape, a_rewind_brings_the_label_of_the_mark_back)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1.0);
    flx_tape_label(t, "first");
    const flx_mark before = flx_tape_mark(t);
    flx_tape_label(t, "second");
    cr_expect_eq(flx_tape_rewind(t, before), FLX_OK);
    flx_array_at(flx_array_pack(t, 1, 1, &x), 5, 5);
    cr_expect_str_eq(flx_tape_report(t).label, "first");
    flx_tape_destroy(t);
}

/* More rewinds than one block of notes holds, and then no memory for another. */
Test(tape, a_refused_note_of_a_rewind_makes_older_variables_stale_and_nothing_worse)
{
    hostile h = {0, 0, 0, 1};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    for (int k = 0; k < 1000; k++) flx_variable(t, k); /* room for what follows */
    flx_tape_reset(t);
    const flx_var old = flx_variable(t, 1.0);
    h.refuse = h.requests + 1;
    int refused = 0;
    for (int k = 0; k < 200; k++) { /* each above the last, so that none covers another */
        const flx_mark top = flx_tape_mark(t);
        flx_variable(t, 2.0);
        const flx_status s = flx_tape_rewind(t, top);
        cr_expect(s == FLX_OK || s == FLX_ENOMEM);
        refused += s == FLX_ENOMEM;
        flx_variable(t, 3.0);
    }
    cr_expect(refused > 0);
    cr_expect_eq(flx_var_status(old), FLX_ESTALE);
    h.refuse = 0;
    flx_tape_reset(t);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    expect_usable(t);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}
