/** @file status.h
 *  What every call of the library that can fail returns, and where a failure happened. */
#ifndef FLUXION_STATUS_H
#define FLUXION_STATUS_H

#include <stddef.h>

#include <fluxion/api.h>

FLX_BEGIN_DECLS

/** Result of a call. The names and messages are the rows of status.def. */
typedef enum flx_status {
#define FLX_STATUS(name, message) FLX_##name,
#include <fluxion/status.def>
#undef FLX_STATUS
    FLX_STATUS_COUNT /**< number of statuses */
} flx_status;

/** Name of a status, such as "FLX_ENOMEM"; a static string, never NULL. */
FLX_API const char *flx_status_name(flx_status status);

/** One sentence on a status; a static string, never NULL. */
FLX_API const char *flx_status_message(flx_status status);

/** Delicate points, one bit each. The names and meanings are the rows of flags.def. */
enum flx_flag {
#define FLX_FLAG(name, bit, meaning) FLX_FLAG_##name = bit,
#include <fluxion/flags.def>
#undef FLX_FLAG
};

/** Number of flags. */
#define FLX_FLAG_COUNT 9

/** Where a flag was raised. Strings are static or belong to the tape or program. */
typedef struct flx_place {
    size_t index;      /**< instruction; the guard for BRANCH, the output for ZEROGRAD */
    const char *op;    /**< name of the operation, or NULL */
    const char *label; /**< source label in force there (FLX_HERE), or NULL */
} flx_place;

/** Flags, and where each was first raised. All-zero bytes are "none". */
typedef struct flx_flags {
    unsigned set;                    /**< bits of enum flx_flag */
    flx_place first[FLX_FLAG_COUNT]; /**< of bit 1 << k at k, where that bit is set */
} flx_flags;

/** Name of a single flag, such as "POLE"; a static string, never NULL. */
FLX_API const char *flx_flag_name(unsigned flag);

/** What a single flag means, in one sentence; a static string, never NULL. */
FLX_API const char *flx_flag_meaning(unsigned flag);

/** Where and why a call failed. Strings are static or belong to the tape or program. */
typedef struct flx_report {
    flx_status status; /**< the status that the call returned */
    unsigned flags;    /**< bits of enum flx_flag */
    size_t index;      /**< guard for BRANCH_CHANGED, argument for a refused flx_freeze, instruction
                            for a tape's failure, or of the first flag of a call that succeeded */
    const char *op;    /**< name of the operation, or NULL */
    const char *label; /**< source label in force there (FLX_HERE), or NULL */
    size_t reads;      /**< plain values read while recording (flx_freeze) */
} flx_report;

FLX_END_DECLS

#endif
