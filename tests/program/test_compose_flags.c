/* Flags of programs as nodes, against those of the same steps written out on the tape. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/compose.h>
#include <fluxion/grad.h>

#include "hostile.h"

enum {
    STEPS = 3,
    STATES = 3,
    ROW = 3,
    SHARED = 2,
    OUT = 3,
    INPUTS = STATES + STEPS * ROW + SHARED
};

/* State (s0, s1, s2), row (r0, r1, r2), shared (p0, p1): each that has a kink has one of its own. Nobody
 * reads s2, which is computed from r2 alone and has a kink in the step that computes it. */
static void write_step(const flx_var *x, flx_var *y)
{
    const flx_var kink = flx_var_fabs(flx_var_mul_xc(x[3], 2.0));
    y[0] = flx_var_add(x[1], kink);
    y[1] = flx_var_add(flx_var_add(x[0], x[6]), kink);
    y[2] = flx_var_mul_xc(x[5], 2.0);
    y[3] = flx_var_add(flx_var_fabs(x[1]), flx_var_fabs(x[7]));
    y[4] = flx_var_fabs(x[4]);
    y[5] = flx_var_fabs(y[2]);
}

/* The same without a state: rows and what is shared. */
static void write_row(const flx_var *x, flx_var *y)
{
    y[0] = flx_var_add(flx_var_fabs(x[0]), flx_var_add(x[2], x[3]));
    y[1] = flx_var_add(x[1], flx_var_fabs(x[4]));
    y[2] = flx_var_fabs(x[1]);
}

