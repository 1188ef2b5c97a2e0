/* sweep_wide_avx2.c: sweeps back along 4 and 8 directions by AVX2, where the compiler has it: the build gives
 * this file flags of its own. */
#define FLX_WIDE_SET flx_wide_dual_avx2
#ifdef FLUXION_HAVE_AVX2
#include "mixed/sweep_wide_set.inc"
#else
#include "mixed/sweep_wide.h"
const flx_wide_dual_set FLX_WIDE_SET = {NULL, NULL};
#endif
