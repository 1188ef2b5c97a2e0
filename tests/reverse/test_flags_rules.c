/* Flags where several reasons meet, or where only one operand gives one: by which operation they are
 * named, and that nothing else is. Expected flags are those of docs/edge-cases.md, by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static flx_var derivative(flx_var y, flx_var x, unsigned how)
{
    flx_var g;
    cr_expect_eq(flx_grad(y, 1, &x, &g, how), FLX_OK);
    return g;
}

/* The flags of the gradient of y by x, which is plain; those before it are forgotten. */
static flx_flags flags_of(flx_var y, flx_var x)
{
    flx_tape *t = x.tape;
    flx_tape_clear_flags(t);
    derivative(y, x, 0);
    return flx_tape_flags(t);
}

/* One flag is raised by an operation of that name. */
static void expect_named(const flx_flags *f, unsigned flag, const char *op)
{
    unsigned k = 0;
    while (flag >> k != 1) k++;
    cr_assert(f->set & flag, "%s is not set", flx_flag_name(flag));
    cr_expect(f->first[k].op && strcmp(f->first[k].op, op) == 0, "%s by %s, not %s",
              flx_flag_name(flag), f->first[k].op ? f->first[k].op : "none", op);
}

/* fmod jumps at its multiples; its derivative by the divisor is -trunc(x/y). */
Test(flags_rules, a_jump_and_an_overflow)
{
    flx_tape *t = new_tape();
    const flx_var y = flx_variable(t, 2.0), tiny = flx_variable(t, 0x1p-1000);
    const flx_var product = flx_var_mul_xc(flx_var_fmod(flx_constant(6.0), y), 1e308);
    const flx_var quotient = flx_var_fmod(flx_constant(0x1p1000), tiny);
    flx_flags f = flags_of(product, y); /* -3e308 */
    cr_expect_eq(f.set, FLX_FLAG_JUMP | FLX_FLAG_OVERFLOW, "%u", f.set);
    expect_named(&f, FLX_FLAG_JUMP, "fmod");
    expect_named(&f, FLX_FLAG_OVERFLOW, "fmod");
    f = flags_of(quotient, tiny); /* -2^2000 */
    cr_expect_eq(f.set, FLX_FLAG_JUMP | FLX_FLAG_OVERFLOW, "%u", f.set);
    expect_named(&f, FLX_FLAG_OVERFLOW, "fmod");
    flx_tape_destroy(t);
}

/* x/y with a value of 1 and a derivative of 1/y = 1e310. */
Test(flags_rules, a_quotient_whose_derivative_overflows)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1e-310), y = flx_variable(t, 1e-310);
    const flx_flags f = flags_of(flx_var_div(x, y), x);
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW, "%u", f.set);
    expect_named(&f, FLX_FLAG_OVERFLOW, "div");
    flx_tape_destroy(t);
}

/* Recorded contributions s*p and -t*z: 1e200 times an adjoint of 1e200, by either factor. */
Test(flags_rules, contributions_that_overflow)
{
    flx_tape *t = new_tape();
    const flx_var a = flx_variable(t, 1.5), b = flx_variable(t, 1e-200);
    const flx_var big = flx_variable(t, 1e200), small = flx_variable(t, 1e-200);
    const flx_var y = flx_var_mul(a, b), z = flx_var_mul(a, big);
    flx_var g, h;
    cr_assert_eq(flx_grad_seeded(1, &y, &big, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK); /* big b */
    cr_assert_eq(flx_grad_seeded(1, &z, &small, 1, &a, &h, FLX_CREATE_GRAPH), FLX_OK);
    flx_flags f = flags_of(flx_var_mul_xc(g, 1e200), b);
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW, "%u", f.set);
    expect_named(&f, FLX_FLAG_OVERFLOW, "acc_mul");
    f = flags_of(flx_var_mul_xc(h, 1e200), small);
    expect_named(&f, FLX_FLAG_OVERFLOW, "acc_mul");

    const flx_var q = flx_var_div(small, a); /* -big small/a^2 */
    flx_var d;
    cr_assert_eq(flx_grad_seeded(1, &q, &big, 1, &a, &d, FLX_CREATE_GRAPH), FLX_OK);
    f = flags_of(flx_var_mul_xc(d, 1e200), small);
    expect_named(&f, FLX_FLAG_OVERFLOW, "acc_msub");
    flx_tape_destroy(t);
}

