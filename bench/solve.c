/* solve: what the log-density of a normal distribution, b' a^-1 b + log det a, and its gradient with
 * respect to a cost by Cholesky's factors on the tape, beside LAPACK by hand. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"
#include "solve_by_lapack.h"

/* The point, and both results: value and gradient. */
typedef struct linear_system {
    size_t n;
    double *a, *b, *gradient, *by_hand, *solution;
    flx_tape *tape;
} linear_system;

static void fill(linear_system *s)
{
    const size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        s->b[i] = cos(1.0 + (double)i);
        for (size_t j = 0; j <= i; j++)
            s->a[i * n + j] = s->a[j * n + i] = exp(-0.1 * (double)(i - j)) + (i == j ? 0.5 : 0.0);
    }
}

static flx_var density(flx_array a, flx_array b)
{
    const flx_array l = flx_array_cholesky(a);
    const flx_array half = flx_array_solve_triangular(l, b, FLX_LOWER);
    const flx_array square = flx_array_sum(flx_array_mul(half, half), FLX_ALL);
    return flx_var_add(square.first, flx_array_cholesky_logdet(l));
}

/* Records and sweeps. */
static double by_tape(linear_system *s, int value_only)
{
    const uint32_t n = (uint32_t)s->n;
    const flx_mark mark = flx_tape_mark(s->tape);
    const flx_array a = flx_array_variable(s->tape, n, n, s->a);
    const flx_var y = density(a, flx_array_constant(s->tape, n, 1, s->b));
    const double value = flx_peek(y);
    flx_array g;
    if (!value_only) {
        bench_check(flx_grad_array(y, a, &g, 0), "flx_grad_array");
        bench_check(flx_array_peek(g, s->gradient), "flx_array_peek");
    }
    bench_check(flx_tape_status(s->tape), "recording");
    bench_check(flx_tape_rewind(s->tape, mark), "flx_tape_rewind");
    return value;
}

static double by_hand(linear_system *s)
{
    memcpy(s->by_hand, s->a, s->n * s->n * sizeof *s->a);
    memcpy(s->solution, s->b, s->n * sizeof *s->b);
    return solve_by_lapack(s->n, s->by_hand, s->solution);
}

static void agree(linear_system *s)
{
    const double y = by_tape(s, 0), want = by_hand(s);
    double most = 0.0, error = fabs(y - want) / fabs(want);
    if (isnan(want)) return;
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j <= i; j++) most = fmax(most, fabs(s->by_hand[i * s->n + j]));
    for (size_t i = 0; i < s->n; i++)
        for (size_t j = 0; j <= i; j++)
            error = fmax(error, fabs(s->gradient[i * s->n + j] - s->by_hand[i * s->n + j]) / most);
    if (!(error <= BENCH_EXACT)) bench_fail("n = %zu: an error of %g", s->n, error);
}

/* The lowest time of each, in turns, in microseconds. */
static void measure(measures *all, size_t n)
{
    linear_system s = {.n = n};
    double least[3] = {(double)INFINITY, (double)INFINITY, (double)INFINITY};
    s.a = bench_allocate(n * n, sizeof *s.a);
    s.b = bench_allocate(n, sizeof *s.b);
    s.gradient = bench_allocate(n * n, sizeof *s.gradient);
    s.by_hand = bench_allocate(n * n, sizeof *s.by_hand);
    s.solution = bench_allocate(n, sizeof *s.solution);
    bench_check(flx_tape_create(NULL, &s.tape), "flx_tape_create");
    fill(&s);
    agree(&s);
    for (size_t round = 0; round < 8 * all->race.rounds; round++) {
        for (int who = 0; who < 3; who++) {
            const double start = race_clock();
            if (who == 0) by_hand(&s);
            else by_tape(&s, who == 1);
            least[who] = fmin(least[who], 1e6 * (race_clock() - start));
        }
    }
    const int is_there = !isnan(by_hand(&s));
    if (is_there) measures_add(all, least[0], "us", 0.0, "n = %zu: LAPACK by hand", n);
    measures_add(all, least[1], "us", 0.0, "n = %zu: value alone", n);
    measures_add(all, least[2], "us", 0.0, "n = %zu: value and gradient", n);
    if (is_there) measures_add(all, least[2] / least[0], "", 0.0, "n = %zu: over LAPACK", n);
    flx_tape_destroy(s.tape);
    free(s.a);
    free(s.b);
    free(s.gradient);
    free(s.by_hand);
    free(s.solution);
}

int main(int argc, char **argv)
{
    static const size_t sizes[] = {5, 20, 50, 100, 200};
    static measures all = {.race = {25, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    report r;
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) measure(&all, sizes[k]);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "solve");
        report_write_measures_json(&r, all.n, all.m, out, "solve");
    }
    report_end(&r);
    return 0;
}
