/* text.c: writing text into a caller's buffer. */
#include "core/text.h"

#include <stdarg.h>
#include <stdio.h>

flx_text flx_text_on(char *buffer, size_t size)
{
    const flx_text t = {buffer, buffer ? size : 0, 0};
    if (t.size) buffer[0] = '\0';
    return t;
}

void flx_text_put(flx_text *t, const char *format, ...)
{
    va_list list;
    const size_t left = t->length < t->size ? t->size - t->length : 0;
    va_start(list, format);
    const int written = vsnprintf(left ? t->buffer + t->length : NULL, left, format, list);
    va_end(list);
    if (written > 0) t->length += (size_t)written;
}
