/* accumulate_double.c: what accumulating array operations add, T = double. */
#include "reverse/rows.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/accumulate_map.inc"

static inline int F(acc_common)(const flx_code *c, const flx_block *b, F(places) p)
{
    return flx_row_set_of(c)->accumulate(c, b, p);
}

#include "reverse/accumulate.inc"
