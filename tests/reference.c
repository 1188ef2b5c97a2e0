/* reference.c: reads the reference files of tests/data and measures errors against them. */
#include "reference.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef FLX_TEST_DATA
#define FLX_TEST_DATA "tests/data"
#endif

enum { LINE_SIZE = 4096 };

/* One line into one point; 0 where a number is missing or something follows the last one. */
static int parse(const char *line, size_t coordinates, size_t numbers, ref_point *point)
{
    char *end;
    size_t k;
    for (k = 0; k < coordinates; k++, line = end) {
        point->x[k] = strtod(line, &end);
        if (end == line) return 0;
    }
    for (k = 0; k < numbers; k++, line = end) {
        point->c[k] = strtold(line, &end);
        if (end == line) return 0;
    }
    return strspn(line, " \r\n") == strlen(line);
}

static FILE *open_data(const char *name)
{
    char path[LINE_SIZE];
    snprintf(path, sizeof path, "%s/%s.ref", FLX_TEST_DATA, name);
    return fopen(path, "r");
}

ref_table ref_load(const char *name, size_t coordinates, size_t numbers)
{
    ref_table table = {NULL, 0};
    char line[LINE_SIZE];
    size_t room = 0;
    FILE *file = open_data(name);
    if (file == NULL) return table;
    while (fgets(line, sizeof line, file) != NULL) {
        static const ref_point none;
        if (line[0] == '#') continue;
        if (table.count == room) {
            ref_point *more;
            room = room > 0 ? 2 * room : 64;
            more = realloc(table.point, room * sizeof *more);
            if (more == NULL) break;
            table.point = more;
        }
        table.point[table.count] = none;
        if (!parse(line, coordinates, numbers, &table.point[table.count])) break;
        table.count++;
    }
    if (!feof(file)) ref_free(&table);
    fclose(file);
    return table;
}

void ref_free(ref_table *table)
{
    free(table->point);
    table->point = NULL;
    table->count = 0;
}

size_t ref_line(const char *name, const char *label, double *x, long double *values, size_t room)
{
    char line[LINE_SIZE];
    const size_t length = strlen(label);
    size_t count = 0;
    FILE *file = open_data(name);
    if (file == NULL) return 0;
    while (count == 0 && fgets(line, sizeof line, file) != NULL) {
        char *at = line + length, *end;
        if (strncmp(line, label, length) != 0 || *at != ' ') continue;
        *x = strtod(at, &end);
        for (at = end; count < room; at = end, count++) {
            const long double value = strtold(at, &end);
            if (end == at) break;
            values[count] = value;
        }
    }
    fclose(file);
    return count;
}

long double ref_ulp(long double value)
{
    int exponent = DBL_MIN_EXP - 1;
    if (value != 0.0L && isfinite(value)) exponent = ilogbl(value);
    if (exponent < DBL_MIN_EXP - 1) exponent = DBL_MIN_EXP - 1;
    if (exponent > DBL_MAX_EXP - 1) exponent = DBL_MAX_EXP - 1;
    return ldexpl(1.0L, exponent - (DBL_MANT_DIG - 1));
}

long double ref_error(double got, long double want)
{
    const long double beyond = ldexpl(1.0L, DBL_MAX_EXP);
    long double value = (long double)got;
    if (isnan(got) || isnan(want)) return isnan(got) && isnan(want) ? 0.0L : (long double)INFINITY;
    if (isinf(got)) value = copysignl(beyond, value);
    if (fabsl(want) > beyond) want = copysignl(beyond, want);
    return fabsl(value - want);
}

int ref_same(double a, double b) { return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0; }

/* As many ulps of `value` as moved/value, the condition number, says. An exact zero has no ulp of
 * its own: it is given the largest that a number has in proportion to its size. */
static long double condition_ulps(long double moved, long double value)
{
    if (value == 0.0L) return moved * (long double)DBL_EPSILON;
    return moved / fabsl(value) * ref_ulp(value);
}

long double ref_permitted(size_t k, long double value, long double moved)
{
    const long double ulps = 4.0L * (long double)(k + 1);
    return fmaxl(ulps * ref_ulp(value), condition_ulps(moved, value));
}

long double ref_permitted_low(const char *name, size_t k, long double value, long double moved)
{
    static const char *const roots[2][5] = {{"digamma", "logsumexp", "polygamma", "jn", "yn"},
                                            {"lgamma", "tgamma", "polygamma", "jn", "yn"}};
    const long double ulps = 4.0L * ref_ulp(value);
    for (size_t i = 0; i < sizeof roots[k] / sizeof roots[k][0]; i++)
        if (strcmp(name, roots[k][i]) == 0) return fmaxl(ulps, condition_ulps(moved, value));
    return ulps;
}

long double ref_permitted_waves(const char *name, int n, double x, size_t k, long double value,
                                long double permitted)
{
    const long double size = fabsl((long double)x);
    long double factorial = 1.0L;
    if (strcmp(name, "jn") != 0 && strcmp(name, "yn") != 0) return permitted;
    if (size < 1.0L || size < 0.5L * (fabsl((long double)n) - (long double)k)) return permitted;
    for (size_t j = 2; j <= k; j++) factorial *= (long double)j;
    return fmaxl(permitted,
                 0x1p-50L * fmaxl(fabsl(value), sqrtl(0.636619772367581343L / size) / factorial));
}

static long double moved_along(size_t k, double x, const long double *c)
{
    return fabsl((long double)x * (long double)(k + 1) * c[k + 1]);
}

long double ref_allowed(size_t k, double x, const long double *c, long double scale)
{
    return ref_permitted(k, scale * c[k], scale * moved_along(k, x, c));
}

long double ref_allowed_low(const char *name, size_t k, double x, const long double *c)
{
    return ref_permitted_low(name, k, c[k], moved_along(k, x, c));
}

long double ref_allowed_value(const char *name, const ref_point *p)
{
    return ref_permitted_low(name, 0, p->c[REF_F],
                             fabsl((long double)p->x[0] * p->c[REF_FX])
                                 + fabsl((long double)p->x[1] * p->c[REF_FY]));
}

long double ref_allowed_second(const ref_point *p, enum ref_place place)
{
    /* The third derivatives follow in the same order, one place further for each y. */
    const long double *third = &p->c[place - REF_FXX + REF_FXXX];
    const long double moved =
        fabsl((long double)p->x[0] * third[0]) + fabsl((long double)p->x[1] * third[1]);
    return fmaxl(12.0L * ref_ulp(p->c[place]), condition_ulps(moved, p->c[place]));
}

void ref_measure(ref_worst *worst, double x, double y, double got, long double want,
                 long double allowed, double well)
{
    const long double ulp = ref_ulp(want);
    const long double error = ref_error(got, want);
    const double ratio = (double)(error / allowed);
    const double ulps = (double)(error / ulp);
    worst->points++;
    if (!(ratio <= 1.0)) worst->outside++;
    if (allowed <= (long double)well * ulp && !(ulps <= worst->ulps_well)) worst->ulps_well = ulps;
    if (worst->points > 1 && ratio <= worst->ratio) return;
    worst->ratio = ratio;
    worst->ulps = ulps;
    worst->allowed_ulps = (double)(allowed / ulp);
    worst->x = x;
    worst->y = y;
    worst->got = got;
    worst->want = want;
}
