/* random_known.c: the open deviations. */
#include "random_known.h"

#include <math.h>

/* Powers near such an argument overflow or become subnormal. */
static int tiny(double x) { return x != 0.0 && fabs(x) < 0x1p-450; }

int random_known(unsigned op, double x, double y, double k)
{
    switch (op) {
    /* tiny base: x^(p-1) overflows before p makes it small; infinite exponent: NaN in a dual, 0 in a
     * series; pow(1, NaN): mixed derivative 0 or 1 */
    case RANDOM_pow: return tiny(x) || isinf(y) || y != y;
    case RANDOM_pow_xc: return tiny(x) || isinf(k);
    case RANDOM_pow_cx: return tiny(k) || isinf(x);
    /* the second derivative has 0*inf inside */
    case RANDOM_atan2:
    case RANDOM_hypot: return tiny(x) || tiny(y);
    default: return 0;
    }
}
