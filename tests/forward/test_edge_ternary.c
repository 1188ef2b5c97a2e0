/* The functions of three arguments in every mode, at the points of edge_ternary.def: values,
 * gradients and flags, and second derivatives, which are constants. */
#include <criterion/criterion.h>

#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "reference.h"

#include "forward/edge_words.h"

static const struct point {
    const char *name;
    double x[3], f, g[3];
    unsigned flags;
} points[] = {
#define D(number) ((double)(number))
#define EDGE_TERNARY(name, x, y, z, f, fx, fy, fz, flags)                                          \
    {#name, {D(x), D(y), D(z)}, D(f), {D(fx), D(fy), D(fz)}, flags},
#include "forward/edge_ternary.def"
#undef D
};

#define POINTS (sizeof points / sizeof points[0])

static const struct function {
    const char *name;
    double (*of_double)(double, double, double);
    flx_dual (*of_dual)(flx_dual, flx_dual, flx_dual);
    flx_ddual (*of_ddual)(flx_ddual, flx_ddual, flx_ddual);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual, flx_hyperdual, flx_hyperdual);
    flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3, flx_hyperdual3, flx_hyperdual3);
    flx_dual4 (*of_dual4)(flx_dual4, flx_dual4, flx_dual4);
    flx_taylor3 (*of_taylor)(flx_taylor3, flx_taylor3, flx_taylor3);
    flx_probe (*of_probe)(flx_probe, flx_probe, flx_probe);
    flx_var (*of_var)(flx_var, flx_var, flx_var);
} functions[] = {
#define FLX_TERNARY(name, meaning)                                                                 \
    {#name,                                                                                        \
     flx_double_##name,                                                                            \
     flx_dual_##name,                                                                              \
     flx_ddual_##name,                                                                             \
     flx_hyperdual_##name,                                                                         \
     flx_hyperdual3_##name,                                                                        \
     flx_dual4_##name,                                                                             \
     flx_taylor3_##name,                                                                           \
     flx_probe_##name,                                                                             \
     flx_var_##name},
#include <fluxion/functions.def>
};

static const struct function *function_of(const struct point *p)
{
    for (size_t k = 0; k < sizeof functions / sizeof functions[0]; k++)
        if (strcmp(functions[k].name, p->name) == 0) return &functions[k];
    cr_assert_fail("no function %s", p->name);
    return NULL;
}

/* The second derivative by arguments i and j: x*y has one, the rest is linear. */
static double second(const struct point *p, int i, int j)
{
    if (strcmp(p->name, "clamp") == 0) return isnan(p->f) ? (double)NAN : 0.0;
    return i + j == 1 ? 1.0 : 0.0;
}

static int agrees(double got, double want)
{
    if (isnan(want)) return isnan(got);
    if (isinf(want) || want == 0.0) return got == want;
    return fabs(got - want) <= 2.0 * 0x1p-53 * fabs(want);
}

static void expect(const char *mode, const struct point *p, const char *what, double got,
                   double want)
{
    cr_expect(agrees(got, want), "%s %s(%g, %g, %g) %s: got %a, want %a", mode, p->name, p->x[0],
              p->x[1], p->x[2], what, got, want);
}

static void expect_value(const char *mode, const struct point *p, double got)
{
    const double plain = function_of(p)->of_double(p->x[0], p->x[1], p->x[2]);
    cr_expect(ref_same(got, plain), "%s %s(%g, %g, %g): %a, plain %a", mode, p->name, p->x[0],
              p->x[1], p->x[2], got, plain);
    expect(mode, p, "value", got, p->f);
}

Test(edge_ternary, fma_is_rounded_once)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        if (strcmp(p->name, "fma") == 0)
            cr_expect(ref_same(flx_double_fma(p->x[0], p->x[1], p->x[2]),
                               fma(p->x[0], p->x[1], p->x[2])));
    }
}

