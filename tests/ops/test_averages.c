/* Special functions at hundreds of points of each range that has a formula of its own, against Arb: the
 * average error. What a correction is for shows there, where the worst error of a few points does not. */
#include <criterion/criterion.h>

#include <fluxion/kernel.h>

#include "forward/support.h"
#include "ops/special.h"
#include "reference.h"

static double digamma(double x) { return flx_double_digamma(x); }
static double polygamma_1(double x) { return flx_double_polygamma(1, x); }
static double polygamma_2(double x) { return flx_double_polygamma(2, x); }
static double polygamma_5(double x) { return flx_double_polygamma(5, x); }
static double polygamma_150(double x) { return flx_double_polygamma(150, x); }
static double gamma_slope(double x) { return flx_double_dtgamma(x, 0, 1); }
static double gamma_itself(double x)
{
    double unit;
    const double g = flx_special_gamma(x, &unit);
    return g * unit;
}

/* The rows of tools/reference/dense.c, and how many ulps the error may be on average: a tenth more
 * than it is, or so. */
static const struct {
    const char *name;
    double (*f)(double x);
    double average;
} rows[] = {
    {"digamma, by recurrence", digamma, 0.39},
    {"digamma, by reflection", digamma, 0.86},
    {"digamma, next to its root", digamma, 3.4},
    {"trigamma", polygamma_1, 0.48},
    {"tetragamma", polygamma_2, 0.46},
    {"polygamma of order 5", polygamma_5, 0.47},
    {"tetragamma, with its roots", polygamma_2, 0.62},
    {"tetragamma, next to a root", polygamma_2, 1.42},
    {"polygamma of order 150", polygamma_150, 9},
    {"gamma next to 0", gamma_itself, 0.57},
    {"gamma", gamma_itself, 0.47},
    {"gamma'", gamma_slope, 0.65},
    {"W next to its branch point", flx_double_lambertw, 0.41},
    {"W", flx_double_lambertw, 0.35},
    {"W of large numbers", flx_double_lambertw, 0.27},
    {"erfinv", flx_double_erfinv, 0.31},
    {"erfinv, its tail", flx_double_erfinv, 0.32},
    {"sinpi", flx_double_sinpi, 0.32},
    {"cospi", flx_double_cospi, 0.335},
    {"sinpi next to 1/4", flx_double_sinpi, 0.35},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

Test(averages, special_functions)
{
    ref_table table = ref_load("dense", 2, 1);
    double sum[ROWS] = {0.0};
    size_t count[ROWS] = {0};
    cr_assert(table.count > 0);
    for (size_t i = 0; i < table.count; i++) {
        const ref_point *p = &table.point[i];
        const size_t r = (size_t)p->x[1];
        cr_assert(r < ROWS);
        sum[r] += (double)(ref_error(rows[r].f(p->x[0]), p->c[0]) / ref_ulp(p->c[0]));
        count[r]++;
    }
    for (size_t r = 0; r < ROWS; r++) {
        const double average = sum[r] / (double)count[r];
        cr_expect(count[r] >= 100 && average <= rows[r].average, "%s: %.3f ulps on average of %zu",
                  rows[r].name, average, count[r]);
    }
    ref_free(&table);
}
