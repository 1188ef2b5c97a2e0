/* What freezing makes of programs within programs: which are one, which go, what reports call them. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/show.h>

#include "batch_programs.h"
#include "bodies.h"
#include "reference.h"

enum { INPUTS = 6 };

static flx_tape *new_tape(flx_var *x)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < INPUTS; k++) x[k] = flx_variable(t, 0.5 + 0.125 * (double)k);
    return t;
}

static flx_program *frozen(flx_tape *t, const flx_var *x, size_t m, const flx_var *y,
                           unsigned flags)
{
    flx_program *f = NULL;
    cr_assert_eq(flx_freeze(t, INPUTS, x, m, y, flags, &f, NULL), FLX_OK);
    return f;
}

/* How many maps, calls and scans a program still has. */
static size_t nodes(const flx_program *f)
{
    static char text[20000];
    size_t count = 0;
    flx_program_list(f, 0, SIZE_MAX, text, sizeof text);
    for (const char *at = text; (at = strstr(at, " x ")) != NULL; at++) {
        const char *name[] = {"map", "call", "scan"};
        for (int k = 0; k < 3; k++) {
            const size_t length = strlen(name[k]);
            count += (size_t)(at - text) > length && !strncmp(at - length, name[k], length);
        }
    }
    return count;
}

static flx_var sum_of(flx_array a) { return flx_array_at(flx_array_sum(a, FLX_ALL), 0, 0); }

/* The inputs as operands: rows of 2, a state, rows of 1, what is shared. */
typedef struct operands {
    flx_array pairs, state, rows, shared;
} operands;

static operands operands_of(flx_tape *t, const flx_var *x)
{
    return (operands){flx_array_pack(t, 2, 2, x), flx_array_pack(t, 1, 1, x),
                      flx_array_pack(t, 3, 1, x + 1), flx_array_pack(t, 2, 1, x + 4)};
}

static flx_var map_of(flx_program *f, const operands *o)
{
    return sum_of(flx_map(f, o->pairs, o->shared));
}

static flx_var scan_of(flx_program *f, const operands *o, size_t steps, size_t kept)
{
    const flx_array rows = flx_array_slice(o->rows, 0, 0, steps, 1, 1, 1);
    return flx_array_at(flx_scan(f, steps, o->state, rows, o->shared, kept).state, 0, 0);
}

Test(compose_passes, nodes_that_repeat_are_one)
{
    flx_var x[INPUTS], y[7];
    flx_tape *t = new_tape(x);
    flx_program *f = body_program(&body_mixed), *twin = body_program(&body_mixed);
    flx_program *step = body_program(&body_logistic);
    const operands o = operands_of(t, x);
    y[0] = map_of(f, &o);
    y[1] = map_of(f, &o);    /* the same */
    y[2] = map_of(twin, &o); /* another program */
    y[3] = scan_of(step, &o, 3, 1);
    y[4] = scan_of(step, &o, 3, 1); /* the same */
    y[5] = scan_of(step, &o, 3, 2); /* other states kept */
    y[6] = scan_of(step, &o, 2, 1); /* other steps */
    flx_program *plain = frozen(t, x, 7, y, FLX_KEEP_ALL), *g = frozen(t, x, 7, y, 0);
    cr_expect_eq(nodes(plain), 7, "%zu", nodes(plain));
    cr_expect_eq(nodes(g), 5, "%zu", nodes(g));
    flx_program_release(plain);
    flx_program_release(g);
    flx_program_release(f);
    flx_program_release(twin);
    flx_program_release(step);
    flx_tape_destroy(t);
}

