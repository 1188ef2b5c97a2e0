/* random_expect.c: see random_expect.h. */
#include "random_expect.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void found(check *c, unsigned mode, const char *format, ...)
{
    static const char called[] = "a call: ";
    const size_t before = c->called ? sizeof called - 1 : 0;
    va_list list;
    if (c->failed) return;
    c->failed = 1;
    c->finding->mode = mode;
    memcpy(c->finding->text, called, before);
    va_start(list, format);
    vsnprintf(c->finding->text + before, sizeof c->finding->text - before, format, list);
    va_end(list);
}

int same(double a, double b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

const ref *reference(const check *c, size_t i, size_t j, size_t k)
{
    return i <= j ? &c->r[i][j][k] : &c->r[j][i][k];
}

void expect_status(check *c, unsigned mode, flx_status got)
{
    if (got != FLX_OK) found(c, mode, "status %s", flx_status_name(got));
}

void expect_value(check *c, unsigned mode, size_t k, double got)
{
    if (!same(got, c->value[k]))
        found(c, mode, "value %zu is %.17g (%a), plain %.17g (%a)", k, got, got, c->value[k],
              c->value[k]);
}

/* Rounding. u = 2^-53. Along a path every operation multiplies by an elementary derivative that is
 * within 4 ulp = 8u, and rounds the product: 9u, 10u with second-order terms; and the path passes
 * through at most `edges` additions, each rounding a partial sum that is at most the sum of the
 * absolute path products. */
double first_bound(const check *c, const ref *r, long double size)
{
    return (10.0 * r->depth + c->edges) * 0x1p-53 * (double)size;
}

/* A second derivative's path has two branches below one second elementary derivative, within 12 ulp
 * = 24u by the promise for Taylor coefficients, and one stem above; double backprop adds each
 * contribution in two recorded sweeps. */
static double second_bound(const check *c, const ref *r)
{
    return (20.0 * r->depth + 40.0 + 4.0 * c->edges) * 0x1p-53 * (double)r->b12;
}

static void note(double *worst, double error, double bound)
{
    if (bound > 0.0 && error / bound > *worst) *worst = error / bound;
}

void expect_first(check *c, unsigned mode, size_t i, size_t k, double got)
{
    const ref *r = reference(c, i, i, k);
    const double want = (double)r->e[0];
    if (r->flags & (REF_INDETERMINATE | REF_RANGE | REF_KNOWN)) {
        if (r->flags & REF_KNOWN) c->stats->known++;
        else if (r->flags & REF_RANGE) c->stats->range++;
        else c->stats->indeterminate++;
        return;
    }
    c->stats->first++;
    if (!isfinite(want)) {
        c->stats->infinite++;
        if (!same(got, want)) found(c, mode, "dv%zu/dx%zu is %g, want %g", k, i, got, want);
        return;
    }
    const double bound = first_bound(c, r, r->b[0]), error = (double)fabsl(got - r->e[0]);
    note(&c->stats->worst_first, error, bound);
    if (!(error <= bound))
        found(c, mode, "dv%zu/dx%zu is %.17g, want %.17g, off by %.3g, bound %.3g", k, i, got, want,
              error, bound);
}

void expect_second(check *c, unsigned mode, size_t i, size_t j, size_t k, double got)
{
    const ref *r = reference(c, i, j, k);
    if (r->flags & REF_KNOWN) {
        c->stats->known++;
        return;
    }
    if (r->flags & REF_RANGE2) {
        c->stats->range2++;
        return;
    }
    if (r->flags & (REF_INDETERMINATE | REF_SINGULAR)) {
        c->stats->singular2++;
        return;
    }
    c->stats->second++;
    const double bound = second_bound(c, r), error = (double)fabsl(got - r->e12);
    note(&c->stats->worst_second, error, bound);
    if (!(error <= bound))
        found(c, mode, "d2v%zu/dx%zudx%zu is %.17g, want %.17Lg, off by %.3g, bound %.3g", k, i, j,
              got, r->e12, error, bound);
}

void expect_told(check *c, unsigned mode, unsigned flags, size_t n, const double *result)
{
    for (size_t k = 0; k < n; k++)
        if (c->finite && !flags && !isfinite(result[k]))
            found(c, mode, "result %zu is %g, and no flag is raised", k, result[k]);
}

void expect_flags(check *c, unsigned mode, unsigned flags, size_t n, const double *gradient)
{
    const unsigned common = FLX_FLAG_DOMAIN | FLX_FLAG_POLE | FLX_FLAG_KINK | FLX_FLAG_TIE;
    expect_told(c, mode, flags, n, gradient);
    if (flags & common & ~c->probed)
        found(c, mode, "flags %#x, but a probe meets only %#x", flags, c->probed);
}

int asks_sign_of_nan(const random_program *p, const double *value)
{
    for (size_t k = 0; k < p->steps; k++)
        if (random_asks_sign_of_nan(&p->step[k], value)) return 1;
    return 0;
}

void hit(check *c, unsigned mode)
{
    for (size_t k = 0; k < c->p->steps; k++)
        c->stats->hit[c->p->step[k].op][mode] += c->live[c->n + k];
}

int tame(size_t order, const double *x)
{
    for (size_t q = 0; q <= order; q++)
        if (!(x[q] == 0.0 || (fabs(x[q]) > 1e-200 && fabs(x[q]) < 1e200))) return 0;
    return 1;
}

void expect_prefix(check *c, unsigned mode, size_t k, size_t order, const double *low,
                   const double *high)
{
    for (size_t q = 0; q <= order; q++)
        if (low[q] != high[q])
            found(c, mode, "coefficient %zu of value %zu is %.17g, at order %zu it is %.17g", q, k,
                  high[q], order, low[q]);
    c->stats->prefixes++;
}
