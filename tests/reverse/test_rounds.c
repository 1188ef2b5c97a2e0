/* Loops that rewind hold no more memory after the first round; the k-th request for memory fails,
 * for every k, of everything that keeps gradients, pauses, detaches, sets and replays; and a tape
 * that is full. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "hostile_expect.h"
#include "reverse/tape.h"

/* Scalars and arrays, with a choice and a comparison. */
static flx_var record(flx_var x, flx_array a)
{
    const flx_array b = flx_array_axpy(x, a, flx_array_transpose(a));
    const flx_array p = flx_array_matmul(flx_array_softmax(b, FLX_ROWS), flx_array_tanh(a));
    flx_var y = flx_array_dot(b, flx_array_axpy(flx_constant(2.0), p, a));
    for (int k = 0; k < 50; k++) {
        y = flx_var_select(x, flx_var_hypot(flx_var_sin(y), x), y);
        if (flx_var_gt_xc(y, -1e300)) y = flx_var_add_xc(flx_var_mul_xc(y, 0.5), 1.0);
    }
    return y;
}

/* One round: gradient, gradient of its square, both ways of asking. Whether all succeeded. */
static int go_round(flx_tape *t, flx_var x, flx_array a, int k)
{
    const flx_mark start = flx_tape_mark(t);
    flx_var g, h;
    flx_array ga, gb;
    int good = flx_set(x, 1.0 + 1e-3 * k) == FLX_OK;
    FLX_HERE(t);
    flx_var y = record(x, a);
    good = good && flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH) == FLX_OK;
    good = good && flx_grad(flx_var_square(g), 1, &x, &h, FLX_CREATE_GRAPH) == FLX_OK;
    good = good && flx_grad_array(g, a, &ga, FLX_CREATE_GRAPH) == FLX_OK;
    good = good && flx_backward(y, FLX_CREATE_GRAPH) == FLX_OK;
    good = good && flx_backward(flx_array_dot(flx_grad_of_array(a), ga), 0) == FLX_OK;
    gb = flx_grad_of_array(a);
    good = good && gb.rows == 2 && isfinite(flx_peek(flx_array_at(gb, 1, 1)));
    good = good && isfinite(flx_peek(flx_grad_of(x))) && isfinite(flx_peek(h));
    flx_clear_grads(t);
    return flx_tape_rewind(t, start) == FLX_OK && good;
}

Test(rounds, a_thousand_ask_for_no_memory_after_the_first)
{
    hostile h = {0, 0, 0, 0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    const double values[4] = {0.1, -0.2, 0.3, 0.4};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5);
    const flx_array a = flx_array_variable(t, 2, 2, values);
    size_t requests = 0, bytes = 0, used = 0;
    for (int k = 0; k < 1000; k++) {
        cr_assert(go_round(t, x, a, k), "round %d: %s", k, flx_status_name(flx_tape_status(t)));
        if (k == 0) {
            requests = h.requests;
            bytes = h.bytes;
            used = flx_tape_measure(t).used.all;
        }
        cr_assert_eq(h.requests, requests, "round %d", k);
        cr_assert_eq(h.bytes, bytes, "round %d", k);
        cr_assert_eq(flx_tape_measure(t).used.all, used, "round %d", k);
    }
    cr_expect_eq(flx_tape_measure(t).held.all, bytes);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
}

