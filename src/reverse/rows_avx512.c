/* rows_avx512.c: loops over rows of doubles by AVX-512, where the compiler has it: the build gives this
 * file flags of its own. */
#define FLX_ROW_SET flx_row_avx512
#ifdef FLUXION_HAVE_AVX512
#include "reverse/rows_set.inc"
#else
#include "reverse/rows.h"
const flx_row_set FLX_ROW_SET = {NULL, NULL, NULL, NULL, NULL, NULL, NULL};
#endif
