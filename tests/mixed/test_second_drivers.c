/* Second derivatives on a work that is used again and again: what it keeps is for the point, the weights and
 * the directions that were asked for, and flags and places are those that a new work finds. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>
#include <fluxion/generic.h>
#include <fluxion/mixed.h>

#include "hostile.h"
#include "program/program.h"

enum { N = 3, M = 2 };

/* y0 = 2 p x0 x1 + x2^2, y1 = x0 x1 x2 with the parameter p = 3: H0 and H1 are plain. */
static flx_status record(const flx_allocator *allocator, flx_program **f, flx_work **w)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return status;
    const flx_var p[2] = {flx_parameter(t, 3.0), flx_parameter(t, 1.0)};
    const flx_var c[2] = {flx_variable(t, 2.0),
                          flx_variable(t, 1.0)}; /* constants of the program */
    flx_var x[N], y[M];
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + k);
    y[0] = flx_add(flx_mul(flx_mul(c[0], p[0]), flx_mul(x[0], x[1])), flx_square(x[2]));
    y[1] = flx_mul(flx_mul(flx_mul(p[1], x[0]), flx_mul(x[1], c[1])), x[2]);
    status = flx_tape_status(t);
    if (status == FLX_OK) status = flx_freeze(t, N, x, M, y, FLX_KEEP_ALL, f, NULL);
    if (status == FLX_OK) status = flx_work_create(*f, FLX_WORK_SECOND, 8, w);
    flx_tape_destroy(t);
    return status;
}

typedef struct subject {
    flx_program *f;
    flx_work *w;
} subject;

static subject made(void)
{
    const flx_allocator none = {0};
    subject s = {NULL, NULL};
    cr_assert_eq(record(&none, &s.f, &s.w), FLX_OK);
    return s;
}

