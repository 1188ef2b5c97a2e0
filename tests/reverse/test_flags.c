/* Flags on a tape: where they are raised, by what a sweep reaches, and that they stay. */
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

#include "hostile_expect.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static double derivative(flx_var y, flx_var x, unsigned how)
{
    flx_var g;
    cr_expect_eq(flx_grad(y, 1, &x, &g, how), FLX_OK);
    return flx_peek(g);
}

static void expect_place(const flx_flags *f, unsigned flag, size_t index, const char *op,
                         const char *label)
{
    unsigned k = 0;
    while (flag >> k != 1) k++;
    cr_assert(f->set & flag, "%s is not set", flx_flag_name(flag));
    cr_expect_eq(f->first[k].index, index, "%s at %zu", flx_flag_name(flag), f->first[k].index);
    cr_expect(op ? f->first[k].op && strcmp(f->first[k].op, op) == 0 : !f->first[k].op, "%s by %s",
              flx_flag_name(flag), f->first[k].op);
    cr_expect(label ? f->first[k].label && strcmp(f->first[k].label, label) == 0
                    : !f->first[k].label);
}

Test(tape_flags, nothing_delicate_raises_nothing)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.7);
    derivative(flx_sqrt(flx_add(flx_mul(x, x), flx_fabs(x))), x, 0);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    cr_expect_eq(flx_tape_report(t).flags, 0);
    flx_tape_destroy(t);
}

/* Instruction 0 is the poison, 1 the input. */
Test(tape_flags, have_index_name_and_label)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, 0.0);
        flx_tape_label(t, "first");
        const flx_var a = flx_fabs(x);
        flx_tape_label(t, "second");
        const flx_var b = flx_sqrt(x);
        const flx_var y = flx_add(a, flx_fabs(b));
        derivative(y, x, how);
        const flx_flags f = flx_tape_flags(t);
        cr_expect_eq(f.set, FLX_FLAG_KINK | FLX_FLAG_INDETERMINATE);
        expect_place(&f, FLX_FLAG_KINK, 2, "fabs", "first"); /* the second one lies behind it */
        expect_place(&f, FLX_FLAG_INDETERMINATE, 3, "sqrt", "second");
        flx_tape_destroy(t);
    }
}

/* d/dx of 0*sqrt(x) at 0: the zero hides the pole. */
Test(tape_flags, a_zero_adjoint_is_no_pole_but_indeterminate)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, 0.0);
        const flx_var y = flx_add(x, flx_mul(0.0, flx_sqrt(x)));
        cr_expect(derivative(y, x, how) == 1.0);
        const flx_flags f = flx_tape_flags(t);
        cr_expect_eq(f.set, FLX_FLAG_INDETERMINATE);
        expect_place(&f, FLX_FLAG_INDETERMINATE, 2, "sqrt", NULL);
        flx_tape_destroy(t);
    }
}

Test(tape_flags, a_branch_that_is_not_chosen_raises_none)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, -1.0);
        const flx_var y = flx_select(x, flx_sqrt(x), flx_mul(x, 3.0));
        cr_expect(derivative(y, x, how) == 3.0);
        cr_expect_eq(flx_tape_flags(t).set, 0);
        const flx_var z = flx_select(flx_neg(x), flx_sqrt(x), flx_mul(x, 3.0));
        cr_expect(isnan(derivative(z, x, how)));
        cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_DOMAIN);
        flx_tape_destroy(t);
    }
}

Test(tape_flags, what_does_not_depend_on_the_inputs_has_no_derivative_flags)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), p = flx_parameter(t, 0.0);
    derivative(flx_mul(x, flx_add(1.0, flx_add(flx_fabs(p), flx_sqrt(p)))), x, 0);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    derivative(flx_mul(x, flx_log(p)), x, 0); /* the value itself is at the pole */
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_POLE);
    flx_tape_destroy(t);
}

