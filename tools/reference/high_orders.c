/* high_orders.c: series of high order: elementary functions of x + t, and composition, reversion and
 * one-sided functions of series that are printed along, from Arb.
 *
 * Usage: reference_high_orders DIRECTORY     writes DIRECTORY/series.ref
 *
 * Beside each result z of series a, b stands how far it moves: coefficient k of z_moved is the sum
 * over all coefficients c of a and b of |c| |dz_k/dc|, so that z_moved/|z| is the condition number. */
#include "native.h"
#include "rows.h"

#include <stdlib.h>
#include <string.h>

enum { LENGTH = 42 };

/* Next to roots of coefficients, where a recurrence in doubles does worst. */
enum { ROOTS = 6 };
static const struct {
    const char *name;
    series_function series;
    double x[ROOTS];
} near_roots[] = {
    {"asinh",
     series_asinh,
     {0.094974617476170739, 0.14827480512065017, 0.23738478073885469, 3.9393427335253874,
      5.1965602732354315, 7.6063989675170873}},
    {"tgamma",
     arb_poly_gamma_series,
     {2.452162775910443, 2.9820897631037173, 3.209710049216385, 3.3749190622836318,
      3.5587809027353967, 3.6122144876198439}},
    {"softplus",
     series_softplus,
     {0.2443694703230524, 0.27734801512657226, 0.3090090851227561, 0.35391914444064559,
      0.62159343802453426, -0.82981583125583036}},
};

static series_function current;

static void elementary(arb_ptr c, const double *point, slong prec)
{
    arb_poly_t x, y;
    slong k;
    arb_t c0;
    arb_init(c0);
    arb_poly_init(x);
    arb_poly_init(y);
    arb_set_d(c0, point[0]);
    arb_poly_set_coeff_arb(x, 0, c0);
    arb_poly_set_coeff_si(x, 1, 1);
    current(y, x, LENGTH, prec);
    for (k = 0; k < LENGTH; k++) arb_poly_get_coeff_arb(c + k, y, k);
    arb_poly_clear(x);
    arb_poly_clear(y);
    arb_clear(c0);
}

/* Two series with coefficients of few bits, of irregular signs and sizes, none of them 0. */
static void input(arb_poly_t a, int seed)
{
    arb_t c;
    slong k;
    arb_init(c);
    arb_poly_zero(a);
    for (k = 0; k < LENGTH; k++) {
        arb_set_si(c, 2 * ((37 * k + (slong)11 * seed) % 41) - 41);
        arb_mul_2exp_si(c, c, -5 - k / 2);
        if (k == 0) arb_abs(c, c);
        arb_poly_set_coeff_arb(a, k, c);
    }
    arb_clear(c);
}

static void absolute(arb_poly_t b, const arb_poly_t a)
{
    arb_t c;
    slong k;
    arb_init(c);
    arb_poly_set(b, a);
    for (k = 0; k < arb_poly_length(b); k++) {
        arb_poly_get_coeff_arb(c, b, k);
        arb_abs(c, c);
        arb_poly_set_coeff_arb(b, k, c);
    }
    arb_clear(c);
}

/* moved += |a| |d|: what the coefficients of a move where z moves by d times what a does. */
static void add_moved(arb_poly_t moved, const arb_poly_t a, const arb_poly_t d, slong prec)
{
    arb_poly_t size_a, size_d;
    arb_poly_init(size_a);
    arb_poly_init(size_d);
    absolute(size_a, a);
    absolute(size_d, d);
    arb_poly_mullow(size_a, size_a, size_d, LENGTH, prec);
    arb_poly_add(moved, moved, size_a, prec);
    arb_poly_clear(size_a);
    arb_poly_clear(size_d);
}

/* moved += |c_j| |factor x^j| for every coefficient c_j of a. */
static void add_moved_by_powers(arb_poly_t moved, const arb_poly_t a, const arb_poly_t factor,
                                const arb_poly_t x, slong prec)
{
    arb_poly_t power, one;
    slong j;
    arb_poly_init(power);
    arb_poly_init(one);
    arb_poly_set_trunc(power, factor, LENGTH);
    for (j = 0; j < LENGTH; j++) {
        arb_t c;
        arb_init(c);
        arb_poly_get_coeff_arb(c, a, j);
        arb_poly_set_arb(one, c);
        add_moved(moved, one, power, prec);
        arb_poly_mullow(power, power, x, LENGTH, prec);
        arb_clear(c);
    }
    arb_poly_clear(power);
    arb_poly_clear(one);
}

