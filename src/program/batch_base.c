/* batch_base.c: batches by the instruction set of the library as a whole. */
#define FLX_BATCH_SET flx_batch_base
#include "program/batch_run.inc"
