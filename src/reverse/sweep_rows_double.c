/* sweep_rows_double.c: reverse mode of maps, T = double. */
#include "reverse/rows.h"
#include "reverse/sweep_double.h"

#define T double
#define F(name) flx_double_##name
#include "reverse/reverse_scalar.inc"

static inline int F(map_rows_back)(const F(context) * c, const flx_block *b)
{
    return flx_row_set_of(&c->code)->map_back(c, b);
}

#include "reverse/reverse_rows.inc"