static void drop(subject *s)
{
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

/* Row i of the second derivatives of a*y0 + b*y1 by hand. */
static void by_hand(const double *x, double a, double b, double h[N][N])
{
    const double all[N][N] = {{0.0, 6.0 * a + b * x[2], b * x[1]},
                              {6.0 * a + b * x[2], 0.0, b * x[0]},
                              {b * x[1], b * x[0], 2.0 * a}};
    memcpy(h, all, sizeof all);
}

static void expect_products(const double *x, const double *weight, const double *dir, size_t count,
                            const double *hv, const char *what)
{
    double h[N][N];
    by_hand(x, weight[0], weight[1], h);
    for (size_t k = 0; k < count; k++)
        for (int i = 0; i < N; i++) {
            double want = 0.0;
            for (int j = 0; j < N; j++) want += h[i][j] * dir[k * N + (size_t)j];
            cr_expect(hv[k * N + (size_t)i] == want, "%s, %zu, %d: %g, %g", what, k, i,
                      hv[k * N + (size_t)i], want);
        }
}

static const double points[2][N] = {{1.0, 2.0, 3.0}, {-2.0, 4.0, 0.5}};
static const double weights[4][M] = {{1.0, 1.0}, {1.0, 2.0}, {3.0, 2.0}, {0.0, -1.0}};
static const double dirs[8 * N] = {1,  0, 0,  0, 1, 0, 0, 0, 1, 1, 2, 3,
                                   -1, 2, -4, 2, 2, 2, 1, 4, 8, 5, 0, 1};

/* Every pair of calls that may leave something to each other. */
Test(second_drivers, a_work_keeps_only_what_holds)
{
    subject s = made();
    double hv[8 * N], h[N][N], want[N][N];
    for (int k = 0; k < 4 * 4 * 16; k++) {
        const double *x = points[k / 64 % 2], *a = weights[k % 4], *b = weights[k / 4 % 4];
        cr_expect_eq(flx_hvp(s.f, s.w, x, dirs, a, hv, NULL), FLX_OK);
        expect_products(x, a, dirs, 1, hv, "one");
        cr_expect_eq(s.w->adjoints_known, 1);
        const size_t count = k & 16 ? 8 : 1;
        if (k & 32) flx_hvp_double_backprop(s.f, s.w, NULL, dirs + N, b, hv, NULL);
        else flx_hvps(s.f, s.w, NULL, count, dirs + N * (count == 1), b, hv, NULL);
        expect_products(x, b, dirs + N * (count == 1 || k & 32), k & 32 ? 1 : count, hv, "another");
        cr_expect_eq(flx_hvp(s.f, s.w, NULL, dirs + 2 * N, a, hv, NULL), FLX_OK);
        expect_products(x, a, dirs + 2 * N, 1, hv, "one again");
        cr_expect_eq(flx_hvp_double_backprop(s.f, s.w, NULL, dirs + N, a, hv, NULL), FLX_OK);
        expect_products(x, a, dirs + N, 1, hv, "recorded");
        for (size_t j = 1; j < 4; j++) /* what it finds in its planes does not count */
            for (uint32_t slot = 0; slot < s.f->slots; slot++)
                flx_work_plane(s.w, j)[slot] = (double)NAN;
        cr_expect_eq(flx_hessian_hyperdual(s.f, s.w, x, b, h[0], NULL), FLX_OK);
        by_hand(x, b[0], b[1], want);
        cr_expect_eq(memcmp(h, want, sizeof h), 0, "hyper-duals, %d", k);
        s.w->adjoints_known = 0;
    }
    drop(&s);
}

/* A work keeps the adjoints of the last weights, all of which it compares: none of them is taken for what new
 * memory holds. */
Test(second_drivers, each_weight_is_compared)
{
    for (int k = 0; k < M; k++) {
        hostile h = {0, 0, 0, 0};
        const flx_allocator allocator = hostile_allocator(&h);
        subject s = {NULL, NULL};
        double hv[2][N], weight[M] = {1.0, 1.0};
        cr_assert_eq(record(&allocator, &s.f, &s.w), FLX_OK);
        weight[k] = 5.0;
        cr_expect_eq(flx_hvp(s.f, s.w, points[0], dirs, weight, hv[0], NULL), FLX_OK);
        expect_products(points[0], weight, dirs, 1, hv[0], "known weights");
        memset(&weight[k], 0x47, sizeof *weight); /* as this allocator fills */
        cr_expect_eq(flx_hvp(s.f, s.w, NULL, dirs, weight, hv[1], NULL), FLX_OK);
        cr_expect(hv[1][1] > 1e30, "weight %d: %g", k, hv[1][1]);
        drop(&s);
        cr_expect_eq(h.bytes, 0);
    }
}

/* ---- what is not finite ---- */

static void same_place(flx_place a, flx_place b, const char *what)
{
    const int op = a.op == b.op || (a.op && b.op && strcmp(a.op, b.op) == 0);
    const int label = a.label == b.label || (a.label && b.label && strcmp(a.label, b.label) == 0);
    cr_expect(a.index == b.index && op && label, "%s: %zu %s %s, %zu %s %s", what, a.index,
              a.op ? a.op : "", a.label ? a.label : "", b.index, b.op ? b.op : "",
              b.label ? b.label : "");
}

static unsigned same_flags(const flx_work *v, const flx_work *w, const char *what)
{
    const flx_flags a = flx_work_flags(v), b = flx_work_flags(w);
    cr_expect_eq(a.set, b.set, "%s: %x, %x", what, a.set, b.set);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (a.set & b.set & 1u << k) same_place(a.first[k], b.first[k], what);
    return a.set;
}

/* Of several directions one alone overflows, in one component: as if each had been asked for alone. What lies
 * before the results is not looked at. */
Test(second_drivers, one_direction_of_many_overflows)
{
    subject s = made(), t = made();
    double room[8 + 4 * N], *hv = room + 8, one[N];
    const double x[N] = {1.0, 2.0, 3.0}, w[M] = {1.0, 1.0};
    for (int which = -1; which < 4 * N; which++) {
        double dir[4 * N] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3};
        for (int k = 0; k < 8; k++) room[k] = (double)INFINITY;
        if (which >= 0) dir[which] = 1e308;
        flx_work_clear_flags(s.w);
        flx_work_clear_flags(t.w);
        cr_expect_eq(flx_hvps(s.f, s.w, x, 4, dir, w, hv, NULL), FLX_OK);
        for (int k = 0; k < 4; k++) {
            cr_expect_eq(flx_hvp(t.f, t.w, x, dir + N * k, w, one, NULL), FLX_OK);
            for (int i = 0; i < N; i++) cr_expect(hv[N * k + i] == one[i], "%d, %d", which, k);
        }
        const unsigned flags = same_flags(s.w, t.w, "directions");
        cr_expect_eq(flags != 0, which >= 0, "%d: %x", which, flags);
    }
    drop(&s);
    drop(&t);
}

