/* Products of matrices of doubles, by the rules of what gains them. */
#include <criterion/criterion.h>
#include <math.h>

#include "reverse/code.h"
#include "reverse/matmul.h"
#include "reverse/triangle.h"

/* Large enough for the BLAS; small integers, whose sums have no rounding. */
enum { N = 9, SIZE = N * N };

typedef struct room {
    double to[SIZE], left[SIZE], right[SIZE];
} room;

static room signs(void)
{
    room r = {{0.0}, {0.0}, {0.0}};
    for (int k = 0; k < SIZE; k++) {
        r.left[k] = k % 7 - 3;
        r.right[k] = k % 5 - 2;
    }
    return r;
}

/* A square matrix, or the transposed of what lies there. */
static flx_matrix square(double *plane, int turned)
{
    const flx_matrix m = {.plane = plane, .view = flx_view_of_run(0, N, N)};
    return turned ? flx_turned(&m) : m;
}

/* Bit k of turned: matrix k lies column after column. */
static double product_at(room *r, int turned, uint32_t i, uint32_t j, int bounds)
{
    const flx_matrix a = square(r->left, turned & 2), b = square(r->right, turned & 4);
    double sum = 0.0;
    for (uint32_t l = 0; l < N; l++) {
        const double term = *flx_at(&a, i, l) * *flx_at(&b, l, j);
        sum += bounds ? fabs(term) : term;
    }
    return sum;
}

Test(products, bounds_add_the_absolute_values_of_all_terms)
{
    for (int turned = 0; turned < 8; turned++) {
        room r = signs();
        flx_matrix to = square(r.to, turned & 1);
        const flx_matrix left = square(r.left, turned & 2), right = square(r.right, turned & 4);
        to.bounds = 1;
        flx_add_product(-1.0, &to, &left, &right, FLX_LEFT_HIDES);
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t j = 0; j < N; j++)
                cr_expect_eq(*flx_at(&to, i, j), product_at(&r, turned, i, j, 1),
                             "(%u, %u), turned %d", i, j, turned);
    }
}

/* Where an infinite factor meets an exact zero, the side of the zero decides. */
static double hidden_at(room *r, int turned, uint32_t i, uint32_t j, flx_hides hides)
{
    const flx_matrix a = square(r->left, turned & 2), b = square(r->right, turned & 4);
    double sum = 0.0;
    for (uint32_t l = 0; l < N; l++) {
        const double x = *flx_at(&a, i, l), y = *flx_at(&b, l, j);
        const double zero = hides == FLX_LEFT_HIDES ? x : y;
        if (zero != 0.0) sum += x * y;
    }
    return sum;
}

static int same(double a, double b) { return a == b || (isnan(a) && isnan(b)); }

Test(products, a_zero_hides_on_the_side_that_was_asked_for)
{
    for (int k = 0; k < 16; k++) {
        const int turned = k / 2;
        const flx_hides hides = k % 2 ? FLX_LEFT_HIDES : FLX_RIGHT_HIDES;
        room r = signs();
        const flx_matrix to = square(r.to, turned & 1);
        const flx_matrix left = square(r.left, turned & 2), right = square(r.right, turned & 4);
        *flx_at(&left, 2, 4) = *flx_at(&right, 5, 3) = (double)INFINITY;
        flx_add_product(1.0, &to, &left, &right, hides);
        for (uint32_t i = 0; i < N; i++)
            for (uint32_t j = 0; j < N; j++)
                cr_expect(same(*flx_at(&to, i, j), hidden_at(&r, turned, i, j, hides)),
                          "(%u, %u), turned %d, %s hides: %g", i, j, turned,
                          k % 2 ? "left" : "right", *flx_at(&to, i, j));
    }
}

/* What the BLAS would make NaN is left to the loops, whichever of the factors is zero. */
Test(products, the_blas_is_not_asked_where_a_zero_hides_an_infinity)
{
    for (int infinite = 1; infinite <= 2; infinite++) {
        room r = signs();
        double *const plane[3] = {r.to, r.left, r.right};
        flx_algebra part[3];
        flx_block b = {.each = {OP_acc_mul, FLAG_EITHER, 0, 0}, .views = 3};
        plane[infinite][0] = (double)INFINITY;
        plane[3 - infinite][0] = 0.0;
        for (int k = 0; k < 3; k++) {
            b.view[k] = flx_view_of_run(0, N, N);
            part[k] =
                (flx_algebra){.part = {plane[k]}, .count = 1, .plain = 1, .magnitudes = SIZE_MAX};
        }
        cr_expect_eq(flx_matmul(&b, &part[0], &part[1], &part[2]), 0, "view %d", infinite);
        for (int k = 0; k < SIZE; k++) cr_expect_eq(r.to[k], 0.0);
    }
}
