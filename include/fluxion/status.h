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

/** What a call met on the way, one bit each, in flx_report.flags. */
enum flx_flag {
    FLX_FLAG_BRANCH = 1 /**< a recorded comparison has another outcome at this point */
};

/** Where and why a call failed. Strings are static or belong to the tape or program. */
typedef struct flx_report {
    flx_status status; /**< the status that the call returned */
    unsigned flags;    /**< bits of enum flx_flag */
    size_t index;      /**< guard for BRANCH_CHANGED, argument for a refused flx_freeze, instruction
                            for a tape's failure, else 0 */
    const char *op;    /**< name of the operation, or NULL */
    const char *label; /**< source label in force there (FLX_HERE), or NULL */
    size_t reads;      /**< plain values read while recording (flx_freeze) */
} flx_report;

FLX_END_DECLS

#endif
