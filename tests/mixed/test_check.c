/* The agreement check: what it says of functions, callbacks and points that are right or wrong. Wrong
 * kernels of the library are planted in tests/planted. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

/* Wrong in the dual instance alone. */
#define helper_of_dual(x) flx_dual_make(flx_dual_square(x).v, flx_dual_square(x).d *(1.0 + 1e-9))
#define helper_of_double flx_double_square
#define helper_of_ddual flx_ddual_square
#define helper_of_dual4 flx_dual4_square
#define helper_of_dual8 flx_dual8_square
#define helper_of_hyperdual flx_hyperdual_square
#define helper_of_hyperdual3 flx_hyperdual3_square
#define helper_of_taylor2 flx_taylor2_square
#define helper_of_taylor3 flx_taylor3_square
#define helper_of_taylor4 flx_taylor4_square
#define helper_of_taylor8 flx_taylor8_square
#define helper_of_taylor16 flx_taylor16_square
#define helper_of_var flx_var_square
#define helper_of_probe flx_probe_square

#define FLX_NAMES(X) X(many) X(several) X(cubic) X(lost) X(kink) X(branch) X(nothing) X(pole)
#define FLX_BODY "check_body.inc"
#include <fluxion/instantiate.h>

#define BIT(road) FLX_ROAD_BIT(FLX_ROAD_##road)

Test(check, rows_of_roads_are_complete)
{
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) cr_expect_str_neq(flx_road_name(k), "unknown");
    cr_expect_str_eq(flx_road_name(FLX_ROAD_COUNT), "unknown");
    cr_expect_str_eq(flx_road_name(FLX_ROAD_REVERSE), "reverse sweep");
}

Test(check, agrees_by_every_road)
{
    flx_check_result r;
    const flx_check_options all = {.roads = FLX_ROADS_ALL};
    const double x[2] = {0.7, -1.3};
    cr_expect_eq(flx_check(&cubic, 2, x, 1, NULL, &all, &r), FLX_OK, "%s", r.summary);
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        cr_expect_eq(r.road[k].ran, k != FLX_ROAD_USER, "%s", flx_road_name(k));
        if (k >= FLX_ROAD_REPLAY && k != FLX_ROAD_DIFFERENCES && r.road[k].ran
            && (k < FLX_ROAD_DUAL || k > FLX_ROAD_TAYLOR))
            cr_expect_geq(r.road[k].kernels, r.instructions - 1, "%s", flx_road_name(k));
    }
    cr_expect_eq(r.guilty.roads, 0u);
    cr_expect_gt(r.bound_first, 0.0);
    cr_expect_gt(r.bound_second, 0.0);
    cr_expect_leq(r.worst_first, 2.0);
    cr_expect_leq(r.worst_second, 2.0);
    cr_expect_leq(r.symmetry, 2.0);
    cr_expect_leq(r.linearity, 2.0);
    cr_expect_eq(r.differences, FLX_DIFFERENCES_DONE);
    cr_expect_leq(fabs(r.difference - r.derivative), 32.0 * r.difference_error);
    cr_expect(isnan(r.euler));
}

Test(check, roads_can_be_chosen)
{
    flx_check_result r;
    const flx_check_options few = {.roads = BIT(DUAL_SWEEP) | BIT(REVERSE)};
    const double x[2] = {0.7, -1.3};
    cr_expect_eq(flx_check(&cubic, 2, x, 1, NULL, &few, &r), FLX_OK, "%s", r.summary);
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++)
        cr_expect_eq(r.road[k].ran, (few.roads | BIT(REPLAY)) >> k & 1u, "%s", flx_road_name(k));
}

/* ---- what the user wrote ---- */

typedef struct wrong {
    size_t input;
    double factor;
} wrong;

static int gradient_of_many(size_t n, const double *x, size_t m, const double *weight, double *g,
                            void *ctx)
{
    const wrong *w = ctx;
    (void)m;
    for (size_t i = 0; i < n; i++) g[i] = weight[0] * (sin(x[i]) + x[i] * cos(x[i]) + exp(x[i]));
    g[w->input] *= w->factor;
    return 0;
}

static int product_of_many(size_t n, const double *x, size_t m, const double *weight,
                           const double *dir, double *hv, void *ctx)
{
    const wrong *w = ctx;
    (void)m;
    for (size_t i = 0; i < n; i++)
        hv[i] = weight[0] * dir[i] * (2.0 * cos(x[i]) - x[i] * sin(x[i]) + exp(x[i]));
    hv[w->input] *= w->factor;
    return 0;
}

