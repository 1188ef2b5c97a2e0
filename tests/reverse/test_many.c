/* Numbers of several points, by the instructions that any processor of this kind has. */
#define SUITE many
#include "many_body.inc"
