/* Elementwise functions of arrays in every mode against the scalars that it stands for. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "array_compare.h"
#include "array_functions.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static const array_choice everything = {1, 1, 0};

static void compare(const char *name, const char *how, flx_tape *t, flx_array pool,
                    const flx_array *x, array_form *native, array_scalar_form *scalar)
{
    const char *text = array_differs(t, pool, x, native, scalar, everything, 0.0);
    cr_expect_null(text, "%s, %s: %s", name, how, text);
}

Test(array_functions, functions_of_one_argument)
{
    flx_tape *t = new_tape();
    for (size_t f = 0; f < array_unary_count; f++) {
        array_unary_now = &array_unaries[f];
        const double shift = strcmp(array_unary_now->name, "acosh") == 0 ? 1.0 : 0.0;
        flx_tape_reset(t);
        const flx_array pool = array_pool(t, 3, 4, shift);
        const array_kind kind = f % ARRAY_COMPUTED; /* of one that is not, the pool's arguments */
        const flx_array x = array_view(pool, kind, 2, 3, 0);
        compare(array_unary_now->name, "a view", t, pool, &x, array_unary_of, array_unary_scalars);
    }
    flx_tape_destroy(t);
}

/* Rows and columns of the operands; 0: a constant. */
Test(array_functions, functions_of_two_arguments)
{
    static const size_t shape[][4] = {
        {2, 3, 2, 3}, {2, 3, 1, 3}, {2, 1, 2, 3}, {2, 3, 1, 1}, {1, 1, 2, 3},
        {3, 1, 1, 2}, {2, 3, 0, 0}, {0, 0, 2, 3}, {1, 3, 1, 3}, {1, 1, 1, 1},
    };
    flx_tape *t = new_tape();
    const flx_array constant = flx_array_scalar(flx_constant(0.625));
    for (size_t f = 0; f < array_binary_count; f++) {
        for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
            const size_t *c = shape[s];
            char how[64];
            flx_tape_reset(t);
            const flx_array pool = array_pool(t, 4, 5, 0.0);
            const array_kind kind = (array_kind)((f + s) % ARRAY_COMPUTED),
                             other = (array_kind)(f % ARRAY_ALIASED);
            const flx_array x[2] = {c[0] ? array_view(pool, kind, c[0], c[1], 0) : constant,
                                    c[2] ? array_view(pool, other, c[2], c[3], 1) : constant};
            array_binary_now = &array_binaries[f];
            snprintf(how, sizeof how, "shapes %zu, views %d and %d", s, (int)kind, (int)other);
            compare(array_binary_now->name, how, t, pool, x, array_binary_of, array_binary_scalars);
        }
    }
    flx_tape_destroy(t);
}

Test(array_functions, functions_of_three_arguments)
{
    static const size_t shape[][6] = {
        {2, 3, 2, 3, 2, 3}, {2, 1, 1, 3, 1, 1}, {1, 1, 2, 3, 1, 3}, {2, 3, 0, 0, 2, 1},
        {0, 0, 2, 3, 2, 3}, {2, 3, 0, 0, 0, 0}, {1, 1, 1, 1, 2, 2},
    };
    flx_tape *t = new_tape();
    const flx_array constant = flx_array_scalar(flx_constant(0.625));
    for (size_t f = 0; f < array_ternary_count; f++) {
        for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
            const size_t *c = shape[s];
            flx_array x[3];
            char how[64];
            flx_tape_reset(t);
            const flx_array pool = array_pool(t, 5, 6, 0.0);
            for (size_t k = 0; k < 3; k++)
                x[k] = c[2 * k] ? array_view(pool, (array_kind)((f + s + k) % ARRAY_ALIASED),
                                             c[2 * k], c[2 * k + 1], k)
                                : constant;
            array_ternary_now = &array_ternaries[f];
            snprintf(how, sizeof how, "shapes %zu", s);
            compare(array_ternary_now->name, how, t, pool, x, array_ternary_of,
                    array_ternary_scalars);
        }
    }
    flx_tape_destroy(t);
}