/* d/dx of x^2 by exponentiation with a variable: y x^(y-1), whose derivative at 0 is finite. */
Test(flags_rules, a_power_derived_twice)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.0), y = flx_variable(t, 2.0), z = flx_var_pow(x, y);
    const flx_var g = derivative(z, x, FLX_CREATE_GRAPH);
    const flx_flags f = flags_of(g, x);
    cr_expect_eq(f.set, 0, "%u", f.set);
    cr_expect_eq(flx_peek(derivative(g, x, 0)), 2.0);
    flx_tape_destroy(t);
}

/* Of (-2)^3 the derivative by the exponent alone is outside the domain. */
Test(flags_rules, of_one_operand)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, -2.0), y = flx_variable(t, 3.0), p = flx_var_pow(x, y);
    cr_expect_eq(flags_of(p, x).set, 0, "by the base: %u", flags_of(p, x).set);
    cr_expect_eq(flags_of(p, y).set, FLX_FLAG_DOMAIN, "by the exponent: %u", flags_of(p, y).set);

    const flx_var v[3] = {flx_variable(t, 1.0), flx_variable(t, 1.0), flx_variable(t, 2.0)};
    const flx_var high = flx_variable(t, 1.0), low = flx_variable(t, 0.0);
    const flx_var at_low = flx_var_clamp(v[0], v[1], v[2]);
    const flx_var at_high = flx_var_clamp(v[0], low, high);
    for (int k = 0; k < 3; k++)
        cr_expect_eq(flags_of(at_low, v[k]).set & FLX_FLAG_TIE, FLX_FLAG_TIE, "argument %d", k);
    cr_expect_eq(flags_of(at_high, v[0]).set, FLX_FLAG_TIE);
    cr_expect_eq(flags_of(at_high, high).set, FLX_FLAG_TIE);
    cr_expect_eq(flags_of(at_high, low).set & FLX_FLAG_TIE, FLX_FLAG_TIE);
    flx_tape_destroy(t);
}

/* 0/5e-324 by the zero rule, though 1/5e-324 is infinite; beside it a kink, of what is no input. */
Test(flags_rules, a_zero_over_next_to_nothing)
{
    flx_tape *t = new_tape();
    const flx_var s = flx_variable(t, 0.0), w = flx_variable(t, 3.0);
    const flx_var a = flx_variable(t, 5e-324), b = flx_variable(t, 5e-324),
                  c = flx_variable(t, 2.0);
    const flx_var kink = flx_var_fabs(flx_parameter(t, 0.0));
    for (int tiny = 0; tiny < 2; tiny++) {
        const flx_var y = flx_var_div(a, tiny ? b : c);
        flx_var g;
        cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK);
        const flx_flags f = flags_of(flx_var_add(flx_var_add(flx_var_square(w), kink), g), w);
        cr_expect_eq(f.set, tiny ? FLX_FLAG_INDETERMINATE : 0, "%u", f.set);
    }
    flx_tape_destroy(t);
}

/* A tangent that overflows names the operation, as an adjoint does. */
Test(flags_rules, a_tangent_that_overflows)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 1e-300), one = flx_constant(1.0);
    const flx_var y = flx_var_mul_xc(flx_var_mul_xc(x, 1e200), 1e200); /* instructions 2 and 3 */
    flx_var dy;
    cr_assert_eq(flx_jvp_record(1, &x, &one, 1, &y, &dy), FLX_OK);
    const flx_flags f = flx_tape_flags(t);
    cr_expect(isinf(flx_peek(dy)));
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW, "%u", f.set);
    expect_named(&f, FLX_FLAG_OVERFLOW, "mulc");
    flx_tape_destroy(t);
}

/* Products of recorded adjoints s1 and s2: a zero of either hides an infinity of the other; finite ones
 * hide nothing. y = a b c, differentiated by a with seed s1, by b with seed s2. */
