/* Batches: every elementary function by every instruction set, against libm where they are to have its
 * bits and against references that are not this library's where they are not. */
#include <criterion/criterion.h>
#include <math.h>

#include "array_functions.h"
#include "reference.h"

#include <fluxion/fluxion.h>

static const flx_isa isas[] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};

/* A function of one or two inputs as a program, and its batches. */
typedef struct function {
    const char *name;
    flx_program *f;
    flx_work *w;
    size_t inputs;
} function;

static function make(const char *name, flx_var (*unary)(flx_var),
                     flx_var (*binary)(flx_var, flx_var))
{
    function s = {.name = name, .inputs = unary ? 1 : 2};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 0.75), flx_variable(t, 0.5)};
    const flx_var y = unary ? unary(x[0]) : binary(x[0], x[1]);
    cr_assert_eq(flx_freeze(t, s.inputs, x, 1, &y, 0, &s.f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_FIRST, 0, &s.w), FLX_OK);
    flx_tape_destroy(t);
    return s;
}

static void clear(function *s)
{
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

/* Values and gradients at count points. */
static void run(const function *s, flx_isa isa, size_t count, const double *x, double *y, double *g)
{
    const flx_batch_options options = {.isa = isa};
    const flx_batch_in in = flx_in_rows(x, s->inputs);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, s->inputs);
    flx_batch *b;
    cr_assert_eq(flx_batch_create(s->f, FLX_WORK_FIRST, &options, &b), FLX_OK);
    cr_expect_eq(flx_gradient_batch(s->f, b, count, 1, &in, &to_y, 1, &to_g, NULL, NULL), FLX_OK);
    flx_batch_destroy(b);
}

/* ---- points that are easily wrong ---- */

static const double odd[] = {0.0,
                             -0.0,
                             5e-324,
                             -5e-324,
                             0x1p-1022,
                             -0x1p-1022,
                             1e-300,
                             -1e-300,
                             1e-20,
                             -1e-20,
                             0.25,
                             -0.25,
                             0.5,
                             -0.5,
                             0.75,
                             1.0,
                             -1.0,
                             0x1.fffffffffffffp-1,
                             1.5,
                             2.0,
                             -2.0,
                             3.0,
                             25.5,
                             27.0,
                             36.0,
                             -40.0,
                             63.9,
                             64.5,
                             700.0,
                             -700.0,
                             708.5,
                             709.5,
                             -708.5,
                             710.0,
                             -745.0,
                             745.0,
                             1000.0,
                             1023.5,
                             -1074.0,
                             1e10,
                             -1e10,
                             1e15,
                             0x1p52,
                             0x1p53,
                             1e22,
                             -1e100,
                             0x1p501,
                             1e300,
                             -1e300,
                             0x1.fffffffffffffp1023,
                             (double)INFINITY,
                             -(double)INFINITY,
                             (double)NAN};
enum { ODD = sizeof odd / sizeof *odd };

/* Of the base the bits; of others the same kind of number (a zero with its sign, an infinity, NaN) or,
 * in the middle, a number near it. */
static int agrees(flx_isa isa, double got, double want)
{
    if (ref_same(got, want)) return 1;
    if (isa == FLX_ISA_BASE || got != got || want != want || isinf(want) || isinf(got)) return 0;
    if (got == 0.0 || want == 0.0) return 0;
    return fabs(got - want) <= 8e-15 * fabs(want) + 1e-323;
}

static void expect_odd(const function *s)
{
    static double x[ODD * ODD * 2], y[ODD * ODD], g[ODD * ODD * 2];
    const size_t count = s->inputs == 1 ? ODD : (size_t)ODD * ODD;
    for (size_t i = 0; i < count; i++) {
        x[i * s->inputs] = odd[i % ODD];
        if (s->inputs == 2) x[2 * i + 1] = odd[i / ODD];
    }
    for (size_t j = 0; j < sizeof isas / sizeof *isas; j++) {
        if (!flx_isa_is_available(isas[j])) continue;
        run(s, isas[j], count, x, y, g);
        for (size_t i = 0; i < count; i++) {
            double value, gradient[2];
            flx_gradient(s->f, s->w, x + i * s->inputs, &value, gradient, NULL);
            cr_expect(agrees(isas[j], y[i], value), "%s, %s: (%a, %a): %a for %a", s->name,
                      flx_isa_name(isas[j]), odd[i % ODD], odd[i / ODD], y[i], value);
            for (size_t k = 0; k < s->inputs; k++)
                cr_expect(agrees(isas[j], g[i * s->inputs + k], gradient[k]),
                          "%s', %s: (%a, %a): %a for %a", s->name, flx_isa_name(isas[j]),
                          odd[i % ODD], odd[i / ODD], g[i * s->inputs + k], gradient[k]);
        }
    }
}

