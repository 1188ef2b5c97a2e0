/* random_known.c: the open deviations. */
#include "random_known.h"

#include <math.h>

/* The reciprocal overflows. */
static int tiny(double x, double y) { return fabs(x) < 0x1p-1023 && fabs(y) < 0x1p-1023; }

int random_known(unsigned op, double x, double y)
{
    switch (op) {
    /* the second derivative has 0*inf inside */
    case RANDOM_atan2:
    case RANDOM_hypot: return tiny(x, y) && !(x == 0.0 && y == 0.0);
    default: return 0;
    }
}