Test(flags_rules, what_zeros_hide_in_recorded_products)
{
    static const struct {
        double s1, s2;
        int hidden;
    } rows[] = {{0.0, 1.5, 0},
                {1.5, 0.0, 0},
                {0.0, (double)INFINITY, 1},
                {(double)INFINITY, 0.0, 1},
                {(double)INFINITY, 1.5, 0},
                {1.5, (double)INFINITY, 0}};
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        flx_tape *t = new_tape();
        const flx_var s1 = flx_variable(t, rows[k].s1), s2 = flx_variable(t, rows[k].s2);
        const flx_var a = flx_variable(t, 2.0), b = flx_variable(t, 3.0), w = flx_variable(t, 1.0);
        const flx_var y = flx_var_mul(a, b), kink = flx_var_fabs(flx_parameter(t, 0.0));
        flx_var g, h;
        cr_assert_eq(flx_grad_seeded(1, &y, &s1, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK); /* s1 b */
        cr_assert_eq(flx_grad_seeded(1, &g, &s2, 1, &b, &h, FLX_CREATE_GRAPH), FLX_OK); /* s2 s1 */
        const flx_var sum = flx_var_add(flx_var_add(flx_var_square(w), kink), h);
        const flx_flags f = flags_of(sum, w);
        cr_expect_eq(f.set & FLX_FLAG_INDETERMINATE, rows[k].hidden ? FLX_FLAG_INDETERMINATE : 0,
                     "%g, %g: %u", rows[k].s1, rows[k].s2, f.set);
        flx_tape_destroy(t);
    }
}

/* An infinite adjoint meets a partial that is 0, or finite, or infinite: nothing is hidden. */
Test(flags_rules, infinite_adjoints_of_recorded_products)
{
    static const double partial[] = {0.0, 2.0, (double)INFINITY};
    for (size_t k = 0; k < 3; k++) {
        flx_tape *t = new_tape();
        const flx_var s = flx_variable(t, (double)INFINITY), a = flx_variable(t, 2.0);
        const flx_var b = flx_variable(t, partial[k]), w = flx_variable(t, 3.0);
        const flx_var y = flx_var_mul(a, b);
        flx_var g;
        cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK);
        const flx_var square = flx_var_square(w), sum = flx_var_add(g, square);
        flx_flags f = flags_of(sum, w);
        cr_expect_eq(f.set & (FLX_FLAG_INDETERMINATE | FLX_FLAG_OVERFLOW), 0, "%g: %u", partial[k],
                     f.set);
        f = flags_of(sum, b);
        cr_expect_eq(f.set & FLX_FLAG_OVERFLOW, 0, "%g by the factor: %u", partial[k], f.set);
        flx_tape_destroy(t);
    }
}

/* A constant factor that is infinite, hidden by an adjoint of 0. */
Test(flags_rules, a_zero_times_an_infinite_constant)
{
    for (int zero = 0; zero < 2; zero++) {
        flx_tape *t = new_tape();
        const flx_var s = flx_variable(t, zero ? 0.0 : 1.0), a = flx_variable(t, 2.0);
        const flx_var w = flx_variable(t, 3.0), kink = flx_var_fabs(flx_parameter(t, 0.0));
        const flx_var y = flx_var_mul_xc(a, (double)INFINITY);
        flx_var g;
        cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK);
        const flx_flags f = flags_of(flx_var_add(flx_var_add(flx_var_square(w), kink), g), w);
        cr_expect_eq(f.set & FLX_FLAG_INDETERMINATE, zero ? FLX_FLAG_INDETERMINATE : 0, "%u",
                     f.set);
        flx_tape_destroy(t);
    }
}

/* ---- arrays ---- */

/* Each element on its own: its flags, and only where it is reached. */
Test(flags_rules, of_each_element)
{
    const double start[3] = {-1.0, 800.0, 0.0};
    const unsigned root[3] = {FLX_FLAG_DOMAIN, 0, FLX_FLAG_POLE};
    const unsigned power[3] = {0, FLX_FLAG_OVERFLOW, 0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 1, 3, start);
    const flx_array roots = flx_array_sqrt(x), powers = flx_array_exp(x);
    const flx_var kink = flx_var_fabs(flx_parameter(t, 0.0));
    for (size_t k = 0; k < 3; k++) {
        const flx_var in = flx_array_at(x, 0, k);
        flx_flags f = flags_of(flx_var_add(flx_array_at(roots, 0, k), kink), in);
        cr_expect_eq(f.set, root[k], "root %zu: %u", k, f.set);
        f = flags_of(flx_var_add(flx_array_at(powers, 0, k), kink), in);
        cr_expect_eq(f.set, power[k], "power %zu: %u", k, f.set);
        if (power[k]) expect_named(&f, power[k], "exp");
    }
    flx_array g;
    flx_tape_clear_flags(t);
    cr_assert_eq(flx_grad_array(flx_array_at(flx_array_sum(roots, FLX_ALL), 0, 0), x, &g, 0),
                 FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_DOMAIN | FLX_FLAG_POLE, "%u",
                 flx_tape_flags(t).set);
    flx_tape_destroy(t);
}