Test(edge_ternary, number_types)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        const struct function *f = function_of(p);
        for (int i = 0; i < 3; i++) {
            flx_dual d[3];
            for (int n = 0; n < 3; n++) d[n] = flx_dual_make(p->x[n], n == i);
            const flx_dual y = f->of_dual(d[0], d[1], d[2]);
            expect_value("dual", p, y.v);
            expect("dual", p, "first", y.d, p->g[i]);
            for (int j = 0; j < 3; j++) {
                flx_ddual a[3];
                flx_hyperdual h[3];
                flx_taylor3 t[3];
                for (int n = 0; n < 3; n++) {
                    a[n] = flx_ddual_make(flx_dual_make(p->x[n], n == j), flx_dual_make(n == i, 0));
                    h[n] = flx_hyperdual_make(p->x[n], n == i, n == j, 0.0);
                    t[n] = flx_taylor3_constant(p->x[n]);
                    t[n].c[1] = n == i || n == j;
                }
                const flx_ddual da = f->of_ddual(a[0], a[1], a[2]);
                const flx_hyperdual dh = f->of_hyperdual(h[0], h[1], h[2]);
                const flx_taylor3 dt = f->of_taylor(t[0], t[1], t[2]);
                expect_value("ddual", p, da.v.v);
                expect("ddual", p, "inner", da.v.d, p->g[j]);
                expect("ddual", p, "outer", da.d.v, p->g[i]);
                expect("ddual", p, "second", da.d.d, second(p, i, j));
                expect_value("hyperdual", p, dh.v);
                expect("hyperdual", p, "first", dh.e1, p->g[i]);
                expect("hyperdual", p, "other", dh.e2, p->g[j]);
                expect("hyperdual", p, "second", dh.e12, second(p, i, j));
                expect_value("taylor", p, dt.c[0]);
                if (i == j) expect("taylor", p, "first", dt.c[1], p->g[i]);
                expect("taylor", p, "second", dt.c[2],
                       i == j ? second(p, i, i) / 2.0 : second(p, i, j));
            }
        }
    }
}

Test(edge_ternary, many_directions)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        flx_dual4 x[3];
        for (size_t n = 0; n < 3; n++) x[n] = flx_dual4_variable(p->x[n], n);
        const flx_dual4 y = function_of(p)->of_dual4(x[0], x[1], x[2]);
        expect_value("dual4", p, y.v);
        for (int n = 0; n < 3; n++) expect("dual4", p, "first", y.d[n], p->g[n]);
        expect("dual4", p, "no direction", y.d[3], 0.0);
    }
}

/* Along arguments i, j and k: all third derivatives are 0. */
Test(edge_ternary, hyperdual3)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        for (int way = 0; way < 27; way++) {
            const int i = way % 3, j = way / 3 % 3, l = way / 9;
            flx_hyperdual3 x[3];
            for (int n = 0; n < 3; n++) x[n] = flx_hyperdual3_seed(p->x[n], n == i, n == j, n == l);
            const flx_hyperdual3 y = function_of(p)->of_hyperdual3(x[0], x[1], x[2]);
            expect_value("hyperdual3", p, y.v.v);
            expect("hyperdual3", p, "e1", y.v.e1, p->g[i]);
            expect("hyperdual3", p, "e2", y.v.e2, p->g[j]);
            expect("hyperdual3", p, "e3", y.d.v, p->g[l]);
            expect("hyperdual3", p, "e12", y.v.e12, second(p, i, j));
            expect("hyperdual3", p, "e13", y.d.e1, second(p, i, l));
            expect("hyperdual3", p, "e23", y.d.e2, second(p, j, l));
            expect("hyperdual3", p, "e123", y.d.e12,
                   isnan(p->f) && p->name[0] == 'c' ? (double)NAN : 0.0);
        }
    }
}

Test(edge_ternary, probes)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        const flx_probe y = function_of(p)->of_probe(
            flx_probe_variable(p->x[0]), flx_probe_variable(p->x[1]), flx_probe_variable(p->x[2]));
        expect_value("probe", p, y.v);
        cr_expect_eq(y.flags, p->flags, "%s at point %zu: flags %#x", p->name, k, y.flags);
    }
}

