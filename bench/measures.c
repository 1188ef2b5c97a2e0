/* measures.c: see measures.h. */
#include "measures.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void measures_add(measures *all, double value, const char *unit, double aim, const char *format,
                  ...)
{
    if (all->n == MOST_MEASURES) bench_fail("more than %d measures", (int)MOST_MEASURES);
    report_measure *m = &all->m[all->n++];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(m->name, sizeof m->name, format, arguments);
    va_end(arguments);
    m->value = value;
    m->unit = unit;
    m->aim = aim;
    printf("%-52s %10.4g %-22s", m->name, value, unit);
    if (aim > 0.0) printf(" aim %-5.3g %s", aim, value <= aim ? "met" : "MISSED");
    putchar('\n');
    fflush(stdout);
}

const char *measures_parse(measures *all, int argc, char **argv)
{
    const char *out = NULL;
    for (int k = 1; k < argc; k++) {
        if (strcmp(argv[k], "--quick") == 0) {
            all->race = (race_options){1, 0.0};
            all->shrink = 100;
        } else if (strcmp(argv[k], "--out") == 0 && k + 1 < argc) {
            out = argv[++k];
        } else {
            bench_fail("%s\n%s [--quick] [--out FOLDER]", argv[k], argv[0]);
        }
    }
    return out;
}

void *measures_counted(void *ctx, void *old, size_t old_size, size_t new_size)
{
    measures_bytes *c = ctx;
    void *p = NULL;
    if (new_size == 0) free(old);
    else if (!(p = realloc(old, new_size))) return NULL;
    c->held = c->held - (old ? old_size : 0) + new_size;
    if (c->held > c->peak) c->peak = c->held;
    return p;
}
