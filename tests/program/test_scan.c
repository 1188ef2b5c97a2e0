/* Scans: against the same steps written out on the tape, in every mode; how often steps are computed. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/external.h>
#include <fluxion/mixed.h>

#include "array_compare.h"
#include "bodies.h"
#include "reference.h"
#include "reverse/loop.h"

static const body *now;
static flx_program *program;
static size_t steps, states, width, checkpoints;

static flx_array stacked(flx_scanned s)
{
    const flx_array both[2] = {s.state,
                               flx_array_reshape(s.rows, (size_t)s.rows.rows * s.rows.cols, 1)};
    return s.rows.cols ? flx_array_stack(2, both) : s.state;
}

static flx_array scanned(const flx_array *x)
{
    return stacked(flx_scan(program, steps, x[0], x[1], x[2], checkpoints));
}

static void written(const flx_array *x, array_grid *z)
{
    flx_var in[BODY_INPUTS], out[BODY_OUTPUTS];
    const size_t yields = now->m - states;
    for (size_t k = 0; k < states; k++) in[k] = flx_array_at(x[0], k, 0);
    for (size_t k = 0; k + states + width < now->n; k++)
        in[states + width + k] = flx_array_at(x[2], k, 0);
    for (size_t r = 0; r < steps; r++) {
        for (size_t k = 0; k < width; k++) in[states + k] = flx_array_at(x[1], r, k);
        now->write(in, out);
        for (size_t k = 0; k < states; k++) in[k] = out[k];
        for (size_t k = 0; k < yields; k++) z->v[states + r * yields + k] = out[states + k];
    }
    for (size_t k = 0; k < states; k++) z->v[k] = in[k];
    z->rows = states + steps * yields;
    z->cols = 1;
}

static void expect_same(const body *b, size_t s, size_t row, array_kind kind, double shift)
{
    flx_tape *t;
    now = b;
    states = s;
    width = row;
    program = body_program(b);
    cr_assert_not_null(program);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array pool = array_pool(t, 7, 6, shift), none = flx_array_empty();
    const size_t shared = b->n - s - row;
    const flx_array x[3] = {array_view(pool, kind, s, 1, 0),
                            row ? array_view(pool, kind, steps, row, 1) : none,
                            shared ? array_view(pool, kind, shared, 1, 2) : none};
    const array_choice choice = {1, 1, 0};
    const char *text = array_differs(t, pool, x, scanned, written, choice, 0.0);
    cr_expect_null(text, "%s, %zu steps, %zu checkpoints, operand %d: %s", b->name, steps,
                   checkpoints, (int)kind, text);
    flx_tape_destroy(t);
    flx_program_release(program);
}

Test(scan, is_what_is_written_out_in_every_mode)
{
    steps = 6;
    for (int kind = 0; kind < ARRAY_KINDS; kind++) {
        checkpoints = kind % 2 ? steps : (size_t)kind / 2;
        expect_same(&body_logistic, 1, 1, (array_kind)kind, 0.0);
        expect_same(&body_exchange, 2, 0, (array_kind)kind, 0.0);
        expect_same(&body_arrays, 2, 0, (array_kind)kind, 0.0);
    }
}

Test(scan, is_the_same_for_any_number_of_steps_and_checkpoints)
{
    for (steps = 1; steps < 7; steps++)
        for (checkpoints = 0; checkpoints <= steps; checkpoints++)
            expect_same(&body_logistic, 1, 1, ARRAY_PLAIN, 0.0);
}

/* ---- a scan of a program that maps a program that calls one ---- */

static flx_program *innermost, *between;

/* Of (a, b, p, q): rows (a, b) and (b, a) through the innermost program, p and q shared. */
static void use_rows(const flx_var *y, flx_var *out)
{
    out[0] = flx_var_tanh(flx_var_add(y[0], y[4]));
    out[1] = flx_var_mul(y[2], y[5]);
}

static void write_nested(const flx_var *x, flx_var *out)
{
    flx_var y[6];
    const flx_var other[4] = {x[1], x[0], x[2], x[3]};
    body_mixed.write(x, y);
    body_mixed.write(other, y + 3);
    use_rows(y, out);
}

