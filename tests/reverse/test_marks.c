/* What depends on what, as flags tell: a kink before an operation is one of the derivative where it is
 * passed on, and an output that no value of the inputs reaches is said not to depend on them. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* The flags that a gradient raises, beside a kink that is no input's, because of which they are looked
 * for. */
static unsigned flags_of(flx_var y, flx_var x)
{
    flx_tape *t = x.tape;
    flx_var g;
    const flx_var kink = flx_var_fabs(flx_parameter(t, 0.0));
    flx_tape_clear_flags(t);
    cr_assert_eq(flx_grad(flx_var_add(y, kink), 1, &x, &g, 0), FLX_OK);
    return flx_tape_flags(t).set;
}

/* A choice passes on what was chosen. */
Test(marks, choices)
{
    for (int first = 0; first < 2; first++) {
        flx_tape *t = new_tape();
        const flx_var pad = flx_variable(t, 0.0), x = flx_variable(t, 0.0),
                      zero = flx_parameter(t, 0.0);
        const flx_var condition = flx_parameter(t, first ? 1.0 : -1.0);
        const flx_var kink = flx_var_fabs(x);
        flx_var_select(condition, pad, x); /* words that are others' */
        cr_expect_eq(flags_of(flx_var_select(condition, kink, zero), x), first ? FLX_FLAG_KINK : 0);
        cr_expect_eq(flags_of(flx_var_select(condition, zero, kink), x), first ? 0 : FLX_FLAG_KINK);
        cr_expect_eq(flags_of(flx_var_fabs(flx_var_select(condition, x, zero)), x),
                     first ? FLX_FLAG_KINK : 0);
        cr_expect_eq(flags_of(flx_var_fabs(flx_var_select(condition, zero, x)), x),
                     first ? 0 : FLX_FLAG_KINK);
        flx_tape_destroy(t);
    }
}

