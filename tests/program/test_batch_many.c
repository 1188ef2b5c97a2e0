/* Batches by instruction sets that have functions of their own: what their numbers are made of, and where
 * libm is asked instead. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "reverse/rows.h"

enum { POINTS = 256 };

static const flx_isa isas[] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};
enum { ISAS = sizeof isas / sizeof *isas };

/* y = f(x0, x1). */
typedef struct function {
    flx_program *f;
    flx_work *w;
} function;

typedef flx_var body(flx_var x, flx_var y, double c);

static function make(body *f, double c)
{
    function s = {NULL, NULL};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 0.75), flx_variable(t, 0.5)};
    const flx_var y = f(x[0], x[1], c);
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &s.f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_FIRST, 1, &s.w), FLX_OK);
    flx_tape_destroy(t);
    return s;
}

static void clear(function *s)
{
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

/* Values and gradients at all points, two inputs for each. */
static void run(const function *s, flx_isa isa, const double *x, double *y, double *g)
{
    const flx_batch_options options = {.isa = isa};
    const flx_batch_in in = flx_in_rows(x, 2);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, 2);
    flx_batch *b;
    cr_assert_eq(flx_batch_create(s->f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    cr_expect_eq(flx_gradient_batch(s->f, b, POINTS, 1, &in, &to_y, 1, &to_g, NULL, NULL), FLX_OK);
    flx_batch_destroy(b);
}

static flx_var power(flx_var x, flx_var y, double c) { return (void)y, flx_var_pow_xc(x, c); }
static flx_var power_of(flx_var x, flx_var y, double c) { return (void)c, flx_var_pow(x, y); }
static flx_var angle(flx_var x, flx_var y, double c) { return (void)c, flx_var_atan2(x, y); }
static flx_var length(flx_var x, flx_var y, double c) { return (void)c, flx_var_hypot(x, y); }
static flx_var wave(flx_var x, flx_var y, double c)
{
    return flx_var_add_xc(flx_var_mul(flx_var_sin(x), y), c);
}

/* In the middle of the range the derivative of x^p is p times the power x^(p-1), rounded once each, where
 * powers are the instruction set's own. */
Test(batch_many, derivatives_of_powers_are_products)
{
    static const double exponent[] = {2.5, -1.75, 0.375, 5.125};
    static double x[2 * POINTS], y[POINTS], g[2 * POINTS], less[POINTS], unused[2 * POINTS];
    for (size_t k = 0; k < POINTS; k++) x[2 * k] = 0.5 + (double)k / 32.0, x[2 * k + 1] = 1.0;
    for (size_t e = 0; e < sizeof exponent / sizeof *exponent; e++) {
        function of = make(power, exponent[e]), below = make(power, exponent[e] - 1.0);
        for (size_t j = 0; j < ISAS; j++) {
            if (!flx_isa_is_available(isas[j]) || isas[j] == FLX_ISA_BASE) continue;
            if (!flx_op_is_inexact(OP_dpow)) continue;
            run(&of, isas[j], x, y, g);
            run(&below, isas[j], x, less, unused);
            for (size_t k = 0; k < POINTS; k++)
                cr_expect_eq(g[2 * k], exponent[e] * less[k], "%s: %a^%g: %a, not %a",
                             flx_isa_name(isas[j]), x[2 * k], exponent[e], g[2 * k],
                             exponent[e] * less[k]);
        }
        clear(&of);
        clear(&below);
    }
}

/* p x^(p-1) with a power that is no double and a product that is: 2^-40 (2^-1030)^(2^-40 - 1), a double
 * next to 2^990. */
Test(batch_many, a_power_may_overflow_where_the_derivative_does_not)
{
    static double x[2 * POINTS], y[POINTS], g[2 * POINTS];
    function s = make(power, 0x1p-40);
    for (size_t k = 0; k < POINTS; k++) x[2 * k] = k % 3 ? 0x1p-1030 : 2.0, x[2 * k + 1] = 1.0;
    for (size_t j = 0; j < ISAS; j++) {
        if (!flx_isa_is_available(isas[j])) continue;
        run(&s, isas[j], x, y, g);
        for (size_t k = 1; k < POINTS; k += 3) /* 2^(-1030 * 2^-40) is 1 - 6.5e-10 */
            cr_expect(fabs(g[2 * k] * 0x1p-990 - 1.0 + 6.4931e-10) < 1e-13, "%s: %a",
                      flx_isa_name(isas[j]), g[2 * k]);
    }
    clear(&s);
}

/* Where an argument or the result is very large or very small the bits are libm's. */
Test(batch_many, far_out_libm_is_asked)
{
    static const struct {
        body *f;
        double (*libm)(double, double);
        double x, y; /* sizes */
    } rows[] = {
        {power_of, pow, 0x1p510, 0.01},    {power_of, pow, 0x1p-510, 0.01},
        {power_of, pow, 0x1p200, 4.0},     {power_of, pow, 0x1p200, -4.0},
        {angle, atan2, 0x1p501, 0x1p499},  {angle, atan2, 0x1p499, 0x1p501},
        {angle, atan2, 0x1p-502, 1.0},     {angle, atan2, 0x1p-499, 0x1p-501},
        {length, hypot, 0x1p501, 0x1p499}, {length, hypot, 0x1p499, 0x1p501},
    };
    static double x[2 * POINTS], y[POINTS], g[2 * POINTS];
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        function s = make(rows[r].f, 0.0);
        for (size_t k = 0; k < POINTS; k++) {
            x[2 * k] = rows[r].x * (1.0 + (double)k / 300.0);
            x[2 * k + 1] = rows[r].y * (1.0 + (double)(k * 7 % 101) / 200.0);
        }
        for (size_t j = 0; j < ISAS; j++) {
            if (!flx_isa_is_available(isas[j])) continue;
            run(&s, isas[j], x, y, g);
            for (size_t k = 0; k < POINTS; k++) {
                const double want = rows[r].libm(x[2 * k], x[2 * k + 1]);
                cr_expect_eq(y[k], want, "%s, row %zu: %a, %a: %a, not %a", flx_isa_name(isas[j]),
                             r, x[2 * k], x[2 * k + 1], y[k], want);
            }
        }
        clear(&s);
    }
}

/* Only one point has an adjoint that is not 0. */
Test(batch_many, a_single_point_with_a_weight)
{
    static double x[2 * POINTS], w[POINTS], g[2 * POINTS];
    function s = make(wave, 1.0);
    for (size_t k = 0; k < POINTS; k++) x[2 * k] = (double)k / 64.0, x[2 * k + 1] = 2.0;
    for (size_t j = 0; j < ISAS; j++) {
        const flx_batch_options options = {.isa = isas[j]};
        const flx_batch_in in = flx_in_rows(x, 2), weight = flx_in_rows(w, 1);
        const flx_batch_out out = flx_out_rows(g, 2);
        flx_batch *b;
        if (!flx_isa_is_available(isas[j])) continue;
        cr_assert_eq(flx_batch_create(s.f, FLX_WORK_FIRST, &options, &b), FLX_OK);
        for (size_t one = 0; one < 64; one++) {
            for (size_t k = 0; k < POINTS; k++) w[k] = k == one ? -3.0 : 0.0;
            cr_expect_eq(flx_vjp_batch(s.f, b, POINTS, 1, &in, 1, &weight, 1, &out, NULL, NULL),
                         FLX_OK);
            for (size_t k = 0; k < POINTS; k++) {
                const double dx = w[k] * 2.0 * cos(x[2 * k]), dy = w[k] * sin(x[2 * k]);
                cr_expect(fabs(g[2 * k] - dx) <= 1e-14 && fabs(g[2 * k + 1] - dy) <= 1e-14,
                          "%s: point %zu of %zu: %g %g", flx_isa_name(isas[j]), k, one, g[2 * k],
                          g[2 * k + 1]);
            }
        }
        flx_batch_destroy(b);
    }
    clear(&s);
}