enum { INPUTS = 20000 };

static double *many_point(void)
{
    double *x = malloc(INPUTS * sizeof *x);
    cr_assert_not_null(x);
    for (size_t i = 0; i < INPUTS; i++) x[i] = 0.1 + 0.8 * (double)(i * 7919 % INPUTS) / INPUTS;
    return x;
}

Test(check, a_wrong_gradient_of_1e5_operations_is_found)
{
    double *x = many_point();
    wrong w = {13579, 1.0};
    flx_check_options o = {.gradient = gradient_of_many, .product = product_of_many, .ctx = &w};
    flx_check_result r;
    cr_expect_eq(flx_check(&many, INPUTS, x, 1, NULL, &o, &r), FLX_OK, "%s", r.summary);
    cr_expect_geq(r.instructions, (size_t)100000);
    cr_expect_eq(r.local, (size_t)(5 * INPUTS));
    cr_expect(r.road[FLX_ROAD_USER].ran);
    w.factor = 1.0 + 1e-9;
    o.product = NULL;
    cr_expect_eq(flx_check(&many, INPUTS, x, 1, NULL, &o, &r), FLX_EDISAGREE);
    cr_expect_eq(r.guilty.roads, BIT(USER));
    cr_expect_eq(r.guilty.input, w.input);
    cr_expect_eq(r.guilty.order, 1);
    cr_expect_null(r.guilty.op);
    o.gradient = NULL;
    o.product = product_of_many;
    cr_expect_eq(flx_check(&many, INPUTS, x, 1, NULL, &o, &r), FLX_EDISAGREE);
    cr_expect_eq(r.guilty.roads, BIT(USER));
    cr_expect_eq(r.guilty.input, w.input);
    cr_expect_eq(r.guilty.order, 2);
    free(x);
}

Test(check, a_wrong_instance_is_named_with_its_output)
{
    const double x[3] = {0.3, 0.8, -0.6};
    flx_check_result r;
    cr_expect_eq(flx_check(&several, 3, x, 3, NULL, NULL, &r), FLX_EDISAGREE);
    cr_expect_eq(r.guilty.roads, BIT(DUAL), "%s", r.summary);
    cr_expect_eq(r.guilty.output, (size_t)1);
    cr_expect_null(r.guilty.op);
    cr_expect_eq(r.local_odd, (size_t)0);
    cr_expect_not_null(strstr(r.summary, "instance is at fault"), "%s", r.summary);
    flx_check_options without = {.roads = FLX_ROADS_DEFAULT & ~BIT(DUAL)};
    cr_expect_eq(flx_check(&several, 3, x, 3, NULL, &without, &r), FLX_OK, "%s", r.summary);
}

static void dual_of_many(size_t n, const flx_dual *x, size_t m, flx_dual *y, void *ctx)
{
    (void)m;
    (void)ctx;
    many.f_dual(n, x, 1, y, NULL);
    for (size_t i = 0; i < n; i++) y->d += 1e-9 * x[i].d * exp(x[i].v);
}

Test(check, a_wrong_formula_in_1e5_operations_is_found)
{
    double *x = many_point();
    flx_function f = many;
    flx_check_result r;
    f.f_dual = dual_of_many;
    cr_expect_eq(flx_check(&f, INPUTS, x, 1, NULL, NULL, &r), FLX_EDISAGREE, "%s", r.summary);
    cr_expect_eq(r.guilty.roads, BIT(DUAL), "%s", r.summary);
    free(x);
}

/* ---- identities and differences ---- */

Test(check, euler)
{
    const double x[2] = {0.7, -1.3};
    flx_check_options o = {.homogeneous = 1, .degree = 3.0};
    flx_check_result r;
    cr_expect_eq(flx_check(&cubic, 2, x, 1, NULL, &o, &r), FLX_OK, "%s", r.summary);
    cr_expect_leq(r.euler, 1.0);
    o.degree = 3.0 + 1e-9;
    cr_expect_eq(flx_check(&cubic, 2, x, 1, NULL, &o, &r), FLX_EDISAGREE);
    cr_expect_str_eq(r.guilty.identity, "Euler's theorem");
    cr_expect_gt(r.euler, 1.0);
}

