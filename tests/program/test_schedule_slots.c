/* Schedules, slot by slot: what they take, and that each operand is where it is read. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "batch_programs.h"
#include "hostile.h"
#include "program/schedule.h"
#include "schedule_machine.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_program *frozen(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                           unsigned flags)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, n, x, m, y, flags, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    return f;
}

/* Freezes it with its slots used again; expects so many of them. */
static void expect_slots(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                         unsigned flags, uint32_t slots, const char *what)
{
    flx_program *f = frozen(t, n, x, m, y, flags | FLX_REUSE_SLOTS);
    cr_expect_not_null(f->schedule, "%s", what);
    const uint32_t found = expect_schedule_sound(f, what);
    cr_expect_eq(found, slots, "%s: %u slots", what, found);
    flx_program_release(f);
}

static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

static flx_var chain(flx_var y, flx_var x, int length)
{
    for (int k = 0; k < length; k++) y = flx_add(flx_sin(y), x);
    return y;
}

static flx_array ramp(flx_tape *t, size_t rows, size_t cols, flx_var x)
{
    double *v = malloc(rows * cols * sizeof *v);
    for (size_t k = 0; k < rows * cols; k++) v[k] = 0.01 * (double)k;
    const flx_array a = flx_array_mul(flx_array_constant(t, rows, cols, v), flx_array_scalar(x));
    free(v);
    return a;
}

