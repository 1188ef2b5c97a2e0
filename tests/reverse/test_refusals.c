/* What is refused, by every entrance that refuses it, and that the tape can be used on. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#include <fluxion/function.h>
#include <fluxion/grad.h>
#include <fluxion/var.h>

#include "reverse/support.h"
#include "reverse/tape.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* The status, and a tape that a rewind mends. */
static void expect_failed(flx_tape *t, flx_status want, flx_mark mark, const char *what)
{
    cr_expect_eq(flx_tape_status(t), want, "%s: %s", what, flx_status_name(flx_tape_status(t)));
    cr_assert_eq(flx_tape_rewind(t, mark), FLX_OK);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_var x = flx_variable(t, 3.0), g;
    cr_expect_eq(flx_grad(flx_var_square(x), 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_peek(g), 6.0, "%s", what);
}

Test(refusals, gradients_of_foreign_and_stale_variables)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_mark start = flx_tape_mark(t), there = flx_tape_mark(other);
    for (int k = 0; k < 4; k++) {
        flx_var x = flx_variable(t, 2.0), g = flx_constant(5.0);
        const flx_var foreign = flx_variable(other, 1.0), one = flx_constant(1.0);
        const flx_mark m = flx_tape_mark(t);
        const flx_var stale = flx_var_square(x);
        cr_assert_eq(flx_tape_rewind(t, m), FLX_OK);
        const flx_var y = flx_var_exp(x);
        const flx_status want = k < 2 ? FLX_ETAPE : FLX_ESTALE;
        const flx_var output = k == 0 ? foreign : k == 2 ? stale : y;
        const flx_var seed = k == 1 ? foreign : k == 3 ? stale : one;
        cr_expect_eq(flx_grad_seeded(1, &output, &seed, 1, &x, &g, 0), want, "case %d", k);
        cr_expect(isnan(flx_peek(g)), "case %d", k);
        if (k < 2) expect_failed(other, FLX_ETAPE, there, "the other tape");
        expect_failed(t, want, start, "the tape");
    }
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(refusals, arrays_too_large_and_of_two_tapes)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const size_t huge = (size_t)UINT32_MAX + 1;
    const double one = 1.0;
    const flx_var x = flx_variable(t, 1.0);
    const flx_mark start = flx_tape_mark(t), there = flx_tape_mark(other);
    const flx_var foreign = flx_variable(other, 1.0);
    flx_array_variable(t, huge, 1, &one);
    expect_failed(t, FLX_ELIMIT, start, "rows");
    flx_array_constant(t, 1, huge, &one);
    expect_failed(t, FLX_ELIMIT, start, "columns");
    flx_array_variable(t, 65536, 65536, &one);
    expect_failed(t, FLX_ELIMIT, start, "elements");
    flx_array_pack(t, 65536, 65536, &x);
    expect_failed(t, FLX_ELIMIT, start, "packed elements");
    flx_array_pack(t, huge, 1, &x);
    expect_failed(t, FLX_ELIMIT, start, "packed rows");
    flx_array_pack(t, 1, 1, &foreign);
    expect_failed(other, FLX_ETAPE, there, "packed from");
    expect_failed(t, FLX_ETAPE, start, "packed to");
    flx_array_variable(t, 1, 1, NULL);
    expect_failed(t, FLX_EARG, start, "no values");
    flx_array_pack(t, 1, 1, NULL);
    expect_failed(t, FLX_EARG, start, "nothing to pack");
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

/* An operand of another tape where the tape is not found from the operands. */
Test(refusals, guards_and_factors_of_two_tapes)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const double values[2] = {1.0, 2.0};
    const flx_array a = flx_array_variable(t, 2, 1, values);
    const flx_var x = flx_variable(t, 1.0), foreign = flx_variable(other, 1.0);
    const flx_mark start = flx_tape_mark(t), there = flx_tape_mark(other);
    cr_expect_eq(flx_array_axpy(foreign, a, a).rows, 0);
    expect_failed(other, FLX_ETAPE, there, "the factor");
    expect_failed(t, FLX_ETAPE, start, "the arrays");
    cr_expect(!flx_var_lt(x, foreign));
    expect_failed(t, FLX_ETAPE, start, "the comparison");
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

Test(refusals, powers_differentiated_too_often)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), y = flx_variable(t, 3.0), two = flx_constant(2.0);
    const flx_mark start = flx_tape_mark(t);
    cr_expect_eq(flx_peek(flx_var_dpow(x, y, 3, 0)), 6.0);
    cr_expect_eq(flx_peek(flx_var_dpow(x, y, 255, 0)), 0.0);
    flx_var_dpow(x, y, 256, 0);
    expect_failed(t, FLX_ELIMIT, start, "of x");
    flx_var_dpow(two, y, 0, 256);
    expect_failed(t, FLX_ELIMIT, start, "of y");
    cr_expect(isnan(flx_peek(flx_var_dpow(two, two, 256, 1))));
    flx_tape_destroy(t);
}

Test(refusals, the_last_label_at_a_place_is_the_one)
{
    flx_tape *t = new_tape();
    const char *const labels[5] = {"a", "b", "c", "d", "e"};
    for (int k = 0; k < 5; k++) {
        flx_tape_label(t, "overwritten");
        flx_tape_label(t, labels[k]);
        for (int j = 0; j <= k; j++) flx_variable(t, 1.0);
    }
    const flx_code c = flx_tape_code(t);
    uint32_t instr = 1;
    cr_expect_null(flx_code_label(&c, 0), "the poison has none");
    for (int k = 0; k < 5; k++)
        for (int j = 0; j <= k; j++, instr++)
            cr_expect_str_eq(flx_code_label(&c, instr), labels[k], "instruction %u", instr);
    flx_tape_destroy(t);
}

Test(refusals, programs_without_arguments)
{
    const flx_function nothing = {.name = "nothing"};
    flx_program *f = (flx_program *)&nothing;
    flx_report r;
    const double x = 1.0;
    cr_expect_eq(flx_record(&nothing, 1, &x, 1, NULL, 0, NULL, &f, &r), FLX_EARG);
    cr_expect_null(f);
    cr_expect_eq(r.status, FLX_EARG);
    cr_expect_eq(flx_record(NULL, 1, &x, 1, NULL, 0, NULL, &f, NULL), FLX_EARG);
    double y[3];
    cr_expect_eq(flx_jet(NULL, NULL, 2, &x, y, &r), FLX_EARG);
}

/* A gradient that does not fit says nothing of the point where it is asked for: the root's pole. */
Test(refusals, gradients_that_do_not_fit_raise_no_flags)
{
    int refused = 0, done = 0;
    for (size_t most = 5; !done; most++) {
        const flx_tape_options options = {.max_slots = most};
        flx_tape *t = NULL;
        cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
        const flx_var x = flx_variable(t, 0.0), y = flx_var_sin(flx_var_sqrt(x));
        flx_var g;
        const flx_status status = flx_grad(y, 1, &x, &g, FLX_CREATE_GRAPH);
        const unsigned set = flx_tape_flags(t).set;
        done = status == FLX_OK;
        refused += !done;
        cr_expect(done ? set & FLX_FLAG_POLE : set == 0, "%zu slots: %u", most, set);
        flx_tape_destroy(t);
    }
    cr_expect_gt(refused, 2);
}
