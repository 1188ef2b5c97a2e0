/* Programs as nodes: what their code is given at every step, which comparisons are looked at, and what of
 * their values is no number. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

typedef void writer(flx_tape *t, const flx_var *x, flx_var *y);

static flx_program *new_program(size_t n, size_t m, writer *write)
{
    flx_var x[4], y[4];
    flx_program *f;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, 1.0 + (double)k);
    write(t, x, y);
    cr_assert_eq(flx_freeze(t, n, x, m, y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* exp(p) x + q x^2 + 7, p = 0.5, q = 3 */
static void write_parameters(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var p = flx_parameter(t, 0.5), q = flx_parameter(t, 3.0);
    const double seven = 7.0;
    const flx_var c = flx_array_at(flx_array_constant(t, 1, 1, &seven), 0, 0);
    const flx_var sum =
        flx_var_add(flx_var_mul(flx_var_exp(p), x[0]), flx_var_mul(q, flx_var_square(x[0])));
    y[0] = flx_var_add(sum, c);
}

Test(loop, parameters_and_constants)
{
    const double x[3] = {1.0, 2.0, -1.5};
    flx_program *f = new_program(1, 1, write_parameters);
    flx_tape *t = new_tape();
    const flx_array rows = flx_array_variable(t, 3, 1, x), y = flx_map(f, rows, flx_array_empty());
    flx_array g;
    cr_assert_eq(flx_grad_array(flx_array_at(flx_array_sum(y, FLX_ALL), 0, 0), rows, &g, 0),
                 FLX_OK);
    for (size_t k = 0; k < 3; k++) {
        const double want = exp(0.5) * x[k] + 3.0 * x[k] * x[k] + 7.0;
        cr_expect(fabs(flx_peek(flx_array_at(y, k, 0)) - want) < 1e-14, "%zu", k);
        cr_expect(fabs(flx_peek(flx_array_at(g, k, 0)) - exp(0.5) - 6.0 * x[k]) < 1e-14, "%zu", k);
    }
    flx_tape_destroy(t);
    flx_program_release(f);
}

/* Two comparisons, x below 10 and x above -10. */
static void write_guards(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_tape_label(t, "high");
    const int low = flx_var_lt_xc(x[0], 10.0);
    flx_tape_label(t, "low");
    const int high = flx_var_gt_xc(x[0], -10.0);
    cr_assert(low && high);
    y[0] = x[1];
    y[1] = flx_var_mul_xc(x[0], 2.0);
}

