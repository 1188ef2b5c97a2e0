/* Maps of programs over rows: against the same code written out on the tape, in every mode. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include <fluxion/compose.h>
#include <fluxion/mixed.h>

#include "array_compare.h"
#include "bodies.h"

static const body *now;
static flx_program *program;
static size_t steps, width; /* rows, and how many inputs are a row */

static flx_array row_of(const flx_array *x, size_t r) { return flx_array_row(x[0], r); }

static void write_row(const flx_array *x, size_t r, flx_var *y)
{
    flx_var in[BODY_INPUTS];
    const flx_array row = row_of(x, r);
    for (size_t k = 0; k < width; k++) in[k] = flx_array_at(row, 0, k);
    for (size_t k = width; k < now->n; k++) in[k] = flx_array_at(x[1], k - width, 0);
    now->write(in, y);
}

static flx_array mapped(const flx_array *x) { return flx_map(program, x[0], x[1]); }
static flx_array summed(const flx_array *x) { return flx_map_sum(program, x[0], x[1]); }

static void rows_written(const flx_array *x, array_grid *z)
{
    z->rows = steps;
    z->cols = now->m;
    for (size_t r = 0; r < steps; r++) write_row(x, r, z->v + r * now->m);
}

static void sums_written(const flx_array *x, array_grid *z)
{
    flx_var y[BODY_OUTPUTS];
    z->rows = now->m;
    z->cols = 1;
    for (size_t k = 0; k < now->m; k++) z->v[k] = flx_constant(0.0);
    for (size_t r = 0; r < steps; r++) {
        write_row(x, r, y);
        for (size_t k = 0; k < now->m; k++) z->v[k] = flx_var_add(z->v[k], y[k]);
    }
}

static void expect_same(const body *b, size_t row, size_t rows, array_kind kind, double shift)
{
    flx_tape *t;
    now = b;
    width = row;
    steps = rows;
    program = body_program(b);
    cr_assert_not_null(program);
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array pool = array_pool(t, 6, 6, shift);
    const flx_array x[2] = {array_view(pool, kind, rows, row, 0),
                            row < b->n ? array_view(pool, kind, b->n - row, 1, 1)
                                       : flx_array_empty()};
    const array_choice choice = {1, 1, 0};
    const char *text = array_differs(t, pool, x, mapped, rows_written, choice, 0.0);
    cr_expect_null(text, "%s, %zu x %zu, operand %d: %s", b->name, rows, row, (int)kind, text);
    text = array_differs(t, pool, x, summed, sums_written, choice, 0.0);
    cr_expect_null(text, "sum of %s, %zu x %zu, operand %d: %s", b->name, rows, row, (int)kind,
                   text);
    flx_tape_destroy(t);
    flx_program_release(program);
}

Test(map, is_what_is_written_out_in_every_mode)
{
    for (int kind = 0; kind < ARRAY_KINDS; kind++) {
        expect_same(&body_mixed, 3, 3, (array_kind)kind, 0.0);
        expect_same(&body_arrays, 2, 3, (array_kind)kind, 0.0);
        expect_same(&body_delicate, 1, 4, (array_kind)kind, 0.25);
    }
    for (size_t rows = 1; rows < 5; rows++) expect_same(&body_mixed, 2, rows, ARRAY_PLAIN, 0.0);
    expect_same(&body_mixed, 4, 3, ARRAY_PLAIN, 0.0);
}
