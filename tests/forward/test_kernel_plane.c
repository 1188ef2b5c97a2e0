/* test_kernel_plane.c: hypot, atan2 and their derivatives of series with coefficients of any size. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define INF ((double)INFINITY)

enum { ORDER = 9, COUNT = ORDER + 1, STRIDE = 3 };

typedef void binary_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);

static int is_near(size_t k, double got, double want)
{
    if (isinf(want)) return got == want;
    return fabs(got - want) <= 4.0 * (double)(k + 1) * 0x1p-52 * fabs(want);
}

/* x[k]*2^(k*speed + size), where time runs so much faster, and coefficients are larger; 0 where that is no
 * double. */
static void hasten(const double *x, int speed, int size, size_t stride, double *out)
{
    for (size_t k = 0; k < COUNT; k++) {
        const double fast = k < 4 ? ldexp(x[k], (int)k * speed + size) : 0.0;
        out[k * stride] = isfinite(fast) ? fast : 0.0;
    }
}

/* The coefficients of f against those of the same point in slow time: of the same size and sign, except
 * for what is next to nothing there. */
static void expect_hastened(const char *name, binary_kernel *f, const double *x, const double *y,
                            int speed, int size, int result)
{
    double slow_x[COUNT], slow_y[COUNT], slow_z[COUNT], fast_x[STRIDE * COUNT];
    double fast_y[STRIDE * COUNT], z[STRIDE * COUNT], scratch[FLX_KERNEL_SCRATCH(ORDER)];
    for (size_t order = 1; order <= ORDER; order++) {
        for (size_t stride = 1; stride <= STRIDE; stride += STRIDE - 1) {
            hasten(x, speed, size, stride, fast_x);
            hasten(y, speed, size, stride, fast_y);
            for (size_t k = 0; k < COUNT; k++) {
                slow_x[k] = ldexp(fast_x[k * stride], -(int)k * speed - size);
                slow_y[k] = ldexp(fast_y[k * stride], -(int)k * speed - size);
            }
            f(order, 1, slow_x, slow_y, slow_z, scratch);
            f(order, stride, fast_x, fast_y, z, scratch);
            for (size_t k = 0; k <= order; k++) {
                const double want = ldexp(slow_z[k], (int)k * speed + result);
                const double least = ldexp(0x1p-250, (int)k * speed + result);
                cr_expect(z[k * stride] == want
                              || fabs(z[k * stride] - want) <= fmax(0x1p-40 * fabs(want), least),
                          "%s, speed %d, size %d, order %zu, stride %zu: coefficient %zu is %.17g, "
                          "not %.17g",
                          name, speed, size, order, stride, k, z[k * stride], want);
            }
        }
    }
}

/* Whatever overflows on the way: each coefficient is finite, or infinite of the right sign. */
Test(kernel_plane, coefficients_after_those_that_overflow)
{
    static const double points[][2][COUNT] = {
        {{1.3, 0.7, -0.4, 0.2}, {0.5, -0.9, 0.6, 0.1}},
        {{1.75, -0.5, 0.25, 0.125}, {1.5, 0.25, -0.375, 0.25}},
        {{1.3, 0.7}, {0.5, 0x1p-300}},
        {{0.5, -0x1p-300}, {-1.3, 0.7}},
        {{-1.3, 0.0, 0.25}, {0.75, 0.0, -0.5}},
        {{1.0}, {0.0, 1.0}},
        {{0.0, 1.5}, {-1.25}},
        {{0.75, 0.0, 0.0, 0.5}, {0.75, 0.0, 0.0, -0.25}},
        {{2.0, 1.5, 1.0, 0.5}, {1.0}},
        {{1.0}, {2.0, -1.5, 1.0, 0.5}}};
    static const int speeds[] = {0, 1, 2, 4, 8, 120, 200, 250, 300, 330, 400, 500, 600, 900};
    static const int sizes[] = {0, 1, 60, -60, 100, -100, 1015, 1023, -900};
    for (size_t i = 0; i < LENGTH(points); i++)
        for (size_t j = 0; j < LENGTH(speeds); j++)
            for (size_t n = 0; n < LENGTH(sizes); n++) {
                expect_hastened("hypot", flx_kernel_hypot, points[i][0], points[i][1], speeds[j],
                                sizes[n], sizes[n]);
                expect_hastened("atan2", flx_kernel_atan2, points[i][0], points[i][1], speeds[j],
                                sizes[n], 0);
            }
}

/* x = 8 + inf*t^2, y = 6 +- t: coefficient 3 is -+x*y/r^3 of the infinite one. Time cannot run so slowly that
 * it is finite. */
