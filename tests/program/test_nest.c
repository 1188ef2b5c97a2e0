/* Programs derived from others, as loops ask for them. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/compose.h>
#include <fluxion/fluxion.h>
#include <fluxion/generic.h>

#include "hostile.h"
#include "program/program.h"

enum { N = 4, M = 4 };

/* Of (state 2, row, shared): (state 2, row, sum), with two parameters and constants of any kind. */
static flx_status record(const flx_allocator *allocator, flx_program **f)
{
    const flx_tape_options options = {.allocator = *allocator};
    flx_tape *t = NULL;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return status;
    flx_var x[N], p[2];
    for (int k = 0; k < 2; k++) p[k] = flx_parameter(t, 2.0 + k);
    for (int k = 0; k < N; k++) x[k] = flx_variable(t, 1.0 + 0.5 * k);
    const flx_var a = flx_add(flx_mul(x[0], x[1]), flx_mul(p[0], x[2]));
    const flx_var y[M] = {flx_mul(a, 0.5), flx_sub(p[1], flx_mul(x[3], x[1])),
                          flx_mul(flx_mul(a, a), p[1]), flx_constant(7.0)};
    status = flx_freeze(t, N, x, M, y, 0, f, NULL);
    flx_tape_destroy(t);
    return status;
}

static flx_program *recorded(hostile *h)
{
    const flx_allocator allocator = hostile_allocator(h);
    flx_program *f = NULL;
    cr_assert_eq(record(&allocator, &f), FLX_OK);
    return f;
}

static const flx_inner *derived(const flx_program *f, flx_derived kind, flx_split split)
{
    const flx_inner *d = NULL;
    cr_assert_eq(f->inner.derive(&f->inner, kind, split, &d), FLX_OK);
    return d;
}

static const flx_split split = {.state = 2, .row = 1, .shared = 1, .out = 1, .sum = 1};

/* What is asked for a second time is there. */
Test(nest, a_derived_program_is_made_once)
{
    hostile h = {0};
    flx_program *f = recorded(&h);
    static const flx_split all[] = {{2, 1, 1, 1, 1}, {1, 2, 1, 2, 1}, {2, 1, 1, 2, 0},
                                    {2, 0, 2, 1, 1}, {1, 1, 2, 1, 2}, {1, 2, 1, 1, 2}};
    enum { SPLITS = sizeof all / sizeof *all };
    const flx_inner *d[3][SPLITS];
    for (int kind = 0; kind < 3; kind++)
        for (int k = 0; k < SPLITS; k++) d[kind][k] = derived(f, (flx_derived)kind, all[k]);
    const size_t requests = h.requests;
    for (int j = 0; j < 3 * SPLITS; j++) {
        cr_expect_eq(derived(f, (flx_derived)(j % 3), all[j / 3]), d[j % 3][j / 3], "%d", j);
        for (int k = 0; k < j; k++) cr_expect_neq(d[k % 3][k / 3], d[j % 3][j / 3], "%d, %d", j, k);
    }
    cr_expect_eq(h.requests, requests);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

/* How often a program was derived: states are no derivatives. */
Test(nest, levels)
{
    hostile h = {0};
    flx_program *f = recorded(&h);
    const flx_inner *adjoint = derived(f, FLX_DERIVED_ADJOINT, split), *d = NULL;
    cr_expect_eq(f->inner.level, 0);
    cr_expect_eq(adjoint->level, 1);
    cr_expect_eq(derived(f, FLX_DERIVED_TANGENT, split)->level, 1);
    cr_expect_eq(derived(f, FLX_DERIVED_STATES, split)->level, 0);
    const flx_split next = {.state = 2, .row = 4, .shared = 2, .out = 3, .sum = 1};
    cr_assert_eq(adjoint->derive(adjoint, FLX_DERIVED_TANGENT, next, &d), FLX_OK);
    cr_expect_eq(d->level, 2);
    cr_assert_eq(adjoint->derive(adjoint, FLX_DERIVED_STATES, next, &d), FLX_OK);
    cr_expect_eq(d->level, 1);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

static flx_program *program_of(const flx_inner *f)
{
    return (flx_program *)(uintptr_t)((const char *)f - offsetof(flx_program, inner));
}

static void expect_values(const flx_inner *d, size_t n, const double *x, size_t m,
                          const double *want)
{
    flx_program *f = program_of(d);
    flx_work *w = NULL;
    double y[16];
    cr_assert(d->inputs == n && d->outputs == m, "%u, %u", d->inputs, d->outputs);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(f, w, x, y, NULL), FLX_OK);
    for (size_t k = 0; k < m; k++) cr_expect(y[k] == want[k], "%zu: %g, %g", k, y[k], want[k]);
    flx_work_destroy(w);
}

/* By hand, in numbers without rounding. At x = (1, 3, 5, 2), p = (2, 3): a = 3 + 10 = 13,
 * y = (6.5, -3, 507, 7); da = 3 dx0 + dx1 + 2 dx2. */
Test(nest, derivatives_by_hand)
{
    hostile h = {0};
    flx_program *f = recorded(&h);
    const double states[] = {1, 3, 5, 2}, then[] = {6.5, -3, 1, 3};
    expect_values(derived(f, FLX_DERIVED_STATES, split), 4, states, 4, then);
    /* (state, d state; row, d row; shared, d shared) with d = (1, 2, 4, 8): da = 13 */
    const double tangent[] = {1, 3, 1, 2, 5, 4, 2, 8};
    const double along[] = {6.5, -3, 6.5, -(8 * 3.0 + 2 * 2.0), 2 * 13 * 13 * 3.0, 0};
    expect_values(derived(f, FLX_DERIVED_TANGENT, split), 8, tangent, 6, along);
    /* (w state; x state, row, w row; shared, w sum) with w = (2, 10, 1, 5): of a 1 + 78 */
    const double adjoint[] = {2, 10, 1, 3, 5, 1, 2, 5};
    const double back[] = {79 * 3.0, 79 - 10 * 2.0, 79 * 2.0, -10 * 3.0};
    expect_values(derived(f, FLX_DERIVED_ADJOINT, split), 8, adjoint, 4, back);
    flx_program_release(f);
    cr_expect_eq(h.bytes, 0);
}

/* A step whose derived programs cannot be made is a status, and not one that does something else. */
static int derive_all(const flx_allocator *allocator, size_t request, void *ctx)
{
    flx_program *f = NULL;
    flx_status status = record(allocator, &f);
    (void)request, (void)ctx;
    for (int kind = 0; kind < 3 && status == FLX_OK; kind++) {
        const flx_inner *d = NULL;
        status = f->inner.derive(&f->inner, (flx_derived)kind, split, &d);
        if (status != FLX_OK) break;
        cr_expect(d->inputs == (kind == 2 ? 4u : 8u) && d->outputs == (kind == 1 ? 6u : 4u));
    }
    cr_expect(status == FLX_OK || status == FLX_ENOMEM);
    flx_program_release(f);
    return status == FLX_OK;
}

Test(nest, memory_may_be_refused)
{
    for (int lasting = 0; lasting < 2; lasting++) {
        const hostile_outcome o = hostile_refuse_each(lasting, 0, derive_all, NULL);
        cr_expect(o.succeeded);
        cr_expect_eq(o.lossy, 0, "request %zu", o.lossy);
        cr_expect_gt(o.requests, 60);
    }
}
