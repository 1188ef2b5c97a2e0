/* pass_models.h: what each pass makes of programs, instruction by instruction, against the plainest way of
 * doing the same: every instruction compared with all before it, needs followed until nothing is added,
 * one stable sort. */
#ifndef FLUXION_TESTS_PASS_MODELS_H
#define FLUXION_TESTS_PASS_MODELS_H

#include "program/passes.h"

/* Instructions of a window, beside those of the tie at its end. */
enum { WINDOW = 100000 };

/* Each applies its pass to a program that is frozen as it was recorded, and expects what the model makes of
 * it. The first two return how many instructions are gone. */
uint32_t expect_common(flx_program *f, const char *what);
uint32_t expect_dead(flx_program *f, const char *what);
void expect_order(flx_program *f, int by_dependence, int in_runs, const char *what);

#endif