/* Also a comparison within, which mattered to nothing else. */
Test(compose_passes, what_is_not_used_goes)
{
    flx_var x[INPUTS], y;
    flx_tape *t = new_tape(x);
    flx_program *branch = body_program(&body_branch);
    cr_assert_eq(flx_call_scalars(branch, x, &y), FLX_OK);
    y = flx_var_mul(x[0], x[1]);
    flx_program *plain = frozen(t, x, 1, &y, FLX_KEEP_ALL), *g = frozen(t, x, 1, &y, 0);
    cr_expect(nodes(plain) == 1 && nodes(g) == 0);
    flx_work *w;
    const double far[INPUTS] = {3.0, 2.0};
    double value = 0.0;
    cr_assert_eq(flx_work_create(plain, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(plain, w, far, &value, NULL), FLX_BRANCH_CHANGED);
    flx_work_destroy(w);
    cr_assert_eq(flx_work_create(g, FLX_WORK_FIRST, 0, &w), FLX_OK);
    cr_expect_eq(flx_eval(g, w, far, &value, NULL), FLX_OK);
    cr_expect_eq(value, 6.0);
    flx_work_destroy(w);
    flx_program_release(plain);
    flx_program_release(g);
    flx_program_release(branch);
    flx_tape_destroy(t);
}

/* They are run when the work is made and when parameters are set. */
Test(compose_passes, nodes_without_inputs_are_run_once)
{
    flx_var x[INPUTS], c[INPUTS], p[INPUTS], y[2];
    flx_tape *t = new_tape(x);
    flx_program *f = body_program(&body_mixed), *step = body_program(&body_logistic);
    for (size_t k = 0; k < INPUTS; k++) c[k] = flx_constant(0.5 + 0.125 * (double)k);
    for (size_t k = 0; k < INPUTS; k++) p[k] = flx_parameter(t, 0.25 + 0.125 * (double)k);
    const operands constants = operands_of(t, c), set_later = operands_of(t, p),
                   inputs = operands_of(t, x);
    y[0] = flx_var_add(map_of(f, &constants), scan_of(step, &set_later, 3, 1));
    y[0] = flx_var_mul(y[0], x[0]);
    y[1] = map_of(f, &inputs);
    flx_program *g = frozen(t, x, 2, y, 0), *plain = frozen(t, x, 2, y, FLX_KEEP_ALL);
    cr_expect_eq(nodes(g), 3, "%zu", nodes(g));
    cr_expect_geq(flx_program_describe(g).once, 5ul);
    flx_work *w[2];
    cr_assert_eq(flx_work_create(g, FLX_WORK_SECOND, 0, &w[0]), FLX_OK);
    cr_assert_eq(flx_work_create(plain, FLX_WORK_SECOND, 0, &w[1]), FLX_OK);
    for (int set = 0; set < 2; set++) {
        const double at[INPUTS] = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8}, weight[2] = {1.0, 0.5};
        double value[2][2], gradient[2][INPUTS], product[2][INPUTS];
        for (int k = 0; k < 2; k++) {
            const flx_program *h = k ? plain : g;
            if (set) cr_expect_eq(flx_work_set_parameters(h, w[k], at), FLX_OK);
            cr_expect_eq(flx_eval(h, w[k], at, value[k], NULL), FLX_OK);
            cr_expect_eq(flx_vjp(h, w[k], at, weight, gradient[k], NULL), FLX_OK);
            cr_expect_eq(flx_hvp(h, w[k], at, at, weight, product[k], NULL), FLX_OK);
        }
        for (int k = 0; k < 2; k++) cr_expect(ref_same(value[0][k], value[1][k]));
        for (int k = 0; k < INPUTS; k++) {
            cr_expect(ref_same(gradient[0][k], gradient[1][k]));
            cr_expect(ref_same(product[0][k], product[1][k]));
        }
    }
    flx_work_destroy(w[0]);
    flx_work_destroy(w[1]);
    flx_program_release(g);
    flx_program_release(plain);
    flx_program_release(f);
    flx_program_release(step);
    flx_tape_destroy(t);
}