Test(kernel_plane, an_infinite_coefficient_stays_so)
{
    const double x[] = {8.0, 0.0, INF, 0.0};
    for (double sign = -1.0; sign <= 1.0; sign += 2.0) {
        const double y[] = {6.0, sign, 0.0, 0.0};
        double z[4], scratch[FLX_KERNEL_SCRATCH(3)];
        flx_kernel_hypot(3, 1, x, y, z, scratch);
        cr_expect(z[0] == 10.0 && fabs(z[1] - 0.6 * sign) < 1e-15, "%.17g, %.17g", z[0], z[1]);
        cr_expect(z[2] == INF && z[3] == -sign * INF, "%.17g, %.17g", z[2], z[3]);
    }
}

/* 1/z and 1/z^2 are 0 there, and so are their derivatives. */
Test(kernel_plane, poles_are_flat_at_infinity)
{
    static const double ends[][2] = {
        {INF, 1.0}, {-INF, -2.0}, {0.5, INF}, {-3.0, -INF}, {INF, INF}};
    for (size_t i = 0; i < LENGTH(ends); i++) {
        const double x[3] = {ends[i][0], 1.0, -0.5}, y[3] = {ends[i][1], 2.0, 3.0};
        double rez[3], dipole[3], scratch[FLX_KERNEL_SCRATCH(2)];
        flx_kernel_rez(2, 1, x, y, rez, scratch);
        flx_kernel_dipole(2, 1, x, y, dipole, scratch);
        for (size_t k = 0; k < 3; k++)
            cr_expect(rez[k] == 0.0 && dipole[k] == 0.0, "at %g, %g: coefficient %zu is %g, %g",
                      x[0], y[0], k, rez[k], dipole[k]);
    }
}

/* x = 1 + A*t, y = B*t + C*t^2, so small that hypot = x + y^2/(2*x): the coefficients are those of
 * (B^2*t^2 + 2*B*C*t^3 + C^2*t^4)/2 over 1 + A*t. */
Test(kernel_plane, squares_next_to_nothing_of_steep_series)
{
    static const double steps[][3] = {
        {1e100, 1e-170, 0.0}, {1e60, 1e-170, 1e-150}, {-1e45, 1e-160, 1e-130}, {1e60, 0.0, 1e-160}};
    double x[8] = {0.0}, y[8] = {0.0}, z[8], scratch[FLX_KERNEL_SCRATCH(7)];
    for (size_t i = 0; i < LENGTH(steps); i++) {
        const double steep = steps[i][0], b = steps[i][1], c = steps[i][2];
        for (size_t order = 1; order <= 5; order++) {
            for (int turned = 0; turned < 2; turned++) {
                x[0] = 1.0;
                x[1] = steep;
                y[1] = b;
                y[2] = c;
                flx_kernel_hypot(order, 1, turned ? y : x, turned ? x : y, z, scratch);
                for (size_t k = 3; k <= order; k++) {
                    const double two = k == 3 ? b * -steep * b : b * steep * (b * steep);
                    const double three = k == 3 ? 2.0 * b * c : 2.0 * b * (c * -steep);
                    const double last = k == 4 ? c * c : k == 5 ? -steep * c * c : 0.0;
                    const double want = ((two + three) * (k == 5 ? -steep : 1.0) + last) / 2.0;
                    cr_expect(is_near(k, z[k], want),
                              "case %zu, order %zu: coefficient %zu is %g, %g", i, order, k, z[k],
                              want);
                }
            }
        }
    }
}

/* hypot(cos(t)*log(x), sin(t)*log(x)) = log(x) near its root at 1, where t begins with 0: at the point
 * itself one of them is 0. */
Test(kernel_plane, hypot_on_an_axis_near_where_its_arguments_vanish)
{
    enum { HIGH = 16, MANY = HIGH + 1 };
    static const double points[] = {1.5, 1.140625, 1.0625, 1.03125};
    for (size_t i = 0; i < LENGTH(points); i++) {
        for (int turned = 0; turned < 2; turned++) {
            const double x[MANY] = {points[i], 1.0}, t[MANY] = {0.0, 1.0};
            double l[MANY], s[MANY], c[MANY], a[MANY], b[MANY], z[MANY];
            double room[FLX_KERNEL_SCRATCH(HIGH)];
            flx_kernel_log(HIGH, 1, x, l, room);
            flx_kernel_sincos(HIGH, 1, t, s, c, room);
            flx_kernel_mul(HIGH, 1, s, l, a);
            flx_kernel_mul(HIGH, 1, c, l, b);
            flx_kernel_hypot(HIGH, 1, turned ? b : a, turned ? a : b, z, room);
            for (size_t k = 1; k < MANY; k++) {
                const double want = (k % 2 ? 1.0 : -1.0) / ((double)k * pow(points[i], (double)k));
                cr_expect(is_near(k, z[k], want), "at %g: coefficient %zu is %.17g, not %.17g",
                          points[i], k, z[k], want);
            }
        }
    }
}