static void call_innermost(const flx_var *x, flx_var *out) { flx_call_scalars(innermost, x, out); }

static void map_between(const flx_var *x, flx_var *out)
{
    flx_var y[6];
    const flx_var rows[4] = {x[0], x[1], x[1], x[0]};
    flx_tape *t = x[0].tape;
    const flx_array z =
        flx_map(between, flx_array_pack(t, 2, 2, rows), flx_array_pack(t, 2, 1, x + 2));
    for (size_t k = 0; k < 6; k++) y[k] = flx_array_at(z, k / 3, k % 3);
    use_rows(y, out);
}

static const body calling = {"a call", 4, 3, call_innermost};
static const body mapping = {"a map", 4, 2, map_between};
static const body nested = {"nested", 4, 2, write_nested};

Test(scan, nests_with_maps_and_calls)
{
    flx_tape *t;
    states = 2;
    width = 0;
    now = &nested;
    innermost = body_program(&body_mixed);
    between = body_program(&calling);
    program = body_program(&mapping);
    cr_assert(innermost && between && program);
    flx_program_release(innermost); /* those around it own it */
    flx_program_release(between);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array pool = array_pool(t, 4, 1, 0.0);
    const flx_array x[3] = {flx_array_slice(pool, 0, 0, 2, 1, 1, 1), flx_array_empty(),
                            flx_array_slice(pool, 2, 0, 2, 1, 1, 1)};
    for (checkpoints = 2; checkpoints <= 6; checkpoints += 4) {
        steps = checkpoints == 2 ? 3 : 6;
        const char *text =
            array_differs(t, pool, x, scanned, written, (array_choice){1, 1, 0}, 0.0);
        cr_expect_null(text, "%zu steps: %s", steps, text);
    }
    flx_program_release(program); /* the tape owned it too, until it was rewound */
    flx_tape_destroy(t);
}

/* ---- how often steps are computed ---- */

static size_t counted;

static flx_status step_value(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)n;
    (void)m;
    counted += ctx == &counted;
    y[0] = x[0] + 0.25;
    return FLX_OK;
}

static flx_status step_jacobian(void *ctx, size_t n, const double *x, size_t mn, double *jac)
{
    (void)ctx;
    (void)n;
    (void)x;
    (void)mn;
    jac[0] = 1.0;
    return FLX_OK;
}

static void counting(const flx_var *x, flx_var *y)
{
    const flx_external f = {"counted", step_value, step_jacobian, NULL, 1, &counted};
    y[0] = flx_array_at(flx_array_external(&f, flx_array_scalar(x[0]), 1), 0, 0);
}

static const body counted_body = {"counted", 1, 1, counting};

/* The fewest steps with which `l` of them can be reversed with c states kept, the first among them, by
 * dynamic programming: most of length l <= 60. */
static size_t fewest(size_t l, size_t c)
{
    static size_t known[61][13];
    if (l < 2) return 0;
    if (c == 1) return l * (l - 1) / 2;
    if (known[l][c]) return known[l][c];
    size_t least = SIZE_MAX;
    for (size_t m = 1; m < l; m++) {
        const size_t here = m + fewest(m, c) + fewest(l - m, c - 1);
        if (here < least) least = here;
    }
    return known[l][c] = least;
}

static double choose(size_t n, size_t k)
{
    double c = 1.0;
    for (size_t j = 1; j <= k; j++) c = c * (double)(n - k + j) / (double)j;
    return round(c);
}

/* The formula of Griewank and Walther: r l - (c + r)! / ((c + 1)! (r - 1)!). */
static size_t binomial_bound(size_t l, size_t c)
{
    size_t r = 0;
    while (choose(c + r, c) < (double)l) r++;
    return l < 2 ? 0 : r * l - (size_t)choose(c + r, c + 1);
}

