/* The flags of the edge-case contract: the table's, by every mode that carries flags. */
#include <criterion/criterion.h>

#include <fluxion/mixed.h>

#include "forward/edge_cases.h"

/* What is printed of a mismatch. */
static const char *text_of(unsigned flags)
{
    static char text[2][128];
    static int which;
    char *t = text[which ^= 1];
    t[0] = 0;
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        if (!(flags >> k & 1u)) continue;
        strcat(t, flx_flag_name(1u << k));
        strcat(t, " ");
    }
    return t;
}

static void expect_flags(const char *mode, const char *name, double x, double y, unsigned got,
                         unsigned want)
{
    cr_expect_eq(got, want, "%s %s at %a, %a: flags %s, want %s", mode, name, x, y, text_of(got),
                 text_of(want));
}

/* How one mode finds the flags of a function's gradient. */
typedef unsigned unary_mode(const edge_unary *f, double x);
typedef unsigned binary_mode(const edge_binary *f, double x, double y);

static void check(const char *mode, unary_mode *unary, binary_mode *binary)
{
    for (size_t i = 0; i < EDGE_LEN(edge_unary_cases); i++) {
        const edge_unary_case *c = &edge_unary_cases[i];
        edge_exponent = c->p;
        expect_flags(mode, c->name, c->x, c->p, unary(edge_find_unary(c->name), c->x), c->flags);
    }
    for (size_t i = 0; i < EDGE_LEN(edge_binary_cases); i++) {
        const edge_binary_case *c = &edge_binary_cases[i];
        expect_flags(mode, c->name, c->x, c->y, binary(edge_find_binary(c->name), c->x, c->y),
                     c->flags);
    }
}

static unsigned unary_probe(const edge_unary *f, double x)
{
    return f->of_probe(flx_probe_variable(x)).flags;
}

static unsigned binary_probe(const edge_binary *f, double x, double y)
{
    return f->of_probe(flx_probe_variable(x), flx_probe_variable(y)).flags;
}

Test(edge_flags, probe) { check("probe", unary_probe, binary_probe); }

/* A constant branch has no derivative, which is a flag of another kind than the table's. */
static unsigned of_table(unsigned flags) { return flags & ~(unsigned)FLX_FLAG_ZEROGRAD; }

static unsigned by_tape(size_t n, const double *at, const edge_unary *f, const edge_binary *g,
                        unsigned how)
{
    flx_tape *tape = NULL;
    flx_var x[2], gx[2];
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(tape, at[k]);
    const flx_var y = n == 1 ? f->of_var(x[0]) : g->of_var(x[0], x[1]);
    cr_expect_eq(flx_grad(y, n, x, gx, how), FLX_OK);
    const flx_flags flags = flx_tape_flags(tape);
    cr_expect_eq(flags.set, flx_tape_report(tape).flags);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (of_table(flags.set) & 1u << k) cr_expect_not_null(flags.first[k].op);
    flx_tape_destroy(tape);
    return of_table(flags.set);
}

static unsigned unary_tape(const edge_unary *f, double x) { return by_tape(1, &x, f, NULL, 0); }

static unsigned binary_tape(const edge_binary *f, double x, double y)
{
    const double at[2] = {x, y};
    return by_tape(2, at, NULL, f, 0);
}

static unsigned unary_recorded(const edge_unary *f, double x)
{
    return by_tape(1, &x, f, NULL, FLX_CREATE_GRAPH);
}

static unsigned binary_recorded(const edge_binary *f, double x, double y)
{
    const double at[2] = {x, y};
    return by_tape(2, at, NULL, f, FLX_CREATE_GRAPH);
}

Test(edge_flags, tape) { check("tape", unary_tape, binary_tape); }
Test(edge_flags, recorded_gradient) { check("recorded", unary_recorded, binary_recorded); }

/* Programs, recorded at an ordinary point. */

typedef void driver(const flx_program *p, flx_work *w, const double *at, flx_report *report);