/* Of four steps one has another outcome, by either comparison: which is named. */
Test(loop, comparisons_at_every_step)
{
    flx_program *inner = new_program(2, 2, write_guards), *f;
    flx_tape *t = new_tape();
    flx_work *w;
    flx_var in[5];
    const double start[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_var first = flx_variable(t, 0.5);
    const flx_array rows = flx_array_variable(t, 4, 1, start);
    for (size_t k = 0; k < 4; k++) in[1 + k] = flx_array_at(rows, k, 0);
    in[0] = first;
    const flx_scanned s = flx_scan(inner, 4, flx_array_scalar(first), rows, flx_array_empty(), 0);
    const flx_var y[2] = {s.state.first, flx_array_at(s.rows, 2, 0)};
    cr_assert_eq(flx_freeze(t, 5, in, 2, y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    for (size_t bad = 0; bad < 4; bad++) {
        for (int below = 0; below < 2; below++) {
            double x[5] = {0.5, 1.0, 2.0, 3.0, 4.0}, v[2];
            flx_report r;
            x[bad] = below ? -20.0 : 20.0;
            cr_expect_eq(flx_eval(f, w, x, v, &r), FLX_BRANCH_CHANGED, "%zu", bad);
            cr_expect(isnan(v[0]) && isnan(v[1]));
            cr_expect(r.op && strcmp(r.op, below ? "gt" : "lt") == 0, "%zu: %s", bad,
                      r.op ? r.op : "none");
            cr_expect(r.label && strcmp(r.label, below ? "low" : "high") == 0, "%zu: %s", bad,
                      r.label ? r.label : "none");
        }
    }
    double x[5] = {0.5, 1.0, 2.0, 3.0, 4.0}, v[2];
    cr_expect_eq(flx_eval(f, w, x, v, NULL), FLX_OK);
    cr_expect(v[0] == 4.0 && v[1] == 4.0, "%g %g", v[0], v[1]);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_program_release(inner);
    flx_tape_destroy(t);
}

/* 1/x^2: x^2 overflows where the result is 0. */
static void write_inverse(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_var_div_cx(1.0, flx_var_square(x[0]));
}

/* Of sums and products alone all shows in the results: here in the second one. */
static void write_products(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_var_mul_xc(x[0], 2.0);
    y[1] = flx_var_square(x[0]);
    y[2] = flx_var_add_xc(x[0], 1.0);
}

Test(loop, what_overflows_within)
{
    flx_program *inverse = new_program(1, 1, write_inverse);
    flx_program *products = new_program(1, 3, write_products);
    for (int big = 0; big < 2; big++) {
        flx_tape *t = new_tape();
        const flx_var x = flx_variable(t, big ? 1e200 : 3.0);
        const flx_var z = flx_var_add(flx_call(inverse, flx_array_scalar(x)).first, x);
        const flx_array p = flx_call(products, flx_array_scalar(x));
        flx_var g;
        cr_assert_eq(flx_grad(z, 1, &x, &g, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, big ? FLX_FLAG_OVERFLOW : 0, "%u",
                     flx_tape_flags(t).set);
        flx_tape_clear_flags(t);
        cr_assert_eq(flx_grad(flx_array_at(flx_array_sum(p, FLX_ALL), 0, 0), 1, &x, &g, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, big ? FLX_FLAG_OVERFLOW : 0, "%u",
                     flx_tape_flags(t).set);
        flx_tape_destroy(t);
    }
    flx_program_release(inverse);
    flx_program_release(products);
}

static void write_step(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_var_add(flx_var_mul(x[0], x[1]), flx_var_sin(x[0]));
    y[1] = flx_var_square(x[0]);
}

static size_t slots_of(flx_program *f, size_t steps, size_t checkpoints)
{
    static const double start[5] = {1.0, 2.0, 3.0, 4.0, 5.0};
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5);
    const flx_array rows = flx_array_variable(t, 5, 1, start);
    const flx_array some = flx_array_slice(rows, 0, 0, steps, 1, 1, 1);
    const size_t before = flx_tape_measure(t).slots;
    flx_scan(f, steps, flx_array_scalar(x), some, flx_array_empty(), checkpoints);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    const size_t slots = flx_tape_measure(t).slots - before;
    flx_tape_destroy(t);
    return slots;
}

/* No more states are kept than there are between the steps; a state and its step need two slots, and from four on
 * there are four rooms for what a step computes, where it was one: the poison, both inputs, four results. */
Test(loop, states_that_are_kept)
{
    flx_program *f = new_program(2, 2, write_step);
    const size_t room = 7;
    for (size_t steps = 0; steps <= 5; steps++) {
        const size_t one = slots_of(f, steps, 1);
        for (size_t checkpoints = 1; checkpoints < 9; checkpoints++) {
            const size_t kept = steps == 0 ? 0 : checkpoints < steps ? checkpoints - 1 : steps - 1;
            const size_t want = one + 2 * kept + (kept < 4 ? 0 : 3 * room);
            const size_t slots = slots_of(f, steps, checkpoints);
            cr_expect_eq(slots, want, "%zu steps, %zu: %zu, not %zu", steps, checkpoints, slots,
                         want);
        }
    }
    flx_program_release(f);
}

/* Derivatives of scans of few steps, recorded: x' = x r + sin x. */
Test(loop, few_steps)
{
    flx_program *f = new_program(2, 2, write_step);
    static const double start[3] = {1.0, 2.0, 3.0};
    for (size_t steps = 0; steps <= 3; steps++) {
        double x = 0.5, dx = 1.0;
        for (size_t k = 0; k < steps; k++) {
            dx = dx * (start[k] + cos(x));
            x = x * start[k] + sin(x);
        }
        for (int forward = 0; forward < 2; forward++) {
            flx_tape *t = new_tape();
            const flx_var in = flx_variable(t, 0.5), one = flx_constant(1.0);
            const flx_array rows = flx_array_variable(t, 3, 1, start);
            const flx_array some = flx_array_slice(rows, 0, 0, steps, 1, 1, 1);
            const flx_scanned s =
                flx_scan(f, steps, flx_array_scalar(in), some, flx_array_empty(), 0);
            const flx_var y = s.state.first;
            flx_var g;
            if (forward) cr_expect_eq(flx_jvp_record(1, &in, &one, 1, &y, &g), FLX_OK);
            else cr_expect_eq(flx_grad(y, 1, &in, &g, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect(fabs(flx_peek(y) - x) <= 1e-14 * fabs(x)
                          && fabs(flx_peek(g) - dx) <= 1e-14 * fabs(dx),
                      "%zu steps, forward %d: %g, not %g", steps, forward, flx_peek(g), dx);
            flx_tape_destroy(t);
        }
    }
    flx_program_release(f);
}

/* y x^(y-1), as recorded for arrays; of its derivative by y at (-2, 3) there is none. */
Test(loop, powers_of_arrays_within)
{
    const double x[2] = {2.0, 1.5}, y[2] = {3.0, 2.0}, at[4] = {-2.0, 1.5, 3.0, 2.0};
    flx_tape *t = new_tape(), *outer = new_tape();
    flx_program *f;
    flx_var in[4], out[2], dy;
    const flx_array a = flx_array_variable(t, 1, 2, x), b = flx_array_variable(t, 1, 2, y);
    flx_array g;
    cr_assert_eq(flx_grad_array(flx_array_at(flx_array_sum(flx_array_pow(a, b), FLX_ALL), 0, 0), a,
                                &g, FLX_CREATE_GRAPH),
                 FLX_OK);
    for (size_t k = 0; k < 4; k++) in[k] = flx_array_at(k < 2 ? a : b, 0, k % 2);
    for (size_t k = 0; k < 2; k++) out[k] = flx_array_at(g, 0, k);
    cr_assert_eq(flx_freeze(t, 4, in, 2, out, 0, &f, NULL), FLX_OK);
    const flx_array z = flx_array_variable(outer, 4, 1, at);
    const flx_array v = flx_call(f, z);
    const flx_var exponent = flx_array_at(z, 2, 0);
    cr_expect_eq(flx_peek(flx_array_at(v, 0, 0)), 12.0);
    cr_assert_eq(flx_grad(flx_array_at(v, 0, 0), 1, &exponent, &dy, 0), FLX_OK);
    cr_expect(isnan(flx_peek(dy)));
    cr_expect_eq(flx_tape_flags(outer).set, FLX_FLAG_DOMAIN, "%u", flx_tape_flags(outer).set);
    flx_program_release(f);
    flx_tape_destroy(outer);
    flx_tape_destroy(t);
}

enum { ROOTS = 70 };

/* The square root of one of many elements is at its pole. */
Test(loop, a_pole_of_one_element)
{
    flx_tape *t = new_tape();
    flx_program *f;
    static double start[ROOTS];
    static flx_var in[ROOTS];
    for (size_t k = 0; k < ROOTS; k++) start[k] = 1.0 + (double)k;
    const flx_array a = flx_array_variable(t, 1, ROOTS, start);
    const flx_var y = flx_array_at(
        flx_array_sum(flx_array_pow(a, flx_array_scalar(flx_constant(0.5))), FLX_ALL), 0, 0);
    for (size_t k = 0; k < ROOTS; k++) in[k] = flx_array_at(a, 0, k);
    cr_assert_eq(flx_freeze(t, ROOTS, in, 1, &y, 0, &f, NULL), FLX_OK);
    for (size_t k = 0; k < ROOTS; k++) {
        flx_tape *outer = new_tape();
        start[k] = 0.0;
        const flx_array x = flx_array_variable(outer, ROOTS, 1, start);
        const flx_var z = flx_call(f, x).first, one = flx_array_at(x, k, 0);
        flx_var g;
        cr_assert_eq(flx_grad(z, 1, &one, &g, 0), FLX_OK);
        cr_expect(isinf(flx_peek(g)));
        cr_expect_eq(flx_tape_flags(outer).set, FLX_FLAG_POLE, "%zu: %u", k,
                     flx_tape_flags(outer).set);
        start[k] = 1.0 + (double)k;
        flx_tape_destroy(outer);
    }
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* state + sqrt(row) */
static void write_root(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_var_add(x[0], flx_var_sqrt(x[1]));
}

/* The square root of one of many steps is at its pole, whichever it is. */
Test(loop, a_pole_of_one_step)
{
    enum { STEPS = 23 };
    flx_program *f = new_program(2, 1, write_root);
    for (size_t k = 0; k < STEPS; k++) {
        double rows[STEPS], g[STEPS];
        flx_tape *t = new_tape();
        flx_array gradient;
        for (size_t j = 0; j < STEPS; j++) rows[j] = j == k ? 0.0 : 1.0 + (double)j;
        const flx_array state = flx_array_scalar(flx_variable(t, 1.0));
        const flx_array x = flx_array_variable(t, STEPS, 1, rows);
        const flx_scanned s = flx_scan(f, STEPS, state, x, flx_array_empty(), STEPS);
        cr_assert_eq(flx_grad_array(flx_array_at(s.state, 0, 0), x, &gradient, 0), FLX_OK);
        cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
        for (size_t j = 0; j < STEPS; j++)
            cr_expect(j == k ? isinf(g[j]) : fabs(g[j] - 0.5 / sqrt(rows[j])) < 1e-15);
        cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_POLE, "%zu: %u", k, flx_tape_flags(t).set);
        flx_tape_destroy(t);
    }
    flx_program_release(f);
}

/* exp(-state row), whose derivative is made of its own value. */
static flx_var curve(flx_var state, flx_var row)
{
    return flx_var_exp(flx_var_neg(flx_var_mul(state, row)));
}

static void write_curve(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = curve(x[0], x[1]);
}

/* Steps whose last operation asks for its result when it is swept back. */
Test(loop, steps_that_end_in_a_function)
{
    enum { STEPS = 21 };
    flx_program *f = new_program(2, 1, write_curve);
    double rows[STEPS], g[STEPS], want[STEPS];
    flx_tape *t = new_tape();
    flx_array gradient;
    for (size_t j = 0; j < STEPS; j++) rows[j] = 1.0 + 0.125 * (double)(j % 5);
    const flx_array state = flx_array_scalar(flx_variable(t, 0.75));
    const flx_array x = flx_array_variable(t, STEPS, 1, rows);
    const flx_scanned s = flx_scan(f, STEPS, state, x, flx_array_empty(), STEPS);
    flx_var y = flx_array_at(state, 0, 0);
    for (size_t j = 0; j < STEPS; j++) y = curve(y, flx_array_at(x, j, 0));
    cr_expect_eq(flx_peek(y), flx_peek(flx_array_at(s.state, 0, 0)));
    cr_assert_eq(flx_grad_array(y, x, &gradient, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(gradient, want), FLX_OK);
    cr_assert_eq(flx_grad_array(flx_array_at(s.state, 0, 0), x, &gradient, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(gradient, g), FLX_OK);
    for (size_t j = 0; j < STEPS; j++) cr_expect_eq(g[j], want[j], "%zu: %g, %g", j, g[j], want[j]);
    flx_tape_destroy(t);
    flx_program_release(f);
}

static void write_logarithms(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    for (int k = 0; k < 3; k++) y[k] = k % 2 ? flx_var_log(x[0]) : flx_var_square(x[0]);
    y[3] = flx_var_log(x[1]);
}

/* A term that is infinite at its pole makes the sum so, which is no overflow of the sum, whichever of several
 * sums it is. */
Test(loop, sums_of_terms_at_a_pole)
{
    enum { ROWS = 11 };
    flx_program *f = new_program(2, 4, write_logarithms);
    for (size_t column = 0; column < 2; column++) {
        double rows[2 * ROWS];
        flx_tape *t = new_tape();
        flx_array gradient;
        for (size_t j = 0; j < 2 * ROWS; j++) rows[j] = j == 8 + column ? 0.0 : 1.0 + (double)j;
        const flx_array x = flx_array_variable(t, ROWS, 2, rows);
        const flx_array sums = flx_map_sum(f, x, flx_array_empty());
        const flx_var y = flx_array_at(sums, column ? 3 : 1, 0);
        cr_expect_eq(flx_peek(y), -(double)INFINITY);
        cr_assert_eq(flx_grad_array(y, x, &gradient, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_POLE, "%zu: %x", column,
                     flx_tape_flags(t).set);
        flx_tape_destroy(t);
    }
    flx_program_release(f);
}
