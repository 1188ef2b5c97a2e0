/* Random expressions in every forward type and on the tape, against Arb (tests/data/trees.ref, made by
 * tools/reference/trees.c).
 *
 * Permitted in coefficient k is what a relative error of 4(j+1) ulp in coefficient j of every
 * intermediate result comes to. An ulp is at most 2^-52 of a number. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/grad.h>

#include "random_program.h"
#include "random_series.h"
#include "reference.h"

enum { TREES = 60, ORDER = 16 };

typedef struct tree {
    random_program program;
    long double c[ORDER + 1], moved[ORDER + 1];
} tree;

static unsigned find_op(const char *name)
{
    unsigned op = 0;
    while (op < RANDOM_OPS && strcmp(random_op_name(op), name) != 0) op++;
    cr_assert_neq(op, (unsigned)RANDOM_OPS, "%s is no operation", name);
    return op;
}

/* "tree_N x name operand [operand] name ..." */
static void parse(random_program *p, char *line)
{
    memset(p, 0, sizeof *p);
    p->inputs = 1;
    strtok(line, " ");
    p->x[0] = strtod(strtok(NULL, " "), NULL);
    for (char *word = strtok(NULL, " \n"); word; word = strtok(NULL, " \n")) {
        random_step *s = &p->step[p->steps++];
        s->op = (uint8_t)find_op(word);
        s->a = (uint8_t)atoi(strtok(NULL, " \n"));
        if (random_operands(s->op) == 2) s->b = (uint8_t)atoi(strtok(NULL, " \n"));
    }
}

static size_t load(tree *trees)
{
    char line[4096], label[32];
    size_t count = 0;
    FILE *file = fopen(FLX_TEST_DATA "/trees.ref", "r");
    cr_assert_not_null(file);
    while (count < TREES && fgets(line, sizeof line, file)) {
        double x;
        if (!strncmp(line, "tree_", 5) && strcspn(line, " ") < strcspn(line + 5, "_")) {
            parse(&trees[count].program, line);
            snprintf(label, sizeof label, "tree_%zu_value", count);
            cr_assert_eq(ref_line("trees", label, &x, trees[count].c, ORDER + 1),
                         (size_t)ORDER + 1);
            cr_assert_eq(x, trees[count].program.x[0]);
            snprintf(label, sizeof label, "tree_%zu_moved", count);
            cr_assert_eq(ref_line("trees", label, &x, trees[count].moved, ORDER + 1),
                         (size_t)ORDER + 1);
            count++;
        }
    }
    fclose(file);
    return count;
}

/* Modes, and the worst of each over all trees. */
enum { DUAL, DDUAL, HYPERDUAL, TAYLOR2, TAYLOR3, TAYLOR4, TAYLOR8, TAYLOR16, SERIES, TAPE, MODES };
static const char *const mode_names[MODES] = {"dual",    "ddual",   "hyperdual", "taylor2",
                                              "taylor3", "taylor4", "taylor8",   "taylor16",
                                              "series",  "tape"};
static ref_worst worst[MODES];

static void expect(int mode, size_t n, const tree *t, size_t k, double got)
{
    ref_measure(&worst[mode], (double)n, (double)k, got, t->c[k], 4.0L * 0x1p-52L * t->moved[k],
                4.0 * (double)(k + 1));
}

static void check_pairs(size_t n, const tree *t, random_run *run)
{
    const size_t last = t->program.steps;
    const flx_dual x = flx_dual_variable(t->program.x[0]);
    const flx_ddual xx = flx_ddual_make(x, flx_dual_constant(1.0));
    const flx_hyperdual xh = flx_hyperdual_make(t->program.x[0], 1.0, 1.0, 0.0);
    flx_dual y[RANDOM_VALUES];
    flx_ddual yy[RANDOM_VALUES];
    flx_hyperdual yh[RANDOM_VALUES];
    random_function->f_dual(1, &x, last + 1, y, run);
    random_function->f_ddual(1, &xx, last + 1, yy, run);
    random_function->f_hyperdual(1, &xh, last + 1, yh, run);
    expect(DUAL, n, t, 0, y[last].v);
    expect(DUAL, n, t, 1, y[last].d);
    expect(DDUAL, n, t, 0, yy[last].v.v);
    expect(DDUAL, n, t, 1, yy[last].v.d);
    expect(DDUAL, n, t, 1, yy[last].d.v);
    expect(DDUAL, n, t, 2, 0.5 * yy[last].d.d);
    expect(HYPERDUAL, n, t, 0, yh[last].v);
    expect(HYPERDUAL, n, t, 1, yh[last].e1);
    expect(HYPERDUAL, n, t, 1, yh[last].e2);
    expect(HYPERDUAL, n, t, 2, 0.5 * yh[last].e12);
}

#define CHECK_TAYLOR(order)                                                                        \
    do {                                                                                           \
        const flx_taylor##order x = flx_taylor##order##_variable(t->program.x[0]);                 \
        flx_taylor##order y[RANDOM_VALUES];                                                        \
        random_function->f_taylor##order(1, &x, last + 1, y, run);                                 \
        for (size_t k = 0; k <= (order); k++) expect(TAYLOR##order, n, t, k, y[last].c[k]);        \
    } while (0)

static void check_series(size_t n, const tree *t, random_run *run)
{
    const size_t last = t->program.steps;
    flx_series v[RANDOM_VALUES] = {{0}};
    CHECK_TAYLOR(2);
    CHECK_TAYLOR(3);
    CHECK_TAYLOR(4);
    CHECK_TAYLOR(8);
    CHECK_TAYLOR(16);
    cr_assert_eq(random_series(&t->program, 0, ORDER, v), FLX_OK);
    for (size_t k = 0; k <= ORDER; k++) expect(SERIES, n, t, k, flx_series_get(&v[last], k));
    for (size_t k = 0; k <= last; k++) flx_series_clear(&v[k]);
}

/* Gradients of gradients, to the third derivative. */
static void check_tape(size_t n, const tree *t, random_run *run)
{
    flx_tape *tape = NULL;
    flx_var y[RANDOM_VALUES];
    double factorial = 1.0;
    cr_assert_eq(flx_tape_create(NULL, &tape), FLX_OK);
    const flx_var x = flx_variable(tape, t->program.x[0]);
    random_function->f_var(1, &x, t->program.steps + 1, y, run);
    flx_var d = y[t->program.steps];
    for (size_t k = 0; k <= 3; k++) {
        expect(TAPE, n, t, k, flx_peek(d) / factorial);
        factorial *= (double)(k + 1);
        cr_assert_eq(flx_grad(d, 1, &x, &d, FLX_CREATE_GRAPH), FLX_OK);
    }
    flx_tape_destroy(tape);
}

Test(random_trees, every_forward_type_against_arb)
{
    static tree trees[TREES];
    unsigned used[RANDOM_OPS] = {0}, functions = 0;
    cr_assert_eq(load(trees), (size_t)TREES);
    for (size_t n = 0; n < TREES; n++) {
        random_run run = {&trees[n].program, NULL, 0};
        check_pairs(n, &trees[n], &run);
        check_series(n, &trees[n], &run);
        check_tape(n, &trees[n], &run);
        for (size_t k = 0; k < trees[n].program.steps; k++) used[trees[n].program.step[k].op]++;
    }
    for (unsigned op = 0; op < RANDOM_OPS; op++) functions += used[op] >= 8;
    cr_expect_eq(functions, 30u, "%u functions came up", functions);
    for (int mode = 0; mode < MODES; mode++)
        REF_EXPECT(&worst[mode], mode_names[mode], "trees", "c");
}
