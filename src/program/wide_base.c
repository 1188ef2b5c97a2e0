/* wide_base.c: sweeps along 4 and 8 directions by what the library is compiled for. */
#define FLX_WIDE_SET flx_wide_base
#include "program/wide_set.inc"
