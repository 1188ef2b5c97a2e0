/* The functions that exist because a derivative needs them, against Arb: value, first and second
 * derivative. References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <math.h>
#include <stdio.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "forward/support.h"
#include "reference.h"

static const struct {
    const char *name;
    double (*of_double)(double x);
    flx_dual (*of_dual)(flx_dual x);
    flx_ddual (*of_ddual)(flx_ddual x);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual x);
} rows[] = {
    {"log", flx_double_logsum, flx_dual_logsum, flx_ddual_logsum, flx_hyperdual_logsum},
    {"sech2", flx_double_sech2, flx_dual_sech2, flx_ddual_sech2, flx_hyperdual_sech2},
    {"lorentz", flx_double_lorentz, flx_dual_lorentz, flx_ddual_lorentz, flx_hyperdual_lorentz},
    {"derfinv", flx_double_derfinv, flx_dual_derfinv, flx_ddual_derfinv, flx_hyperdual_derfinv},
    {"dlambertw", flx_double_dlambertw, flx_dual_dlambertw, flx_ddual_dlambertw,
     flx_hyperdual_dlambertw},
    {"rlambertw", flx_double_rlambertw, flx_dual_rlambertw, flx_ddual_rlambertw,
     flx_hyperdual_rlambertw},
    {"gauss", flx_double_gauss, flx_dual_gauss, flx_ddual_gauss, flx_hyperdual_gauss},
    {"dasinh", flx_double_dasinh, flx_dual_dasinh, flx_ddual_dasinh, flx_hyperdual_dasinh},
    {"xdasinh", flx_double_xdasinh, flx_dual_xdasinh, flx_ddual_xdasinh, flx_hyperdual_xdasinh},
    {"dacosh", flx_double_dacosh, flx_dual_dacosh, flx_ddual_dacosh, flx_hyperdual_dacosh},
    {"xdacosh", flx_double_xdacosh, flx_dual_xdacosh, flx_ddual_xdacosh, flx_hyperdual_xdacosh},
    {"dlogit", flx_double_dlogit, flx_dual_dlogit, flx_ddual_dlogit, flx_hyperdual_dlogit},
    {"datanh", flx_double_datanh, flx_dual_datanh, flx_ddual_datanh, flx_hyperdual_datanh},
};

/* Unlike a public function's first derivative, that of a helper is itself a second or third
 * derivative: it has the bound of its condition. */
Test(support, helpers_match_the_reference)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++) {
        ref_table table = ref_load(rows[r].name, 1, REF_NUMBERS);
        ref_worst value = {0}, first = {0}, second = {0}, hyper = {0};
        cr_assert(table.count > 20, "reference file of %s", rows[r].name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double x = p->x[0];
            const long double allowed = ref_allowed(2, x, p->c, 2.0L);
            ref_measure(&value, x, 0.0, rows[r].of_double(x), p->c[0], 4.0L * ref_ulp(p->c[0]),
                        4.0);
            ref_measure(&first, x, 0.0, rows[r].of_dual(flx_dual_variable(x)).d, p->c[1],
                        ref_allowed(1, x, p->c, 1.0L), 8.0);
            ref_measure(&second, x, 0.0, rows[r].of_ddual(flx_ddual_variable(x)).d.d,
                        2.0L * p->c[2], allowed, 12.0);
            ref_measure(&hyper, x, 0.0, rows[r].of_hyperdual(flx_hyperdual_variable(x)).e12,
                        2.0L * p->c[2], allowed, 12.0);
        }
        REF_EXPECT(&value, "double", rows[r].name, "f");
        REF_EXPECT(&first, "dual", rows[r].name, "d1");
        REF_EXPECT(&second, "ddual", rows[r].name, "d2");
        REF_EXPECT(&hyper, "hyperdual", rows[r].name, "d2");
        ref_free(&table);
    }
}

static const struct {
    const char *name;
    void (*kernel)(size_t order, size_t stride, const double *x, double *z, double *scratch);
} kernels[] = {
    {"log", flx_kernel_logsum},          {"sech2", flx_kernel_sech2},
    {"lorentz", flx_kernel_lorentz},     {"derfinv", flx_kernel_derfinv},
    {"dlambertw", flx_kernel_dlambertw}, {"rlambertw", flx_kernel_rlambertw},
    {"gauss", flx_kernel_gauss},         {"dasinh", flx_kernel_dasinh},
    {"xdasinh", flx_kernel_xdasinh},     {"dacosh", flx_kernel_dacosh},
    {"xdacosh", flx_kernel_xdacosh},     {"dlogit", flx_kernel_dlogit},
    {"datanh", flx_kernel_datanh},
};