Test(tape_flags, zerograd)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, 2.0), z = flx_variable(t, 3.0);
        cr_expect(derivative(flx_square(z), x, how) == 0.0);
        cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_ZEROGRAD);
        flx_tape_clear_flags(t);
        cr_expect(derivative(flx_constant(1.0), x, how) == 0.0);
        cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_ZEROGRAD);
        flx_tape_clear_flags(t);
        cr_expect(derivative(flx_square(flx_sub(x, 2.0)), x, how) == 0.0); /* a minimum is none */
        cr_expect_eq(flx_tape_flags(t).set, 0);
        flx_tape_destroy(t);
    }
}

Test(tape_flags, stay_until_cleared_or_reset)
{
    flx_tape *t = new_tape();
    const flx_mark start = flx_tape_mark(t);
    flx_var x = flx_variable(t, 0.0);
    derivative(flx_fabs(x), x, 0);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK);
    x = flx_variable(t, 0.0);
    derivative(flx_exp(flx_add(x, 800.0)), x, 0);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK | FLX_FLAG_OVERFLOW);
    flx_tape_clear_flags(t);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    derivative(flx_fabs(x), x, 0);
    flx_tape_reset(t);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    /* What was delicate is forgotten with it. */
    x = flx_variable(t, 1.0);
    derivative(flx_fabs(x), x, 0);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    flx_tape_destroy(t);
}

/* After a rewind between two delicate operations the first one is still known. */
Test(tape_flags, rewinding_forgets_only_what_lies_above)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.0);
    const flx_var a = flx_fabs(x);
    const flx_mark between = flx_tape_mark(t);
    flx_sqrt(x);
    cr_expect_eq(flx_tape_rewind(t, between), FLX_OK);
    derivative(flx_add(a, x), x, 0);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK);
    flx_tape_destroy(t);
}

/* The third derivative of |x|^1.5... of pow(x, 1.5) at 0: finite, then not. */
Test(tape_flags, a_pole_of_the_second_derivative)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.0);
    const flx_var y = flx_pow(x, 1.5);
    flx_var dy;
    cr_expect_eq(flx_grad(y, 1, &x, &dy, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    cr_expect(isinf(derivative(dy, x, 0)));
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_POLE);
    flx_tape_destroy(t);
}

Test(tape_flags, overflow_of_a_derivative_alone)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1e-200);
    cr_expect(isinf(derivative(flx_div(1.0, x), x, 0))); /* -1e400 */
    const flx_flags f = flx_tape_flags(t);
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW);
    expect_place(&f, FLX_FLAG_OVERFLOW, 2, "cdiv", NULL);
    flx_tape_destroy(t);
}

/* The value 1e100 is a double, the derivative 1e400 is not, and no partial is infinite. */
Test(tape_flags, overflow_of_a_product_of_partials)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape *t = new_tape();
        flx_variable(t, 1.0); /* so that slots and planes do not begin together */
        const flx_var x = flx_variable(t, 1e-300), a = flx_mul(x, 1e200), y = flx_mul(a, 1e200);
        cr_expect(isinf(derivative(y, x, how)));
        flx_flags f = flx_tape_flags(t);
        cr_expect_eq(f.set, FLX_FLAG_OVERFLOW);
        expect_place(&f, FLX_FLAG_OVERFLOW, 3, "mulc", NULL);
        flx_tape_clear_flags(t);

        /* Beside it a kink that is raised first: both stay. */
        const flx_var zero = flx_sub(x, 1e-300), k = flx_fabs(zero);
        cr_expect(!isfinite(derivative(flx_add(y, k), x, how)));
        f = flx_tape_flags(t);
        cr_expect_eq(f.set, FLX_FLAG_OVERFLOW | FLX_FLAG_KINK);
        flx_tape_destroy(t);
    }
}

/* The sum of two adjoints of 1.5e308: no instruction is to blame, the sweep as a whole is. */
Test(tape_flags, overflow_of_a_sum)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1e-5), a = flx_mul(x, 1.5e308), b = flx_mul(x, 1.4e308);
    const flx_var y = flx_add(flx_mul(a, 1.0), flx_mul(b, 1.0));
    cr_expect(isinf(derivative(y, x, 0)));
    const flx_flags f = flx_tape_flags(t);
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW);
    expect_place(&f, FLX_FLAG_OVERFLOW, flx_tape_measure(t).instructions, NULL, NULL);
    flx_tape_clear_flags(t);

    /* An infinite seed says nothing of the function. */
    const flx_var inf = flx_constant((double)INFINITY);
    flx_var g;
    cr_expect_eq(flx_grad_seeded(1, &y, &inf, 1, &x, &g, 0), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, 0);
    flx_tape_destroy(t);
}

