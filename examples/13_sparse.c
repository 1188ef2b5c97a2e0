/* A sparse Jacobian: Newton's method for Bratu's equation u'' + 2 exp(u) = 0, u(0) = u(1) = 0, by finite
 * differences of second order in 1000 points. */
#include <math.h>
#include <stdio.h>

#include <fluxion/fluxion.h>

#include "check.h"

enum { N = 1000 };
static const double h = 1.0 / (N + 1), lambda = 2.0;

static flx_program *residual(void)
{
    static flx_var u[N], r[N];
    flx_tape *tape;
    flx_program *f;
    check(flx_tape_create(NULL, &tape));
    for (int i = 0; i < N; i++) u[i] = flx_variable(tape, 0.0);
    for (int i = 0; i < N; i++) {
        const flx_var left = i > 0 ? u[i - 1] : flx_constant(0.0);
        const flx_var right = i + 1 < N ? u[i + 1] : flx_constant(0.0);
        const flx_var second = flx_sub(flx_add(left, right), flx_mul(2.0, u[i]));
        r[i] = flx_add(flx_div(second, h * h), flx_mul(lambda, flx_exp(u[i])));
    }
    check(flx_freeze(tape, N, u, N, r, FLX_REFUSE_READS, &f, NULL));
    flx_tape_destroy(tape);
    return f;
}

/* Solves J d = r by elimination; of a tridiagonal J every row has its entries side by side. */
static void solve(const flx_pattern *p, double *value, double *r)
{
    for (size_t i = 1; i < N; i++) {
        double *below = &value[p->start[i]], *above = &value[p->start[i] - 1];
        const double factor = below[0] / above[-1];
        below[1] -= factor * above[0];
        r[i] -= factor * r[i - 1];
    }
    r[N - 1] /= value[p->entries - 1];
    for (size_t i = N - 1; i-- > 0;) {
        const double *last = &value[p->start[i + 1] - 1];
        r[i] = (r[i] - last[0] * r[i + 1]) / last[-1];
    }
}

int main(void)
{
    static double u[N], r[N], value[3 * N];
    flx_program *f = residual();
    flx_work *w;
    check(flx_work_create(f, FLX_WORK_FIRST, 4, &w));

    //! [pattern]
    flx_sparsity *s;
    check(flx_sparsity_create(f, &s));
    const flx_pattern p = flx_sparsity_pattern(s);
    printf("%zu x %zu, %zu entries: %zu directions\n", p.rows, p.columns, p.entries, p.sweeps);
    for (size_t e = p.start[1]; e < p.start[2]; e++) printf("(%zu, %zu)\n", p.row[e], p.column[e]);
    //! [pattern]

    for (int k = 0; k < 6; k++) {
        //! [newton]
        check(flx_eval(f, w, u, r, NULL));
        check(flx_jacobian_sparse(f, w, NULL, s, value, NULL)); /* at the same point */
        solve(&p, value, r);
        for (int i = 0; i < N; i++) u[i] -= r[i];
        //! [newton]
        double step = 0.0;
        for (int i = 0; i < N; i++) step = fmax(step, fabs(r[i]));
        printf("%d: u(1/2) = %.6f, step %s\n", k, 0.5 * (u[N / 2 - 1] + u[N / 2]),
               step < 1e-8 ? "below 1e-8" : "above 1e-8");
    }
    /* u = -2 log(cosh((x - 1/2) theta/2) / cosh(theta/4)), theta = sqrt(4) cosh(theta/4). */
    double theta = 2.0;
    for (int k = 0; k < 100; k++) theta = sqrt(2.0 * lambda) * cosh(0.25 * theta);
    printf("exact:  %.6f\n", 2.0 * log(cosh(0.25 * theta)));
    flx_sparsity_destroy(s);
    flx_work_destroy(w);
    flx_program_release(f);
    return 0;
}