/* Steps that the evaluation and two gradients at one point take. */
static void count_steps(size_t l, size_t c, size_t seen[3])
{
    flx_tape *t;
    flx_program *f = body_program(&counted_body), *g = NULL;
    flx_work *w;
    double gradient, y;
    const double start = 2.0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, start);
    const flx_scanned s =
        flx_scan(f, l, flx_array_scalar(x), flx_array_empty(), flx_array_empty(), c);
    const flx_var end = flx_array_at(s.state, 0, 0);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &end, 0, &g, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(g, FLX_WORK_FIRST, 0, &w), FLX_OK);
    counted = 0;
    cr_expect_eq(flx_eval(g, w, &start, &y, NULL), FLX_OK);
    seen[0] = counted;
    for (int k = 1; k < 3; k++) {
        counted = 0;
        cr_expect_eq(flx_gradient(g, w, NULL, NULL, &gradient, NULL), FLX_OK);
        cr_expect_eq(gradient, 1.0);
        seen[k] = counted;
    }
    flx_work_destroy(w);
    flx_program_release(f);
    flx_program_release(g);
    flx_tape_destroy(t);
}

/* The evaluation makes the first l - 1 steps of the schedule, and the last step, which is swept back at
 * once; each of the others once more, to be swept back. After that what the evaluation kept is used
 * up, unless all states are kept, or all but the last. */
static void expect_steps(size_t l, size_t c)
{
    size_t seen[3];
    const size_t bound = binomial_bound(l, c), own = l > 1 ? l : 0; /* one step alone stays there */
    count_steps(l, c, seen);
    cr_expect_eq(seen[0], l);
    cr_expect_eq(seen[0] + seen[1], bound + l, "%zu, %zu: %zu", l, c, seen[1]);
    const size_t again = c >= l ? 0 : c == l - 1 ? 1 : bound;
    cr_expect_eq(seen[2], own + again, "%zu, %zu: %zu", l, c, seen[2]);
}

Test(scan, takes_as_few_steps_as_can_be)
{
    for (size_t l = 1; l <= 60; l++)
        for (size_t c = 1; c <= 12; c++) {
            cr_assert_eq(fewest(l, c), binomial_bound(l, c), "%zu steps, %zu", l, c);
            expect_steps(l, c);
        }
}

Test(scan, takes_ten_thousand_steps_with_ten_checkpoints_at_the_binomial_bound)
{
    expect_steps(10000, 10);
    cr_expect_eq(binomial_bound(10000, 10), 57624);
}

/* ---- references ---- */

static void slope(const flx_var *s, const flx_var *c, flx_var *d)
{
    d[0] = flx_var_mul(c[0], flx_var_sub(s[1], s[0]));
    d[1] = flx_var_sub(flx_var_mul(s[0], flx_var_sub(c[1], s[2])), s[1]);
    d[2] = flx_var_sub(flx_var_mul(s[0], s[1]), flx_var_mul(c[2], s[2]));
}

static void moved(const flx_var *s, double h, const flx_var *d, flx_var *to)
{
    for (int k = 0; k < 3; k++) to[k] = flx_var_add(s[k], flx_var_mul_xc(d[k], h));
}

/* A step of the classical Runge-Kutta method for Lorenz' equations, of length 1/128. */
static void lorenz_step(const flx_var *x, flx_var *y)
{
    const double h = 1.0 / 128.0;
    flx_var d[4][3], at[3];
    slope(x, x + 3, d[0]);
    for (int stage = 1; stage < 4; stage++) {
        moved(x, stage < 3 ? h / 2 : h, d[stage - 1], at);
        slope(at, x + 3, d[stage]);
    }
    for (int k = 0; k < 3; k++) {
        const flx_var twice = flx_var_mul_xc(flx_var_add(d[1][k], d[2][k]), 2.0);
        const flx_var sum = flx_var_add(flx_var_add(d[0][k], twice), d[3][k]);
        y[k] = flx_var_add(x[k], flx_var_mul_xc(sum, 1.0 / 768.0));
    }
}

static const body lorenz = {"lorenz", 6, 3, lorenz_step};
static const double lorenz_at[6] = {1.0, 1.0, 1.0, 10.0, 28.0, 2.625};
static const double lorenz_d[6] = {0.5, -1.25, 0.6875, 0.1875, -0.375, 0.0625};