static flx_program *new_program(size_t n, size_t m, void (*write)(const flx_var *, flx_var *))
{
    flx_var x[STATES + ROW + SHARED], y[STATES + OUT];
    flx_program *f;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, 1.0 + (double)k);
    write(x, y);
    cr_assert_eq(flx_freeze(t, n, x, m, y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* Where the inputs lie: states, rows and what is shared, in this order. */
typedef void evaluator(flx_array x, flx_var *y);

static flx_program *program;
static void (*step_body)(const flx_var *x, flx_var *y);

static flx_array part(flx_array x, size_t first, size_t rows, size_t cols)
{
    return flx_array_reshape(flx_array_slice(x, first, 0, rows * cols, 1, 1, 1), rows, cols);
}

static void list(flx_array x, flx_var *y)
{
    for (size_t k = 0; k < (size_t)x.rows * x.cols; k++)
        y[k] = flx_array_at(x, k / x.cols, k % x.cols);
}

static void scanned(flx_array x, flx_var *y)
{
    const flx_array rows = part(x, STATES, STEPS, ROW),
                    shared = part(x, INPUTS - SHARED, SHARED, 1);
    const flx_scanned s = flx_scan(program, STEPS, part(x, 0, STATES, 1), rows, shared, 0);
    list(s.state, y);
    list(s.rows, y + STATES);
}

static void scan_written(flx_array x, flx_var *y)
{
    flx_var in[STATES + ROW + SHARED], out[STATES + OUT];
    list(part(x, 0, STATES, 1), in);
    list(part(x, INPUTS - SHARED, SHARED, 1), in + STATES + ROW);
    for (size_t step = 0; step < STEPS; step++) {
        list(part(x, STATES + step * ROW, ROW, 1), in + STATES);
        step_body(in, out);
        for (size_t k = 0; k < STATES; k++) in[k] = y[k] = out[k];
        for (size_t k = 0; k < OUT; k++) y[STATES + step * OUT + k] = out[STATES + k];
    }
}

enum { MAPPED = 3 };

static void mapped(flx_array x, flx_var *y)
{
    const flx_array rows = part(x, 0, STEPS, ROW), shared = part(x, STEPS * ROW, SHARED, 1);
    list(flx_map_sum(program, rows, shared), y);
    list(flx_map(program, rows, shared), y + MAPPED);
}

static void map_written(flx_array x, flx_var *y)
{
    flx_var in[ROW + SHARED];
    list(part(x, STEPS * ROW, SHARED, 1), in + ROW);
    for (size_t k = 0; k < MAPPED; k++) y[k] = flx_constant(0.0);
    for (size_t step = 0; step < STEPS; step++) {
        flx_var *out = y + MAPPED * (1 + step);
        list(part(x, step * ROW, ROW, 1), in);
        write_row(in, out);
        for (size_t k = 0; k < MAPPED; k++) y[k] = flx_var_add(y[k], out[k]);
    }
}

/* The flags that the gradient of output `of` raises where input `zero` is 0, by it or by all others. No
 * derivative is 0, which would be a reason to look for flags. */
static unsigned flags_of(evaluator *evaluate, size_t n, size_t zero, int others, size_t of)
{
    double at[INPUTS];
    flx_var x[INPUTS], g[INPUTS], y[STATES + MAPPED * (1 + STEPS)];
    const flx_var one[2] = {flx_constant(1.0), flx_constant(1.0)};
    flx_tape *t;
    size_t count = 0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) at[k] = k == zero ? 0.0 : 1.0 + 0.125 * (double)k;
    const flx_array a = flx_array_variable(t, n, 1, at);
    for (size_t k = 0; k < n; k++)
        if ((k == zero) != others) x[count++] = flx_array_at(a, k, 0);
    flx_var both[2] = {flx_constant(0.0)};
    for (size_t k = 0; k < count; k++) both[0] = flx_var_add(both[0], flx_var_mul_xc(x[k], 3.5));
    flx_array_constant(t, n, 1, at); /* nothing lies beside the node that depends on an input */
    evaluate(a, y);
    both[1] = y[of];
    cr_assert_eq(flx_grad_seeded(2, both, one, count, x, g, 0), FLX_OK);
    const unsigned set = flx_tape_flags(t).set;
    flx_tape_destroy(t);
    return set & FLX_FLAG_KINK;
}

/* Of a state, what any step's depends on and reaches is taken for all: there flags may be too many. */
Test(compose_flags, of_a_scan)
{
    step_body = write_step;
    program = new_program(STATES + ROW + SHARED, STATES + OUT, write_step);
    for (size_t zero = 0; zero < INPUTS; zero++) {
        const int in_rows = zero >= STATES && zero < INPUTS - SHARED;
        const int carried = in_rows && (zero - STATES) % ROW == 0 && zero - STATES < 2 * ROW;
        for (size_t of = 0; of < STATES + STEPS * OUT; of++) {
            for (int others = 0; others < 2; others++) {
                const unsigned want = flags_of(scan_written, INPUTS, zero, others, of);
                const unsigned got = flags_of(scanned, INPUTS, zero, others, of);
                const int loose = zero < STATES ? others : carried && !others;
                cr_expect(loose ? !want || got : got == want, "%zu of %zu, %d: %u, not %u", zero,
                          of, others, got, want);
            }
        }
    }
    flx_program_release(program);
}

Test(compose_flags, of_maps)
{
    const size_t n = STEPS * ROW + SHARED;
    program = new_program(ROW + SHARED, MAPPED, write_row);
    for (size_t zero = 0; zero < n; zero++) {
        for (size_t of = 0; of < MAPPED * (1 + STEPS); of++) {
            for (int others = 0; others < 2; others++) {
                const unsigned want = flags_of(map_written, n, zero, others, of);
                const unsigned got = flags_of(mapped, n, zero, others, of);
                cr_expect(got == want, "%zu of %zu, %d: %u, not %u", zero, of, others, got, want);
            }
        }
    }
    flx_program_release(program);
}

/* Steps in which each state is what it was and more: a state depends on all that it ever did. */
static void write_growing(const flx_var *x, flx_var *y)
{
    y[0] = flx_var_add(x[0], x[3]);
    y[1] = flx_var_add(flx_var_add(x[1], x[0]), x[6]);
    y[2] = flx_var_add(x[2], x[5]);
    y[3] = flx_var_add(x[1], x[4]);
    y[4] = flx_var_add(x[0], x[7]);
    y[5] = flx_var_mul_xc(x[2], 0.5);
}

/* The flags of output `of`'s gradient by the input that has a kink before the node. */
static unsigned flags_before(evaluator *evaluate, size_t n, size_t kink, size_t of)
{
    double at[INPUTS];
    flx_var y[STATES + MAPPED * (1 + STEPS)], g;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < n; k++) at[k] = k == kink ? 0.0 : 1.0 + 0.125 * (double)k;
    const flx_array a = flx_array_variable(t, n, 1, at);
    const flx_var x = flx_array_at(a, kink, 0);
    evaluate(flx_array_add(flx_array_fabs(a), flx_array_scalar(flx_constant(1.0))), y);
    cr_assert_eq(flx_grad(y[of], 1, &x, &g, 0), FLX_OK);
    const unsigned set = flx_tape_flags(t).set;
    flx_tape_destroy(t);
    return set;
}

