/* rows_base.c: loops over rows of doubles by what the library as a whole is compiled for. */
#define FLX_ROW_SET flx_row_base
#include "reverse/rows_set.inc"
