/* What second derivatives hold at most, program and work included, counted in the allocator. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include <fluxion/function.h>
#include <fluxion/mixed.h>

enum { INPUTS = 200 };

typedef struct peak {
    size_t held, most;
} peak;

static void *counted(void *ctx, void *old, size_t old_size, size_t new_size)
{
    peak *p = ctx;
    void *block = NULL;
    if (new_size == 0) free(old);
    else if (!(block = realloc(old, new_size))) return NULL;
    p->held = p->held - (old ? old_size : 0) + new_size;
    if (p->held > p->most) p->most = p->held;
    return block;
}

static void rosenbrock(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)m;
    (void)ctx;
    y[0] = flx_constant(0.0);
    for (size_t k = 0; k + 1 < n; k++) {
        const flx_var a = flx_var_sub_cx(1.0, x[k]);
        const flx_var b = flx_var_sub(x[k + 1], flx_var_square(x[k]));
        const flx_var term = flx_var_mul_cx(100.0, flx_var_square(b));
        y[0] = flx_var_add(y[0], flx_var_add(term, flx_var_square(a)));
    }
}

static void product(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)m;
    (void)ctx;
    y[0] = x[0];
    for (size_t k = 1; k < n; k++) y[0] = flx_var_mul(y[0], x[k]);
}

static void sines(size_t n, const flx_var *x, size_t m, flx_var *y, void *ctx)
{
    (void)m;
    (void)ctx;
    y[0] = x[0];
    for (size_t k = 0; k < n; k++) y[0] = flx_var_sin(y[0]);
}

typedef flx_status hvp(const flx_program *, flx_work *, const double *, const double *,
                       const double *, double *, flx_report *);

static double most_bytes(const flx_function *function, hvp *road)
{
    peak p = {0, 0};
    const flx_allocator allocator = {counted, &p};
    double x[INPUTS], dir[INPUTS], hv[INPUTS];
    flx_program *f;
    flx_work *w;
    for (size_t k = 0; k < INPUTS; k++) x[k] = dir[k] = 1.0 + (double)k / INPUTS;
    cr_assert_eq(flx_record(function, INPUTS, x, 1, NULL, 0, &allocator, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
    p.most = p.held;
    cr_assert_eq(road(f, w, x, dir, NULL, hv, NULL), FLX_OK);
    flx_work_destroy(w);
    flx_program_release(f);
    cr_expect_eq(p.held, 0);
    return (double)p.most;
}

Test(memory, double_backprop_holds_at_most_four_times_what_a_product_does)
{
    const flx_function function[] = {{.name = "rosenbrock", .f_var = rosenbrock},
                                     {.name = "product", .f_var = product},
                                     {.name = "sines", .f_var = sines}};
    for (int k = 0; k < 3; k++) {
        const double more = most_bytes(&function[k], flx_hvp_double_backprop);
        const double one = most_bytes(&function[k], flx_hvp);
        cr_expect(more <= 4.0 * one, "%s: %g times", function[k].name, more / one);
    }
}
