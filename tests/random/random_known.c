/* random_known.c: the open deviations. */
#include "random_known.h"

#include <math.h>

/* Powers near such an argument overflow or become subnormal. */
static int tiny(double x) { return x != 0.0 && fabs(x) < 0x1p-450; }

int random_known(unsigned op, double x, double y)
{
    switch (op) {
    /* the second derivative has 0*inf inside */
    case RANDOM_atan2:
    case RANDOM_hypot: return tiny(x) || tiny(y);
    default: return 0;
    }
}