Test(batch_functions, odd_points_of_one_argument)
{
    for (size_t k = 0; k < array_unary_count; k++) {
        function s = make(array_unaries[k].name, array_unaries[k].scalar, NULL);
        expect_odd(&s);
        clear(&s);
    }
}

Test(batch_functions, odd_points_of_two_arguments)
{
    for (size_t k = 0; k < array_binary_count; k++) {
        function s = make(array_binaries[k].name, NULL, array_binaries[k].scalar);
        expect_odd(&s);
        clear(&s);
    }
}

/* ---- sine and cosine ---- */

/* Values alone, from a batch that is made for nothing else. */
static void run_values(const function *s, flx_isa isa, size_t count, const double *x, double *y)
{
    const flx_batch_options options = {.isa = isa};
    const flx_batch_in in = flx_in_rows(x, 1);
    const flx_batch_out out = flx_out_rows(y, 1);
    flx_batch *b;
    cr_assert_eq(flx_batch_create(s->f, FLX_WORK_VALUE, &options, &b), FLX_OK);
    cr_expect_eq(flx_eval_batch(s->f, b, count, 1, &in, 1, &out, NULL, NULL), FLX_OK);
    flx_batch_destroy(b);
}

/* Where each is asked for beside the other its bits are those that it has alone. */
Test(batch_functions, sine_and_cosine_together_and_alone)
{
    enum { COUNT = 5000 };
    static double x[COUNT], sine[COUNT], cosine[COUNT], y[COUNT], g[COUNT];
    function s = make("sin", flx_var_sin, NULL), c = make("cos", flx_var_cos, NULL);
    for (int i = 0; i < COUNT; i++)
        x[i] = ldexp(fmod(0.6180339887 * i, 2.0) - 1.0, i % 7 ? i % 11 : i % 60);
    for (size_t j = 0; j < sizeof isas / sizeof *isas; j++) {
        if (!flx_isa_is_available(isas[j])) continue;
        run_values(&s, isas[j], COUNT, x, sine);
        run_values(&c, isas[j], COUNT, x, cosine);
        run(&s, isas[j], COUNT, x, y, g);
        for (int i = 0; i < COUNT; i++)
            cr_expect(ref_same(y[i], sine[i]) && ref_same(g[i], cosine[i]), "%s: sin(%a): %a, %a",
                      flx_isa_name(isas[j]), x[i], y[i], g[i]);
        run(&c, isas[j], COUNT, x, y, g);
        for (int i = 0; i < COUNT; i++)
            cr_expect(ref_same(y[i], cosine[i]) && g[i] == -sine[i], "%s: cos(%a): %a, %a",
                      flx_isa_name(isas[j]), x[i], y[i], g[i]);
    }
    clear(&s);
    clear(&c);
}

/* ---- references ---- */

/* Values within 1.5 ulp, or libm's own; derivatives as one point's are. */
static void expect_references(const function *s, flx_isa isa, const ref_table *table)
{
    static double x[8192], y[8192], g[8192];
    ref_worst value = {0}, first = {0};
    cr_assert(table->count <= 8192);
    for (size_t i = 0; i < table->count; i++) x[i] = table->point[i].x[0];
    run(s, isa, table->count, x, y, g);
    for (size_t i = 0; i < table->count; i++) {
        const long double *c = table->point[i].c;
        const long double sharp = 1.5L * ref_ulp(c[0]), wide = ref_allowed_low(s->name, 0, x[i], c);
        double by_libm;
        flx_eval(s->f, s->w, x + i, &by_libm, NULL);
        ref_measure(&value, x[i], 0.0, y[i], c[0], ref_same(y[i], by_libm) ? wide : sharp, 4.0);
        ref_measure(&first, x[i], 0.0, g[i], c[1], ref_allowed_low(s->name, 1, x[i], c), 4.0);
    }
    REF_EXPECT(&value, flx_isa_name(isa), s->name, "value");
    REF_EXPECT(&first, flx_isa_name(isa), s->name, "derivative");
}

Test(batch_functions, references)
{
    static const struct {
        const char *name;
        flx_var (*scalar)(flx_var);
    } rows[] = {
#define FLX_UNARY(name, meaning) {#name, flx_var_##name},
#include <fluxion/functions.def>
    };
    size_t tables = 0;
    for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
        ref_table table = ref_load(rows[k].name, 1, 10);
        if (table.count == 0) continue; /* as steps have none */
        function s = make(rows[k].name, rows[k].scalar, NULL);
        for (size_t j = 1; j < sizeof isas / sizeof *isas; j++)
            if (flx_isa_is_available(isas[j])) expect_references(&s, isas[j], &table);
        clear(&s);
        ref_free(&table);
        tables++;
    }
    cr_expect(tables > 25);
}
