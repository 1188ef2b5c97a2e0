/* text.h: writing text into a caller's buffer, as snprintf does: what does not fit is counted. */
#ifndef FLUXION_CORE_TEXT_H
#define FLUXION_CORE_TEXT_H

#include <stddef.h>

typedef struct flx_text {
    char *buffer;
    size_t size, length; /* length of the whole text so far */
} flx_text;

/* A text into size bytes, the terminating zero included; buffer may be NULL where size is 0. */
flx_text flx_text_on(char *buffer, size_t size);

#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void flx_text_put(flx_text *t, const char *format, ...);

#endif
