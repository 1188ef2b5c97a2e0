/* Products of matrices large enough for the BLAS, where there is one, against scalars. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "array_compare.h"
#include "array_scalars.h"
#include "reference.h"

enum { SIDE = 13 };

static flx_array product_of(const flx_array *x) { return flx_array_matmul(x[0], x[1]); }

static void product_scalars(const flx_array *x, array_grid *z) { scalars_matmul(x[0], x[1], z); }

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* Both operands in every way that views lie; 8 products of numbers below 1 in every element, so that
 * two orders of summation differ by less than 2*8*8*2^-53. */
Test(array_products, of_all_views)
{
    static const size_t shape[][3] = {{8, 8, 9}, {9, 8, 8}, {11, 12, 4}, {1, 12, 12}, {12, 12, 1}};
    static const array_choice choice = {1, 1, 0};
    flx_tape *t = new_tape();
    for (size_t s = 0; s < sizeof shape / sizeof *shape; s++) {
        for (int left = 0; left < ARRAY_KINDS; left++) {
            const array_kind right = (array_kind)((left + (int)s) % ARRAY_KINDS);
            flx_tape_reset(t);
            const flx_array pool = array_pool(t, SIDE, SIDE, 0.0);
            const flx_array x[2] = {
                array_view(pool, (array_kind)left, shape[s][0], shape[s][1], 0),
                array_view(pool, right, shape[s][1], shape[s][2], 1),
            };
            const char *text =
                array_differs(t, pool, x, product_of, product_scalars, choice, 0x1p-45);
            cr_expect_null(text, "shapes %zu, views %d and %d: %s", s, left, (int)right, text);
        }
    }
    flx_tape_destroy(t);
}

/* Zeros beside infinities: where the BLAS may not be asked. */
Test(array_products, of_what_is_not_finite)
{
    static const double special[] = {0.0, REF_INF, -0.0, REF_NAN, -REF_INF, -1.0, 0.5};
    static const array_choice choice = {0, 0, 0};
    flx_tape *t = new_tape();
    for (size_t k = 0; k < 49; k++) {
        double v[SIDE * SIDE];
        flx_tape_reset(t);
        for (size_t i = 0; i < SIDE * SIDE; i++) v[i] = 0.25 + (double)(i * 7 % 16) / 16.0;
        v[15] = special[k % 7];
        v[2 * SIDE + 4] = special[k / 7];
        v[3 * SIDE + 3] = 0.0;
        const flx_array pool = flx_array_variable(t, SIDE, SIDE, v);
        const flx_array x[2] = {array_view(pool, (array_kind)(k % 4), 9, 8, 0),
                                array_view(pool, (array_kind)(k / 2 % 4), 8, 8, 1)};
        const char *text = array_differs(t, pool, x, product_of, product_scalars, choice, 0x1p-45);
        cr_expect_null(text, "%g and %g: %s", special[k % 7], special[k / 7], text);
    }
    flx_tape_destroy(t);
}