/* All roads lose the same dependence and agree; the values do not. */
Test(check, differences_see_what_every_road_has_lost)
{
    const flx_check_options all = {.roads = FLX_ROADS_ALL};
    const double x = 0.7;
    char text[8192];
    flx_check_result r;
    cr_expect_eq(flx_check(&lost, 1, &x, 1, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(flx_check(&lost, 1, &x, 1, NULL, &all, &r), FLX_EDISAGREE, "%s", r.summary);
    cr_expect_eq(r.guilty.roads, BIT(DIFFERENCES));
    cr_expect_eq(r.guilty.order, 1);
    cr_expect(fabs(r.difference / r.derivative - 2.0) < 1e-9, "%g %g", r.difference, r.derivative);
    flx_check_text(&r, text, sizeof text);
    cr_expect_not_null(strstr(text, "finite differences"));
}

Test(check, differences_abstain_at_kinks_and_branches)
{
    const flx_check_options all = {.roads = FLX_ROADS_ALL};
    const double at_kink[2] = {0.0, 0.5}, beside[2] = {0.25, 0.5}, at_branch[1] = {1.0 - 1e-9};
    const double far = 0.4;
    flx_check_result r;
    cr_expect_eq(flx_check(&kink, 2, at_kink, 1, NULL, &all, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(r.differences, FLX_DIFFERENCES_KINK);
    cr_expect_eq(flx_check(&kink, 2, beside, 1, NULL, &all, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(r.differences, FLX_DIFFERENCES_DONE);
    cr_expect_eq(flx_check(&branch, 1, at_branch, 1, NULL, &all, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(r.differences, FLX_DIFFERENCES_BRANCH);
    cr_expect_eq(flx_check(&branch, 1, &far, 1, NULL, &all, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(r.differences, FLX_DIFFERENCES_DONE);
}

/* ---- points and shapes ---- */

Test(check, nothing_to_check)
{
    const double x[2] = {1.0, 2.0};
    flx_check_result r;
    cr_expect_eq(flx_check(&nothing, 0, NULL, 1, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(flx_check(&nothing, 2, x, 0, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(flx_check(&nothing, 2, x, 3, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(flx_check(&nothing, 0, NULL, 0, NULL, NULL, &r), FLX_OK, "%s", r.summary);
}

Test(check, not_finite)
{
    const double nan[2] = {(double)NAN, 1.0}, infinite[2] = {(double)INFINITY, 1.0}, zero = 0.0;
    flx_check_result r;
    cr_expect_eq(flx_check(&cubic, 2, nan, 1, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_gt(r.not_finite, (size_t)0);
    cr_expect_eq(flx_check(&cubic, 2, infinite, 1, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_eq(flx_check(&pole, 1, &zero, 1, NULL, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_gt(r.indeterminate, (size_t)0);
    cr_expect(r.flags.set & FLX_FLAG_INDETERMINATE);
}

Test(check, programs_and_tapes)
{
    flx_tape *t;
    flx_program *f;
    flx_check_result r;
    const double inside = 0.5, outside = 2.0;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, inside);
    FLX_HERE(t);
    const flx_var y = flx_lt(x, 1) ? flx_var_mul(flx_var_sin(x), x) : x;
    cr_expect_eq(flx_check_tape(t, 1, &x, 1, &y, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect(r.road[FLX_ROAD_RECORDING].ran);
    cr_expect_not(r.road[FLX_ROAD_DUAL].ran);
    cr_expect_eq(flx_check_tape(t, 1, &y, 1, &y, NULL, &r), FLX_EARG);
    cr_assert_eq(flx_freeze(t, 1, &x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_expect_eq(flx_check_program(f, &inside, NULL, &r), FLX_OK, "%s", r.summary);
    cr_expect_not(r.road[FLX_ROAD_RECORDING].ran);
    cr_expect_eq(flx_check_program(f, &outside, NULL, &r), FLX_BRANCH_CHANGED);
    cr_expect_eq(r.status, FLX_BRANCH_CHANGED);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(check, bad_arguments)
{
    const double x = 1.0;
    const flx_var v = flx_constant(1.0);
    flx_check_result r;
    flx_function none = kink;
    none.f_var = NULL;
    cr_expect_eq(flx_check(NULL, 1, &x, 1, NULL, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_check(&kink, 2, NULL, 1, NULL, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_check(&kink, 2, &x, 1, NULL, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_check(&none, 1, &x, 1, NULL, NULL, &r), FLX_EARG);
    cr_expect_eq(r.status, FLX_EARG);
    cr_expect_eq(flx_check_program(NULL, &x, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_check_tape(NULL, 1, &v, 1, &v, NULL, &r), FLX_EARG);
    cr_expect_eq(flx_check(&kink, SIZE_MAX / 2, &x, 1, NULL, NULL, &r), FLX_EARG);
}
