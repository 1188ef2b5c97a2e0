/* json_absent.c: in place of json.c where jansson is not here. */
#include "report.h"

void report_write_json(const report *r, const char *folder, const char *name)
{
    (void)r;
    fprintf(stderr, "%s/%s.json is left out: built without jansson\n", folder, name);
}

void report_write_measures_json(const report *r, size_t n, const report_measure *m,
                                const char *folder, const char *name)
{
    (void)n;
    (void)m;
    report_write_json(r, folder, name);
}