/* z = a(t*b). */
static void solve_compose(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                          slong prec)
{
    arb_poly_t x, d;
    arb_poly_init(x);
    arb_poly_init(d);
    arb_poly_shift_left(x, b, 1);
    arb_poly_truncate(x, LENGTH);
    arb_poly_compose_series(z, a, x, LENGTH, prec);
    arb_poly_derivative(d, a, prec);
    arb_poly_compose_series(d, d, x, LENGTH, prec);
    add_moved(moved, x, d, prec);
    arb_poly_one(d);
    add_moved_by_powers(moved, a, d, x, prec);
    arb_poly_clear(x);
    arb_poly_clear(d);
}

/* The inverse of t*b: where x moves by e(t), z moves by -z' e(z). */
static void solve_revert(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                         slong prec)
{
    arb_poly_t x, slope;
    (void)a;
    arb_poly_init(x);
    arb_poly_init(slope);
    arb_poly_shift_left(x, b, 1);
    arb_poly_revert_series(z, x, LENGTH, prec);
    arb_poly_derivative(slope, z, prec);
    arb_poly_truncate(x, LENGTH);
    add_moved_by_powers(moved, x, slope, z, prec);
    arb_poly_clear(x);
    arb_poly_clear(slope);
}

/* sqrt(a). */
static void solve_sqrt(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                       slong prec)
{
    arb_poly_t d;
    (void)b;
    arb_poly_init(d);
    arb_poly_sqrt_series(z, a, LENGTH, prec);
    arb_poly_rsqrt_series(d, a, LENGTH, prec);
    arb_poly_scalar_mul_2exp_si(d, d, -1);
    add_moved(moved, a, d, prec);
    arb_poly_clear(d);
}

/* hypot(a, b). */
static void solve_hypot(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                        slong prec)
{
    arb_poly_t d;
    arb_poly_init(d);
    arb_poly_mullow(z, a, a, LENGTH, prec);
    arb_poly_mullow(d, b, b, LENGTH, prec);
    arb_poly_add(z, z, d, prec);
    arb_poly_sqrt_series(z, z, LENGTH, prec);
    arb_poly_div_series(d, a, z, LENGTH, prec);
    add_moved(moved, a, d, prec);
    arb_poly_div_series(d, b, z, LENGTH, prec);
    add_moved(moved, b, d, prec);
    arb_poly_clear(d);
}

/* atan2(a, b) = atan(a/b), b being positive at 0. */
static void solve_atan2(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                        slong prec)
{
    arb_poly_t square, d;
    arb_poly_init(square);
    arb_poly_init(d);
    arb_poly_div_series(z, a, b, LENGTH, prec);
    arb_poly_atan_series(z, z, LENGTH, prec);
    arb_poly_mullow(square, a, a, LENGTH, prec);
    arb_poly_mullow(d, b, b, LENGTH, prec);
    arb_poly_add(square, square, d, prec);
    arb_poly_div_series(d, b, square, LENGTH, prec);
    add_moved(moved, a, d, prec);
    arb_poly_div_series(d, a, square, LENGTH, prec);
    add_moved(moved, b, d, prec);
    arb_poly_clear(square);
    arb_poly_clear(d);
}

/* a/b. */
static void solve_div(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                      slong prec)
{
    arb_poly_t d;
    arb_poly_init(d);
    arb_poly_div_series(z, a, b, LENGTH, prec);
    arb_poly_inv_series(d, b, LENGTH, prec);
    add_moved(moved, a, d, prec);
    arb_poly_div_series(d, z, b, LENGTH, prec);
    add_moved(moved, b, d, prec);
    arb_poly_clear(d);
}

