/* bessel.c: derivatives of the Bessel functions of integer order.
 *
 * C' = (C_(n-1) - C_(n+1))/2 for both kinds, hence by induction
 *   C^(k) = sum over i of (-1)^i binomial(k, i) C_(n-k+2i) / 2^k
 * (Abramowitz and Stegun, 9.1.31). Its error is at most that of the values: the weights add up to 1. A
 * differential equation would divide what has cancelled by a small x. */
#define _XOPEN_SOURCE 700 /* jn, yn */
#include <math.h>
#include <stddef.h>

#include "ops/special.h"

/* Orders that n +- k stays an int for, k the number of a derivative or of a coefficient. */
static const int most = 1 << 30;

enum { MOST = 255 };

/* Near 0 those of the second kind overflow, and the order farthest from 0 decides: of those beside n the
 * first where n is negative, else the last. */
static double dominant(int n, unsigned k, double first, double last)
{
    if (n < 0) return first;
    return k % 2 ? -last : last;
}

static double derivative(double f(int n, double x), int n, unsigned k, double x)
{
    double sum = 0.0, weight = ldexp(1.0, -(int)k);
    if (k == 0) return f(n, x);
    if (k > MOST || n > most || n < -most) return (double)NAN;
    const double first = f(n - (int)k, x), last = f(n + (int)k, x);
    if (isinf(dominant(n, k, first, last))) return dominant(n, k, first, last);
    for (unsigned i = 0; i <= k; i++) {
        const double value = i == 0 ? first : i == k ? last : f(n - (int)k + 2 * (int)i, x);
        sum += (i % 2 ? -weight : weight) * value;
        weight *= (double)(k - i) / (i + 1.0);
    }
    return sum;
}

/* Derivative number j of a function of order n from the middle of `of`, where those of the orders next
 * to n are beside it, which satisfy the same relation. */
static double combined(const double *of, int n, unsigned j)
{
    double sum = 0.0, weight = ldexp(1.0, -(int)j);
    const double *const first = of - j, *const last = of + j;
    if (isinf(dominant(n, j, *first, *last))) return dominant(n, j, *first, *last);
    for (unsigned i = 0; i <= j; i++) {
        sum += (i % 2 ? -weight : weight) * first[2 * (size_t)i];
        weight *= (double)(j - i) / (i + 1.0);
    }
    return sum;
}

static void series(double f(int n, double x), int n, unsigned k, double x, unsigned order,
                   double *c, double *values)
{
    const int near = (int)order;
    double factorial = 1.0;
    for (int i = -near; i <= near; i++) values[i + near] = derivative(f, n + i, k, x);
    for (unsigned j = 1; j <= order; j++) {
        factorial *= j;
        c[j] = combined(values + near, n, j) / factorial;
    }
}

void flx_special_djn_series(int n, unsigned k, double x, unsigned order, double *c, double *values)
{
    series(jn, n, k, x, order, c, values);
}

void flx_special_dyn_series(int n, unsigned k, double x, unsigned order, double *c, double *values)
{
    series(yn, n, k, x, order, c, values);
}

double flx_special_djn(int n, unsigned k, double x) { return derivative(jn, n, k, x); }

double flx_special_dyn(int n, unsigned k, double x) { return derivative(yn, n, k, x); }
