/* sparse: what a sparse Jacobian costs: of the five-point stencil of Bratu's equation, u'' + exp(u) = 0 on a
 * square with zeros around it, recorded as scalars and as arrays, beside the plain residual, and beside the
 * entries by hand. */
#include <math.h>
#include <stdlib.h>

#include <fluxion/fluxion.h>

#include "functions.h"
#include "measures.h"

enum { SIDE = 300 };

/* ---- by hand ---- */

static double at(size_t side, const double *u, size_t i, size_t j)
{
    return i - 1 < side && j - 1 < side ? u[(i - 1) * side + (j - 1)] : 0.0; /* both from 1 */
}

static void plain(size_t side, const double *u, double *r)
{
    for (size_t i = 1; i <= side; i++)
        for (size_t j = 1; j <= side; j++) {
            const double c = at(side, u, i, j);
            const double around = (at(side, u, i - 1, j) + at(side, u, i + 1, j))
                                  + (at(side, u, i, j - 1) + at(side, u, i, j + 1));
            r[(i - 1) * side + (j - 1)] = (around - 4.0 * c) + exp(c);
        }
}

/* The entries in the order of a pattern. */
static void by_hand(const flx_pattern *p, const double *u, double *values)
{
    for (size_t e = 0; e < p->entries; e++)
        values[e] = p->row[e] == p->column[e] ? exp(u[p->row[e]]) - 4.0 : 1.0;
}

/* ---- recorded ---- */

/* A program, and how long it took to freeze it. */
typedef struct made {
    flx_program *f;
    double seconds;
} made;

static made frozen(flx_tape *t, size_t n, const flx_var *x, const flx_var *y)
{
    made m;
    const double begin = race_clock();
    bench_check(flx_freeze(t, n, x, n, y, FLX_REFUSE_READS, &m.f, NULL), "flx_freeze");
    m.seconds = race_clock() - begin;
    flx_tape_destroy(t);
    return m;
}

static flx_var *room(size_t n)
{
    flx_var *v = calloc(n, sizeof *v);
    if (!v) bench_fail("no memory");
    return v;
}

static flx_var var_at(size_t side, const flx_var *u, size_t i, size_t j)
{
    return i - 1 < side && j - 1 < side ? u[(i - 1) * side + (j - 1)] : flx_constant(0.0);
}

static made of_scalars(size_t side, const double *u)
{
    flx_tape *t;
    const size_t n = side * side;
    flx_var *x = room(n), *y = room(n);
    bench_check(flx_tape_create(NULL, &t), "flx_tape_create");
    for (size_t k = 0; k < n; k++) x[k] = flx_variable(t, u[k]);
    for (size_t i = 1; i <= side; i++)
        for (size_t j = 1; j <= side; j++) {
            const flx_var c = var_at(side, x, i, j);
            const flx_var across =
                flx_var_add(var_at(side, x, i - 1, j), var_at(side, x, i + 1, j));
            const flx_var along = flx_var_add(var_at(side, x, i, j - 1), var_at(side, x, i, j + 1));
            const flx_var around = flx_var_add(across, along);
            const flx_var rest = flx_var_sub(around, flx_var_mul_xc(c, 4.0));
            y[(i - 1) * side + (j - 1)] = flx_var_add(rest, flx_var_exp(c));
        }
    const made m = frozen(t, n, x, y);
    free(x);
    free(y);
    return m;
}

/* The matrix u moved down by so many rows, or right by so many columns, zeros coming in. */
static flx_array moved(flx_array u, int down, int right)
{
    const size_t side = u.rows;
    static const double zero[SIDE];
    if (right) return flx_array_transpose(moved(flx_array_transpose(u), right, 0));
    const flx_array zeros = flx_array_constant(u.first.tape, 1, side, zero);
    const flx_array most = flx_array_slice(u, down < 0, 0, side - 1, side, 1, 1);
    const flx_array both[2] = {down < 0 ? most : zeros, down < 0 ? zeros : most};
    return flx_array_stack(2, both);
}