/* A function of order n of a, by its derivatives at a's first coefficient. */
static void solve_ordered(arb_poly_t z, arb_poly_t moved, const char *name, slong n,
                          const arb_poly_t a, slong prec)
{
    const arb_ptr c = _arb_vec_init(LENGTH + 1);
    const ordered_row *row = ordered_rows;
    arb_poly_t f, h, d;
    arb_t x;
    slong k;
    arb_init(x);
    arb_poly_init(f);
    arb_poly_init(h);
    arb_poly_init(d);
    while (strcmp(row->name, name) != 0) row++;
    arb_poly_get_coeff_arb(x, a, 0);
    row->coefficients(c, n, x, LENGTH + 1, prec);
    for (k = 0; k <= LENGTH; k++) arb_poly_set_coeff_arb(f, k, c + k);
    arb_poly_set(h, a);
    arb_poly_set_coeff_si(h, 0, 0);
    arb_poly_compose_series(z, f, h, LENGTH, prec);
    arb_poly_derivative(d, f, prec);
    arb_poly_compose_series(d, d, h, LENGTH, prec);
    add_moved(moved, a, d, prec);
    _arb_vec_clear(c, LENGTH + 1);
    arb_poly_clear(f);
    arb_poly_clear(h);
    arb_poly_clear(d);
    arb_clear(x);
}

static void solve_polygamma(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                            slong prec)
{
    (void)b;
    solve_ordered(z, moved, "polygamma", 3, a, prec);
}

static void solve_jn(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                     slong prec)
{
    (void)b;
    solve_ordered(z, moved, "jn", 2, a, prec);
}

static void solve_yn(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                     slong prec)
{
    (void)b;
    solve_ordered(z, moved, "yn", 1, a, prec);
}

typedef void (*solver)(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                       slong prec);

static const struct problem {
    const char *name;
    solver solve;
} problems[] = {
    {"compose", solve_compose},     {"revert", solve_revert}, {"root", solve_sqrt},
    {"hypot", solve_hypot},         {"atan2", solve_atan2},   {"div", solve_div},
    {"polygamma", solve_polygamma}, {"jn", solve_jn},         {"yn", solve_yn},
};

static solver solve;
static int wants_moved;

static void solution(arb_ptr c, const double *point, slong prec)
{
    arb_poly_t a, b, z, moved;
    slong k;
    (void)point;
    arb_poly_init(a);
    arb_poly_init(b);
    arb_poly_init(z);
    arb_poly_init(moved);
    input(a, 1);
    input(b, 2);
    solve(z, moved, a, b, prec);
    for (k = 0; k < LENGTH; k++) arb_poly_get_coeff_arb(c + k, wants_moved ? moved : z, k);
    arb_poly_clear(a);
    arb_poly_clear(b);
    arb_poly_clear(z);
    arb_poly_clear(moved);
}

static void solve_a(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                    slong prec)
{
    (void)moved;
    (void)b;
    (void)prec;
    arb_poly_set(z, a);
}

static void solve_b(arb_poly_t z, arb_poly_t moved, const arb_poly_t a, const arb_poly_t b,
                    slong prec)
{
    (void)moved;
    (void)a;
    (void)prec;
    arb_poly_set(z, b);
}

static void print(FILE *file, const char *label, solver by, int moved)
{
    const double none = 0.0;
    solve = by;
    wants_moved = moved;
    fprintf(file, "%s%s ", label, moved ? "_moved" : "");
    jet_print(file, label, solution, 1, &none, LENGTH);
}

int main(int argc, char **argv)
{
    size_t r;
    int i;
    FILE *file;
    if (argc != 2) {
        fprintf(stderr, "usage: %s DIRECTORY\n", argv[0]);
        return EXIT_FAILURE;
    }
    file = jet_open(argv[1], "series", "high_orders.c", "name, x, then coefficients c0..c41");
    for (r = 0; r < NATIVE_ROWS; r++) {
        for (i = 0; i < 2; i++) {
            current = native_rows[r].series;
            fprintf(file, "%s_%d ", native_rows[r].name, i);
            jet_print(file, native_rows[r].name, elementary, 1, &native_rows[r].x[i], LENGTH);
        }
    }
    for (r = 0; r < sizeof near_roots / sizeof near_roots[0]; r++) {
        for (i = 0; i < ROOTS; i++) {
            current = near_roots[r].series;
            fprintf(file, "%s_root_%d ", near_roots[r].name, i);
            jet_print(file, near_roots[r].name, elementary, 1, &near_roots[r].x[i], LENGTH);
        }
    }
    print(file, "a", solve_a, 0);
    print(file, "b", solve_b, 0);
    for (r = 0; r < sizeof problems / sizeof problems[0]; r++) {
        print(file, problems[r].name, problems[r].solve, 0);
        print(file, problems[r].name, problems[r].solve, 1);
    }
    fclose(file);
    flint_cleanup();
    return EXIT_SUCCESS;
}