static void expect_before(evaluator *node, evaluator *written, size_t n, size_t outputs)
{
    for (size_t kink = 0; kink < n; kink++) {
        for (size_t of = 0; of < outputs; of++) {
            const unsigned want = flags_before(written, n, kink, of);
            const unsigned got = flags_before(node, n, kink, of);
            cr_expect_eq(got, want, "%zu of %zu: %u, not %u", kink, of, got, want);
        }
    }
}

Test(compose_flags, of_what_leads_to_a_node)
{
    step_body = write_growing;
    program = new_program(STATES + ROW + SHARED, STATES + OUT, write_growing);
    expect_before(scanned, scan_written, INPUTS, STATES + STEPS * OUT);
    flx_program_release(program);
    program = new_program(ROW + SHARED, MAPPED, write_row);
    expect_before(mapped, map_written, STEPS * ROW + SHARED, MAPPED * (1 + STEPS));
    flx_program_release(program);
}

static void write_half(const flx_var *x, flx_var *y) { y[0] = flx_var_mul_xc(x[0], 0.5); }

/* Rows of one element and nothing shared. */
Test(compose_flags, of_rows_that_the_output_does_not_depend_on)
{
    program = new_program(1, 1, write_half);
    for (size_t row = 0; row < STEPS; row++) {
        for (size_t of = 0; of < STEPS; of++) {
            const double at[STEPS] = {1.0, 2.0, 3.0};
            flx_tape *t;
            flx_var g;
            cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
            const flx_array x = flx_array_variable(t, STEPS, 1, at);
            const flx_array y = flx_map(program, x, flx_array_empty());
            const flx_var in = flx_array_at(x, row, 0);
            cr_assert_eq(flx_grad(flx_array_at(y, of, 0), 1, &in, &g, 0), FLX_OK);
            cr_expect_eq(flx_tape_flags(t).set, row == of ? 0 : FLX_FLAG_ZEROGRAD);
            flx_tape_destroy(t);
        }
    }
    flx_program_release(program);
}

/* What the program within meets leaves no trace outside: the next operation is looked at as ever, and
 * nothing is written beyond what a sweep that begins late on the tape looks at. */
