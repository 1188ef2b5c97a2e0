/* isa.h: which instruction set loops over doubles run by. Each room keeps its loops in tables, one for
 * each set. */
#ifndef FLUXION_CORE_ISA_H
#define FLUXION_CORE_ISA_H

#include <fluxion/isa.h>
#include <fluxion/status.h>

/* The set that is wanted; where that is FLX_ISA_BEST, the one that the environment variable FLX_ISA names
 * or, without it, the best. FLX_EARG where it is not available. */
flx_status flx_isa_choose(flx_isa wanted, flx_isa *chosen);

/* What instruction sets ask of a processor, a bit for each. */
enum { FLX_HAS_AVX2 = 1, FLX_HAS_FMA = 2, FLX_HAS_AVX512F = 4, FLX_HAS_AVX512DQ = 8 };

/* Whether a set runs where there is this; and the best of those that do. */
int flx_isa_runs_on(flx_isa isa, unsigned has);
flx_isa flx_isa_best_on(unsigned has);

#endif
