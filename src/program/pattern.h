/* pattern.h: which inputs each output of a program depends on, and which columns or rows of a Jacobian one
 * sweep can have together. */
#ifndef FLUXION_PROGRAM_PATTERN_H
#define FLUXION_PROGRAM_PATTERN_H

#include "core/memory.h"
#include "reverse/loop.h"

/* Lists of numbers, ascending in each: those of list k are item[start[k]] to item[start[k + 1] - 1]. */
typedef struct flx_lists {
    size_t count;
    size_t *start;  /* count + 1 */
    uint32_t *item; /* room for cap */
    size_t cap;
} flx_lists;

/* Frees what the lists hold. */
void flx_lists_clear(flx_lists *l, flx_memory *memory);

/* For each output the inputs that a derivative can reach it from, whatever the values are. Returns 0, with
 * nothing held, where there is no memory. */
int flx_pattern_find(const flx_inner *f, flx_memory *memory, flx_lists *inputs);

/* For each of so many numbers the lists that it is in. Returns 0, with nothing held, where there is no
 * memory. */
int flx_lists_turn(const flx_lists *given, size_t items, flx_memory *memory, flx_lists *turned);

/* Colours for items, no two of one list alike: the lowest that is free, item after item. turned: of the
 * lists; last: room for a number for each item. Returns how many colours.
 * Source: A. R. Curtis, M. J. D. Powell, J. K. Reid, "On the estimation of sparse Jacobian matrices", J.
 * Inst. Math. Appl. 13 (1974). */
uint32_t flx_colour(const flx_lists *lists, const flx_lists *turned, uint32_t *colour,
                    uint32_t *last);

#endif
