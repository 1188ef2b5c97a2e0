/* ordered.c: Taylor coefficients c_k = f^(k)(x)/k!, k = 0..9, of every elementary function of an
 * integer order n and one argument x, from Arb.
 *
 * Usage: reference_ordered DIRECTORY     writes DIRECTORY/NAME.ref for every function */
#include "rows.h"

#include <stdlib.h>

static const ordered_row *current;

static void coefficients(arb_ptr c, const double *point, slong prec)
{
    arb_t x;
    arb_init(x);
    arb_set_d(x, point[0]);
    current->coefficients(c, (slong)point[1], x, JET_LENGTH, prec);
    arb_clear(x);
}

int main(int argc, char **argv)
{
    size_t r;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    for (r = 0; r < ordered_count; r++) {
        const ordered_row *row = &ordered_rows[r];
        FILE *file =
            jet_open(argv[1], row->name, "ordered.c", "x n, then Taylor coefficients c0..c9 in x");
        int n, i, total = 0;
        current = row;
        for (n = 0; row->orders[n] != ORDERS_END; n++) {
            static jet_points points;
            points.count = 0;
            for (i = 0; row->special[i] != 0.0; i++) jet_points_add(&points, row->special[i], 0);
            jet_points_log(&points, row->low, row->high, row->count, row->signs == BOTH);
            for (i = 0; i < points.count; i++) {
                const double point[2] = {points.x[i], row->orders[n]};
                jet_print(file, row->name, coefficients, 2, point, JET_LENGTH);
            }
            total += points.count;
        }
        fclose(file);
        fprintf(stderr, "%-8s %d points\n", row->name, total);
    }
    flint_cleanup();
    return EXIT_SUCCESS;
}
