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