/* The adjoint that a choice has given, recorded. */
Test(marks, contributions_of_choices)
{
    for (int first = 0; first < 2; first++) {
        flx_tape *t = new_tape();
        const flx_var u = flx_variable(t, 0.0), x = flx_variable(t, 1.0);
        const flx_var s = flx_var_fabs(u), condition = flx_parameter(t, first ? 1.0 : -1.0);
        const flx_var y[2] = {flx_var_select(condition, x, flx_constant(0.0)),
                              flx_var_select(condition, flx_constant(0.0), x)};
        for (int k = 0; k < 2; k++) {
            flx_var g;
            cr_assert_eq(flx_grad_seeded(1, &y[k], &s, 1, &x, &g, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect_eq(flags_of(g, u), first == !k ? FLX_FLAG_KINK : 0, "%d %d", first, k);
        }
        flx_tape_destroy(t);
    }
}

/* s*p, s an adjoint: a zero of s keeps p out. Of two adjoints either keeps the other out. */
Test(marks, contributions_that_are_hidden)
{
    for (int s_is_zero = 0; s_is_zero < 2; s_is_zero++) {
        for (int p_is_zero = 0; p_is_zero < 2; p_is_zero++) {
            flx_tape *t = new_tape();
            const flx_var u = flx_variable(t, 0.0), a = flx_variable(t, 2.0);
            const flx_var s = flx_var_add_xc(flx_var_fabs(u), s_is_zero ? 0.0 : 1.0);
            const flx_var v = flx_variable(t, 0.0);
            const flx_var p = flx_var_add_xc(flx_var_fabs(v), p_is_zero ? 0.0 : 1.0);
            const flx_var y = flx_var_mul(a, p);
            flx_var g, h;
            cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &a, &g, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect_eq(flags_of(g, u), p_is_zero ? 0 : FLX_FLAG_KINK, "s: %d %d", s_is_zero,
                         p_is_zero); /* whose adjoint is p */
            cr_expect_eq(flags_of(g, v), s_is_zero ? 0 : FLX_FLAG_KINK, "p: %d %d", s_is_zero,
                         p_is_zero);
            /* the derivative of g by p, with adjoint p: p s */
            cr_assert_eq(flx_grad_seeded(1, &g, &p, 1, &p, &h, FLX_CREATE_GRAPH), FLX_OK);
            cr_expect_eq(flags_of(h, u), p_is_zero ? 0 : FLX_FLAG_KINK, "ps by s: %d %d", s_is_zero,
                         p_is_zero);
            cr_expect_eq(flags_of(h, v), s_is_zero ? 0 : FLX_FLAG_KINK, "ps by p: %d %d", s_is_zero,
                         p_is_zero);
            flx_tape_destroy(t);
        }
    }
}

/* The same in products of matrices: row (s0 s1) times a matrix, element by element. */
Test(marks, products_of_matrices)
{
    const double zero[4] = {0.0, 0.0, 0.0, 0.0}, shift[2] = {0.0, 1.0};
    flx_tape *t = new_tape();
    const flx_array u = flx_array_variable(t, 1, 2, zero), v = flx_array_variable(t, 2, 2, zero);
    const flx_array s = flx_array_add(flx_array_fabs(u), flx_array_constant(t, 1, 2, shift));
    const flx_array p = flx_array_add(flx_array_fabs(v), flx_array_scalar(flx_constant(1.0)));
    const flx_array z = flx_array_matmul(s, p); /* a value: zeros hide nothing */
    for (size_t k = 0; k < 2; k++) {
        for (size_t l = 0; l < 2; l++) {
            const flx_var in = flx_array_at(v, l, k);
            cr_expect_eq(flags_of(flx_array_at(z, 0, k), in), l == 0 ? 0 : FLX_FLAG_KINK, "%zu %zu",
                         k, l); /* whose adjoint is s0, s1 */
            cr_expect_eq(flags_of(flx_array_at(z, 0, 1 - k), in), FLX_FLAG_ZEROGRAD, "%zu %zu", k,
                         l);
        }
    }
    /* the adjoint of a (2 x 2) in a p', s its row: s p', where s0 = 0 keeps the first row of p out */
    const flx_array a = flx_array_variable(t, 1, 2, shift);
    const flx_array w = flx_array_matmul(a, flx_array_transpose(p));
    flx_array g;
    const flx_var y = flx_array_dot(w, s);
    cr_assert_eq(flx_grad_array(y, a, &g, FLX_CREATE_GRAPH), FLX_OK);
    for (size_t k = 0; k < 2; k++)
        for (size_t l = 0; l < 2; l++)
            cr_expect_eq(flags_of(flx_array_at(g, 0, k), flx_array_at(v, l, k)),
                         l == 0 ? 0 : FLX_FLAG_KINK, "adjoint %zu by %zu", k, l);
    flx_tape_destroy(t);
}

/* Of a system all depends on all, and on nothing beside it. */
Test(marks, systems)
{
    const double zero[7] = {0.0}, shift[6] = {2.0, 0.5, 0.25, 3.0, 1.0, 4.0};
    flx_tape *t = new_tape();
    const flx_array u = flx_array_variable(t, 7, 1, zero);
    const flx_array all = flx_array_fabs(u), six = flx_array_slice(all, 0, 0, 6, 1, 1, 1);
    const flx_array sum = flx_array_add(six, flx_array_constant(t, 6, 1, shift));
    const flx_array m = flx_array_reshape(flx_array_slice(sum, 0, 0, 4, 1, 1, 1), 2, 2);
    const flx_array b = flx_array_slice(sum, 4, 0, 2, 1, 1, 1);
    const flx_array z = flx_array_solve(m, b);
    const flx_array tri = flx_array_solve_triangular(m, b, 0);
    const flx_var beside = flx_array_at(all, 6, 0);
    for (size_t k = 0; k < 7; k++) {
        const flx_var in = flx_array_at(u, k, 0);
        for (size_t j = 0; j < 2; j++) {
            cr_expect_eq(flags_of(flx_array_at(z, j, 0), in),
                         k < 6 ? FLX_FLAG_KINK : FLX_FLAG_ZEROGRAD, "element %zu by %zu", j, k);
            const unsigned set = flags_of(flx_array_at(tri, j, 0), in);
            cr_expect_eq(set & FLX_FLAG_ZEROGRAD, k < 6 ? 0 : FLX_FLAG_ZEROGRAD, "triangle %zu", k);
        }
        cr_expect_eq(flags_of(beside, in), k < 6 ? FLX_FLAG_ZEROGRAD : FLX_FLAG_KINK, "beside %zu",
                     k);
    }
    flx_tape_destroy(t);
}

/* Indices choose within their columns. */
Test(marks, columns_of_indices)
{
    const double zero[12] = {0.0}, which[2] = {3.0, 1.0};
    flx_tape *t = new_tape();
    const flx_array u = flx_array_variable(t, 4, 3, zero), x = flx_array_fabs(u);
    const flx_array index = flx_array_constant(t, 2, 1, which), y = flx_array_gather(x, index);
    const flx_array back = flx_array_scatter_add(y, index, 5);
    for (size_t k = 0; k < 12; k++) {
        const flx_var in = flx_array_at(u, k / 3, k % 3);
        for (size_t j = 0; j < 3; j++) {
            for (size_t i = 0; i < 2; i++) {
                const int chosen = k / 3 == (size_t)which[i] && k % 3 == j;
                const unsigned want = k % 3 != j ? FLX_FLAG_ZEROGRAD : chosen ? FLX_FLAG_KINK : 0;
                cr_expect_eq(flags_of(flx_array_at(y, i, j), in), want, "%zu, %zu by %zu", i, j, k);
                cr_expect_eq(flags_of(flx_array_at(back, (size_t)which[i], j), in), want,
                             "back: %zu, %zu by %zu", i, j, k);
            }
        }
    }
    flx_tape_destroy(t);
}

/* An index that means no row reaches nothing: not what lies behind the last one either. */
Test(marks, an_index_that_means_no_row)
{
    const double zero[3] = {1.0, 2.0, 3.0}, at[5] = {1.0, 2.0, 3.0, 0.0, 3.0}, first = 0.0;
    flx_tape *t = new_tape();
    flx_program *f;
    flx_work *w;
    flx_report r;
    double y, g[5];
    const flx_var u = flx_variable(t, 0.5), i = flx_variable(t, first);
    const flx_array x = flx_array_variable(t, 3, 1, zero);
    flx_var in[5];
    for (size_t k = 0; k < 3; k++) in[k] = flx_array_at(x, k, 0);
    in[3] = u;
    in[4] = i;
    const flx_array copy = flx_array_copy(x);
    const flx_var behind = flx_var_floor(u);
    const flx_var only = flx_array_at(flx_array_gather(copy, flx_array_scalar(i)), 0, 0);
    cr_expect_eq(behind.u.at.slot, copy.first.u.at.slot + 3);
    cr_assert_eq(flx_freeze(t, 5, in, 1, &only, FLX_KEEP_ALL, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    cr_expect_eq(flx_gradient(f, w, at, &y, g, &r), FLX_OK);
    cr_expect(isnan(y));
    cr_expect_eq(r.flags & FLX_FLAG_JUMP, 0, "%u", r.flags);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static void write_kink(const flx_var *x, flx_var *y)
{
    y[0] = flx_var_add(flx_var_fabs(x[0]), x[1]);
}

/* A factor that a zero of the seed hides is not looked at: its jump is none of the result's. */
Test(marks, values_that_are_hidden)
{
    for (int hidden = 0; hidden < 2; hidden++) {
        for (int array = 0; array < 3; array++) {
            const double one = 1.0;
            flx_tape *t = new_tape();
            const flx_var w = flx_variable(t, 1.0), v = flx_variable(t, 0.0);
            const flx_var s = flx_variable(t, hidden ? 0.0 : 2.0);
            const flx_var p = flx_var_sign(v), kink = flx_var_fabs(flx_parameter(t, 0.0));
            const flx_array a = flx_array_variable(t, 1, 1, &one), b = flx_array_pack(t, 1, 1, &p);
            const flx_var in = flx_array_at(a, 0, 0);
            const flx_var y = array == 0   ? flx_var_mul(in, p)
                              : array == 1 ? flx_array_dot(a, b)
                                           : flx_array_matmul(a, b).first;
            flx_var g, h;
            cr_assert_eq(flx_grad_seeded(1, &y, &s, 1, &in, &g, FLX_CREATE_GRAPH), FLX_OK);
            flx_tape_clear_flags(t);
            const flx_var sum = flx_var_add(flx_var_add(flx_var_square(w), kink), g);
            cr_assert_eq(flx_grad(sum, 1, &w, &h, 0), FLX_OK);
            cr_expect_eq(flx_tape_flags(t).set, hidden ? 0 : FLX_FLAG_JUMP, "%d %d: %u", hidden,
                         array, flx_tape_flags(t).set);
            flx_tape_destroy(t);
        }
    }
}

/* Steps of a program that nothing comes of raise nothing. */
Test(marks, a_program_that_is_not_reached)
{
    const double zero[3] = {0.0, 0.0, 0.0};
    flx_tape *t = new_tape(), *inner = new_tape();
    flx_program *f;
    const flx_var in[2] = {flx_variable(inner, 1.0), flx_variable(inner, 2.0)};
    flx_var out;
    write_kink(in, &out);
    cr_assert_eq(flx_freeze(inner, 2, in, 1, &out, 0, &f, NULL), FLX_OK);
    const flx_var x = flx_variable(t, 0.0);
    const flx_array rows = flx_array_variable(t, 3, 1, zero);
    const flx_scanned s = flx_scan(f, 3, flx_array_scalar(x), rows, flx_array_empty(), 0);
    cr_expect_eq(flags_of(s.state.first, x), FLX_FLAG_KINK);
    cr_expect_eq(flags_of(flx_var_mul_xc(x, 2.0), x), 0);
    cr_expect_eq(flags_of(flx_var_mul_xc(x, 2.0), flx_array_at(rows, 0, 0)), FLX_FLAG_ZEROGRAD);
    flx_program_release(f);
    flx_tape_destroy(inner);
    flx_tape_destroy(t);
}
