/* isa.h: which instruction set loops over doubles run by. Each room keeps its loops in tables, one for
 * each set. */
#ifndef FLUXION_CORE_ISA_H
#define FLUXION_CORE_ISA_H

#include <fluxion/isa.h>
#include <fluxion/status.h>

/* The set that is wanted; where that is FLX_ISA_BEST, the one that the environment variable FLX_ISA names
 * or, without it, the best. FLX_EARG where it is not available. */
flx_status flx_isa_choose(flx_isa wanted, flx_isa *chosen);

#endif
