/* random_trees.c: see random_trees.h. */
#include "random_trees.h"

#include <stdlib.h>
#include <string.h>

#include <fluxion/grad.h>

#include "random_series.h"

enum { LINE = 8192 };

static const char *const mode_names[] = {
#define X(name) #name,
    TREE_MODE_LIST(X)
#undef X
};

const char *random_tree_mode(unsigned mode) { return mode < TREE_MODES ? mode_names[mode] : "?"; }

/* ---- the file ---- */

/* The next line that is no comment; 0 at the end. */
static int next_line(FILE *file, char line[LINE])
{
    do {
        if (!fgets(line, LINE, file)) return 0;
    } while (line[0] == '#');
    return 1;
}

/* "tree_N x name operand [operand] name ..." */
static int parse_steps(random_program *p, char *line)
{
    memset(p, 0, sizeof *p);
    p->inputs = 1;
    const char *name = strtok(line, " "), *x = strtok(NULL, " ");
    if (!name || strncmp(name, "tree_", 5) != 0 || !x) return -1;
    p->x[0] = strtod(x, NULL);
    for (char *word = strtok(NULL, " \n"); word; word = strtok(NULL, " \n")) {
        unsigned op = 0;
        while (op < RANDOM_OPS && strcmp(random_op_name(op), word) != 0) op++;
        if (op == RANDOM_OPS || p->steps == RANDOM_STEPS) return -1;
        random_step *s = &p->step[p->steps++];
        s->op = (uint8_t)op;
        for (unsigned k = 0; k < random_operands(op); k++) {
            const char *operand = strtok(NULL, " \n");
            if (!operand) return -1;
            *(k ? &s->b : &s->a) = (uint8_t)atoi(operand);
        }
    }
    return p->steps > 0 ? 1 : -1;
}

/* "tree_N_what x number number ..." */
static int parse_numbers(char *line, const random_program *p, long double *c)
{
    char *at = strchr(line, ' '), *end;
    if (!at || strtod(at, &at) != p->x[0]) return -1;
    for (size_t k = 0; k <= TREE_ORDER; k++, at = end) {
        c[k] = strtold(at, &end);
        if (end == at) return -1;
    }
    return 1;
}

int random_tree_read(FILE *file, random_tree *t)
{
    char line[LINE];
    while (next_line(file, line))
        if (parse_steps(&t->program, line) > 0 && next_line(file, line)
            && parse_numbers(line, &t->program, t->c) > 0 && next_line(file, line)
            && parse_numbers(line, &t->program, t->moved) > 0)
            return 1;
    return 0;
}

/* ---- the modes ---- */

/* What all modes of one tree need. */
typedef struct measure {
    const random_tree *t;
    size_t n, last;
    random_run run;
    ref_worst *worst;
} measure;

static void expect(measure *m, unsigned mode, size_t k, double got)
{
    ref_measure(&m->worst[mode], (double)m->n, (double)k, got, m->t->c[k],
                4.0L * 0x1p-52L * m->t->moved[k], 4.0 * (double)(k + 1));
}

static void check_firsts(measure *m)
{
    const double x0 = m->t->program.x[0];
    const flx_dual x = flx_dual_variable(x0);
    const flx_dual8 x8 = flx_dual8_variable(x0, 5);
    flx_dual y[RANDOM_VALUES];
    flx_dual8 y8[RANDOM_VALUES];
    random_function->f_dual(1, &x, m->last + 1, y, &m->run);
    random_function->f_dual8(1, &x8, m->last + 1, y8, &m->run);
    expect(m, TREE_dual, 0, y[m->last].v);
    expect(m, TREE_dual, 1, y[m->last].d);
    expect(m, TREE_dual8, 0, y8[m->last].v);
    expect(m, TREE_dual8, 1, y8[m->last].d[5]);
}