static flx_program *delicate(const flx_allocator *allocator)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_var x[N];
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + k);
    flx_tape_label(t, "unused");
    flx_sin(flx_mul(x[0], 5.0)); /* the instructions of reports are the recorded ones */
    flx_tape_label(t, "product");
    flx_var y = flx_mul(flx_sin(flx_mul(x[0], x[1])), x[2]);
    flx_tape_label(t, "root");
    y = flx_add(y, flx_mul(flx_sqrt(x[2]), x[0]));
    flx_tape_label(t, "choice");
    y = flx_add(y, flx_fabs(flx_sub(x[0], x[1])));
    cr_assert_eq(flx_freeze(t, N, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

/* Double backprop at one point after another says what it says on a new work, whatever numbers there are
 * before and behind its own. */
Test(second_drivers, replayed_gradients_find_what_recorded_ones_do)
{
    static const double at[][N] = {{1.0, 2.0, 3.0},        {1e-250, 1e200, 1e200}, {1.0, 2.0, 3.0},
                                   {1.0, 2.0, 0.0},        {1.5, 2.5, 3.5},        {1.0, 1.0, 1.0},
                                   {1e200, 1e-250, 1e200}, {2.0, 1.0, -1.0},       {1.0, 2.0, 3.0}};
    enum { POINTS = sizeof at / sizeof *at };
    hostile h = {0, 0, 0, 0};
    const flx_allocator allocator = hostile_allocator(&h);
    flx_program *f = delicate(&allocator);
    unsigned all = 0;
    for (size_t k = 0; k < POINTS * POINTS; k++) {
        const double *before = at[k / POINTS], *now = at[k % POINTS], dir[N] = {1.0, -1.0, 0.5};
        flx_work *w[2] = {NULL, NULL};
        double hv[2][N], hess[2][N * N];
        for (int j = 0; j < 2; j++)
            cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w[j]), FLX_OK);
        flx_hvp_double_backprop(f, w[0], before, dir, NULL, hv[0], NULL);
        flx_work_clear_flags(w[0]);
        for (int j = 0; j < 2; j++) {
            flx_report r = {.status = FLX_EARG};
            cr_expect_eq(flx_hvp_double_backprop(f, w[j], now, dir, NULL, hv[j], &r), FLX_OK);
            cr_expect_eq(r.status, FLX_OK);
            r.status = FLX_EARG;
            flx_hessian_double_backprop(f, w[j], NULL, NULL, hess[j], &r);
            cr_expect_eq(r.status, FLX_OK);
        }
        all |= same_flags(w[0], w[1], "replayed");
        for (int i = 0; i < N * N; i++)
            cr_expect((isnan(hess[0][i]) && isnan(hess[1][i])) || hess[0][i] == hess[1][i],
                      "%zu, %d", k, i);
        for (int i = 0; i < N; i++)
            cr_expect((isnan(hv[0][i]) && isnan(hv[1][i])) || hv[0][i] == hv[1][i], "%zu", k);
        for (int j = 0; j < 2; j++) flx_work_destroy(w[j]);
    }
    cr_expect_eq(all & (FLX_FLAG_POLE | FLX_FLAG_KINK | FLX_FLAG_DOMAIN | FLX_FLAG_OVERFLOW),
                 FLX_FLAG_POLE | FLX_FLAG_KINK | FLX_FLAG_DOMAIN | FLX_FLAG_OVERFLOW, "%x", all);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

/* A gradient of fewer values than the program has. */
Test(second_drivers, a_short_gradient_of_many_inputs_overflows)
{
    enum { MANY = 24 };
    hostile h = {0, 0, 0, 0};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_work *w[2] = {NULL, NULL};
    flx_var x[MANY];
    double at[MANY], dir[MANY] = {1.0}, hv[MANY];
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    for (int k = 0; k < MANY; k++) x[k] = flx_variable(t, at[k] = 1.0);
    const flx_var y = flx_mul(flx_sin(flx_mul(x[0], x[1])), x[2]);
    cr_assert_eq(flx_freeze(t, MANY, x, 1, &y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    for (int j = 0; j < 2; j++) cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w[j]), FLX_OK);
    cr_expect_eq(flx_hvp_double_backprop(f, w[0], at, dir, NULL, hv, NULL), FLX_OK);
    cr_expect_eq(flx_work_flags(w[0]).set, 0);
    at[0] = 1e-250;
    at[1] = at[2] = 1e200;
    for (int j = 0; j < 2; j++)
        cr_expect_eq(flx_hvp_double_backprop(f, w[j], at, dir, NULL, hv, NULL), FLX_OK);
    cr_expect(same_flags(w[0], w[1], "a short gradient") & FLX_FLAG_OVERFLOW);
    for (int j = 0; j < 2; j++) flx_work_destroy(w[j]);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

/* Flags of the program's instructions name them as they were recorded. */
Test(second_drivers, places_of_flags)
{
    const flx_allocator allocator = flx_allocator_default();
    flx_program *f = delicate(&allocator);
    flx_work *w = NULL;
    const double dir[N] = {1.0, -1.0, 0.5};
    double hv[N];
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w), FLX_OK);
    flx_hvp_double_backprop(f, w, (const double[]){1.0, 2.0, 0.0}, dir, NULL, hv, NULL);
    const flx_flags root = flx_work_flags(w);
    cr_expect(root.set & FLX_FLAG_POLE);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (root.set & FLX_FLAG_POLE & 1u << k) {
            cr_expect_eq(root.first[k].index, 1 + N + 2 + 3);
            cr_expect_str_eq(root.first[k].op, "sqrt");
            cr_expect_str_eq(root.first[k].label, "root");
        }
    flx_work_destroy(w);
    flx_program_release(f);
}

