/* random_flags.c: what an array instruction raises is what its elements would raise. */
#include "random_flags.h"

#include <stdio.h>

#include <fluxion/mixed.h>

enum { PLAIN, RECORDED, TWICE, GRADIENT, JVP, HVP, KINDS };

static const char *const names[KINDS] = {"grad",     "recorded grad", "grad twice",
                                         "gradient", "jvp",           "hvp"};

/* The flags of every kind, over all inputs. */
typedef struct flags {
    unsigned set[KINDS];
} flags;

static void by_tape(flx_tape *t, size_t n, const flx_var *x, flx_var y, flags *f)
{
    flx_var g[RANDOM_INPUTS], h[RANDOM_INPUTS];
    for (unsigned how = 0; how <= FLX_CREATE_GRAPH; how++) {
        flx_tape_clear_flags(t);
        flx_grad(y, n, x, g, how);
        f->set[how ? RECORDED : PLAIN] = flx_tape_flags(t).set;
    }
    flx_tape_clear_flags(t);
    for (size_t i = 0; i < n; i++) flx_grad(g[i], n, x, h, 0);
    f->set[TWICE] = flx_tape_flags(t).set;
}

static void by_program(const flx_program *p, flx_work *w, size_t n, const double *x, flags *f)
{
    double dir[RANDOM_INPUTS] = {0}, g[RANDOM_INPUTS], y;
    flx_gradient(p, w, x, &y, g, NULL);
    f->set[GRADIENT] = flx_work_flags(w).set;
    for (int second = 0; second < 2; second++) {
        flx_work_clear_flags(w);
        for (size_t i = 0; i < n; i++) {
            dir[i] = 1.0;
            if (second) flx_hvp(p, w, NULL, dir, NULL, g, NULL);
            else flx_jvp(p, w, NULL, dir, &y, NULL);
            dir[i] = 0.0;
        }
        f->set[second ? HVP : JVP] = flx_work_flags(w).set;
    }
}

static flags raised(const random_program *p, int scalars)
{
    flags f = {{0}};
    flx_tape *t = NULL;
    flx_program *program = NULL;
    flx_work *w = NULL;
    flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES];
    random_run run = {p, NULL, scalars};
    const size_t n = p->inputs, m = n + p->steps;
    if (flx_tape_create(NULL, &t) != FLX_OK) return f;
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, p->x[k]);
    random_function->f_var(n, x, m, y, &run);
    if (flx_freeze(t, n, x, 1, &y[m - 1], 0, &program, NULL) == FLX_OK
        && flx_work_create(program, FLX_WORK_SECOND, 0, &w) == FLX_OK)
        by_program(program, w, n, p->x, &f);
    by_tape(t, n, x, y[m - 1], &f);
    flx_work_destroy(w);
    flx_program_release(program);
    flx_tape_destroy(t);
    return f;
}

static int uses(const random_program *p, unsigned op)
{
    for (size_t k = 0; k < p->steps; k++)
        if (p->step[k].op == op) return 1;
    return 0;
}

int random_flags_check(const random_program *p, char *text, size_t size)
{
    const flags arrays = raised(p, 0), scalars = raised(p, 1);
    for (int kind = 0; kind < KINDS; kind++) {
        const unsigned more = arrays.set[kind] & ~scalars.set[kind];
        const unsigned less = scalars.set[kind] & ~arrays.set[kind];
        /* Second time, an array has adjoints as a whole: some are zeros that scalars do not have;
         * and whether a sum of adjoints cancels depends on its order. */
        const unsigned rounding = kind == TWICE ? FLX_FLAG_KINK | FLX_FLAG_TIE : 0u;
        const unsigned zeros = kind == TWICE ? (unsigned)FLX_FLAG_INDETERMINATE : 0u;
        /* Rows chosen by indices are linked to all rows: other indices would choose others. */
        const int any_row = uses(p, RANDOM_gather) || kind == TWICE;
        const unsigned linked = any_row ? (unsigned)FLX_FLAG_ZEROGRAD : 0u;
        if (!(more & ~(rounding | zeros)) && !(less & ~(rounding | linked))) continue;
        snprintf(text, size, "%s: flags %#x with arrays, %#x in scalars", names[kind],
                 arrays.set[kind], scalars.set[kind]);
        return 1;
    }
    return 0;
}
