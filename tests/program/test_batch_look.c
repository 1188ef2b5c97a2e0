/* Batches: what is to be said of one point among many, within loops too, is said of that point alone, and is
 * what is said of it alone. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

enum { N = 3, POINTS = 37 };

/* Inner programs of three numbers, near (1, 2, 3); returns how many outputs there are. */
typedef size_t inner(flx_tape *t, const flx_var *x, flx_var *y);

/* Sums and products alone: what is not finite shows in an output, of any number. */
static size_t outputs_of_products(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_mul(x[0], x[0]);
    for (int k = 1; k < 6; k++) y[k] = flx_add(flx_mul(x[1], 0.5 * k), x[2]);
    y[6] = flx_mul(x[1], x[1]);
    return 7;
}
/* What is not finite is hidden, in any of so many slots. */
static size_t hidden(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    flx_var z = flx_constant(0.0);
    for (int k = 0; k < N; k++) z = flx_add(z, flx_atan(flx_mul(x[k], x[k])));
    y[0] = flx_fmin(z, flx_exp(flx_mul(x[0], x[1])));
    return 1;
}
/* In one slot alone, after so many others; or in the last, which a guard reads. */
static int others, last;
static size_t one_slot(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_var z = x[0];
    FLX_HERE(t);
    for (int k = 0; k < others; k++) z = flx_sin(flx_add(z, x[1]));
    y[0] = last ? z : flx_add(z, flx_atan(flx_square(x[2])));
    if (last) {
        const int more = flx_gt(flx_square(x[2]), 1.0);
        cr_assert(more);
    }
    return 1;
}
static size_t guards(flx_tape *t, const flx_var *x, flx_var *y)
{
    FLX_HERE(t);
    const int first = flx_lt(x[0], 1.5), second = flx_gt(x[1], 1.5), third = flx_ne(x[2], 2.0);
    y[0] = flx_mul(flx_mul(x[0], first + 1.0), flx_add(x[1], flx_mul(x[2], second + third)));
    return 1;
}
static size_t roots(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = flx_add(flx_sqrt(x[0]), flx_mul(flx_fabs(x[1]), flx_sqrt(x[2])));
    return 1;
}
/* Operations of arrays, of which an element is at a delicate point. */
static size_t elements(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var four[] = {x[0], x[1], x[2], flx_constant(4.0)};
    const flx_array a = flx_array_pack(t, 2, 2, four);
    const flx_array b = flx_array_add(flx_array_sqrt(a), flx_array_fabs(a));
    y[0] = flx_array_at(flx_array_sum(b, FLX_ALL), 0, 0);
    return 1;
}
/* A loop within, in which there are guards and roots. */
static flx_program *nested_one;
static size_t nested(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_var z;
    (void)t;
    cr_assert_eq(flx_call_scalars(nested_one, x, &z), FLX_OK);
    y[0] = flx_mul(z, x[0]);
    return 1;
}
static size_t root_before(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var root = flx_sqrt(x[0]);
    nested(t, x, y);
    y[0] = flx_add(y[0], root);
    return 1;
}
/* Derivatives of powers, by which argument and how often; second and third operands. */
static size_t powers(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_var g[2], h[2];
    (void)t;
    const flx_var z = flx_pow(x[0], x[1]), w = flx_fma(x[0], x[1], x[2]);
    cr_assert_eq(flx_grad(z, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_grad(g[1], 2, x, h, FLX_CREATE_GRAPH), FLX_OK);
    y[0] = flx_add(flx_add(h[0], h[1]), flx_add(flx_var_clamp(x[2], x[0], x[1]), w));
    return 1;
}

/* Of these numbers; or as the step of a scan, of a state that it does not read, whose next are its outputs. */
static flx_program *frozen(inner *record, size_t states)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_var x[8 + N], y[8];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < states; k++) x[k] = flx_variable(t, 1.0);
    for (int k = 0; k < N; k++) x[states + (size_t)k] = flx_variable(t, 1.0 + k);
    const size_t m = record(t, x + states, y);
    cr_assert_eq(flx_freeze(t, states + N, x, m, y, 0, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_tape_destroy(t);
    return f;
}

enum { PLAIN, MAPPED, SCANNED, WAYS };

/* The program itself, or called by each of two rows, or step after step: the last is as it was recorded, and
 * of the other a scan shows nothing. */
static flx_program *outer(inner *record, int way)
{
    flx_program *in = frozen(record, 0), *f = NULL;
    flx_tape *t = NULL;
    flx_var x[N];
    if (way == PLAIN) return in;
    const size_t states = way == SCANNED ? flx_outputs(in) : 0;
    flx_program_release(in);
    in = frozen(record, states);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + k);
    const flx_var row[] = {x[0], x[1], flx_constant(1.0), flx_constant(2.0)};
    const double zeros[8] = {0.0};
    const flx_array rows = flx_array_pack(t, 2, 2, row), shared = flx_array_scalar(x[2]);
    flx_array all;
    if (way == MAPPED) all = flx_map(in, rows, shared);
    else all = flx_scan(in, 2, flx_array_constant(t, states, 1, zeros), rows, shared, 0).state;
    const flx_var y = flx_array_at(flx_array_sum(flx_array_atan(all), FLX_ALL), 0, 0);
    cr_assert_eq(flx_freeze(t, N, x, 1, &y, 0, &f, NULL), FLX_OK, "%s",
                 flx_status_message(flx_tape_status(t)));
    flx_tape_destroy(t);
    flx_program_release(in);
    return f;
}