Test(edge_ternary, tape)
{
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        flx_tape *tape = NULL;
        flx_var x[3], g[3], r[3], h[3];
        cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
        for (int n = 0; n < 3; n++) x[n] = flx_variable(tape, p->x[n]);
        const flx_var y = function_of(p)->of_var(x[0], x[1], x[2]);
        expect_value("tape", p, flx_peek(y));
        cr_assert_eq(flx_grad(y, 3, x, g, 0), FLX_OK);
        cr_expect_eq(flx_tape_flags(tape).set, p->flags, "%s at point %zu: flags %#x", p->name, k,
                     flx_tape_flags(tape).set);
        cr_assert_eq(flx_grad(y, 3, x, r, FLX_CREATE_GRAPH), FLX_OK);
        for (int i = 0; i < 3; i++) {
            expect("tape", p, "first", flx_peek(g[i]), p->g[i]);
            expect("recorded", p, "first", flx_peek(r[i]), p->g[i]);
            cr_assert_eq(flx_grad(r[i], 3, x, h, 0), FLX_OK);
            /* clamp's shares are steps: 0 on both sides, and known where the value is not. */
            for (int j = 0; j < 3; j++)
                expect("recorded", p, "second", flx_peek(h[j]), second(p, i, j));
        }
        flx_tape_destroy(tape);
    }
}

typedef flx_status hessian(const flx_program *f, flx_work *w, const double *x, const double *weight,
                           double *hess, flx_report *report);

/* Recorded at an ordinary point, run at the delicate one. */
Test(edge_ternary, programs)
{
    hessian *const roads[] = {flx_hessian, flx_hessian_hyperdual, flx_hessian_double_backprop};
    for (size_t k = 0; k < POINTS; k++) {
        const struct point *p = &points[k];
        flx_tape *tape = NULL;
        flx_program *f = NULL;
        flx_work *w = NULL, *jet = NULL;
        flx_var x[3];
        flx_report report;
        double y, g[3], hess[9];
        cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
        for (int n = 0; n < 3; n++) x[n] = flx_variable(tape, 0.25 * n);
        const flx_var z = function_of(p)->of_var(x[0], x[1], x[2]);
        cr_assert_eq(flx_freeze(tape, 3, x, 1, &z, 0, &f, NULL), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 0, &w), FLX_OK);
        cr_assert_eq(flx_work_create(f, FLX_WORK_JET, 2, &jet), FLX_OK);
        cr_assert_eq(flx_gradient(f, w, p->x, &y, g, &report), FLX_OK);
        expect_value("program", p, y);
        cr_expect_eq(report.flags, p->flags, "%s at point %zu: flags %#x", p->name, k,
                     report.flags);
        for (int i = 0; i < 3; i++) {
            const double dir[3] = {i == 0, i == 1, i == 2};
            double path[9] = {p->x[0], p->x[1], p->x[2]}, series[3], jv;
            expect("gradient", p, "first", g[i], p->g[i]);
            cr_assert_eq(flx_jvp(f, w, p->x, dir, &jv, NULL), FLX_OK);
            expect("jvp", p, "first", jv, p->g[i]);
            path[3 + i] = 1.0;
            cr_assert_eq(flx_jet(f, jet, 2, path, series, NULL), FLX_OK);
            expect("jet", p, "first", series[1], p->g[i]);
            expect("jet", p, "second", series[2], second(p, i, i) / 2.0);
        }
        for (size_t road = 0; road < sizeof roads / sizeof roads[0]; road++) {
            cr_assert_eq(roads[road](f, w, p->x, NULL, hess, NULL), FLX_OK);
            for (int i = 0; i < 9; i++)
                expect("hessian", p, "second", hess[i], second(p, i / 3, i % 3));
        }
        flx_work_destroy(w);
        flx_work_destroy(jet);
        flx_program_release(f);
        flx_tape_destroy(tape);
    }
}