/* Against a row of the references. */
static void expect_row(const char *label, size_t count, const double *got, double tolerance)
{
    long double want[6], most = 0.0L;
    double order;
    cr_assert_eq(ref_line("lorenz", label, &order, want, 6), count, "%s", label);
    for (size_t k = 0; k < count; k++)
        if (fabsl(want[k]) > most) most = fabsl(want[k]);
    for (size_t k = 0; k < count; k++)
        cr_expect_leq((double)(ref_error(got[k], want[k]) / most), tolerance,
                      "%s %zu: %.17g, %.17Lg", label, k, got[k], want[k]);
}

static flx_var lorenz_end(flx_program *step, flx_array x, size_t c)
{
    const flx_scanned s = flx_scan(step, 150, flx_array_slice(x, 0, 0, 3, 1, 1, 1),
                                   flx_array_empty(), flx_array_slice(x, 3, 0, 3, 1, 1, 1), c);
    return flx_array_at(s.state, 0, 0);
}

static void peek_all(size_t n, const flx_var *v, double *to)
{
    for (size_t k = 0; k < n; k++) to[k] = flx_peek(v[k]);
}

static flx_var along(size_t n, const flx_var *g, const double *d)
{
    flx_var sum = flx_constant(0.0);
    for (size_t k = 0; k < n; k++) sum = flx_var_add(sum, flx_var_mul_xc(g[k], d[k]));
    return sum;
}

/* The orbit spreads rounding errors: about 2^5 ulp of the largest number, and more in higher orders. */
enum { SPREAD = 64 };

