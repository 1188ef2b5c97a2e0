/* wide_avx2.c: sweeps along 4 and 8 directions by AVX2, where the compiler has it: the build gives this file
 * flags of its own. */
#define FLX_WIDE_SET flx_wide_avx2
#ifdef FLUXION_HAVE_AVX2
#include "program/wide_set.inc"
#else
#include "program/wide.h"
const flx_wide_set FLX_WIDE_SET = {{NULL, NULL, NULL}, {NULL, NULL, NULL}};
#endif
