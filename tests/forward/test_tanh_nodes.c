/* The table that tanh and 1/cosh^2 are made from, and both next to where one node follows another: against long
 * double, where that has more digits than double. */
#include <criterion/criterion.h>

#include <float.h>
#include <math.h>

#include <fluxion/kernel.h>

#include "forward/kernel_tanh.h"

enum { STEPS = 16 }; /* of a node to the next, to 1 */

static long double sech2(long double x)
{
    const long double c = coshl(x);
    return 1.0L / (c * c);
}

static int is_longer(void) { return LDBL_MANT_DIG >= 64; }

/* Each number is the nearest double, and the next one what it lacks. */
Test(tanh_nodes, each_node)
{
    cr_expect_eq(FLX_TANH_NODES, 8 * STEPS + 1);
    for (int k = 0; k < FLX_TANH_NODES && is_longer(); k++) {
        const flx_tanh_place *node = &flx_tanh_node[k];
        const long double x = (long double)k / STEPS, y = tanhl(x), s = sech2(x);
        cr_expect_eq(node->y, (double)y, "tanh at %d/16", k);
        cr_expect(fabsl((long double)node->s - s) <= 0.51L * DBL_EPSILON * s, "1/cosh^2 at %d/16",
                  k);
        cr_expect(fabsl((long double)node->y + node->y_low - y) <= 4.0L * LDBL_EPSILON * y,
                  "the rest of tanh at %d/16", k);
        cr_expect(fabsl((long double)node->s + node->s_low - s) <= 16.0L * LDBL_EPSILON * s,
                  "the rest of 1/cosh^2 at %d/16", k);
    }
}

static void expect_near(double got, long double want, long double terms, double x, int number)
{
    cr_expect(fabsl((long double)got - want) <= 8.0L * DBL_EPSILON * terms + 0x1p-1074L,
              "number %d of tanh at %.17g is %.17g, not %.17Lg", number, x, got, want);
}

/* The first coefficients of tanh(x + t): y, s, -y s, s (3 y^2 - 1)/3, y s (2 - 3 y^2)/3. */
static void expect_coefficients(double x)
{
    const double t[5] = {x, 1.0, 0.0, 0.0, 0.0};
    double z[5], scratch[64];
    const long double y = tanhl(x), s = sech2(x);
    flx_kernel_tanh(4, 1, t, z, scratch);
    cr_expect_eq(z[0], tanh(x));
    expect_near(z[1], s, s, x, 1);
    expect_near(z[2], -y * s, fabsl(y) * s, x, 2);
    expect_near(z[3], s * (3.0L * y * y - 1.0L) / 3.0L, s, x, 3);
    expect_near(z[4], y * s * (2.0L - 3.0L * y * y) / 3.0L, fabsl(y) * s, x, 4);
}

/* On both sides of the middle between nodes, at the nodes, and where the table ends; of either sign. */
Test(tanh_nodes, where_one_follows_another)
{
    for (int k = 0; k <= 2 * FLX_TANH_NODES && is_longer(); k++) {
        const double x = (double)k / (2 * STEPS);
        const double around[3] = {nextafter(x, 0.0), x, nextafter(x, 100.0)};
        for (int j = 0; j < 3; j++) {
            expect_coefficients(around[j]);
            expect_coefficients(-around[j]);
        }
    }
}