static made of_arrays(size_t side, const double *u)
{
    flx_tape *t;
    const size_t n = side * side;
    flx_var *x = room(n), *y = room(n);
    bench_check(flx_tape_create(NULL, &t), "flx_tape_create");
    const flx_array c = flx_array_variable(t, side, side, u);
    const flx_array across = flx_array_add(moved(c, 1, 0), moved(c, -1, 0));
    const flx_array around = flx_array_add(across, flx_array_add(moved(c, 0, 1), moved(c, 0, -1)));
    const flx_array rest =
        flx_array_sub(around, flx_array_mul(c, flx_array_scalar(flx_constant(4.0))));
    const flx_array r = flx_array_add(rest, flx_array_exp(c));
    for (size_t k = 0; k < n; k++) {
        x[k] = flx_array_at(c, k / side, k % side);
        y[k] = flx_array_at(r, k / side, k % side);
    }
    const made m = frozen(t, n, x, y);
    free(x);
    free(y);
    return m;
}

/* ---- measuring ---- */

/* One kind of program: what finding the pattern takes, and in turns the plain residual, the program's, and
 * the Jacobian. */
static void measure(measures *all, const char *name, made m, size_t side, const double *u)
{
    const size_t n = side * side;
    flx_program *f = m.f;
    double least[4] = {(double)INFINITY, (double)INFINITY, (double)INFINITY, (double)INFINITY};
    flx_work *w;
    flx_sparsity *s = NULL;
    for (size_t round = 0; round < 3; round++) {
        flx_sparsity_destroy(s);
        const double begin = race_clock();
        bench_check(flx_sparsity_create(f, &s), "flx_sparsity_create");
        least[3] = fmin(least[3], race_clock() - begin);
    }
    const flx_pattern p = flx_sparsity_pattern(s);
    double *r = bench_allocate(2 * n + 2 * p.entries, sizeof *r), *q = r + n, *values = q + n;
    bench_check(flx_work_create(f, FLX_WORK_FIRST, 8, &w), "flx_work_create");
    for (size_t round = 0; round < all->race.rounds; round++)
        for (int who = 0; who < 3; who++) {
            const double begin = race_clock();
            if (who == 0) plain(side, u, r);
            else if (who == 1) bench_check(flx_eval(f, w, u, q, NULL), "flx_eval");
            else bench_check(flx_jacobian_sparse(f, w, u, s, values, NULL), "flx_jacobian_sparse");
            least[who] = fmin(least[who], race_clock() - begin);
        }
    by_hand(&p, u, values + p.entries);
    if (!bench_same(r, q, n)) bench_fail("%s: values differ", name);
    for (size_t e = 0; e < p.entries; e++)
        if (fabs(values[e] - values[p.entries + e]) > 1e-14)
            bench_fail("%s: entry %zu is %.17g", name, e, values[e]);
    const size_t slots = flx_program_describe(f).after[FLX_PASS_RECORDED].slots;
    measures_add(all, 1e9 * m.seconds / (double)slots, "ns", 0.0, "%s: freezing, a slot", name);
    measures_add(all, (double)p.sweeps, "", 0.0, "%s: sweeps for %zu entries", name, p.entries);
    measures_add(all, 1e9 * least[3] / (double)p.entries, "ns", 0.0, "%s: pattern, an entry", name);
    measures_add(all, 1e9 * least[0] / (double)n, "ns", 0.0, "%s: plain, a residual", name);
    measures_add(all, least[1] / least[0], "", 0.0, "%s: value over plain", name);
    measures_add(all, least[2] / least[0], "", 0.0, "%s: Jacobian over plain", name);
    measures_add(all, least[2] / least[1], "", 0.0, "%s: Jacobian over value", name);
    free(r);
    flx_work_destroy(w);
    flx_sparsity_destroy(s);
    flx_program_release(f);
}

int main(int argc, char **argv)
{
    static measures all = {.race = {11, 20e-3}, .shrink = 1};
    const char *out = measures_parse(&all, argc, argv);
    const size_t side = all.shrink > 1 ? 20 : SIDE;
    double *u = calloc(side * side, sizeof *u);
    report r;
    if (!u) bench_fail("no memory");
    for (size_t k = 0; k < side * side; k++) u[k] = 0.5 * sin((double)k);
    report_begin(&r, all.race.rounds);
    report_print_head(&r, stdout);
    measure(&all, "scalars", of_scalars(side, u), side, u);
    measure(&all, "arrays", of_arrays(side, u), side, u);
    if (out) {
        report_write_measures_csv(all.n, all.m, out, "sparse");
        report_write_measures_json(&r, all.n, all.m, out, "sparse");
    }
    report_end(&r);
    free(u);
    return 0;
}
