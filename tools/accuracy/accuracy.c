/* accuracy.c: holds every elementary function, by every number type and the tape, against Arb at
 * thousands of points, and prints the table of the worst errors.
 *
 * Usage: accuracy [-n POINTS] [-p DIRECTORY] [NAME...]
 *   -n   points per function at least, 2000 if not given
 *   -p   writes DIRECTORY/NAME.dat for plots: the first argument and errors as shares of what is
 *        permitted, the worst of neighbouring points
 *   NAME functions, all if none is given
 * Ends with 1 where an error is beyond what is permitted, or a mode has another value than the plain
 * computation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"

typedef struct options {
    size_t points;
    const char *plots;
    char **names;
    int count;
} options;

/* Columns of the table and the plots. */
static const int shown[] = {VALUE, FIRST, SECOND, THIRD, 5, 10, 20};
#define SHOWN (sizeof shown / sizeof shown[0])

static int by_x(const void *a, const void *b)
{
    const double x = ((const shares *)a)->x, y = ((const shares *)b)->x;
    return (x > y) - (x < y);
}

/* The worst of neighbouring points, some 300 lines. */
static int write_plot(const options *o, const char *name, measured *m)
{
    const size_t step = (m->points + 299) / 300;
    char path[4096];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s.dat", o->plots, name);
    file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        return 0;
    }
    qsort(m->point, m->points, sizeof *m->point, by_x);
    for (size_t i = 0; i < m->points; i += step) {
        const size_t end = i + step < m->points ? i + step : m->points;
        fprintf(file, "%.6g", m->point[i + (end - i) / 2].x);
        for (size_t q = 0; q < SHOWN; q++) {
            double worst = 0.0;
            for (size_t j = i; j < end; j++)
                if (!(m->point[j].of[shown[q]] <= worst)) worst = m->point[j].of[shown[q]];
            fprintf(file, " %.3g", worst);
        }
        fputc('\n', file);
    }
    return fclose(file) == 0;
}

static void print_row(const char *name, const measured *m)
{
    const ref_worst *most = &m->worst[0];
    printf("| `%s` | %zu |", name, m->points);
    for (size_t q = 0; q < SHOWN; q++) printf(" %.2f |", m->worst[shown[q]].ulps_well);
    for (int q = 0; q < QUANTITIES; q++)
        if (!(m->worst[q].ratio <= most->ratio)) most = &m->worst[q];
    printf(" %.0f %% | %d | %.6g |", 100.0 * most->ratio, (int)(most - m->worst), most->x);
    if (m->known > 0) printf(" %zu of %zu", m->known, m->numbers);
    printf(" |\n");
}

/* Says what is wrong; 0 where something is. A pole or two stand at the ends of a domain. */
static int judge(const char *name, const measured *m)
{
    if (m->differing == 0 && m->wrong == 0 && m->poles <= 2) return 1;
    fprintf(stderr,
            "%s: %zu values are not the plain computation's, %zu numbers are wrong, "
            "%zu points have no truth\n",
            name, m->differing, m->wrong, m->poles);
    for (int q = 0; q < QUANTITIES; q++) {
        const ref_worst *w = &m->worst[q];
        if (w->outside == 0) continue;
        fprintf(
            stderr,
            "  number %d, %zu of %zu beyond; worst %.3g of what is permitted, %.3g ulp of %.3g, "
            "at %.17g %.17g: got %.17g, right is %.21Lg\n",
            q, w->outside, w->points, w->ratio, w->ulps, w->allowed_ulps, w->x, w->y, w->got,
            w->want);
    }
    return 0;
}

/* One function, at one order where it has one; adds to m. */
static int measure(const options *o, const subject *s, size_t least, flx_tape *tape, measured *m)
{
    const library_row *library = library_find(s->name);
    sample points = {NULL, 0};
    if (library == NULL) return 1; /* a function that only derivatives need */
    points = sample_make(s, library, least);
    if (o->plots != NULL) {
        shares *more = realloc(m->point, (m->points + points.count + 1) * sizeof *more);
        if (more == NULL) {
            free(points.x);
            return 0;
        }
        m->point = more;
    }
    for (size_t i = 0; i < points.count; i++) measure_point(m, s, library, tape, points.x[i]);
    free(points.x);
    return points.x != NULL;
}

static int is_wanted(const options *o, const char *name)
{
    for (int i = 0; i < o->count; i++)
        if (strcmp(o->names[i], name) == 0) return 1;
    return o->count == 0;
}

static int finish(const options *o, const char *name, measured *m)
{
    int right;
    if (m->points == 0) return 1;
    right = judge(name, m);
    print_row(name, m);
    fflush(stdout);
    if (o->plots != NULL) right = write_plot(o, name, m) && right;
    free(m->point);
    return right;
}

static int measure_all(const options *o, flx_tape *tape)
{
    int right = 1;
    for (size_t r = 0; r < unary_count; r++) {
        const subject s = {unary_rows[r].name, 1, 0, &unary_rows[r], NULL, NULL};
        measured m = {0};
        if (!is_wanted(o, s.name)) continue;
        right = measure(o, &s, o->points, tape, &m) && right;
        right = finish(o, s.name, &m) && right;
    }
    for (size_t r = 0; r < ordered_count; r++) {
        const ordered_row *row = &ordered_rows[r];
        measured m = {0};
        int orders = 0;
        if (!is_wanted(o, row->name)) continue;
        while (row->orders[orders] != ORDERS_END) orders++;
        for (int i = 0; i < orders; i++) {
            const subject s = {row->name, 1, row->orders[i], NULL, row, NULL};
            right = measure(o, &s, o->points / (size_t)orders, tape, &m) && right;
        }
        right = finish(o, row->name, &m) && right;
    }
    for (size_t r = 0; r < line_count; r++) {
        const subject s = {line_rows[r].name, line_rows[r].arguments, 0, NULL, NULL, &line_rows[r]};
        measured m = {0};
        if (!is_wanted(o, s.name)) continue;
        right = measure(o, &s, o->points, tape, &m) && right;
        right = finish(o, s.name, &m) && right;
    }
    return right;
}

int main(int argc, char **argv)
{
    options o = {2000, NULL, argv + 1, argc - 1};
    flx_tape *tape;
    int right;
    while (o.count >= 2 && o.names[0][0] == '-') {
        if (strcmp(o.names[0], "-n") == 0) o.points = strtoul(o.names[1], NULL, 10);
        if (strcmp(o.names[0], "-p") == 0) o.plots = o.names[1];
        o.names += 2;
        o.count -= 2;
    }
    if (flx_tape_create(NULL, &tape) != FLX_OK) return EXIT_FAILURE;
    right = measure_all(&o, tape);
    flx_tape_destroy(tape);
    flint_cleanup();
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
