/* inexact.c: see flx_op_is_inexact. */
#include "reverse/rows.h"

static const unsigned char inexact[OP_COUNT] = {
#ifdef FLUXION_HAVE_SLEEF
#define SLEEF(name, function, accuracy, low, high) [OP_##name] = 1,
#define SLEEF_SIZE SLEEF
#define SLEEF_PART(name, function, part, accuracy, low, high) [OP_##name] = 1,
#define SLEEF2 SLEEF
#define SLEEF_POWER SLEEF
#define SLEEF_WITHIN(name) [OP_##name] = 1,
#define SLEEF2_WITHIN SLEEF_WITHIN
#define SLEEF_POWER_WITHIN SLEEF_WITHIN
#include "reverse/sleef.def"
#else
    [OP_poison] = 0,
#endif
};

int flx_op_is_inexact(unsigned op) { return inexact[op]; }