static const double odd[][N] = {{0.0, 2.0, 3.0},   {1.0, 0.0, 3.0},   {1.0, 2.0, 0.0},
                                {1e200, 2.0, 3.0}, {1.0, 1e200, 3.0}, {1.0, 2.0, 1e200},
                                {2.0, 2.0, 3.0},   {1.0, 1.0, 3.0},   {1.0, 2.0, 2.0},
                                {-1.0, 2.0, 3.0},  {1.0, 2.0, -1.0},  {2.0, 2.0, 2.0}};

static unsigned expect_same(flx_program *f, flx_isa isa, const char *what)
{
    enum { ODD = sizeof odd / sizeof *odd };
    const flx_batch_options options = {.isa = isa};
    const size_t m = flx_outputs(f);
    double x[POINTS][N], y[POINTS][8], g[POINTS][N];
    unsigned values[POINTS], firsts[POINTS], all = 0;
    flx_batch *b = NULL;
    flx_work *w = NULL;
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    const flx_batch_in in = flx_in_rows(x[0], N);
    const flx_batch_out to_y = flx_out_rows(y[0], m), to_g = flx_out_rows(g[0], N);
    for (int at = 0; at < POINTS; at++) { /* one odd point, and later one that is as odd */
        flx_report r;
        for (int k = 0; k < POINTS; k++)
            for (int j = 0; j < N; j++) x[k][j] = 1.0 + j;
        for (int j = 0; j < N; j++) x[at][j] = odd[at % ODD][j];
        for (int j = 0; j < N && at > 20; j++) x[at - 17][j] = odd[(at / 2) % ODD][j];
        const flx_status status = flx_eval_batch(f, b, POINTS, 1, &in, 1, &to_y, values, NULL);
        cr_assert(status == FLX_OK || status == FLX_BRANCH_CHANGED, "%s", what);
        if (m == 1) flx_gradient_batch(f, b, POINTS, 1, &in, NULL, 1, &to_g, firsts, NULL);
        for (int k = 0; k < POINTS; k++) {
            double one[8], slope[N];
            flx_eval(f, w, x[k], one, &r);
            all |= r.flags;
            cr_expect_eq(values[k], r.flags, "%s, point %d of %d: %x, %x", what, k, at, values[k],
                         r.flags);
            if (m > 1) continue;
            flx_gradient(f, w, x[k], NULL, slope, &r);
            all |= r.flags;
            cr_expect_eq(firsts[k], r.flags, "%s, slope %d of %d: %x, %x", what, k, at, firsts[k],
                         r.flags);
        }
    }
    flx_batch_destroy(b);
    flx_work_destroy(w);
    flx_program_release(f);
    return all;
}

Test(batch_look, one_point_among_many)
{
    static const struct {
        const char *name;
        inner *record;
        unsigned flags;
    } all[] = {{"products", outputs_of_products, FLX_FLAG_OVERFLOW},
               {"hidden", hidden, FLX_FLAG_OVERFLOW},
               {"one slot", one_slot, FLX_FLAG_OVERFLOW},
               {"guards", guards, FLX_FLAG_BRANCH},
               {"roots", roots, FLX_FLAG_POLE | FLX_FLAG_KINK | FLX_FLAG_DOMAIN},
               {"elements", elements, FLX_FLAG_POLE | FLX_FLAG_KINK},
               {"nested guards", nested, FLX_FLAG_BRANCH},
               {"nested roots", nested, FLX_FLAG_POLE},
               {"root before", root_before, FLX_FLAG_POLE},
               {"powers", powers, 0}};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        nested_one = frozen(strstr(all[k].name, "roots") ? roots : guards, 0);
        last = 0;
        const int variants = all[k].record == one_slot ? 8 : 1;
        for (int j = 0; j < 2 * WAYS * variants; j++) {
            const flx_isa isa = j % 2 ? FLX_ISA_BEST : FLX_ISA_BASE;
            others = j / (2 * WAYS) / 2;
            last = j / (2 * WAYS) % 2;
            const unsigned flags =
                expect_same(outer(all[k].record, j / 2 % WAYS), isa, all[k].name);
            cr_expect(last || (flags & all[k].flags) == all[k].flags, "%s: %x", all[k].name, flags);
        }
        flx_program_release(nested_one);
    }
}