/* Tangents of 1e308 meet in a product: their sum is infinite, their difference is not. */
Test(flags_rules, tangents_of_products_of_arrays)
{
    const double start[2] = {1.0, 1.0};
    for (int matrix = 0; matrix < 2; matrix++) {
        flx_tape *t = new_tape();
        const flx_array x = flx_array_variable(t, 1, 2, start);
        const flx_var in[2] = {flx_array_at(x, 0, 0), flx_array_at(x, 0, 1)};
        const flx_array a = flx_array_slice(x, 0, 0, 1, 1, 1, 1);
        const flx_array b = flx_array_slice(x, 0, 1, 1, 1, 1, 1);
        const flx_var y = matrix ? flx_array_at(flx_array_matmul(a, b), 0, 0) : flx_array_dot(a, b);
        const flx_var dx[2] = {flx_constant(1e308), flx_constant(1e308)};
        flx_var dy;
        cr_assert_eq(flx_jvp_record(2, in, dx, 1, &y, &dy), FLX_OK);
        const flx_flags f = flx_tape_flags(t);
        cr_expect_eq(f.set, FLX_FLAG_OVERFLOW, "%u", f.set);
        expect_named(&f, FLX_FLAG_OVERFLOW, matrix ? "matmul" : "dot");
        flx_tape_destroy(t);
    }
}

/* Of a product of matrices only the elements that are reached. */
Test(flags_rules, elements_of_a_product_that_are_not_reached)
{
    const double start[2] = {1e200, 1.0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 1, start);
    const flx_array z = flx_array_matmul(x, flx_array_transpose(x)); /* 1e400, 1e200; 1e200, 1 */
    const flx_var kink = flx_var_fabs(flx_parameter(t, 0.0)), in = flx_array_at(x, 1, 0);
    for (size_t k = 0; k < 4; k++) {
        const flx_flags f = flags_of(flx_var_add(flx_array_at(z, k / 2, k % 2), kink), in);
        cr_expect_eq(f.set & FLX_FLAG_OVERFLOW, k == 0 ? FLX_FLAG_OVERFLOW : 0, "%zu: %u", k,
                     f.set);
    }
    flx_tape_destroy(t);
}

/* A solution is no number where any operand is none, and that is nobody's fault: wherever it stands. */
Test(flags_rules, what_is_no_number_in_a_system)
{
    static const double bad[] = {(double)NAN, (double)INFINITY};
    const double good[6] = {2.0, 0.5, 0.25, 3.0, 1.0, 4.0};
    for (size_t b = 0; b < 2; b++) {
        for (size_t k = 0; k < 6; k++) {
            double start[6];
            memcpy(start, good, sizeof start);
            start[k] = bad[b];
            flx_tape *t = new_tape();
            const flx_array x = flx_array_variable(t, 3, 2, start),
                            m = flx_array_slice(x, 0, 0, 2, 2, 1, 1);
            const flx_array s = flx_array_solve(m, flx_array_transpose(flx_array_row(x, 2)));
            flx_array g;
            cr_assert_eq(flx_grad_array(flx_array_at(flx_array_sum(s, FLX_ALL), 0, 0), x, &g, 0),
                         FLX_OK);
            cr_expect_eq(flx_tape_flags(t).set & (FLX_FLAG_OVERFLOW | (b ? 0 : FLX_FLAG_DOMAIN)), 0,
                         "%g at %zu: %u", bad[b], k, flx_tape_flags(t).set);
            flx_tape_destroy(t);
        }
    }
}

/* x0 = 1e308/1e-10 overflows, and 0 x0 is no number: one system raises both. */
Test(flags_rules, two_flags_of_one_system)
{
    const double start[6] = {1e-10, 0.0, 0.0, 1.0, 1e308, 1.0};
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 3, 2, start),
                    m = flx_array_slice(x, 0, 0, 2, 2, 1, 1);
    const flx_array s = flx_array_solve_triangular(m, flx_array_transpose(flx_array_row(x, 2)), 0);
    flx_array g;
    cr_expect(isinf(flx_peek(flx_array_at(s, 0, 0))) && isnan(flx_peek(flx_array_at(s, 1, 0))));
    cr_assert_eq(flx_grad_array(flx_array_at(flx_array_sum(s, FLX_ALL), 0, 0), x, &g, 0), FLX_OK);
    const unsigned set = flx_tape_flags(t).set;
    cr_expect_eq(set & (FLX_FLAG_OVERFLOW | FLX_FLAG_DOMAIN), FLX_FLAG_OVERFLOW | FLX_FLAG_DOMAIN,
                 "%u", set);
    flx_tape_destroy(t);
}

