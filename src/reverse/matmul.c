/* matmul.c: see matmul.h. */
#include "reverse/matmul.h"

#ifdef FLUXION_HAVE_CBLAS
#include <cblas.h>
#include <limits.h>

#include "reverse/flags.h"

/* Multiplications from which on the call pays. */
enum { LEAST = 512 };

/* A view as the BLAS reads a row-major matrix: its leading dimension, and whether it is transposed;
 * 0 where its strides do not fit. */
typedef struct matrix {
    CBLAS_TRANSPOSE transposed;
    int leading;
} matrix;

static int fits(const flx_view *v, int64_t along, int64_t down, uint32_t length)
{
    return along == 1 && down >= (int64_t)length && down <= INT_MAX && v->rows <= INT_MAX
           && v->cols <= INT_MAX;
}

static matrix matrix_of(const flx_view *v)
{
    /* The stride of a dimension of one element does not matter. */
    const int64_t down = v->rows == 1 ? (int64_t)v->cols : v->stride[0];
    const int64_t along = v->cols == 1 ? 1 : v->stride[1];
    if (fits(v, along, down, v->cols)) return (matrix){CblasNoTrans, (int)down};
    const int64_t back_down = v->cols == 1 ? (int64_t)v->rows : v->stride[1];
    const int64_t back_along = v->rows == 1 ? 1 : v->stride[0];
    if (fits(v, back_along, back_down, v->rows)) return (matrix){CblasTrans, (int)back_down};
    return (matrix){CblasNoTrans, 0};
}

/* Of a view that the BLAS can read. */
static int is_finite(const flx_view *given, const double *plane)
{
    const flx_view v =
        matrix_of(given).transposed == CblasTrans ? flx_view_transposed(*given) : *given;
    uint32_t i = 0;
    while (i < v.rows && flx_all_finite(plane + flx_view_slot(&v, i, 0), v.cols)) i++;
    return i == v.rows;
}

/* Whether a part adds nothing, as tangents of constants do. */
static int is_zero(const flx_view *v, const double *plane)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++)
            if (plane[flx_view_slot(v, i, j)] != 0.0) return 0;
    return 1;
}

/* The three matrices, their rows those of the BLAS. */
typedef struct product {
    flx_view to, left, right;
    int exchanged; /* transposed as a whole, so that left is view 2 */
} product;

/* Whether the BLAS can form the product of views 1 and 2 in view 0 and is to. */
static int prepare(const flx_view *v, product *p)
{
    const flx_view *t = &v[0];
    p->exchanged = t->cols > 1 && t->stride[1] != 1;
    p->to = p->exchanged ? flx_view_transposed(*t) : *t;
    p->left = p->exchanged ? flx_view_transposed(v[2]) : v[1];
    p->right = p->exchanged ? flx_view_transposed(v[1]) : v[2];
    return (uint64_t)t->rows * t->cols * v[1].cols >= LEAST && matrix_of(&p->to).leading
           && matrix_of(&p->to).transposed == CblasNoTrans && matrix_of(&p->left).leading
           && matrix_of(&p->right).leading;
}

static void multiply(const product *p, double scale, double *to, const double *from,
                     const double *factor)
{
    const matrix target = matrix_of(&p->to), x = matrix_of(&p->left), y = matrix_of(&p->right);
    const double *left = p->exchanged ? factor : from, *right = p->exchanged ? from : factor;
    cblas_dgemm(CblasRowMajor, x.transposed, y.transposed, (int)p->to.rows, (int)p->to.cols,
                (int)p->left.cols, scale, left + p->left.slot, x.leading, right + p->right.slot,
                y.leading, 1.0, to + p->to.slot, target.leading);
}

/* What an exact zero could hide is finite; values have nothing to hide behind. */
static int is_plain(const flx_block *b, int values, const double *from, const double *factor)
{
    const flx_zero rule = flx_zero_rule(b->each.flags);
    if (rule == FLX_ZERO_NONE && values) return 1;
    return is_finite(&b->view[2], factor)
           && ((rule == FLX_ZERO_FIRST && values) || is_finite(&b->view[1], from));
}

/* Of part k: values are multiplied whatever they are, as 0 times infinity is no number. */
static int adds_nothing(const flx_block *b, size_t k, const double *from, const double *factor)
{
    return k > 0 && (is_zero(&b->view[1], from) || is_zero(&b->view[2], factor));
}

int flx_matmul(const flx_block *b, const flx_algebra *to, const flx_algebra *from,
               const flx_algebra *factor)
{
    product p;
    if (to->magnitudes < to->count || !prepare(b->view, &p)) return 0;
    for (size_t k = 0; k < to->count; k++)
        if (!is_plain(b, to->count == 1, flx_part(from, k), flx_part(factor, k))) return 0;
    for (size_t k = 0; k < to->count; k++)
        for (size_t i = 0; i <= k; i++)
            if (flx_divides(to, i, k)
                && !adds_nothing(b, k, flx_part(from, i), flx_part(factor, k - i)))
                multiply(&p, 1.0, flx_part(to, k), flx_part(from, i), flx_part(factor, k - i));
    return 1;
}

int flx_multiply(double scale, const flx_view views[3], double *to, const double *left,
                 const double *right)
{
    product p;
    if (!prepare(views, &p) || !is_finite(&views[1], left) || !is_finite(&views[2], right))
        return 0;
    multiply(&p, scale, to, left, right);
    return 1;
}

#endif