Test(tape_flags, arrays)
{
    flx_tape *t = new_tape();
    const double v[3] = {1e300, 2.0, 0.0}, w[3] = {1e300, 1.0, INFINITY};
    const flx_array x = flx_array_variable(t, 1, 3, v);
    const flx_array y = flx_array_axpy(flx_constant(1e100), x, x); /* instruction 2 */
    flx_var s = flx_array_at(y, 0, 0);
    flx_array g;
    cr_expect_eq(flx_grad_array(s, x, &g, 0), FLX_OK);
    flx_flags f = flx_tape_flags(t);
    expect_place(&f, FLX_FLAG_OVERFLOW, 2, "mulc", NULL);
    flx_tape_clear_flags(t);

    /* 0 * inf among the products is outside the domain, and hidden from the gradient by a zero. */
    const flx_array c = flx_array_constant(t, 1, 3, w);
    s = flx_array_dot(x, c);
    cr_expect_eq(flx_grad_array(flx_mul(s, 0.0), x, &g, 0), FLX_OK);
    f = flx_tape_flags(t);
    cr_expect(f.set & FLX_FLAG_INDETERMINATE);
    double got[3];
    cr_expect_eq(flx_array_peek(g, got), FLX_OK);
    for (int k = 0; k < 3; k++) cr_expect(got[k] == 0.0);
    flx_tape_destroy(t);
}

static int raises(const flx_allocator *allocator, size_t request, void *ctx)
{
    const unsigned *how = ctx;
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t;
    flx_var g;
    flx_status status = flx_tape_create(&options, &t);
    if (status == FLX_OK) {
        const flx_var x = flx_variable(t, 0.0), y = flx_sqrt(x);
        status = flx_grad(y, 1, &x, &g, *how);
        if (status == FLX_OK) cr_expect(flx_tape_flags(t).set & FLX_FLAG_POLE, "%zu", request);
        flx_tape_destroy(t);
    }
    return hostile_allowed(status, request);
}

Test(tape_flags, are_raised_or_memory_was_missing)
{
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) hostile_expect(3, 0, raises, &how);
}

Test(probe, flags_follow_the_data)
{
    const flx_probe x = flx_probe_variable(0.0), c = flx_probe_constant(0.0);
    cr_expect_eq(flx_sqrt(x).flags, FLX_FLAG_POLE);
    cr_expect_eq(flx_sqrt(c).flags, 0);
    cr_expect_eq(flx_log(c).flags, FLX_FLAG_POLE);
    const flx_probe kink = flx_fabs(x), pole = flx_div(1.0, x), log = flx_log(x);
    cr_expect_eq(flx_add(kink, pole).flags, FLX_FLAG_KINK | FLX_FLAG_POLE);
    cr_expect_eq(log.flags, FLX_FLAG_POLE);
    cr_expect_eq(flx_select(x, log, kink).flags, FLX_FLAG_KINK);
    const flx_probe big = flx_probe_variable(1e200), inf = flx_probe_variable((double)INFINITY);
    const flx_probe minus = flx_probe_variable(-2.0), three = flx_probe_variable(3.0);
    cr_expect_eq(flx_mul(big, big).flags, FLX_FLAG_OVERFLOW);
    cr_expect_eq(flx_sub(inf, inf).flags, FLX_FLAG_DOMAIN);
    cr_expect_eq(flx_pow(minus, 3.0).flags, 0);
    cr_expect_eq(flx_pow(minus, three).flags, FLX_FLAG_DOMAIN);
    cr_expect_eq(flx_fmax(x, c).flags, FLX_FLAG_TIE);
    cr_expect(flx_primal(flx_exp(x)) == 1.0 && flx_exp(x).active && !flx_exp(c).active);
}