Test(schedule_slots, programs_of_all_kinds)
{
    static const unsigned flags[] = {0, FLX_KEEP_ALL & ~FLX_KEEP_SLOTS, FLX_KEEP_MIXED,
                                     FLX_IN_RUNS};
    for (size_t k = 0; k < 4 * batch_case_count; k++) {
        const batch_case *c = &batch_cases[k / 4];
        flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
        flx_tape *t = new_tape();
        for (size_t j = 0; j < c->inputs; j++) x[j] = flx_variable(t, batch_sample(0, j));
        c->record(t, x, y);
        flx_program *f = frozen(t, c->inputs, x, c->outputs, y, flags[k % 4] | FLX_REUSE_SLOTS);
        expect_schedule_sound(f, c->name);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* ---- single slots ---- */

/* Of 8 slots at most, which are one page, the result has its operand's; 9 need another page of 16. What
 * is before: the slot of no variable, and two inputs. */
Test(schedule_slots, a_result_may_have_the_slot_of_its_operand)
{
    for (int kept = 6; kept < 10; kept++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        flx_var y[10], z = x[1];
        for (int k = 0; k < kept; k++) y[k] = flx_sin(flx_mul(x[0], 1.0 + k));
        for (int k = 0; k < 30; k++) z = flx_cos(z);
        for (int k = 0; k < 30; k++) z = flx_fma(z, z, x[0]);
        y[kept] = z;
        expect_slots(t, 2, x, (size_t)kept + 1, y, 0, kept < 8 ? 3 + 8 : 3 + 8 + 16, "a chain");
        flx_tape_destroy(t);
    }
}

/* Guards compare what nothing else needs, and the last instruction of all may not be finite. */
Test(schedule_slots, guards_and_outputs_are_needed_to_the_end)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    flx_var y[3];
    y[1] = chain(x[0], x[1], 30);
    FLX_HERE(t);
    for (int k = 0; k < 3; k++) {
        const flx_var left = flx_sin(flx_mul(x[0], 0.1 * k)), right = flx_exp(x[1]);
        const int holds = flx_lt(left, flx_mul(right, 1.0 + k));
        cr_expect(holds);
    }
    const flx_var angle[2] = {flx_cos(x[0]), flx_cos(x[1])};
    const int below = flx_lt(angle[0], 2.0), above = flx_lt(-2.0, angle[1]);
    cr_expect(below && above);
    y[0] = flx_tanh(x[0]);
    y[2] = flx_tanh(x[1]);
    const flx_var last = flx_sqrt(y[1]), all[4] = {last, y[2], y[0], y[1]};
    for (size_t m = 1; m <= 4; m++) {
        flx_program *f = frozen(t, 2, x, m, all, FLX_REUSE_SLOTS);
        cr_expect_gt(expect_schedule_sound(f, "guards"), 0);
        flx_program_release(f);
    }
    flx_tape_destroy(t);
}

/* The only guard compares the first number that is computed, which nothing else needs, while a long chain
 * looks for room. */
Test(schedule_slots, an_early_guard_is_needed_to_the_end)
{
    for (int side = 0; side < 2; side++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        FLX_HERE(t);
        const flx_var early = flx_exp(flx_mul(x[0], x[1]));
        const int holds = side ? flx_lt(-100.0, early) : flx_lt(early, 100.0);
        cr_expect(holds);
        const flx_var y = chain(x[0], x[1], 40);
        flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS);
        cr_expect_gt(expect_schedule_sound(f, "early guard"), 0);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* A view that begins and ends within what two instructions write side by side: all of both stays there. */
Test(schedule_slots, a_view_of_parts_of_two_arrays)
{
    enum { N = 6 };
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    const flx_array a = ramp(t, 1, N, x[0]), b = flx_array_sin(a), c = flx_array_cos(b);
    flx_var part[N];
    for (size_t k = 0; k < N; k++)
        part[k] = k < N / 2 ? flx_array_at(b, 0, k + N / 2) : flx_array_at(c, 0, k - N / 2);
    const flx_array parts = flx_array_pack(t, 1, N, part), d = flx_array_exp(parts);
    const flx_array e = flx_array_tanh(parts), g = flx_array_mul(flx_array_mul(d, e), b);
    const flx_var y =
        flx_add(chain(sum_of(flx_array_mul(g, c)), x[1], 30), sum_of(flx_array_mul(d, c)));
    flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS);
    flx_ties ties;
    cr_assert(flx_ties_find(f, &ties));
    cr_expect_gt(ties.count, 0, "no view is of both");
    flx_ties_free(f, &ties);
    cr_expect_gt(expect_schedule_sound(f, "parts of two arrays"), 0);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* What needs parameters alone, and constants, keep their places; so do inputs that come last. */
Test(schedule_slots, what_is_given_keeps_its_place)
{
    for (int k = 0; k < 2; k++) {
        flx_tape *t = new_tape();
        flx_var x[2], y[6], p[3];
        for (int j = 0; j < 3; j++) p[j] = flx_parameter(t, 1.0 + j);
        x[0] = flx_variable(t, 0.5);
        const flx_array both = flx_array_pack(t, 3, 1, p);
        const flx_var once = flx_mul(sum_of(flx_array_exp(both)), flx_sqrt(p[2]));
        y[0] = chain(flx_mul(x[0], once), p[1], 40);
        y[1] = flx_constant(3.0);
        y[2] = once;
        y[3] = flx_constant(-4.0);
        x[1] = flx_variable(t, 2.0);
        y[4] = x[1];
        y[5] = flx_constant(5.0);
        flx_program *f = frozen(t, 2, x, 6, y, FLX_REUSE_SLOTS | (k ? FLX_KEEP_ALL : 0));
        cr_expect_gt(expect_schedule_sound(f, "parameters"), 0);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* Many gradients one after the other: each needs no more than the one before. */
Test(schedule_slots, accumulators_are_given_back)
{
    uint32_t slots[2] = {0, 0};
    for (int k = 0; k < 4; k++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        flx_var g, y = x[1];
        for (int j = 0; j < 10 + 20 * (k % 2); j++) {
            const flx_var z = flx_mul(flx_sin(flx_mul(x[0], 1.0 + j)), flx_exp(x[0]));
            cr_assert_eq(flx_grad(z, 1, x, &g, FLX_CREATE_GRAPH), FLX_OK);
            if (k < 2 || j == 5) y = flx_mul(y, g);
        }
        flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS | (k < 2 ? 0 : FLX_KEEP_ALL));
        slots[k % 2] = expect_schedule_sound(f, "gradients");
        cr_expect(k % 2 == 0 || slots[0] == slots[1], "%d: %u, %u", k, slots[0], slots[1]);
        cr_expect(slots[k % 2] > 0 && slots[k % 2] < 100, "%d: %u", k, slots[k % 2]);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* What nothing reads is given back as soon as it is there. */
Test(schedule_slots, results_that_nothing_reads_need_one_slot)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    for (int k = 0; k < 100; k++) flx_sin(flx_mul(x, 1.0 + k));
    const flx_var y = flx_cos(x);
    expect_slots(t, 1, &x, 1, &y, FLX_KEEP_ALL, 2 + 8, "results that nothing reads");
    flx_tape_destroy(t);
}

/* ---- runs of slots ---- */

/* Copies that an array is put together from stay side by side, the last instruction's results too. */
Test(schedule_slots, ties_stay_side_by_side)
{
    for (int k = 0; k < 2; k++) {
        flx_tape *t = new_tape();
        const flx_var x[3] = {flx_variable(t, 0.5), flx_variable(t, 0.25), flx_variable(t, 2.0)};
        flx_var y[6], z[3] = {x[0], x[1], x[2]};
        for (int j = 0; j < 8; j++) {
            const flx_array a = flx_array_pack(t, 3, 1, (flx_var[]){z[2], flx_sin(z[0]), z[1]});
            const flx_array parts[3] = {flx_array_exp(a), ramp(t, 2, 1, z[1]), a};
            const flx_array b = flx_array_tanh(flx_array_stack(3, parts));
            for (int i = 0; i < 3; i++) z[i] = flx_array_at(b, 2 * (size_t)i + 1, 0);
        }
        const flx_array last = flx_array_sqrt(flx_array_pack(t, 3, 1, z));
        for (int i = 0; i < 3; i++) y[i] = flx_array_at(last, 2 - (size_t)i, 0);
        for (int i = 3; i < 6; i++) y[i] = z[i - 3];
        flx_program *f = frozen(t, 3, x, k ? 3 : 6, y, FLX_REUSE_SLOTS);
        cr_expect_gt(expect_schedule_sound(f, "ties"), 0);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* An array is written before what it is of is given back: two of them are there at a time. */
Test(schedule_slots, arrays_need_what_two_of_them_need)
{
    flx_tape *t = new_tape();
    double v[20] = {0.0};
    flx_var x[20];
    const flx_array first = flx_array_variable(t, 20, 1, v);
    flx_array a = first;
    for (size_t k = 0; k < 20; k++) x[k] = flx_array_at(first, k, 0);
    for (int k = 0; k < 30; k++) a = flx_array_cumsum(flx_array_exp(a), FLX_ROWS);
    const flx_var y = sum_of(a);
    expect_slots(t, 20, x, 1, &y, 0, 1 + 20 + 2 * 20, "arrays");
    flx_tape_destroy(t);
}

/* Views that go backwards, and empty ones. */
Test(schedule_slots, views_of_all_directions)
{
    flx_tape *t = new_tape();
    flx_var x[6], g[6];
    double v[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const flx_array a = flx_array_variable(t, 2, 3, v);
    for (size_t k = 0; k < 6; k++) x[k] = flx_array_at(a, k / 3, k % 3);
    flx_array b = flx_array_cumsum(flx_array_cumsum(flx_array_sin(a), FLX_ROWS), FLX_COLS);
    b = flx_array_mul(b, flx_array_sin(b));
    const flx_array empty = flx_array_exp(flx_array_slice(a, 0, 0, 0, 3, 1, 1));
    const flx_var z = flx_add(sum_of(b), sum_of(empty));
    cr_assert_eq(flx_grad(z, 6, x, g, FLX_CREATE_GRAPH), FLX_OK);
    flx_program *f = frozen(t, 6, x, 6, g, FLX_REUSE_SLOTS | FLX_KEEP_ALL);
    cr_expect_gt(expect_schedule_sound(f, "backwards"), 0);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Strips of 2500 elements with chains of them after each other, read in the end by others. */
Test(schedule_slots, strips)
{
    static const size_t shape[][2] = {{2500, 1}, {1, 2500}, {50, 50}};
    for (size_t k = 0; k < 3; k++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        flx_array a = ramp(t, shape[k][0], shape[k][1], x[0]), b = a;
        for (int j = 0; j < 6; j++) {
            b = flx_array_mul(flx_array_sin(a), flx_array_scalar(x[1]));
            for (int i = 0; i < 3; i++) b = flx_array_add(flx_array_sqrt(b), a);
            a = flx_array_cumsum(flx_array_mul(b, b), FLX_ROWS);
        }
        const flx_var z = chain(x[0], x[1], 20), sum = sum_of(flx_array_cumsum(a, FLX_COLS));
        const flx_array last = flx_array_exp(flx_array_cos(b));
        const flx_var y[5] = {sum, flx_array_at(b, 0, 0), z,
                              flx_array_at(last, shape[k][0] - 1, shape[k][1] - 1),
                              flx_array_at(last, 0, shape[k][1] / 2)};
        flx_program *f = frozen(t, 2, x, 5, y, FLX_REUSE_SLOTS | FLX_KEEP_MIXED);
        cr_expect_eq(f->schedule->strips, 1 + 6 * 9 + 2, "%zu", f->schedule->strips);
        const uint32_t slots = expect_schedule_sound(f, "strips");
        cr_expect(slots > 2 * 2500 && slots < 4 * 2500 + 8 * 1024, "%u", slots);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}

/* ---- loops ---- */

static flx_program *product(void)
{
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)};
    const flx_var y[2] = {flx_mul(x[0], flx_sin(x[1])), x[1]};
    flx_program *f = frozen(t, 2, x, 2, y, 0);
    flx_tape_destroy(t);
    return f;
}

/* The first number of the state after so many steps. */
static flx_array state_after(flx_program *f, size_t steps, flx_array x, flx_var y)
{
    flx_tape *t = y.tape;
    const flx_array start = flx_array_stack(2, (flx_array[]){x, flx_array_scalar(y)});
    const flx_array none = flx_array_constant(t, 0, 1, NULL);
    const flx_scanned s = flx_scan(f, steps, start, flx_array_constant(t, steps, 0, NULL), none, 0);
    return flx_array_row(s.state, 0);
}

/* Results of loops that nothing needs, what they compute in, and arrays of any size between them. */
Test(schedule_slots, loops_give_back_what_they_compute_in)
{
    flx_program *inner = product();
    uint32_t slots[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        flx_tape *t = new_tape();
        const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
        flx_array a = ramp(t, 40, 1, x[0]);
        flx_var y = x[1];
        for (int j = 0; j < 4 + 8 * k; j++) {
            const flx_array one = flx_array_scalar(y);
            const flx_array m = flx_map(inner, a, state_after(inner, 40, one, x[0]));
            a = flx_array_add(flx_array_exp(flx_array_col(m, 0)), a);
            y = sum_of(flx_array_cumsum(a, FLX_ROWS));
            y = flx_mul(y, flx_array_at(state_after(inner, 30, one, y), 0, 0));
        }
        flx_program *f = frozen(t, 2, x, 1, &y, FLX_REUSE_SLOTS);
        slots[k] = expect_schedule_sound(f, "loops");
        for (uint32_t j = 0; j < f->code.loops; j++) cr_expect_eq(f->schedule->loop[j].kept, 0);
        cr_expect(slots[k] > 0 && slots[k] < 400, "%u", slots[k]);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
    cr_expect_eq(slots[0], slots[1], "%u, %u", slots[0], slots[1]);
    flx_program_release(inner);
}

/* ---- whether there is a schedule, and what it takes ---- */

/* Of that many numbers and instructions. */
static flx_program *long_one(hostile *h, size_t elements, int maps, int scalars, unsigned flags)
{
    const flx_tape_options options = {.allocator = hostile_allocator(h)};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5), p = flx_parameter(t, 2.0);
    flx_array a = ramp(t, elements, 1, x);
    for (int k = 0; k < maps; k++) a = flx_array_cumsum(a, FLX_ROWS);
    const flx_var y = flx_add(sum_of(a), chain(x, p, scalars));
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, flags, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

static void expect_schedule(size_t elements, int maps, int scalars, int there)
{
    hostile h = {0};
    flx_program *f = long_one(&h, elements, maps, scalars, 0);
    const size_t bytes = h.bytes;
    cr_expect_eq(f->schedule != NULL, there, "%zu, %d, %d", elements, maps, scalars);
    const flx_program_description d = flx_program_describe(f);
    cr_expect(there ? d.value_slots < f->slots : d.value_slots == f->slots);
    flx_program *kept = long_one(&h, elements, maps, scalars, FLX_KEEP_SLOTS);
    const size_t plain = h.bytes - bytes;
    cr_expect_null(kept->schedule);
    cr_expect_eq(bytes - plain, d.schedule_bytes, "%zu, %zu: %zu", bytes, plain, d.schedule_bytes);
    cr_expect_eq(there, d.schedule_bytes > 0);
    flx_program_release(f);
    flx_program_release(kept);
    cr_expect_eq(h.bytes, 0);
}

/* Where there are many slots, and many for each instruction, and a fourth of them is saved. */
Test(schedule_slots, there_is_a_schedule_where_it_pays)
{
    expect_schedule(10000, 10, 0, 1);
    expect_schedule(1000, 10, 0, 0);  /* 12 000 slots */
    expect_schedule(10, 1, 40000, 0); /* 80 000 slots of 80 000 instructions */
    expect_schedule(40000, 1, 0, 0);  /* all is needed at the same time */
    expect_schedule(30000, 3, 0, 1);  /* two of five arrays */
}

/* Each of its arrays is given back. */
Test(schedule_slots, all_memory_is_given_back)
{
    hostile h = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_program *inner = product(), *f = NULL;
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)}, p = flx_parameter(t, 2.0);
    FLX_HERE(t);
    const int less = flx_lt(x[1], x[0]);
    cr_expect(less);
    const flx_array a = flx_array_pack(t, 2, 1, (flx_var[]){flx_sin(x[0]), x[1]});
    const flx_array m = flx_map(inner, flx_array_exp(a), flx_array_scalar(p));
    flx_var y = flx_fma(sum_of(m), chain(x[0], p, 40), flx_sqrt(x[1])), g;
    cr_assert_eq(flx_grad(y, 1, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    y = flx_add(flx_add(y, g), flx_constant(1.0));
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, FLX_REUSE_SLOTS, &f, NULL), FLX_OK);
    cr_expect_gt(expect_schedule_sound(f, "all of them"), 0);
    const flx_schedule *s = f->schedule;
    cr_expect(f->words && f->blocks && f->code.guards && f->code.loops && s->completes
              && f->constants && f->parameters && s->placed.delicates);
    flx_program_release(f);
    flx_tape_destroy(t);
    cr_expect_eq(h.bytes, 0);
    flx_program_release(inner);
}