/* What only the gradient's derivative meets counts for the place after the last instruction: x^1.5 has its
 * pole in the second derivative. */
Test(second_drivers, places_of_flags_of_the_gradient)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_work *w = NULL;
    const double zero = 0.0, one = 1.0;
    double hv;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 1.0), y = flx_var_pow_xc(flx_var_mul_xc(x, 2.0), 1.5);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &w), FLX_OK);
    flx_hvp_double_backprop(f, w, &zero, &one, NULL, &hv, NULL);
    const flx_flags flags = flx_work_flags(w);
    cr_expect(flags.set & FLX_FLAG_POLE, "%x", flags.set);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (flags.set & FLX_FLAG_POLE & 1u << k)
            cr_expect_eq(flags.first[k].index, 1 + 3, "%zu", flags.first[k].index);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* ---- memory ---- */

static int use(const flx_allocator *allocator, size_t request, void *ctx)
{
    flx_program *f = NULL;
    flx_work *w = NULL;
    double hv[N], h[N * N];
    flx_report r;
    (void)ctx;
    flx_status status = record(allocator, &f, &w);
    for (size_t k = 0; k < 3 && status == FLX_OK; k++) {
        const double *x = points[k % 2];
        const int whole = (k + request) % 2 == 0; /* either driver is the one that records */
        status = whole ? flx_hessian_double_backprop(f, w, x, weights[1], h, &r)
                       : flx_hvp_double_backprop(f, w, x, dirs, weights[1], hv, &r);
        cr_expect_eq(r.status, status);
        if (status == FLX_OK && !whole) expect_products(x, weights[1], dirs, 1, hv, "hostile");
    }
    cr_expect(status == FLX_OK || status == FLX_ENOMEM);
    if (w) { /* it can be used on */
        const flx_status again = flx_hvp(f, w, points[0], dirs, weights[2], hv, NULL);
        cr_expect_eq(again, FLX_OK);
    }
    flx_work_destroy(w);
    flx_program_release(f);
    return status == FLX_OK;
}

Test(second_drivers, memory_may_be_refused)
{
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, 0, use, NULL);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "request %zu", o.lossy);
        cr_expect_gt(o.requests, 30);
    }
}