static void check_seconds(measure *m)
{
    const double x0 = m->t->program.x[0];
    const flx_ddual x = flx_ddual_make(flx_dual_variable(x0), flx_dual_constant(1.0));
    const flx_hyperdual xh = flx_hyperdual_make(x0, 1.0, 1.0, 0.0);
    const flx_hyperdual3 x3 = flx_hyperdual3_seed(x0, 1, 1, 1);
    flx_ddual y[RANDOM_VALUES];
    flx_hyperdual yh[RANDOM_VALUES];
    flx_hyperdual3 y3[RANDOM_VALUES];
    random_function->f_ddual(1, &x, m->last + 1, y, &m->run);
    random_function->f_hyperdual(1, &xh, m->last + 1, yh, &m->run);
    random_function->f_hyperdual3(1, &x3, m->last + 1, y3, &m->run);
    const flx_ddual d = y[m->last];
    const flx_hyperdual h = yh[m->last];
    const flx_hyperdual3 h3 = y3[m->last];
    expect(m, TREE_ddual, 0, d.v.v);
    expect(m, TREE_ddual, 1, d.v.d);
    expect(m, TREE_ddual, 1, d.d.v);
    expect(m, TREE_ddual, 2, 0.5 * d.d.d);
    expect(m, TREE_hyperdual, 0, h.v);
    expect(m, TREE_hyperdual, 1, h.e1);
    expect(m, TREE_hyperdual, 1, h.e2);
    expect(m, TREE_hyperdual, 2, 0.5 * h.e12);
    expect(m, TREE_hyperdual3, 0, h3.v.v);
    expect(m, TREE_hyperdual3, 1, h3.v.e1);
    expect(m, TREE_hyperdual3, 1, h3.v.e2);
    expect(m, TREE_hyperdual3, 1, h3.d.v);
    expect(m, TREE_hyperdual3, 2, 0.5 * h3.v.e12);
    expect(m, TREE_hyperdual3, 2, 0.5 * h3.d.e1);
    expect(m, TREE_hyperdual3, 2, 0.5 * h3.d.e2);
    expect(m, TREE_hyperdual3, 3, h3.d.e12 / 6.0);
}

#define CHECK_TAYLOR(order)                                                                        \
    do {                                                                                           \
        const flx_taylor##order x = flx_taylor##order##_variable(m->t->program.x[0]);              \
        flx_taylor##order y[RANDOM_VALUES];                                                        \
        random_function->f_taylor##order(1, &x, m->last + 1, y, &m->run);                          \
        for (size_t k = 0; k <= (order); k++) expect(m, TREE_taylor##order, k, y[m->last].c[k]);   \
    } while (0)

static int check_series(measure *m)
{
    flx_series v[RANDOM_VALUES] = {{0}};
    CHECK_TAYLOR(2);
    CHECK_TAYLOR(3);
    CHECK_TAYLOR(4);
    CHECK_TAYLOR(8);
    CHECK_TAYLOR(16);
    const flx_status status = random_series(&m->t->program, 0, TREE_ORDER, v);
    for (size_t k = 0; k <= TREE_ORDER && status == FLX_OK; k++)
        expect(m, TREE_series, k, flx_series_get(&v[m->last], k));
    for (size_t k = 0; k <= m->last; k++) flx_series_clear(&v[k]);
    return status == FLX_OK ? 0 : -1;
}

/* Gradients of gradients, to the third derivative. */
static int check_tape(measure *m)
{
    flx_tape *tape = NULL;
    flx_var y[RANDOM_VALUES];
    double factorial = 1.0;
    if (flx_tape_create(NULL, &tape) != FLX_OK) return -1;
    const flx_var x = flx_variable(tape, m->t->program.x[0]);
    random_function->f_var(1, &x, m->last + 1, y, &m->run);
    flx_var d = y[m->last];
    for (size_t k = 0; k <= 3; k++) {
        expect(m, TREE_tape, k, flx_peek(d) / factorial);
        factorial *= (double)(k + 1);
        flx_grad(d, 1, &x, &d, FLX_CREATE_GRAPH);
    }
    const flx_status status = flx_tape_status(tape);
    flx_tape_destroy(tape);
    return status == FLX_OK ? 0 : -1;
}

int random_tree_check(size_t n, const random_tree *t, ref_worst worst[TREE_MODES])
{
    measure m = {t, n, t->program.steps, {&t->program, NULL, 0}, worst};
    check_firsts(&m);
    check_seconds(&m);
    return check_series(&m) < 0 ? -1 : check_tape(&m);
}
