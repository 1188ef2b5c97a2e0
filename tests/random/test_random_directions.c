/* Several directions at once have the bits of one at a time: random programs, arrays and delicate
 * points among them. */
#include <criterion/criterion.h>
#include <string.h>

#include "directions.h"
#include "random_program.h"

/* With all values or the last as outputs; recorded at one point, run at another too. */
static void check(uint64_t seed, const random_program *p, int all)
{
    char text[200];
    flx_tape *t = NULL;
    flx_program *f = NULL;
    flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES];
    random_run run = {p, NULL, 0};
    const size_t count = p->inputs + p->steps;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (size_t k = 0; k < p->inputs; k++) x[k] = flx_variable(t, p->x[k]);
    random_function->f_var(p->inputs, x, count, y, &run);
    const size_t m = all ? count : 1;
    cr_assert_eq(flx_freeze(t, p->inputs, x, m, all ? y : &y[count - 1], 0, &f, NULL), FLX_OK);
    double at[RANDOM_INPUTS];
    for (int moved = 0; moved < 2; moved++) {
        for (size_t k = 0; k < p->inputs; k++) at[k] = p->x[k] + moved * (0.25 + 0.125 * (double)k);
        const int differs = directions_differ(f, at, text, sizeof text);
        cr_expect(!differs, "program %llu, moved %d: %s", (unsigned long long)seed, moved, text);
    }
    flx_program_release(f);
    flx_tape_destroy(t);
}

Test(random_directions, have_the_bits_of_one)
{
    enum { PROGRAMS = 400 };
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        random_program p;
        random_program_from_seed(&p, seed);
        check(seed, &p, seed % 2 == 0);
    }
    cr_expect(directions_finite > 10000, "only %zu finite products", directions_finite);
}

/* What a work did before at a point that is set: each leaves other planes behind. */
static void disturb(int how, const flx_program *f, flx_work *w, const double *row,
                    const double *weight)
{
    double out[4 * RANDOM_VALUES + RANDOM_INPUTS * RANDOM_INPUTS];
    switch (how) {
    case 1: flx_vjp(f, w, NULL, weight, out, NULL); break;
    case 2: flx_jvp(f, w, NULL, row, out, NULL); break;
    case 3: flx_hvp_double_backprop(f, w, NULL, row, weight, out, NULL); break;
    case 4: flx_hvps(f, w, NULL, 3, row, weight, out, NULL); break;
    case 5: flx_hessian_hyperdual(f, w, NULL, weight, out, NULL); break;
    case 6: flx_hessian(f, w, NULL, weight, out, NULL); break;
    default: break;
    }
}

static void expect_products(uint64_t seed, flx_program *f, const double *x)
{
    const size_t n = flx_inputs(f), m = flx_outputs(f);
    double row[6 * RANDOM_INPUTS], weight[2][RANDOM_VALUES], got[RANDOM_INPUTS],
        want[RANDOM_INPUTS];
    flx_work *w, *fresh;
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, seed % 2 ? 1 : 8, &w), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_SECOND, 1, &fresh), FLX_OK);
    for (size_t k = 0; k < 6 * n; k++) row[k] = (double)((k * 7 + seed) % 5) - 2.0;
    for (size_t k = 0; k < m; k++) {
        weight[0][k] = 1.0 - 0.25 * (double)(k % 5);
        weight[1][k] = k % 3 ? 0.5 : -0.0;
    }
    if (flx_set_point(f, w, x, NULL) == FLX_OK) {
        for (int step = 0; step < 28; step++) {
            const double *at = weight[step / 2 % 2], *dir = row + (size_t)(step % 4) * n;
            flx_report a, b;
            disturb(step / 4, f, w, row, at);
            cr_expect_eq(flx_hvp(f, w, NULL, dir, at, got, &a), FLX_OK);
            cr_expect_eq(flx_hvp(f, fresh, x, dir, at, want, &b), FLX_OK);
            cr_expect_eq(a.flags, b.flags, "program %llu, step %d: flags", (unsigned long long)seed,
                         step);
            for (size_t i = 0; i < n; i++)
                cr_expect(memcmp(&got[i], &want[i], sizeof *got) == 0
                              || (got[i] != got[i] && want[i] != want[i]),
                          "program %llu, step %d: %.17g, want %.17g", (unsigned long long)seed,
                          step, got[i], want[i]);
        }
    }
    flx_work_destroy(w);
    flx_work_destroy(fresh);
}

/* Where values and adjoints are there already they are not computed again, if they are the right ones. */
Test(random_directions, products_at_a_set_point_have_the_bits_of_others)
{
    enum { PROGRAMS = 400 };
    for (uint64_t seed = 0; seed < PROGRAMS; seed++) {
        random_program p;
        flx_tape *t;
        flx_program *f;
        flx_var x[RANDOM_INPUTS], y[RANDOM_VALUES];
        random_program_from_seed(&p, seed);
        random_run run = {&p, NULL, 0};
        const size_t n = p.inputs, count = n + p.steps, m = seed % 2 ? count : 1;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, p.x[k]);
        random_function->f_var(n, x, count, y, &run);
        cr_assert_eq(flx_freeze(t, n, x, m, m > 1 ? y : &y[count - 1], 0, &f, NULL), FLX_OK);
        expect_products(seed, f, p.x);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
}
