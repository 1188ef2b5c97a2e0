/* batch_plain.c: see batch_plain.h; compiled for the machine that it runs on. */
#include "batch_plain.h"

#include <math.h>

/* An iteration in the plane: about three operations at a time do not wait for each other. */
double batch_arithmetic(const double *x)
{
    double u = x[0], v = x[1], y = x[2];
    for (int k = 0; k < 10; k++) {
        const double a = u * u, b = v * v, p = u * v, q = (a + b) + 1.0;
        y = y + q;
        u = ((a - b) + x[2]) / q;
        v = (p * 2.0 + x[3]) / q;
    }
    return y;
}

/* Every operation waits for the one before. */
double batch_serial(const double *x)
{
    double y = x[0];
    for (int k = 0; k < 30; k++) {
        y = y * x[1];
        y = y + x[2];
        y = y * 0.5;
        y = k % 3 == 0 ? exp(y) : k % 3 == 1 ? log(y) : sin(y);
    }
    return y;
}

/* Ten terms that do not wait for each other. */
double batch_parallel(const double *x)
{
    double y = x[0];
    for (int k = 0; k < 10; k++) {
        const double c = batch_constant(k);
        const double p = exp(x[1] * c) * log(x[2] + c), q = p + sin(x[3] * c);
        y = (y + q * c) + q * q;
    }
    return y;
}