Test(scan, of_an_integrator_has_the_derivatives_that_mpmath_finds)
{
    flx_program *step = body_program(&lorenz);
    for (size_t c = 1; c <= 10; c += 3) {
        flx_tape *t;
        flx_var x[6], g[6], h[6], third[6];
        double got[6];
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        const flx_array all = flx_array_variable(t, 6, 1, lorenz_at);
        for (size_t k = 0; k < 6; k++) x[k] = flx_array_at(all, k, 0);
        const flx_var y = lorenz_end(step, all, c);
        cr_assert_eq(flx_grad(y, 6, x, g, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_grad(along(6, g, lorenz_d), 6, x, h, FLX_CREATE_GRAPH), FLX_OK);
        cr_assert_eq(flx_grad(along(6, h, lorenz_d), 6, x, third, 0), FLX_OK);
        peek_all(6, g, got);
        expect_row("gradient", 6, got, SPREAD * 0x1p-53);
        peek_all(6, h, got);
        expect_row("hessian", 6, got, 2 * SPREAD * 0x1p-53);
        peek_all(6, third, got);
        expect_row("third", 6, got, 4 * SPREAD * 0x1p-53);
        flx_tape_destroy(t);
    }
    flx_program_release(step);
}

Test(scan, as_a_program_has_the_derivatives_that_mpmath_finds)
{
    flx_program *step = body_program(&lorenz), *f;
    for (size_t c = 1; c <= 10; c += 3) {
        flx_tape *t;
        flx_work *w;
        flx_var x[6];
        double got[6];
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        const flx_array all = flx_array_variable(t, 6, 1, lorenz_at);
        for (size_t k = 0; k < 6; k++) x[k] = flx_array_at(all, k, 0);
        const flx_var y = lorenz_end(step, all, c);
        cr_assert_eq(flx_freeze(t, 6, x, 1, &y, 0, &f, NULL), FLX_OK);
        flx_tape_destroy(t);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        cr_expect_eq(flx_gradient(f, w, lorenz_at, NULL, got, NULL), FLX_OK);
        expect_row("gradient", 6, got, SPREAD * 0x1p-53);
        cr_expect_eq(flx_hvp(f, w, NULL, lorenz_d, NULL, got, NULL), FLX_OK);
        expect_row("hessian", 6, got, 2 * SPREAD * 0x1p-53);
        cr_expect_eq(flx_hvp_double_backprop(f, w, NULL, lorenz_d, NULL, got, NULL), FLX_OK);
        expect_row("hessian", 6, got, 2 * SPREAD * 0x1p-53);
        cr_expect_eq(flx_gradient(f, w, NULL, NULL, got, NULL), FLX_OK);
        expect_row("gradient", 6, got, SPREAD * 0x1p-53);
        flx_work_destroy(w);
        flx_program_release(f);
    }
    flx_program_release(step);
}

static void times(const flx_var *x, flx_var *y) { y[0] = flx_var_mul(x[0], x[1]); }

/* x_n = p^n x_0 at p = 1: the derivatives by p are n, n (n - 1), n (n - 1) (n - 2), exactly. */
Test(scan, of_a_recurrence_has_its_closed_form)
{
    const body product = {"product", 2, 1, times};
    flx_program *step = body_program(&product), *f;
    for (size_t n = 1; n <= 1001; n += 250) {
        const double steps_of = (double)n, one = 1.0;
        flx_tape *t;
        flx_work *w;
        flx_var g, h, third;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        const flx_var p = flx_variable(t, 1.0);
        const flx_scanned s = flx_scan(step, n, flx_array_scalar(flx_constant(1.0)),
                                       flx_array_empty(), flx_array_scalar(p), 5);
        const flx_var y = flx_array_at(s.state, 0, 0);
        cr_assert_eq(flx_freeze(t, 1, &p, 1, &y, 0, &f, NULL), FLX_OK);
        cr_expect_eq(flx_grad(y, 1, &p, &g, FLX_CREATE_GRAPH), FLX_OK);
        cr_expect_eq(flx_grad(g, 1, &p, &h, FLX_CREATE_GRAPH), FLX_OK);
        cr_expect_eq(flx_grad(h, 1, &p, &third, 0), FLX_OK);
        cr_expect_eq(flx_peek(g), steps_of);
        cr_expect_eq(flx_peek(h), steps_of * (steps_of - 1.0));
        cr_expect_eq(flx_peek(third), steps_of * (steps_of - 1.0) * (steps_of - 2.0));
        double path[4] = {1.0, 1.0, 0.0, 0.0}, coefficient[4], hv;
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 3, &w), FLX_OK);
        cr_expect_eq(flx_jet(f, w, 3, path, coefficient, NULL), FLX_OK);
        for (size_t k = 0; k < 4; k++) cr_expect_eq(coefficient[k], choose(n, k), "%zu %zu", n, k);
        flx_work_destroy(w);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        cr_expect_eq(flx_hvp(f, w, &one, &one, NULL, &hv, NULL), FLX_OK);
        cr_expect_eq(hv, steps_of * (steps_of - 1.0));
        flx_work_destroy(w);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
    flx_program_release(step);
}

/* The slots that a scan of so many steps takes on its tape. */
static size_t slots_of(flx_program *step, size_t n, size_t kept)
{
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var p = flx_variable(t, 1.0);
    flx_scan(step, n, flx_array_scalar(flx_constant(1.0)), flx_array_empty(), flx_array_scalar(p),
             kept);
    cr_assert_eq(flx_tape_status(t), FLX_OK);
    const size_t slots = flx_tape_measure(t).slots;
    flx_tape_destroy(t);
    return slots;
}

/* Where the user gives no number of checkpoints, 4096 or twice the square root of the steps are kept, and
 * no more than twice that. */
Test(scan, keeps_some_states_of_many)
{
    const body product = {"product", 2, 1, times};
    flx_program *step = body_program(&product);
    const size_t least = slots_of(step, 50000, 4096), few = slots_of(step, 50000, 0);
    cr_expect(few >= least && few <= slots_of(step, 50000, 8192), "%zu, not %zu", few, least);
    const size_t root = slots_of(step, 9000000, 6000), many = slots_of(step, 9000000, 0);
    cr_expect(many >= root && many <= slots_of(step, 9000000, 12000), "%zu, not %zu", many, root);
    flx_program_release(step);
}
