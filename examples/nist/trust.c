#include "trust.h"

#include <float.h>
#include <math.h>

#include <lapacke.h>

size_t trust_room(size_t n) { return n * n + 3 * n; }

/* Component i of g in the basis of eigenvectors. */
static double along(const trust_model *m, size_t i, const double *g)
{
    double sum = 0.0;
    for (size_t j = 0; j < m->n; j++) sum += m->eigenvectors[j * m->n + i] * g[j];
    return sum;
}

int trust_model_make(size_t n, const double *gradient, const double *hessian, double *memory,
                     trust_model *model)
{
    const lapack_int order = (lapack_int)n;
    model->n = n;
    model->eigenvectors = memory;
    model->eigenvalues = memory + n * n;
    model->gradient = model->eigenvalues + n;
    model->step = model->gradient + n;
    for (size_t j = 0; j < n; j++) {
        for (size_t k = 0; k < n; k++) {
            model->eigenvectors[j * n + k] = 0.5 * (hessian[j * n + k] + hessian[k * n + j]);
        }
    }
    if (LAPACKE_dsyevd(LAPACK_ROW_MAJOR, 'V', 'U', order, model->eigenvectors, order,
                       model->eigenvalues)
        != 0) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) model->gradient[i] = along(model, i, gradient);
    return 0;
}

/* -a/(lambda + mu), the step's component along one eigenvector; a component that is not there does
 * not move, even where the curvature vanishes. */
static double component(const trust_model *m, size_t i, double mu)
{
    return m->gradient[i] == 0.0 ? 0.0 : -m->gradient[i] / (m->eigenvalues[i] + mu);
}

/* |s(mu)|, and the derivative of its square by -2 mu. */
static double length(const trust_model *m, double mu, double *slope)
{
    double square = 0.0;
    *slope = 0.0;
    for (size_t i = 0; i < m->n; i++) {
        const double s = component(m, i, mu);
        square += s * s;
        if (s != 0.0) *slope += s * s / (m->eigenvalues[i] + mu);
    }
    return sqrt(square);
}

/* The mu > low with |s(mu)| = radius, where |s(low)| > radius: Newton's method on the almost linear
 * function 1/radius - 1/|s(mu)|, bisection where it leaves the bracket. */
static double solve_secular(const trust_model *m, double low, double radius)
{
    double slope;
    double high = fmax(2.0 * low, DBL_MIN);
    while (length(m, high, &slope) > radius) high = 2.0 * high + DBL_MIN;
    double mu = high;
    for (int i = 0; i < 200; i++) {
        const double norm = length(m, mu, &slope);
        if (fabs(norm - radius) <= 1e-10 * radius) break;
        if (norm > radius) low = mu;
        else high = mu;
        mu += (norm - radius) / radius * (norm * norm / slope);
        if (!(mu > low && mu < high)) mu = 0.5 * (low + high);
        if (mu <= low || mu >= high) break;
    }
    return mu;
}

/* Components of the step in the basis of eigenvectors. */
static int minimise(const trust_model *m, double radius, double *s)
{
    const double lowest = m->eigenvalues[0];
    const double largest = fmax(fabs(lowest), fabs(m->eigenvalues[m->n - 1]));
    const double margin = (double)m->n * DBL_EPSILON * largest;
    double slope;
    double mu = 0.0;
    int newton = 0;
    double fill = 0.0;
    if (lowest > 0.0 && length(m, 0.0, &slope) <= radius) {
        newton = 1;
    } else {
        /* Just right of the pole at -lowest; the length there tells the hard case. */
        const double low = lowest > 0.0 ? 0.0 : margin - lowest;
        const double norm = length(m, low, &slope);
        if (norm > radius) mu = solve_secular(m, low, radius);
        else {
            mu = low;
            fill = sqrt((radius - norm) * (radius + norm));
        }
    }
    for (size_t i = 0; i < m->n; i++) s[i] = component(m, i, mu);
    s[0] += s[0] < 0.0 ? -fill : fill;
    return newton;
}

int trust_step(const trust_model *model, double radius, double *step, double *gain)
{
    const size_t n = model->n;
    double *s = model->step;
    const int newton = minimise(model, radius, s);
    *gain = 0.0;
    for (size_t i = 0; i < n; i++) {
        *gain -= s[i] * (model->gradient[i] + 0.5 * model->eigenvalues[i] * s[i]);
    }
    for (size_t j = 0; j < n; j++) {
        step[j] = 0.0;
        for (size_t i = 0; i < n; i++) step[j] += model->eigenvectors[j * n + i] * s[i];
    }
    return newton;
}

double trust_correction(const trust_model *model, const double *gradient)
{
    double square = 0.0;
    for (size_t i = 0; i < model->n; i++) {
        const double s = along(model, i, gradient) / model->eigenvalues[i];
        square += s * s;
    }
    return sqrt(square);
}
