/* series.h: how a series is written: drafted beside the old coefficients, then exchanged for them.
 *
 * So a result may be any of the operands, and stays as it was where something fails. Operands'
 * coefficients are fetched after the draft is begun, which may move those of its own series. */
#ifndef FLUXION_FORWARD_SERIES_H
#define FLUXION_FORWARD_SERIES_H

#include <fluxion/series.h>

typedef struct series_draft {
    size_t order;
    double *out;     /* the new coefficients, not initialised */
    double *spare;   /* 2*(order+1): operands that are not series */
    double *scratch; /* FLX_KERNEL_SCRATCH(order) */
} series_draft;

/* FLX_ENOMEM, with nothing changed, where there is no room for this order. */
flx_status flx_series_begin(flx_series *res, size_t order, series_draft *draft);

/* Makes the draft the series. */
flx_status flx_series_commit(flx_series *res, const series_draft *draft);

#endif
