/* Numbers of several points as plain doubles, for compilers that have no vectors. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "ops/support.h"
#include "reverse/plane.h"

#undef __GNUC__
#undef __SSE2__
#define SUITE many_doubles
#include "many_body.inc"