Test(compose_flags, of_what_is_recorded_after_it)
{
    hostile h = {0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t;
    flx_var g;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    program = new_program(ROW + SHARED, MAPPED, write_row);
    const double before[50] = {0.0}, at[STEPS * ROW + SHARED] = {0.0};
    flx_array_variable(t, 50, 1, before);
    const flx_array x = flx_array_variable(t, STEPS * ROW + SHARED, 1, at);
    const flx_array y =
        flx_map_sum(program, part(x, 0, STEPS, ROW), part(x, STEPS * ROW, SHARED, 1));
    const flx_var first = flx_array_at(x, 0, 0), root = flx_var_sqrt(first);
    cr_assert_eq(flx_grad(flx_var_add(y.first, root), 1, &first, &g, 0), FLX_OK);
    cr_expect_eq(flx_tape_flags(t).set, FLX_FLAG_KINK | FLX_FLAG_POLE, "%u", flx_tape_flags(t).set);
    flx_tape_destroy(t);
    flx_program_release(program);
}

/* p0 |r0| + p1 r1^2 */
static void write_weighted(const flx_var *x, flx_var *y)
{
    y[0] =
        flx_var_add(flx_var_mul(x[2], flx_var_fabs(x[0])), flx_var_mul(x[3], flx_var_square(x[1])));
}

/* Of two weights the derivatives are sums of |r0| and of r1^2: only the first has a kink. */
Test(compose_flags, of_a_recorded_gradient)
{
    const double at[2 * STEPS + SHARED] = {0.0, 1.0, 2.0, 0.0, 4.0, 5.0, 6.0, 7.0};
    program = new_program(2 + SHARED, 1, write_weighted);
    for (size_t k = 0; k < SHARED; k++) {
        flx_tape *t;
        flx_array g, h;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        const flx_array rows = flx_array_variable(t, STEPS, 2, at);
        const flx_array weights = flx_array_variable(t, SHARED, 1, at + 2 * STEPS);
        const flx_var y = flx_map_sum(program, rows, weights).first;
        cr_assert_eq(flx_grad_array(y, weights, &g, FLX_CREATE_GRAPH), FLX_OK);
        flx_tape_clear_flags(t);
        cr_assert_eq(flx_grad_array(flx_array_at(g, k, 0), rows, &h, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, k == 0 ? FLX_FLAG_KINK : 0, "%zu: %u", k,
                     flx_tape_flags(t).set);
        flx_tape_destroy(t);
    }
    flx_program_release(program);
}

static void write_log(const flx_var *x, flx_var *y) { y[0] = flx_var_log(x[0]); }
static void write_square(const flx_var *x, flx_var *y) { y[0] = flx_var_square(x[0]); }

Test(compose_flags, of_values_that_are_not_finite)
{
    const struct {
        void (*write)(const flx_var *x, flx_var *y);
        double at;
        unsigned flag;
    } rows[] = {{write_log, -1.0, FLX_FLAG_DOMAIN}, {write_square, 1e200, FLX_FLAG_OVERFLOW}};
    for (int k = 0; k < 2; k++) {
        flx_tape *t;
        flx_var g;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        program = new_program(1, 1, rows[k].write);
        const flx_var x = flx_variable(t, rows[k].at);
        const flx_var y = flx_call(program, flx_array_scalar(x)).first;
        cr_assert_eq(flx_grad(y, 1, &x, &g, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(t).set, rows[k].flag, "%d: %u", k, flx_tape_flags(t).set);
        flx_tape_destroy(t);
        flx_program_release(program);
    }
}

/* The second sum is finite whatever the first is. */
static void write_product(const flx_var *x, flx_var *y)
{
    y[0] = flx_var_mul(x[0], x[1]);
    y[1] = flx_var_tanh(x[1]);
}

/* What is said of the values when 1/(p0*q + p1*q + 2 tanh(q)) is differentiated, by one node or by
 * instructions. Which factors are zero within a node is not known. */
static unsigned flags_of_sum(int node, const double *at)
{
    flx_tape *t;
    flx_var in[3], g[3], sum[2];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array x = flx_array_variable(t, 3, 1, at);
    list(x, in);
    if (node) {
        list(flx_map_sum(program, part(x, 0, 2, 1), part(x, 2, 1, 1)), sum);
    } else {
        sum[0] = flx_var_add(flx_var_mul(in[0], in[2]), flx_var_mul(in[1], in[2]));
        sum[1] = flx_var_add(flx_var_tanh(in[2]), flx_var_tanh(in[2]));
    }
    const flx_var y = flx_var_div_cx(1.0, flx_var_add(sum[0], sum[1]));
    cr_assert_eq(flx_grad(y, 3, in, g, 0), FLX_OK);
    const unsigned flags = flx_tape_flags(t).set & ~(unsigned)FLX_FLAG_INDETERMINATE;
    flx_tape_destroy(t);
    return flags;
}

/* A sum overflows, or is no number, though what is summed is finite or infinite; or it has been before. */
Test(compose_flags, of_sums_that_are_not_finite)
{
    static const double kinds[] = {
        1.0, 1.7e308, -1.7e308, (double)INFINITY, -(double)INFINITY, (double)NAN};
    const size_t count = sizeof kinds / sizeof *kinds;
    unsigned met = 0;
    program = new_program(2, 2, write_product);
    for (size_t k = 0; k < 2 * count * count; k++) {
        const double at[3] = {kinds[k % count], kinds[k / count % count],
                              1.0 + (double)(k / count / count)};
        const unsigned written = flags_of_sum(0, at);
        cr_expect_eq(flags_of_sum(1, at), written, "%g, %g, %g: %x, not %x", at[0], at[1], at[2],
                     flags_of_sum(1, at), written);
        met |= written;
    }
    cr_expect_eq(met & (FLX_FLAG_OVERFLOW | FLX_FLAG_DOMAIN), FLX_FLAG_OVERFLOW | FLX_FLAG_DOMAIN);
    flx_program_release(program);
}
