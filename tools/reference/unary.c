/* unary.c: Taylor coefficients c_k = f^(k)(x)/k!, k = 0..9, of every elementary function of one
 * argument, over its whole domain, from Arb.
 *
 * Usage: reference_unary DIRECTORY     writes DIRECTORY/NAME.ref for every function */
#include "rows.h"

#include <stdlib.h>

static const unary_row *current;

static void coefficients(arb_ptr c, const double *x, slong prec)
{
    arb_t at;
    arb_init(at);
    arb_set_d(at, x[0]);
    series_coefficients(c, current->series, at, JET_LENGTH, prec);
    arb_clear(at);
}

int main(int argc, char **argv)
{
    size_t r;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (r = 0; r < unary_count; r++) {
        const unary_row *row = &unary_rows[r];
        static jet_points points;
        FILE *file;
        int i;
        points.count = 0;
        if (row->zero) jet_points_add(&points, 0.0, 0);
        for (i = 0; row->special[i] != 0.0; i++) jet_points_add(&points, row->special[i], 0);
        jet_points_log(&points, row->low, row->high, row->count, row->signs == BOTH);
        file = jet_open(argv[1], row->name, "unary.c", "x, then Taylor coefficients c0..c9");
        current = row;
        for (i = 0; i < points.count; i++) {
            jet_print(file, row->name, coefficients, 1, &points.x[i], JET_LENGTH);
        }
        fclose(file);
        fprintf(stderr, "%-8s %d points\n", row->name, points.count);
    }
    flint_cleanup();
    return EXIT_SUCCESS;
}
