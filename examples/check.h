/* check.h: what these examples do with a status: say what went wrong and stop. */
#ifndef EXAMPLES_CHECK_H
#define EXAMPLES_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include <fluxion/status.h>

static void check(flx_status status)
{
    if (status == FLX_OK) return;
    fprintf(stderr, "%s: %s\n", flx_status_name(status), flx_status_message(status));
    exit(EXIT_FAILURE);
}

#endif
