/* library.c: every elementary function of the library, by every number type, with one signature. */
#include "library.h"

#include <string.h>

#define T double
#define F(name) flx_double_##name
#define A(name) name##_of_double
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T flx_dual
#define F(name) flx_dual_##name
#define A(name) name##_of_dual
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T flx_ddual
#define F(name) flx_ddual_##name
#define A(name) name##_of_ddual
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T flx_hyperdual
#define F(name) flx_hyperdual_##name
#define A(name) name##_of_hyperdual
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T flx_hyperdual3
#define F(name) flx_hyperdual3_##name
#define A(name) name##_of_hyperdual3
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T flx_var
#define F(name) flx_var_##name
#define A(name) name##_of_var
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T taylor5
#define F(name) taylor5_##name
#define A(name) name##_of_taylor5
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T taylor10
#define F(name) taylor10_##name
#define A(name) name##_of_taylor10
#include "adapt.inc"
#undef T
#undef F
#undef A

#define T taylor20
#define F(name) taylor20_##name
#define A(name) name##_of_taylor20
#include "adapt.inc"
#undef T
#undef F
#undef A

/* clang-format off */
#define ROW(name)                                                                                  \
    {#name, name##_of_double, name##_of_dual, name##_of_ddual, name##_of_hyperdual,                \
     name##_of_hyperdual3, name##_of_var, name##_of_taylor5, name##_of_taylor10, name##_of_taylor20},
#define FLX_UNARY(name, meaning) ROW(name)
#define FLX_BINARY(name, meaning) ROW(name)
#define FLX_TERNARY(name, meaning) ROW(name)
#define FLX_ORDERED(name, meaning) ROW(name)
static const library_row rows[] = {
    ROW(neg) ROW(square) ROW(mul) ROW(div) ROW(pow_xc)
#include <fluxion/functions.def>
};
/* clang-format on */

const library_row *library_find(const char *name)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        if (strcmp(rows[r].name, name) == 0) return &rows[r];
    return NULL;
}
