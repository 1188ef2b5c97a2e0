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
