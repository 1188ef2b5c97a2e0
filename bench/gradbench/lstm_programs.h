/* lstm_programs.h: the loss of lstm_loss.h as programs that run as batches.
 *
 * Nothing but a row's term brings together what stands in different columns of the sequence: up to its
 * predictions each column is a chain of its own, with a column of weights. So one program is a column,
 * which scans its rows, and the other is a row's term of the loss. */
#ifndef BENCH_GRADBENCH_LSTM_PROGRAMS_H
#define BENCH_GRADBENCH_LSTM_PROGRAMS_H

#include "lstm_loss.h"

/* A column's predictions, one for each row but the first. Inputs: the column of main, of extra, of
 * state, and of all rows of the sequence but the last. */
flx_status lstm_record_column(gb_batch *p, const lstm_data *data);

/* A row's share of the loss. Inputs: predictions, and the row itself. */
flx_status lstm_record_term(gb_batch *p, const lstm_data *data);

#endif
