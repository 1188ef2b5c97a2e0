/* sample.c: where a function is measured. */
#include "sample.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* x and, where there are to be many, points on both sides of it, nearer and nearer. */
static void add_near(jet_points *points, double x, size_t least)
{
    int bit;
    jet_points_add(points, x, 0);
    for (bit = least < 1000 ? 53 : 3; bit <= 52; bit += 7) {
        jet_points_add(points, x * (1.0 + ldexp(1.0, -bit)), 0);
        jet_points_add(points, x * (1.0 - ldexp(1.0, -bit)), 0);
    }
}

static void add_range(jet_points *points, double low, double high, enum signs signs, size_t least)
{
    const int count = (int)least / (signs == BOTH ? 2 : 1);
    jet_points_log(points, low, high, count, signs == BOTH);
    if (low > -1074.0) jet_points_log(points, -1074.0, low, count / 8, signs == BOTH);
    if (high < 1023.0) jet_points_log(points, high, 1023.0, count / 8, signs == BOTH);
}

/* Beside those of the references: the worst points of third derivatives, found by a search. */
static const struct {
    const char *name;
    double x;
} searched[] = {{"asinh", 0.68623044198380878}};

static void add_searched(jet_points *points, const char *name)
{
    for (size_t i = 0; i < sizeof searched / sizeof searched[0]; i++)
        if (strcmp(searched[i].name, name) == 0) jet_points_add(points, searched[i].x, 0);
}

static sample of_one_argument(const subject *s, const library_row *library, size_t least)
{
    static jet_points points;
    sample result = {NULL, 0};
    points.count = 0;
    if (s->unary != NULL) {
        const unary_row *row = s->unary;
        int i;
        if (row->zero) jet_points_add(&points, 0.0, 0);
        for (i = 0; row->special[i] != 0.0; i++) add_near(&points, row->special[i], least);
        add_searched(&points, s->name);
        add_range(&points, row->low, row->high, row->signs, least);
    } else {
        const ordered_row *row = s->ordered;
        int i;
        for (i = 0; row->special[i] != 0.0; i++) add_near(&points, row->special[i], least);
        jet_points_log(&points, row->low, row->high, (int)least, row->signs == BOTH);
    }
    result.x = malloc((size_t)points.count * sizeof *result.x);
    for (int i = 0; i < points.count && result.x != NULL; i++) {
        /* Outside of the domain; overflow is for the table of edge cases. */
        if (!isfinite(points.x[i]) || !isfinite(library->of_double(&points.x[i], s->n))) continue;
        result.x[result.count][0] = points.x[i];
        result.x[result.count][1] = result.x[result.count][2] = 0.0;
        result.count++;
    }
    return result;
}

/* Number i of a sequence that fills the unit cube evenly (Roberts, 2018): multiples of powers of the
 * root of g^8 = g + 1, of which these are good for seven dimensions. */
static double even(size_t i, int dimension)
{
    static const double steps[] = {0.9115923534821, 0.8310006189270, 0.7575338099527,
                                   0.6905620286570, 0.6295110649288, 0.5738574732214,
                                   0.5231240845772};
    const double turns = steps[dimension] * (double)(i + 1);
    return turns - floor(turns);
}

/* One point in four of each kind: of independent sizes, of like sizes, of ordinary sizes, and one
 * argument near 1 or all of them integers in turn. */
static void place(double *x, const line_row *row, size_t i)
{
    double exponent = 0.0;
    for (int a = 0; a < row->arguments && a < LINE_ARGUMENTS; a++) {
        const double u = even(i, 2 * a), v = even(i, 2 * a + 1);
        const double sign = (int)(even(i, 6) * 8.0) >> a & 1 ? -1.0 : 1.0;
        const double wide = row->low + (row->high - row->low) * u;
        double size;
        if (i % 4 == 1 && a > 0) exponent += 16.0 * u - 8.0;
        else exponent = i % 4 == 2 ? 16.0 * u - 8.0 : wide;
        size = ldexp(1.0 + v, (int)floor(exponent));
        if (i % 8 == 3 && a == 0) size = 1.0 + sign * ldexp(1.0 + v, -(int)(52.0 * u));
        if (i % 8 == 7) size = floor(1.0 + 40.0 * u);
        x[a] = sign * size;
    }
}

static sample of_many_arguments(const line_row *row, const library_row *library, size_t least)
{
    sample result = {malloc((least + LINE_POINTS) * sizeof *result.x), 0};
    for (int i = 0; i < LINE_POINTS && row->special[i][0] != 0.0 && result.x != NULL; i++)
        memcpy(result.x[result.count++], row->special[i], sizeof row->special[i]);
    for (size_t i = 0; result.count < least && i < 100 * least && result.x != NULL; i++) {
        double *x = result.x[result.count];
        place(x, row, i);
        for (int a = row->arguments; a < LINE_ARGUMENTS; a++) x[a] = 0.0;
        if (!isfinite(x[0]) || !isfinite(x[1]) || !isfinite(x[2])) continue;
        if (isfinite(library->of_double(x, 0)) && row->is_usable(x)) result.count++;
    }
    return result;
}

sample sample_make(const subject *s, const library_row *library, size_t least)
{
    return s->line != NULL ? of_many_arguments(s->line, library, least)
                           : of_one_argument(s, library, least);
}
