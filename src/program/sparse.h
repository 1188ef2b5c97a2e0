/* sparse.h: what is known of a Jacobian whose pattern has been found. */
#ifndef FLUXION_PROGRAM_SPARSE_H
#define FLUXION_PROGRAM_SPARSE_H

#include <fluxion/sparse.h>

#include "program/pattern.h"
#include "program/program.h"

/* Entry e, row after row, is at row[e] and column[e]. The columns, or where sweeps go back the rows, of one
 * colour have no row (column) in common, so that one sweep finds the entries of all: those of colour c are
 * entry[first[c]] to entry[first[c + 1] - 1]. */
struct flx_sparsity {
    flx_memory memory;
    flx_program *program;
    size_t entries, colours;
    int backward;
    size_t *start, *row, *column;
    uint32_t *colour; /* of each column or row */
    size_t *first, *entry;
};

#endif
