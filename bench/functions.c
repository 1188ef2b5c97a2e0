/* functions.c: the functions, instantiated for every number type. */
#include "functions.h"

#define FLX_NAME rosenbrock
#define FLX_BODY "functions/rosenbrock.inc"
#include <fluxion/instantiate.h>

#define FLX_NAME sinchain
#define FLX_BODY "functions/sinchain.inc"
#include <fluxion/instantiate.h>

#define FLX_NAME speelpenning
#define FLX_BODY "functions/speelpenning.inc"
#include <fluxion/instantiate.h>

#define FLX_NAME helmholtz
#define FLX_BODY "functions/helmholtz.inc"
#include <fluxion/instantiate.h>

#define FLX_NAME network
#define FLX_BODY "functions/network.inc"
#include <fluxion/instantiate.h>

const flx_function *bench_function_of(const bench_problem *p)
{
    switch (p->function) {
    case BENCH_SINCHAIN: return &sinchain;
    case BENCH_SPEELPENNING: return &speelpenning;
    case BENCH_HELMHOLTZ: return &helmholtz;
    case BENCH_NETWORK: return &network;
    default: return &rosenbrock;
    }
}

void bench_check(flx_status status, const char *what)
{
    if (status != FLX_OK) bench_fail("%s: %s", what, flx_status_message(status));
}
