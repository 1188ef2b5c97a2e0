/* Taylor coefficients of whole series where digits are easily lost, against mpmath: the cases of
 * tests/data/kernel_cases.ref, which tools/reference/kernel_cases.py describes. Strides change no bit. */
#include <criterion/criterion.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/kernel.h>

#include "forward/kernel_internal.h"
#include "reference.h"

enum { MOST = 41, STRIDE = 3, LINE_SIZE = 8192 };

typedef void unary_kernel(size_t order, size_t stride, const double *x, double *z, double *scratch);
typedef void binary_kernel(size_t order, size_t stride, const double *x, const double *y, double *z,
                           double *scratch);

static void power_0_37(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_pow_xc(order, stride, x, 0.37, z, scratch);
}
static void power_less_2_5(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_pow_xc(order, stride, x, -2.5, z, scratch);
}
static void bessel_y2(size_t order, size_t stride, const double *x, double *z, double *scratch)
{
    flx_kernel_yn(order, stride, 2, x, z, scratch);
}
static void mul(size_t order, size_t stride, const double *x, const double *y, double *z,
                double *scratch)
{
    (void)scratch;
    flx_kernel_mul(order, stride, x, y, z);
}
static void div_(size_t order, size_t stride, const double *x, const double *y, double *z,
                 double *scratch)
{
    (void)scratch;
    flx_kernel_div(order, stride, x, y, z);
}

/* clang-format off */
static const struct {
    const char *name;
    unary_kernel *unary;
    binary_kernel *binary;
} kernels[] = {
#define FLX_UNARY(name, meaning) {#name, flx_kernel_##name, NULL},
#define FLX_BINARY(name, meaning) {#name, NULL, flx_kernel_##name},
#include <fluxion/functions.def>
#define OP(name, value, slot, domain, derivative)
#define OP_INLINE OP
#define OP_SUPPORT(name, value, slot, domain, derivative) {#name, flx_kernel_##name, NULL},
#include "ops/ops.def"
#undef OP
#define OP2(name, value, dx, dy)
#define OP2_SUPPORT(name, value, dx, dy) {#name, NULL, flx_kernel_##name},
#include "ops/binary.def"
#undef OP2
    {"power 0.37", power_0_37, NULL},
    {"power -2.5", power_less_2_5, NULL},
    {"yn of order 2", bessel_y2, NULL},
    {"mul", NULL, mul},
    {"div", NULL, div_},
};
/* clang-format on */

static size_t kernel_named(const char *name, size_t length)
{
    size_t i = 0;
    while (i < sizeof kernels / sizeof kernels[0]
           && (strlen(kernels[i].name) != length || strncmp(kernels[i].name, name, length) != 0))
        i++;
    cr_assert(i < sizeof kernels / sizeof kernels[0], "%.*s", (int)length, name);
    return i;
}

/* n numbers; where the next one begins. */
static const char *numbers(const char *line, size_t n, double *x)
{
    for (size_t k = 0; k < n; k++) {
        char *end;
        x[k] = strtod(line, &end);
        cr_assert(end != line);
        line = end;
    }
    return line;
}

/* What scratch holds before is no number. */
static void apply(size_t f, size_t order, size_t stride, const double *x, const double *y,
                  double *z)
{
    static double scratch[FLX_KERNEL_SCRATCH(MOST)];
    for (size_t k = 0; k < FLX_KERNEL_SCRATCH(MOST); k++) scratch[k] = REF_NAN;
    if (kernels[f].binary) kernels[f].binary(order, stride, x, y, z, scratch);
    else kernels[f].unary(order, stride, x, z, scratch);
}

static void expect_strided(size_t f, size_t order, const double *x, const double *y,
                           const double *z)
{
    double wide_x[STRIDE * (MOST + 1)], wide_y[STRIDE * (MOST + 1)], wide_z[STRIDE * (MOST + 1)];
    for (size_t k = 0; k < STRIDE * (MOST + 1); k++) wide_x[k] = wide_y[k] = wide_z[k] = REF_NAN;
    for (size_t k = 0; k <= order; k++) {
        wide_x[STRIDE * k] = x[k];
        if (kernels[f].binary) wide_y[STRIDE * k] = y[k];
    }
    apply(f, order, STRIDE, wide_x, wide_y, wide_z);
    for (size_t k = 0; k <= order; k++)
        cr_expect(ref_same(wide_z[STRIDE * k], z[k]),
                  "%s of %a, ...: coefficient %zu is %a, not %a", kernels[f].name, x[0], k,
                  wide_z[STRIDE * k], z[k]);
}

static void expect_case(const char *line)
{
    double number, x[MOST + 1], y[MOST + 1], z[MOST + 1];
    const char *colon = strchr(line, ':');
    cr_assert(colon != NULL);
    const size_t f = kernel_named(line, (size_t)(colon - line));
    const char *at = numbers(colon + 1, 1, &number);
    const size_t k = (size_t)number;
    cr_assert_leq(k, MOST);
    at = numbers(at, k + 1, x);
    if (kernels[f].binary) at = numbers(at, k + 1, y);
    char *end;
    const long double want = strtold(at, &end);
    cr_assert(end != at && strspn(end, " \n") == strlen(end), "%s", kernels[f].name);
    apply(f, k, 1, x, y, z);
    expect_strided(f, k, x, y, z);
    cr_expect(ref_error(z[k], want) <= 4.0L * (long double)(k + 1) * ref_ulp(want),
              "%s of %a, %a, ...: coefficient %zu is %.17g, not %.17Lg", kernels[f].name, x[0],
              x[1], k, z[k], want);
}

Test(kernel_cases, against_references)
{
    static char line[LINE_SIZE];
    size_t seen = 0;
    FILE *file = fopen(FLX_TEST_DATA "/kernel_cases.ref", "r");
    cr_assert(file != NULL);
    for (; fgets(line, sizeof line, file) != NULL; seen += line[0] != '#')
        if (line[0] != '#') expect_case(line);
    fclose(file);
    cr_expect_gt(seen, 20);
}
