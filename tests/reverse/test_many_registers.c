/* Numbers of several points, by a compiler's vectors of which it knows no instructions. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#undef __SSE2__
#define SUITE many_registers
#include "many_body.inc"
