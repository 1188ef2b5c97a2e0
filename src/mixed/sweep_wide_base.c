/* sweep_wide_base.c: sweeps back along 4 and 8 directions by what the library is compiled for. */
#define FLX_WIDE_SET flx_wide_dual_base
#include "mixed/sweep_wide_set.inc"
