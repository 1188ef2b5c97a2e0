/* batch_avx512_wide.c: batches by AVX-512 of more points side by side. */
#define FLX_MANY 32
#define FLX_BATCH_SET flx_batch_avx512_wide
#ifdef FLUXION_HAVE_AVX512
#include "program/batch_run.inc"
#else
#include "program/batch.h"
const flx_batch_set FLX_BATCH_SET = {NULL, 0};
#endif
