/* Calls of programs: against the same code written out on the tape, in every mode. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/check.h>
#include <fluxion/compose.h>
#include <fluxion/mixed.h>

#include "array_compare.h"
#include "bodies.h"

static const body *now;
static flx_program *program;

static flx_array called(const flx_array *x) { return flx_call(program, x[0]); }

static void written(const flx_array *x, array_grid *z)
{
    flx_var in[BODY_INPUTS];
    for (size_t k = 0; k < now->n; k++) in[k] = flx_array_at(x[0], k / x[0].cols, k % x[0].cols);
    now->write(in, z->v);
    z->rows = now->m;
    z->cols = 1;
}

static void expect_same(const body *b, array_kind kind, double shift)
{
    flx_tape *t;
    now = b;
    program = body_program(b);
    cr_assert_not_null(program);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array pool = array_pool(t, 6, 6, shift);
    const flx_array x =
        b->n == 4 ? array_view(pool, kind, 2, 2, 0) : array_view(pool, kind, b->n, 1, 0);
    const char *text = array_differs(t, pool, &x, called, written, (array_choice){1, 1, 0}, 0.0);
    cr_expect_null(text, "%s, operand %d: %s", b->name, (int)kind, text);
    flx_tape_destroy(t);
    flx_program_release(program);
}

Test(call, is_what_is_written_out_in_every_mode)
{
    for (int kind = 0; kind < ARRAY_KINDS; kind++) {
        expect_same(&body_mixed, (array_kind)kind, 0.0);
        expect_same(&body_arrays, (array_kind)kind, 0.0);
        expect_same(&body_delicate, (array_kind)kind, 0.25);
    }
}
