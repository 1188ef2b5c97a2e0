/* Matrices of variables: a Gaussian process, and a small network. */
#include <fluxion/fluxion.h>

#include "check.h"

enum { POINTS = 5 };

/* log p(y) of a Gaussian process over points x, its covariance noise^2 I + exp(-(x_i - x_j)^2 / 2 l^2),
 * up to a constant. */
static flx_var log_likelihood(flx_array x, flx_array y, flx_array identity, flx_var l,
                              flx_var noise)
{
    //! [gaussian process]
    const flx_array distance = flx_array_sub(x, flx_array_transpose(x)); /* a column and a row */
    const flx_array scaled = flx_array_div(distance, flx_array_scalar(l));
    const flx_array smooth = flx_array_exp(
        flx_array_mul(flx_array_square(scaled), flx_array_scalar(flx_constant(-0.5))));
    const flx_array variance = flx_array_scalar(flx_square(noise));
    const flx_array a = flx_array_add(smooth, flx_array_mul(identity, variance));

    const flx_array factor = flx_array_cholesky(a);
    const flx_array z = flx_array_solve_triangular(factor, y, FLX_LOWER);
    const flx_var fit = flx_mul(flx_array_dot(z, z), -0.5);
    return flx_sub(fit, flx_mul(flx_array_cholesky_logdet(factor), 0.5));
    //! [gaussian process]
}

static void gaussian_process(flx_tape *tape)
{
    const double xs[POINTS] = {0.0, 0.6, 1.1, 2.0, 2.7}, ys[POINTS] = {0.1, 0.5, 0.9, 0.8, 0.4};
    double unit[POINTS * POINTS] = {0.0};
    for (int k = 0; k < POINTS; k++) unit[k * POINTS + k] = 1.0;
    const flx_array identity = flx_array_constant(tape, POINTS, POINTS, unit);
    const flx_array x = flx_array_constant(tape, POINTS, 1, xs);
    const flx_array y = flx_array_constant(tape, POINTS, 1, ys);
    const flx_var p[2] = {flx_variable(tape, 1.2), flx_variable(tape, 0.3)};
    flx_var g[2], h[2];
    const flx_var f = log_likelihood(x, y, identity, p[0], p[1]);
    check(flx_grad(f, 2, p, g, FLX_CREATE_GRAPH));
    printf("log likelihood %.6f, by length scale %.6f, by noise %.6f\n", flx_peek(f),
           flx_peek(g[0]), flx_peek(g[1]));
    for (int k = 0; k < 2; k++) { /* its Hessian, row by row */
        check(flx_grad(g[k], 2, p, h, 0));
        printf("Hessian %12.6f %12.6f\n", flx_peek(h[0]), flx_peek(h[1]));
    }
}

/* The cross entropy of a network with one hidden layer; each row of x is one sample. */
static void network(flx_tape *tape)
{
    //! [network]
    const double xs[3][2] = {{0.5, -1.0}, {1.5, 0.3}, {-0.7, 0.8}}, labels[3] = {0.0, 1.0, 1.0};
    const double w1s[2][3] = {{0.3, -0.2, 0.5}, {0.1, 0.4, -0.6}},
                 w2s[3][2] = {{0.2, -0.3}, {0.5, 0.1}, {-0.4, 0.7}};
    const flx_array x = flx_array_constant(tape, 3, 2, xs[0]);
    const flx_array label = flx_array_constant(tape, 3, 1, labels);
    const flx_array w1 = flx_array_variable(tape, 2, 3, w1s[0]);
    const flx_array w2 = flx_array_variable(tape, 3, 2, w2s[0]);

    const flx_array hidden = flx_array_tanh(flx_array_matmul(x, w1));
    const flx_array score = flx_array_matmul(hidden, w2);
    const flx_array right = flx_array_take(score, label, FLX_ROWS); /* that of the true class */
    const flx_array loss = flx_array_sub(flx_array_logsumexp_along(score, FLX_ROWS), right);
    const flx_var mean = flx_array_at(flx_array_mean(loss, FLX_ALL), 0, 0);

    flx_array g;
    double values[6];
    check(flx_grad_array(mean, w1, &g, 0));
    check(flx_array_peek(g, values));
    printf("cross entropy %.6f, by the first layer\n", flx_peek(mean));
    for (int k = 0; k < 6; k++) printf("%10.6f%s", values[k], k % 3 == 2 ? "\n" : "");
    //! [network]
}

int main(void)
{
    flx_tape *tape;
    check(flx_tape_create(NULL, &tape));
    gaussian_process(tape);
    network(tape);
    check(flx_tape_status(tape));
    flx_tape_destroy(tape);
    return 0;
}
