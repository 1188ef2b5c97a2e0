/** @file isa.h
 *  Instruction sets that parts of the library are compiled for, and which this processor has. */
#ifndef FLUXION_ISA_H
#define FLUXION_ISA_H

#include <fluxion/api.h>

FLX_BEGIN_DECLS

/** Instruction sets that batches, arrays and sweeps along several directions are compiled for. */
typedef enum flx_isa {
    FLX_ISA_BEST, /**< the last of the following that this processor has */
    FLX_ISA_BASE, /**< what the library as a whole is compiled for, such as SSE2 or NEON; elementary
                        functions by libm */
    FLX_ISA_AVX2, /**< AVX2 with fused operations, which only elementary functions use */
    FLX_ISA_AVX512 /**< AVX-512F and DQ */
} flx_isa;

/** Name of an instruction set: "best", "base", "avx2", "avx512"; a static string. */
FLX_API const char *flx_isa_name(flx_isa isa);

/** Whether the library is compiled for this instruction set and the processor has it. */
FLX_API int flx_isa_is_available(flx_isa isa);

FLX_END_DECLS

#endif
