/* solve_by_lapack.c: see solve_by_lapack.h. To LAPACK the row-major lower triangle is an upper one. */
#include "solve_by_lapack.h"

#include <lapacke.h>
#include <math.h>
#include <stdlib.h>

#include "bench.h"

static void check(lapack_int info, const char *what)
{
    if (info != 0) bench_fail("%s: %d", what, (int)info);
}

double solve_by_lapack(size_t n, double *a, double *b)
{
    const lapack_int order = (lapack_int)n;
    double y = 0.0;
    check(LAPACKE_dpotrf_work(LAPACK_COL_MAJOR, 'U', order, a, order), "dpotrf");
    for (size_t i = 0; i < n; i++) y += 2.0 * log(a[i * n + i]);
    double *s = bench_allocate(n, sizeof *s);
    for (size_t i = 0; i < n; i++) s[i] = b[i];
    check(LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', order, 1, a, order, s, order), "dpotrs");
    for (size_t i = 0; i < n; i++) y += b[i] * s[i];
    check(LAPACKE_dpotri_work(LAPACK_COL_MAJOR, 'U', order, a, order), "dpotri");
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < i; j++) a[i * n + j] = 2.0 * (a[i * n + j] - s[i] * s[j]);
        a[i * n + i] -= s[i] * s[i];
        b[i] = s[i];
    }
    free(s);
    return y;
}
