/* schedule_machine.h: a machine that knows of every place whose value it holds executes a schedule beside the
 * code: each operand has to be where it is read, to the last instruction. */
#ifndef FLUXION_TESTS_SCHEDULE_MACHINE_H
#define FLUXION_TESTS_SCHEDULE_MACHINE_H

#include "program/program.h"

/* Executes a program's schedule. Returns its slots, or 0 where there is none. */
uint32_t expect_schedule_sound(flx_program *f, const char *what);

#endif
