/* Compiles as it is; with one of the macros below defined it must not. */
#ifdef MISTAKE_NO_BODY
#define FLX_NAME squared
#include <fluxion/instantiate.h>
#endif
#ifdef MISTAKE_NO_NAME
#define FLX_BODY "generic/square.inc"
#include <fluxion/instantiate.h>
#endif

#include <fluxion/fluxion.h>

flx_dual product(flx_dual x, flx_hyperdual y)
{
#ifdef MISTAKE_TWO_TYPES
    return flx_mul(x, y);
#else
    return flx_mul(x, y.v);
#endif
}

flx_dual branch(flx_dual x, flx_taylor2 y)
{
#ifdef MISTAKE_TWO_BRANCHES
    return flx_select(x, x, y);
#else
    return flx_select(x, x, y.c[0]);
#endif
}

flx_dual level(flx_dual x, flx_ddual y)
{
#ifdef MISTAKE_TWO_LEVELS
    return flx_add(x, y);
#else
    return flx_add(x, y.v);
#endif
}
