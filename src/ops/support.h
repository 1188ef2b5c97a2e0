/* support.h: the functions of real.h's interface that only the library itself uses, in double. */
#ifndef FLUXION_OPS_SUPPORT_H
#define FLUXION_OPS_SUPPORT_H

#include <fluxion/real.h>

#define T double
#define F(name) flx_double_##name
#include "ops/support.inc"
#undef T
#undef F

#endif
