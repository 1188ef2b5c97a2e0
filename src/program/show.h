/* show.h: instructions in words. */
#ifndef FLUXION_PROGRAM_SHOW_H
#define FLUXION_PROGRAM_SHOW_H

#include "core/text.h"
#include "reverse/code.h"

/* The operation with what its flags say, and its operands: "mul s3 s7". */
void flx_show_operation(flx_text *t, const flx_code *c, flx_instr in);

/* The name of an operation with what its flags say. */
void flx_show_name(flx_text *t, flx_instr in);

#endif