static unsigned by_program(size_t n, const double *at, const edge_unary *f, const edge_binary *g,
                           driver *drive)
{
    flx_tape *tape = NULL;
    flx_program *p = NULL;
    flx_work *w = NULL;
    flx_var x[2];
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    x[0] = flx_variable(tape, 0.375);
    if (n == 2) x[1] = flx_variable(tape, 1.25);
    const flx_var y = n == 1 ? f->of_var(x[0]) : g->of_var(x[0], x[1]);
    cr_assert_eq(flx_freeze(tape, n, x, 1, &y, 0, &p, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(p, FLX_WORK_SECOND, 0, &w), FLX_OK);
    flx_report report;
    drive(p, w, at, &report);
    const flx_flags flags = flx_work_flags(w);
    cr_expect_eq(flags.set, report.flags);
    if (of_table(flags.set)) cr_expect_not_null(report.op);
    flx_work_clear_flags(w);
    cr_expect_eq(flx_work_flags(w).set, 0);
    flx_work_destroy(w);
    flx_program_release(p);
    flx_tape_destroy(tape);
    return of_table(flags.set);
}

static void drive_gradient(const flx_program *p, flx_work *w, const double *at, flx_report *report)
{
    double y, g[2];
    cr_expect_eq(flx_gradient(p, w, at, &y, g, report), FLX_OK);
}

/* Along (1, 1), so that no tangent is zero. */
static void drive_jvp(const flx_program *p, flx_work *w, const double *at, flx_report *report)
{
    const double dir[2] = {1.0, 1.0};
    double jv;
    cr_expect_eq(flx_jvp(p, w, at, dir, &jv, report), FLX_OK);
}

static unsigned unary_gradient(const edge_unary *f, double x)
{
    return by_program(1, &x, f, NULL, drive_gradient);
}

static unsigned binary_gradient(const edge_binary *f, double x, double y)
{
    const double at[2] = {x, y};
    return by_program(2, at, NULL, f, drive_gradient);
}

static unsigned unary_jvp(const edge_unary *f, double x)
{
    return by_program(1, &x, f, NULL, drive_jvp);
}

static unsigned binary_jvp(const edge_binary *f, double x, double y)
{
    const double at[2] = {x, y};
    return by_program(2, at, NULL, f, drive_jvp);
}

Test(edge_flags, gradient) { check("gradient", unary_gradient, binary_gradient); }
Test(edge_flags, jvp) { check("jvp", unary_jvp, binary_jvp); }

/* Second order meets what the first meets, and may meet more: those flags are at least the table's,
 * and no domain is left that the table does not know. */
static void drive_hvp(const flx_program *p, flx_work *w, const double *at, flx_report *report)
{
    const double dir[2] = {1.0, 1.0};
    double hv[2];
    cr_expect_eq(flx_hvp(p, w, at, dir, NULL, hv, report), FLX_OK);
}

static void drive_backprop(const flx_program *p, flx_work *w, const double *at, flx_report *report)
{
    const double dir[2] = {1.0, 1.0};
    double hv[2];
    cr_expect_eq(flx_hvp_double_backprop(p, w, at, dir, NULL, hv, report), FLX_OK);
}

static void drive_hyperdual(const flx_program *p, flx_work *w, const double *at, flx_report *report)
{
    double h[4];
    cr_expect_eq(flx_hessian_hyperdual(p, w, at, NULL, h, report), FLX_OK);
}

static void check_second(const char *mode, driver *drive)
{
    for (size_t i = 0; i < EDGE_LEN(edge_unary_cases); i++) {
        const edge_unary_case *c = &edge_unary_cases[i];
        edge_exponent = c->p;
        const unsigned met = by_program(1, &c->x, edge_find_unary(c->name), NULL, drive);
        expect_flags(mode, c->name, c->x, c->p, met & c->flags, c->flags);
        cr_expect(c->flags & FLX_FLAG_DOMAIN || !(met & FLX_FLAG_DOMAIN), "%s %s at %a: DOMAIN",
                  mode, c->name, c->x);
    }
    for (size_t i = 0; i < EDGE_LEN(edge_binary_cases); i++) {
        const edge_binary_case *c = &edge_binary_cases[i];
        const double at[2] = {c->x, c->y};
        const unsigned met = by_program(2, at, NULL, edge_find_binary(c->name), drive);
        expect_flags(mode, c->name, c->x, c->y, met & c->flags, c->flags);
    }
}

Test(edge_flags, forward_over_reverse) { check_second("hvp", drive_hvp); }
Test(edge_flags, double_backprop) { check_second("double backprop", drive_backprop); }
Test(edge_flags, hyperdual) { check_second("hyper-dual", drive_hyperdual); }
