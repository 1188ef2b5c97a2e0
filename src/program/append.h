/* append.h: a program's code put on a tape, to be differentiated there. */
#ifndef FLUXION_PROGRAM_APPEND_H
#define FLUXION_PROGRAM_APPEND_H

#include "program/program.h"
#include "reverse/tape.h"

/* What a tape that is reset begins with: the poison. The program follows. */
enum { FLX_FIRST_INSTR = 1, FLX_FIRST_SLOT = 1 };

/* Puts the program's code, without guards, on an empty tape, with the values of its slots. The tape's
 * status says whether it succeeded. */
void flx_append(flx_tape *t, const flx_program *f, const double *value);

#endif