/* Coefficients of f(x + t), as programs ask for them that hold a gradient. */
Test(support, kernels_match_the_reference)
{
    enum { ORDER = 8 };
    for (size_t r = 0; r < sizeof kernels / sizeof kernels[0]; r++) {
        ref_table table = ref_load(kernels[r].name, 1, REF_NUMBERS);
        ref_worst worst[ORDER + 1] = {{0}};
        cr_assert(table.count > 20, "reference file of %s", kernels[r].name);
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const double x[ORDER + 1] = {p->x[0], 1.0};
            double z[ORDER + 1], scratch[FLX_KERNEL_SCRATCH(ORDER)];
            kernels[r].kernel(ORDER, 1, x, z, scratch);
            for (size_t k = 0; k <= ORDER; k++)
                ref_measure(&worst[k], x[0], 0.0, z[k], p->c[k], ref_allowed(k, x[0], p->c, 1.0L),
                            4.0 * (double)(k + 1));
        }
        for (size_t k = 0; k <= ORDER; k++) {
            char what[8];
            snprintf(what, sizeof what, "c%zu", k);
            REF_EXPECT(&worst[k], "kernel", kernels[r].name, what);
        }
        ref_free(&table);
    }
}

/* Third derivatives, and what they change by with x, in extended precision. */
static long double third_of_asinh(long double x, long double *change)
{
    const long double q = 1.0L + x * x;
    *change = 3.0L * x * (3.0L - 2.0L * x * x) / (q * q * q * sqrtl(q));
    return (2.0L * x * x - 1.0L) / (q * q * sqrtl(q));
}
static long double third_of_atan(long double x, long double *change)
{
    const long double q = 1.0L + x * x;
    *change = 24.0L * x * (1.0L - x * x) / (q * q * q * q);
    return (6.0L * x * x - 2.0L) / (q * q * q);
}
static long double third_of_tanh(long double x, long double *change)
{
    const long double t = tanhl(x), s = 1.0L - t * t;
    *change = 8.0L * t * s * (2.0L - 3.0L * t * t);
    return -2.0L * s * (1.0L - 3.0L * t * t);
}
static long double third_of_sigmoid(long double x, long double *change)
{
    const long double third = third_of_tanh(0.5L * x, change);
    *change /= 32.0L;
    return third / 16.0L;
}

/* Next to their roots, at 0.71, 0.58, 0.66 and 1.32, within what half an ulp of x makes. */
Test(support, third_derivatives_next_to_their_roots)
{
    static const struct {
        const char *name;
        flx_hyperdual3 (*of_hyperdual3)(flx_hyperdual3 x);
        long double (*third)(long double x, long double *change);
    } near[] = {{"asinh", flx_hyperdual3_asinh, third_of_asinh},
                {"atan", flx_hyperdual3_atan, third_of_atan},
                {"tanh", flx_hyperdual3_tanh, third_of_tanh},
                {"sigmoid", flx_hyperdual3_sigmoid, third_of_sigmoid}};
    for (size_t f = 0; f < sizeof near / sizeof near[0]; f++) {
        ref_worst worst = {0};
        for (int i = 0; i < 40000; i++) {
            const double x = (i % 2 ? -1.0 : 1.0) * (0.3 + 1.2 * i / 40000.0);
            long double change;
            const long double want = near[f].third(x, &change);
            const long double steps = 6.0L * 16.0L * ref_ulp(want / 6.0L);
            const long double moved = fabsl(x * change) * 0x1p-53L;
            ref_measure(&worst, x, 0.0, near[f].of_hyperdual3(flx_hyperdual3_variable(x)).d.e12,
                        want, steps > moved ? steps : moved, 16.0);
        }
        REF_EXPECT(&worst, "hyperdual3", near[f].name, "d3");
    }
}

/* Far out nothing public asks for these derivatives, and they are 0 there all the same. */
Test(support, derivatives_of_steps)
{
    const double far[] = {20.0, -20.0, 62.0, -62.0, 100.0, -100.0, 1e200};
    for (size_t k = 0; k < sizeof far / sizeof far[0]; k++) {
        const flx_dual x = flx_dual_variable(far[k]);
        const flx_dual near = flx_dual_near(x);
        const double want = fabs(far[k]) < 64.0 ? 1.0 : 0.0;
        cr_expect(near.v == (want > 0.0 ? far[k] : copysign(64.0, far[k])) && near.d == want,
                  "near at %g: %g %g", far[k], near.v, near.d);
        cr_expect(flx_dual_nought(x).v == 0.0 && flx_dual_nought(x).d == 0.0, "%g", far[k]);
        cr_expect(flx_dual_sign(x).d == 0.0 && flx_dual_inside(x).d == 0.0, "%g", far[k]);
    }
}