/* Bytes by what they are for: what is used is what was recorded, and what is held adds up. */
Test(rounds, memory_is_reported_by_plane)
{
    hostile h = {0, 0, 0, 0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    const double values[6] = {0.0};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_tape_memory empty = flx_tape_measure(t).used;
    const flx_var x = flx_variable(t, 2.0);
    const flx_array a = flx_array_variable(t, 3, 2, values);
    FLX_HERE(t);
    const flx_var y = flx_var_select(x, flx_var_mul_xc(x, 3.0), x); /* an immediate, two words */
    flx_array_dot(a, a);                                            /* a descriptor */
    flx_var_lt_xc(x, 3.0);                                          /* a guard and an immediate */
    const flx_tape_memory used = flx_tape_measure(t).used;
    cr_expect_eq(used.values - empty.values, 10 * sizeof(double));
    const size_t instructions = 5 * sizeof(flx_instr), segments = 2 * sizeof(flx_segment);
    cr_expect_eq(used.instructions - empty.instructions, instructions + segments);
    const size_t immediates = 2 * sizeof(double), words = 2 * sizeof(uint32_t);
    cr_expect_eq(used.pools, immediates + words + sizeof(flx_block) + sizeof(flx_guard));
    cr_expect_eq(used.labels, sizeof(flx_label));
    cr_expect(used.gradients == 0 && used.work == 0);
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    const flx_tape_usage after = flx_tape_measure(t);
    cr_expect_eq(after.used.gradients, 2 * 16 + 7 * 16, "two runs, seven numbers");
    cr_expect_eq(after.used.all, used.all + after.used.gradients);
    const flx_tape_memory held = after.held;
    const size_t parts = held.values + held.instructions + held.pools + held.labels;
    cr_expect(held.values >= used.values && held.pools >= used.pools);
    cr_expect(held.work >= 7 * 2 * sizeof(flx_var) + 8, "variables, gradients, adjoints");
    cr_expect_eq(held.all, h.bytes);
    const size_t rest = held.all - parts - held.gradients - held.work;
    cr_expect(rest > 0 && rest < 2000, "the tape itself: %zu", rest);
    flx_tape_destroy(t);
}

/* A loop that is not rewound to the same place: marks in a loop, each round a little longer. */
Test(rounds, marks_nest_in_loops)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5);
    flx_var sum = flx_constant(0.0);
    for (int k = 0; k < 100; k++) {
        const flx_mark outer = flx_tape_mark(t);
        for (int j = 0; j < 10; j++) {
            const flx_mark inner = flx_tape_mark(t);
            flx_var g;
            cr_assert_eq(flx_grad(flx_var_square(x), 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect_eq(flx_peek(g), 1.0);
            cr_assert_eq(flx_tape_rewind(t, inner), FLX_OK);
        }
        if (k % 2) cr_assert_eq(flx_tape_rewind(t, outer), FLX_OK);
        else sum = flx_var_add(sum, x);
    }
    cr_expect_eq(flx_tape_measure(t).slots, 52, "the poison, x, 0.5 + 0 and 49 sums");
    cr_expect_eq(flx_peek(sum), 25.0);
    flx_tape_destroy(t);
}

/* What a call yields that was refused nothing: where it succeeds all the same it yields this. */
static double undisturbed[3];

static void expect_undisturbed(int which, flx_var g, size_t k)
{
    if (k == 0) undisturbed[which] = flx_peek(g);
    cr_expect_eq(flx_peek(g), undisturbed[which], "request %zu: gradient %d", k, which);
}

/* Everything that allocates. Returns whether all of it succeeded. */
static int everything(const flx_allocator *allocator, size_t k, void *ctx)
{
    (void)ctx;
    const flx_tape_options options = {.allocator = *allocator};
    const double values[4] = {0.1, -0.2, 0.3, 0.4};
    flx_tape *t = NULL;
    flx_status s[8] = {FLX_OK};
    s[0] = flx_tape_create(&options, &t);
    if (!t) return 0;
    const flx_mark start = flx_tape_mark(t);
    const flx_var x = flx_variable(t, 0.5);
    const flx_array a = flx_array_variable(t, 2, 2, values);
    const flx_array d = flx_array_detach(a);
    const flx_var y = flx_var_add(record(x, a), flx_detach(x));
    const flx_array b = flx_array_axpy(y, d, a);
    s[1] = flx_retain_grad(y);
    s[2] = flx_retain_grad_array(b);
    s[3] = flx_backward(y, FLX_CREATE_GRAPH);
    const double before = flx_peek(flx_grad_of(x));
    if (s[3] == FLX_OK) expect_undisturbed(0, flx_grad_of(x), k);
    s[4] = flx_backward_array(b, &d, FLX_CREATE_GRAPH);
    if (s[4] != FLX_OK) cr_expect_eq(flx_peek(flx_grad_of(x)), before, "request %zu", k);
    if (s[4] == FLX_OK) expect_undisturbed(1, flx_grad_of(x), k);
    if (s[1] == FLX_OK && s[4] == FLX_OK) expect_undisturbed(2, flx_grad_of(y), k);
    for (int i = 1; i < 5; i++)
        if (s[i] != FLX_OK) cr_expect_eq(flx_tape_status(t), s[i], "request %zu: step %d", k, i);
    const flx_array g = flx_grad_of_array(a), gt = flx_grad_of_array(flx_array_transpose(a));
    flx_set(x, 0.75);
    s[5] = flx_tape_status(t) == FLX_OK ? flx_replay(t, NULL) : flx_tape_status(t);
    flx_pause(t);
    const flx_array c = flx_array_axpy(x, a, a);
    s[6] = flx_resume(t);
    int good = g.rows == 2 && gt.rows == 2 && c.rows == 2;
    for (int i = 0; i < 8; i++) {
        cr_expect(s[i] == FLX_OK || s[i] == FLX_ENOMEM, "request %zu: step %d: %s", k, i,
                  flx_status_name(s[i]));
        good = good && s[i] == FLX_OK;
    }
    if (flx_tape_status(t) != FLX_OK) {
        flx_tape_rewind(t, start);
        const flx_var z = flx_variable(t, 3.0);
        const flx_status again = flx_backward(flx_var_square(z), 0);
        cr_expect(again == FLX_ENOMEM || (again == FLX_OK && flx_peek(flx_grad_of(z)) == 6.0),
                  "used on after request %zu", k);
    }
    flx_tape_destroy(t);
    return good;
}

Test(rounds, every_refused_request_is_a_status)
{
    const flx_allocator usual = {NULL, NULL};
    cr_assert(everything(&usual, 0, NULL));
    hostile_expect(30, 0, everything, NULL);
}

/* Recorded passes until there are no slots left: a status, and the sum of those that were done. */
Test(rounds, a_pass_past_the_slot_limit_is_refused)
{
    const flx_tape_options options = {.max_slots = 5000};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x = flx_variable(t, 3.0);
    const flx_mark start = flx_tape_mark(t);
    FLX_HERE(t);
    const flx_var y = flx_var_square(x);
    flx_status status = FLX_OK;
    int passes = 0;
    while (status == FLX_OK && passes < 5000) {
        status = flx_backward(y, FLX_CREATE_GRAPH);
        passes += status == FLX_OK;
    }
    cr_expect_eq(status, FLX_ELIMIT);
    cr_expect(passes > 500 && passes < 5000, "%d", passes);
    cr_expect_eq(flx_tape_status(t), FLX_ELIMIT);
    cr_expect_not_null(flx_tape_report(t).label);
    cr_expect_eq(flx_peek(flx_grad_of(x)), 6.0 * passes);
    cr_expect_eq(flx_backward(y, 0), FLX_ELIMIT, "the kept status");
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_backward(flx_var_square(x), FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(flx_grad_of(x)), 6.0 * (passes + 1));
    flx_tape_destroy(t);
}
