/* batch_avx512.c: batches by AVX-512F and DQ, where the compiler has them: the build gives this file flags of its
 * own. */
#define FLX_BATCH_SET flx_batch_avx512
#ifdef FLUXION_HAVE_AVX512
#include "program/batch_run.inc"
#else
#include "program/batch.h"
const flx_batch_set FLX_BATCH_SET = {NULL, 0};
#endif