/* A Gaussian is flat at infinity, and so is its derivative: no 0*inf is in it. */
Test(support, gaussians_at_infinity)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        const flx_ddual x = flx_ddual_variable(sign * REF_INF);
        const flx_ddual whole = flx_ddual_gauss(x), half = flx_ddual_hgauss(x);
        cr_expect(half.v.v == 0.0 && half.v.d == 0.0 && half.d.d == 0.0, "%g %g %g", half.v.v,
                  half.v.d, half.d.d);
        cr_expect(whole.v.v == 0.0 && whole.v.d == 0.0 && whole.d.d == 0.0, "%g %g %g", whole.v.v,
                  whole.v.d, whole.d.d);
    }
}

/* cbrt', whose residual leaves three roundings; and the same digits at arguments 2^-1020 smaller. */
Test(support, derivative_of_the_cube_root)
{
    for (int i = 0; i < 100000; i++) {
        const double x = 1.0 + 7.0 * i / 100000.0, got = flx_double_dcbrt(x);
        const double tiny = flx_double_dcbrt(ldexp(x, -1020));
        const long double y = cbrtl(x);
        const long double error = fabsl(3.0L * got * y * y - 1.0L);
        cr_expect(error <= 3.0L * 0x1p-53L, "%a: %Lg", x, error * 0x1p53L);
        cr_expect(tiny == ldexp(got, 680), "%a: %a, %a", x, tiny, got);
    }
}

/* Next to infinity an unknown number may be infinite as well, and then there is no direction. */
Test(support, directions_at_infinity)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        const double inf = sign * REF_INF;
        cr_expect(flx_double_dir(inf, 1.0) == sign && flx_double_dir(1.0, inf) == 0.0);
        cr_expect(flx_double_rez(inf, 1.0) == 0.0 && flx_double_rez(1.0, inf) == 0.0);
        cr_expect(isnan(flx_double_dir(inf, inf)) && flx_double_rez(inf, inf) == 0.0);
        cr_expect(isnan(flx_double_dir(inf, REF_NAN)) && isnan(flx_double_dir(REF_NAN, inf)));
        cr_expect(isnan(flx_double_rez(inf, REF_NAN)) && isnan(flx_double_rez(REF_NAN, inf)));
        cr_expect(flx_double_dipole(inf, 1.0) == 0.0 && flx_double_dipole(1.0, inf) == 0.0);
        cr_expect(flx_double_dipole(inf, inf) == 0.0 && isnan(flx_double_dipole(inf, REF_NAN)));
    }
}

/* The same digits where hypot itself, subnormal, has lost some. */
Test(support, directions_at_subnormal_arguments)
{
    for (int i = 0; i < 1000; i++) {
        const double x = ldexp(1200.0 + i % 37, -11), y = ldexp(-600.0 + i, -11);
        const double sx = ldexp(x, -1022), sy = ldexp(y, -1022); /* exactly */
        cr_expect(flx_double_dir(sx, sy) == flx_double_dir(x, y), "dir(%a, %a)", sx, sy);
        cr_expect(flx_double_dir(sy, sx) == flx_double_dir(y, x), "dir(%a, %a)", sy, sx);
        cr_expect(flx_double_rez(sx, sy) == ldexp(flx_double_rez(x, y), 1022)
                      && flx_double_rez(sy, sx) == ldexp(flx_double_rez(y, x), 1022),
                  "rez(%a, %a): %a", sx, sy, flx_double_rez(sx, sy));
    }
}

/* Where acosh is not defined its derivatives are not, though sqrt(x^2 - 1) is a number below -1. */
Test(support, nothing_of_acosh_below_1)
{
    const double at[] = {0.5, 0.0, -0.5, -1.0, -2.0, -1e200, -REF_INF};
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        cr_expect(isnan(flx_double_dacosh(at[i])), "dacosh(%g)", at[i]);
        cr_expect(isnan(flx_double_xdacosh(at[i])), "xdacosh(%g)", at[i]);
    }
}