/* Whatever became of the instructions around them, and of those within. */
Test(compose_passes, reports_name_what_was_recorded)
{
    flx_var x[INPUTS], y[2];
    flx_tape *t = new_tape(x);
    flx_program *f = body_program(&body_delicate), *branch = body_program(&body_branch);
    flx_var_exp(x[0]); /* unused */
    flx_tape_label(t, "the call");
    cr_assert_eq(flx_call_scalars(branch, x, y), FLX_OK);
    flx_tape_label(t, "the map");
    y[1] = sum_of(flx_map(f, flx_array_pack(t, 3, 2, x), flx_array_empty()));
    const unsigned flags[2] = {0, FLX_KEEP_ALL};
    const double kink[INPUTS] = {0.5, 1.0, 0.0, 1.0, 1.0, 1.0}, far[INPUTS] = {3.0, 1.0};
    const double weight[2] = {1.0, 1.0};
    flx_report r[2][2];
    for (int k = 0; k < 2; k++) {
        double g[INPUTS];
        flx_program *p = frozen(t, x, 2, y, flags[k]);
        flx_work *w;
        cr_assert_eq(flx_work_create(p, FLX_WORK_FIRST, 0, &w), FLX_OK);
        cr_expect_eq(flx_vjp(p, w, kink, weight, g, &r[k][0]), FLX_OK);
        cr_expect_eq(flx_vjp(p, w, far, weight, g, &r[k][1]), FLX_BRANCH_CHANGED);
        flx_work_destroy(w);
        flx_program_release(p);
    }
    for (int j = 0; j < 2; j++) {
        cr_expect_eq(r[0][j].index, r[1][j].index, "%zu, %zu", r[0][j].index, r[1][j].index);
        cr_expect_eq(r[0][j].flags, r[1][j].flags);
        cr_expect_str_eq(r[0][j].label, r[1][j].label);
        cr_expect_str_eq(r[0][j].op, r[1][j].op);
    }
    cr_expect_str_eq(r[0][0].label, "the map");
    cr_expect_str_eq(r[0][0].op, "fabs");
    cr_expect_str_eq(r[0][1].label, "branch");
    flx_program_release(f);
    flx_program_release(branch);
    flx_tape_destroy(t);
}

static flx_program *with(const batch_case *c, unsigned flags)
{
    flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
    flx_program *f = NULL;
    flx_tape *t;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < c->inputs; k++) x[k] = flx_variable(t, batch_sample(77, k));
    c->record(t, x, y);
    cr_assert_eq(flx_freeze(t, c->inputs, x, c->outputs, y, flags, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}

Test(compose_passes, change_no_value)
{
    const unsigned flags[] = {0,
                              FLX_IN_RUNS,
                              FLX_KEEP_ALL & ~FLX_KEEP_CONSTANTS,
                              FLX_KEEP_ALL & ~FLX_KEEP_REPEATED,
                              FLX_KEEP_ALL & ~FLX_KEEP_UNUSED,
                              FLX_KEEP_ALL & ~FLX_KEEP_MIXED};
    for (size_t k = 0; k < batch_case_count * sizeof flags / sizeof *flags; k++) {
        const batch_case *c = &batch_cases[k % batch_case_count];
        flx_program *f[2] = {with(c, FLX_KEEP_ALL), with(c, flags[k / batch_case_count])};
        double x[BATCH_INPUTS], y[2][BATCH_OUTPUTS], g[2][BATCH_INPUTS];
        const double weight[BATCH_OUTPUTS] = {1.0, -0.5, 2.0, 0.25};
        for (size_t i = 0; i < c->inputs; i++) x[i] = batch_sample(3, i);
        for (int j = 0; j < 2; j++) {
            flx_work *w;
            cr_assert_eq(flx_work_create(f[j], FLX_WORK_FIRST, 0, &w), FLX_OK);
            cr_expect_eq(flx_eval(f[j], w, x, y[j], NULL), FLX_OK);
            cr_expect_eq(flx_vjp(f[j], w, x, weight, g[j], NULL), FLX_OK);
            flx_work_destroy(w);
            flx_program_release(f[j]);
        }
        for (size_t i = 0; i < c->outputs; i++)
            cr_expect(ref_same(y[0][i], y[1][i]), "%s, choice %zu", c->name, k / batch_case_count);
        for (size_t i = 0; i < c->inputs; i++)
            cr_expect(fabs(g[0][i] - g[1][i]) <= 1e-12 * (1.0 + fabs(g[0][i])), "%s, choice %zu",
                      c->name, k / batch_case_count);
    }
}
