/* status.c: names and messages of the statuses, from their one table. */
#include <fluxion/status.h>

static const char *const names[] = {
#define FLX_STATUS(name, message) "FLX_" #name,
#include <fluxion/status.def>
#undef FLX_STATUS
};

static const char *const messages[] = {
#define FLX_STATUS(name, message) message,
#include <fluxion/status.def>
#undef FLX_STATUS
};

static int known(flx_status status) { return (unsigned)status < FLX_STATUS_COUNT; }

const char *flx_status_name(flx_status status)
{
    return known(status) ? names[status] : "FLX_(unknown)";
}

const char *flx_status_message(flx_status status)
{
    return known(status) ? messages[status] : "not a status of this library";
}

static const char *const flag_names[] = {
#define FLX_FLAG(name, bit, meaning) #name,
#include <fluxion/flags.def>
#undef FLX_FLAG
};

static const char *const flag_meanings[] = {
#define FLX_FLAG(name, bit, meaning) meaning,
#include <fluxion/flags.def>
#undef FLX_FLAG
};

_Static_assert(sizeof flag_names / sizeof *flag_names == FLX_FLAG_COUNT, "one row for each flag");

/* The index of a single bit; FLX_FLAG_COUNT where it is no flag. */
static unsigned flag_index(unsigned flag)
{
    unsigned k = 0;
    while (k < FLX_FLAG_COUNT && flag != 1u << k) k++;
    return k;
}

const char *flx_flag_name(unsigned flag)
{
    const unsigned k = flag_index(flag);
    return k < FLX_FLAG_COUNT ? flag_names[k] : "unknown";
}

const char *flx_flag_meaning(unsigned flag)
{
    const unsigned k = flag_index(flag);
    return k < FLX_FLAG_COUNT ? flag_meanings[k] : "unknown flag";
}
