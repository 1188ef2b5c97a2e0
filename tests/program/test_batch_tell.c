/* Batches: points that are delicate are found though few values are looked at. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "program/batch.h"

enum { POINTS = 21 };

static const double number[] = {
    0.0, -0.0, 1.0, -1.0, 0.5, 800.0, 1e300, 5e-324, (double)INFINITY, (double)NAN, 2.0};
enum { NUMBERS = sizeof number / sizeof *number };

/* Operations whose value tells that they are delicate, or overflows, ... */
static flx_var quotient(const flx_var *x) { return flx_var_div(x[1], x[0]); }
static flx_var by_zero(const flx_var *x) { return flx_var_div_xc(x[0], 0.0); }
static flx_var inverse(const flx_var *x) { return flx_var_div_cx(2.0, x[0]); }
static flx_var logarithm(const flx_var *x) { return flx_var_log(x[0]); }
static flx_var logarithm2(const flx_var *x) { return flx_var_log2(x[0]); }
static flx_var logarithm10(const flx_var *x) { return flx_var_log10(x[0]); }
static flx_var logarithm1p(const flx_var *x) { return flx_var_log1p(x[0]); }
static flx_var root(const flx_var *x) { return flx_var_rsqrt(x[0]); }
static flx_var exponential(const flx_var *x) { return flx_var_exp(x[0]); }
static flx_var product(const flx_var *x) { return flx_var_mul(x[0], flx_var_square(x[0])); }
static flx_var sum(const flx_var *x) { return flx_var_add(flx_var_exp(x[0]), x[1]); }
static flx_var square_root(const flx_var *x) { return flx_var_sqrt(x[0]); }
static flx_var size(const flx_var *x) { return flx_var_fabs(x[0]); }

static const struct {
    const char *name;
    flx_var (*make)(const flx_var *x);
} made[] = {{"quotient", quotient}, {"by zero", by_zero}, {"inverse", inverse},
            {"log", logarithm},     {"log2", logarithm2}, {"log10", logarithm10},
            {"log1p", logarithm1p}, {"rsqrt", root},      {"exp", exponential},
            {"product", product},   {"sum", sum},         {"sqrt", square_root},
            {"fabs", size}};

/* ... and what is made of it: itself, or what hides that it is not finite. */
static flx_var plain(const flx_var *x, flx_var z)
{
    (void)x;
    return z;
}
static flx_var scaled(const flx_var *x, flx_var z)
{
    (void)x;
    return flx_var_mul_xc(flx_var_neg(z), 3.0);
}
static flx_var inverted(const flx_var *x, flx_var z)
{
    (void)x;
    return flx_var_div_cx(1.0, z);
}
static flx_var divisor(const flx_var *x, flx_var z) { return flx_var_div(x[1], z); }
static flx_var numerator(const flx_var *x, flx_var z) { return flx_var_atan(flx_var_div(z, x[1])); }
static flx_var turned(const flx_var *x, flx_var z)
{
    (void)x;
    return flx_var_atan(z);
}
static flx_var lesser(const flx_var *x, flx_var z)
{
    (void)x;
    return flx_var_fmin(flx_var_fmax(z, flx_constant(-3.0)), flx_constant(3.0));
}

static flx_var (*const used[])(const flx_var *x, flx_var z) = {plain,     scaled, inverted, divisor,
                                                               numerator, turned, lesser};

static void expect_flags(size_t which, size_t how, flx_isa isa)
{
    const flx_batch_options options = {.isa = isa};
    flx_tape *t;
    flx_program *f;
    flx_work *w;
    flx_batch *b;
    double x[POINTS * 2], y[POINTS], g[POINTS * 2];
    unsigned values[POINTS], firsts[POINTS];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var in[2] = {flx_variable(t, 0.5), flx_variable(t, 0.75)};
    const flx_var out = used[how](in, made[which].make(in));
    cr_assert_eq(flx_freeze(t, 2, in, 1, &out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 1, &w), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    for (size_t i = 0; i < POINTS; i++) {
        x[2 * i] = number[i % NUMBERS];
        x[2 * i + 1] = i < NUMBERS ? 0.75 : 0.0;
    }
    const flx_batch_in points = flx_in_rows(x, 2);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, 2);
    flx_eval_batch(f, b, POINTS, 1, &points, 1, &to_y, values, NULL);
    flx_gradient_batch(f, b, POINTS, 1, &points, NULL, 1, &to_g, firsts, NULL);
    for (size_t i = 0; i < POINTS; i++) {
        double one_y, one_g[2];
        flx_report value, first;
        flx_eval(f, w, x + 2 * i, &one_y, &value);
        flx_gradient(f, w, x + 2 * i, NULL, one_g, &first);
        cr_expect(values[i] == value.flags && firsts[i] == first.flags,
                  "%s, %zu, at %g, %g: %x and %x for %x and %x", made[which].name, how, x[2 * i],
                  x[2 * i + 1], values[i], firsts[i], value.flags, first.flags);
    }
    flx_batch_destroy(b);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(batch_tell, what_is_not_finite_or_delicate_is_found)
{
    for (size_t which = 0; which < sizeof made / sizeof *made; which++) {
        for (size_t how = 0; how < sizeof used / sizeof *used; how++) {
            expect_flags(which, how, FLX_ISA_BEST);
            expect_flags(which, how, FLX_ISA_BASE);
        }
    }
}

/* Slots that no other tells of, one by one: the quotient, the arcus, the last result. */
Test(batch_tell, which_slots_tell)
{
    flx_tape *t = NULL;
    flx_program *f = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[4] = {flx_variable(t, 0.5), flx_variable(t, 0.75), flx_variable(t, 1.0),
                          flx_variable(t, 2.0)};
    const flx_var sum = flx_var_add(x[0], x[1]);         /* tells of both */
    const flx_var scaled = flx_var_mul_xc(sum, 3.0);     /* of its operand */
    const flx_var angle = flx_var_atan(scaled);          /* of nothing */
    const flx_var quotient = flx_var_div(angle, x[2]);   /* of the first */
    const flx_var lesser = flx_var_fmin(quotient, x[3]); /* of nothing */
    const flx_var y =
        flx_var_sub(lesser, flx_var_square(sum)); /* of both, and the square of its own */
    cr_assert_eq(flx_freeze(t, 4, x, 1, &y, FLX_KEEP_ALL, &f, NULL), FLX_OK);
    /* The poison is slot 0, the inputs are 1 to 4, then one slot for each operation. */
    static const uint32_t want[] = {3, 4, 6, 8, 11};
    unsigned char told[16];
    uint32_t slot[16];
    memset(told, 255, sizeof told);
    cr_assert_eq(f->slots, 12);
    cr_assert_eq(flx_batch_find_telling(f, told, slot), 5);
    for (int k = 0; k < 5; k++) cr_expect_eq(slot[k], want[k], "%d: %u", k, slot[k]);
    flx_program_release(f);
    flx_tape_destroy(t);
}