/* 0 times infinity is no number, and the tangent of another term overflows: one sum raises both. */
Test(flags_rules, two_flags_of_one_sum)
{
    const double x[2] = {0.0, 1.0}, y[2] = {(double)INFINITY, 1.0};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 1, 2, x), b = flx_array_variable(t, 1, 2, y);
    const flx_var in[2] = {flx_array_at(a, 0, 1), flx_array_at(b, 0, 1)}, z = flx_array_dot(a, b);
    const flx_var dx[2] = {flx_constant(1e308), flx_constant(1e308)};
    flx_var dz;
    cr_assert_eq(flx_jvp_record(2, in, dx, 1, &z, &dz), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_DOMAIN | FLX_FLAG_OVERFLOW, "%u",
                 flx_tape_flags(t).set);
    flx_tape_destroy(t);
}

/* Adjoints of a product by a matrix of 1e200 and infinity: a weight of 1e200 overflows by the one, and a zero
 * hides the other. One contribution raises both. */
Test(flags_rules, two_flags_of_one_recorded_product)
{
    const double x[2] = {1.0, 2.0}, y[2] = {1e200, (double)INFINITY}, w[4] = {1.0, 0.0, 0.0, 0.0};
    flx_tape *t = new_tape();
    const flx_array a = flx_array_variable(t, 2, 1, x), b = flx_array_constant(t, 1, 2, y),
                    weights = flx_array_variable(t, 2, 2, w), z = flx_array_matmul(a, b);
    flx_var of[4], weight[4], g;
    for (size_t k = 0; k < 4; k++) {
        of[k] = flx_array_at(z, k / 2, k % 2);
        weight[k] = flx_array_at(weights, k / 2, k % 2);
    }
    const flx_var in = flx_array_at(a, 0, 0), large = flx_constant(1e200);
    cr_assert_eq(flx_grad_seeded(4, of, weight, 1, &in, &g, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(flx_peek(g), 1e200);
    flx_tape_clear_flags(t);
    flx_var gg;
    cr_assert_eq(flx_grad_seeded(1, &g, &large, 1, weight, &gg, 0), FLX_OK);
    cr_expect(isinf(flx_peek(gg)));
    const flx_flags f = flx_tape_flags(t);
    cr_expect_eq(f.set, FLX_FLAG_OVERFLOW | FLX_FLAG_INDETERMINATE, "%u", f.set);
    expect_named(&f, FLX_FLAG_OVERFLOW, "acc_matmul");
    expect_named(&f, FLX_FLAG_INDETERMINATE, "acc_matmul");
    flx_tape_destroy(t);
}

/* Zeros where functions that are called next have what they do not write. */
__attribute__((noinline)) static double zero_the_stack(void)
{
    volatile double room[2048];
    for (size_t k = 0; k < 2048; k++) room[k] = 0.0;
    return room[7];
}

/* One root of many is at its pole, where a weight of zero hides it: wherever it stands. */
Test(flags_rules, one_element_at_a_pole)
{
    enum { MANY = 130 };
    double x[MANY], w[MANY];
    for (size_t at = 0; at <= MANY; at++) {
        for (size_t k = 0; k < MANY; k++) x[k] = w[k] = k == at ? 0.0 : 1.0;
        flx_tape *t = new_tape();
        const flx_array a = flx_array_variable(t, 1, MANY, x);
        const flx_array weights = flx_array_constant(t, 1, MANY, w);
        flx_array g;
        cr_assert_eq(zero_the_stack(), 0.0);
        const flx_var y =
            flx_array_dot(weights, flx_array_pow(a, flx_array_scalar(flx_constant(0.75))));
        cr_assert_eq(flx_grad_array(y, a, &g, 0), FLX_OK);
        const flx_flags f = flx_tape_flags(t);
        cr_expect_eq(f.set, at < MANY ? FLX_FLAG_INDETERMINATE : 0, "%zu: %u", at, f.set);
        flx_tape_destroy(t);
    }
}
