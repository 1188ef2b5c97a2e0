/* trees.c: random expressions of one variable, their Taylor coefficients c_0..c_16 from Arb, and how
 * far rounding may move these.
 *
 * Usage: reference_trees DIRECTORY     writes DIRECTORY/trees.ref
 *        reference_trees - SEED        writes as many others to stdout, for scripts/fuzz --trees;
 *                                      what steps may be wrong by has their condition numbers too
 *
 * tree_N is the argument x and the steps of a straight-line program: a function's name and the
 * numbers of its operands, 0 being x + t and k the result of step k; the last is the result.
 * tree_N_moved is what it moves, in units of relative errors, where coefficient j of every step is
 * wrong by j + 1 units: the sum over all steps y of |dz/dy| times (j+1)|y_j|, dz/dy a series by
 * reverse accumulation. */
#include "native.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { LENGTH = 17, STEPS = 8, NODES = STEPS + 1, TREES = 60, BINARY = 9 };

/* z(a, b) and its partial derivatives da, db, as series. */
typedef void (*binary_function)(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                                const arb_poly_t b, slong prec);

static void times(arb_poly_t z, const arb_poly_t a, const arb_poly_t b, slong prec)
{
    arb_poly_mullow(z, a, b, LENGTH, prec);
}

static void over(arb_poly_t z, const arb_poly_t a, const arb_poly_t b, slong prec)
{
    arb_poly_div_series(z, a, b, LENGTH, prec);
}

static void binary_add(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                       const arb_poly_t b, slong prec)
{
    arb_poly_add(z, a, b, prec);
    arb_poly_one(da);
    arb_poly_one(db);
}

static void binary_sub(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                       const arb_poly_t b, slong prec)
{
    arb_poly_sub(z, a, b, prec);
    arb_poly_one(da);
    arb_poly_set_si(db, -1);
}

static void binary_mul(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                       const arb_poly_t b, slong prec)
{
    times(z, a, b, prec);
    arb_poly_set(da, b);
    arb_poly_set(db, a);
}

static void binary_div(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                       const arb_poly_t b, slong prec)
{
    over(z, a, b, prec);
    arb_poly_inv_series(da, b, LENGTH, prec);
    times(db, z, da, prec);
    arb_poly_neg(db, db);
}

static void binary_pow(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                       const arb_poly_t b, slong prec)
{
    arb_poly_log_series(db, a, LENGTH, prec);
    times(z, b, db, prec);
    arb_poly_exp_series(z, z, LENGTH, prec);
    times(db, db, z, prec);
    times(da, z, b, prec);
    over(da, da, a, prec);
}

/* Of a point on the right of the origin. */
static void binary_atan2(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                         const arb_poly_t b, slong prec)
{
    arb_poly_t square;
    arb_poly_init(square);
    times(square, a, a, prec);
    times(da, b, b, prec);
    arb_poly_add(square, square, da, prec);
    over(z, a, b, prec);
    arb_poly_atan_series(z, z, LENGTH, prec);
    over(da, b, square, prec);
    over(db, a, square, prec);
    arb_poly_neg(db, db);
    arb_poly_clear(square);
}

static void binary_hypot(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                         const arb_poly_t b, slong prec)
{
    times(da, a, a, prec);
    times(db, b, b, prec);
    arb_poly_add(z, da, db, prec);
    arb_poly_sqrt_series(z, z, LENGTH, prec);
    over(da, a, z, prec);
    over(db, b, z, prec);
}

static void binary_xlogy(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                         const arb_poly_t b, slong prec)
{
    arb_poly_log_series(da, b, LENGTH, prec);
    times(z, a, da, prec);
    over(db, a, b, prec);
}

static void binary_logsumexp(arb_poly_t z, arb_poly_t da, arb_poly_t db, const arb_poly_t a,
                             const arb_poly_t b, slong prec)
{
    arb_poly_exp_series(da, a, LENGTH, prec);
    arb_poly_exp_series(db, b, LENGTH, prec);
    arb_poly_add(z, da, db, prec);
    over(da, da, z, prec);
    over(db, db, z, prec);
    arb_poly_log_series(z, z, LENGTH, prec);
}

/* The constant part of the operand that is named must lie above `low`. */
static const struct binary_row {
    const char *name;
    binary_function function;
    double low_a, low_b;
} binary_rows[BINARY] = {
    {"add", binary_add, -20.0, -20.0},
    {"sub", binary_sub, -20.0, -20.0},
    {"mul", binary_mul, -20.0, -20.0},
    {"div", binary_div, -20.0, 0.3},
    {"pow", binary_pow, 0.3, -4.0},
    {"atan2", binary_atan2, -20.0, 0.3},
    {"hypot", binary_hypot, -20.0, 0.1},
    {"xlogy", binary_xlogy, -20.0, 0.3},
    {"logsumexp", binary_logsumexp, -9.0, -9.0},
};

/* |a|, or with `weighs` (j+1)|a_j|. */
static void sizes(arb_poly_t b, const arb_poly_t a, int weighs, slong prec)
{
    arb_t c;
    slong k;
    arb_init(c);
    arb_poly_set(b, a);
    for (k = 0; k < arb_poly_length(a); k++) {
        arb_poly_get_coeff_arb(c, b, k);
        arb_abs(c, c);
        if (weighs) arb_mul_si(c, c, k + 1, prec);
        arb_poly_set_coeff_arb(b, k, c);
    }
    arb_clear(c);
}

/* f(x) and f'(x), by composing the expansion of f at x(0); and what f(x) is wrong by. */
static void unary(arb_poly_t z, arb_poly_t dx, arb_poly_t wrong, const native_row *f,
                  const arb_poly_t x, slong prec)
{
    arb_poly_t outer, inner;
    arb_t x0;
    arb_init(x0);
    arb_poly_init(outer);
    arb_poly_init(inner);
    arb_poly_get_coeff_arb(x0, x, 0);
    arb_poly_set_coeff_si(inner, 1, 1);
    arb_poly_set_coeff_arb(inner, 0, x0);
    f->series(outer, inner, LENGTH + 1, prec);
    arb_poly_set(inner, x);
    arb_poly_set_coeff_si(inner, 0, 0);
    arb_poly_compose_series(z, outer, inner, LENGTH, prec);
    arb_poly_derivative(dx, outer, prec);
    arb_poly_compose_series(dx, dx, inner, LENGTH, prec);
    sizes(wrong, z, 1, prec);
    arb_poly_clear(outer);
    arb_poly_clear(inner);
    arb_clear(x0);
}

/* Functions are numbered through both tables, one operand first. */
typedef struct tree {
    double x;
    int steps;
    struct step {
        int function, a, b;
    } step[STEPS];
} tree;

/* A tree's values, what each is wrong by, and its partial derivatives. */
typedef struct run {
    arb_poly_t value[NODES], wrong[NODES], da[NODES], db[NODES];
} run;

static void run_init(run *r)
{
    for (int k = 0; k < NODES; k++) {
        arb_poly_init(r->value[k]);
        arb_poly_init(r->wrong[k]);
        arb_poly_init(r->da[k]);
        arb_poly_init(r->db[k]);
    }
}

static void run_clear(run *r)
{
    for (int k = 0; k < NODES; k++) {
        arb_poly_clear(r->value[k]);
        arb_poly_clear(r->wrong[k]);
        arb_poly_clear(r->da[k]);
        arb_poly_clear(r->db[k]);
    }
}

static void run_start(run *r, double x)
{
    arb_t x0;
    arb_init(x0);
    arb_set_d(x0, x);
    arb_poly_zero(r->value[0]);
    arb_poly_set_coeff_si(r->value[0], 1, 1);
    arb_poly_set_coeff_arb(r->value[0], 0, x0);
    sizes(r->wrong[0], r->value[0], 1, 256);
    arb_clear(x0);
}

static int with_condition;

/* Wrong by no less than a change of operand x by its whole self moves a step, at the rate dx, in units
 * of 4 ulp. */
static void allow_condition(arb_poly_t wrong, const arb_poly_t dx, const arb_poly_t x, slong prec)
{
    arb_poly_t moved, size;
    arb_t c, w;
    arb_init(c);
    arb_init(w);
    arb_poly_init(moved);
    arb_poly_init(size);
    sizes(moved, dx, 0, prec);
    sizes(size, x, 0, prec);
    times(moved, moved, size, prec);
    for (slong k = 0; k < LENGTH; k++) {
        arb_poly_get_coeff_arb(c, moved, k);
        arb_poly_get_coeff_arb(w, wrong, k);
        arb_mul_2exp_si(c, c, -2);
        if (arf_cmp(arb_midref(c), arb_midref(w)) > 0) arb_poly_set_coeff_arb(wrong, k, c);
    }
    arb_clear(c);
    arb_clear(w);
    arb_poly_clear(moved);
    arb_poly_clear(size);
}

static void run_step(run *r, const tree *t, int k, slong prec)
{
    const struct step *s = &t->step[k];
    const int to = k + 1;
    if (s->function < NATIVE_ROWS) {
        unary(r->value[to], r->da[to], r->wrong[to], &native_rows[s->function], r->value[s->a],
              prec);
    } else {
        binary_rows[s->function - NATIVE_ROWS].function(r->value[to], r->da[to], r->db[to],
                                                        r->value[s->a], r->value[s->b], prec);
        sizes(r->wrong[to], r->value[to], 1, prec);
    }
    if (!with_condition) return;
    allow_condition(r->wrong[to], r->da[to], r->value[s->a], prec);
    if (s->function >= NATIVE_ROWS) allow_condition(r->wrong[to], r->db[to], r->value[s->b], prec);
}

static double middle(const arb_poly_t x, slong k)
{
    arb_t c;
    double d;
    arb_init(c);
    arb_poly_get_coeff_arb(c, x, k);
    d = arf_get_d(arb_midref(c), ARF_RND_NEAR);
    arb_clear(c);
    return d;
}

/* ---- the trees ---- */

static uint64_t state = 20261122;

static int random_below(int n)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (int)((state >> 33) % (uint64_t)n);
}

/* Whether a step's operands are where it is to be used, and it has come up no more often than the
 * others by far. */
static int suits(const run *r, const struct step *s, const int *used, int most)
{
    const double a = middle(r->value[s->a], 0), b = middle(r->value[s->b], 0);
    if (used[s->function] > most) return 0;
    if (s->function < NATIVE_ROWS)
        return native_rows[s->function].low <= a && a <= native_rows[s->function].high;
    return binary_rows[s->function - NATIVE_ROWS].low_a <= a
           && binary_rows[s->function - NATIVE_ROWS].low_b <= b && a <= 9.0 && b <= 9.0;
}

/* Whether a coefficient is an exact zero or close to one, whose digits no precision proves. */
static int has_vanished(const arb_poly_t z)
{
    arb_t c;
    int vanished = 0;
    arb_init(c);
    for (slong k = 0; k < LENGTH; k++) {
        arb_poly_get_coeff_arb(c, z, k);
        vanished = vanished || arb_rel_accuracy_bits(c) < 64;
    }
    arb_clear(c);
    return vanished;
}

/* Neither a constant nor close to a singularity. */
static int is_lively(const arb_poly_t z)
{
    const double value = fabs(middle(z, 0)), slope = fabs(middle(z, 1));
    const double last = fabs(middle(z, LENGTH - 1));
    return 0.05 < value && value < 30.0 && 1e-3 < slope && slope < 1e3 && last < 1e8;
}

/* Every step uses the last one's result. 0 where nothing can follow the steps so far. */
static int grow(tree *t, int *used)
{
    enum { ATTEMPTS = 5000 };
    run r;
    int most = 2;
    run_init(&r);
    t->x = 0.25 + (double)random_below(1024) / 512.0;
    t->steps = 0;
    run_start(&r, t->x);
    for (int attempt = 1; t->steps < STEPS && attempt < ATTEMPTS; attempt++) {
        struct step *s = &t->step[t->steps];
        s->function = random_below(NATIVE_ROWS + BINARY);
        s->a = t->steps;
        s->b = random_below(t->steps + 1);
        if (s->function >= NATIVE_ROWS && random_below(2)) {
            s->a = s->b;
            s->b = t->steps;
        }
        if (attempt % 100 == 0) most++;
        if (!suits(&r, s, used, most)) continue;
        run_step(&r, t, t->steps, 256);
        if (!is_lively(r.value[t->steps + 1])) continue;
        used[s->function]++;
        t->steps++;
    }
    const int whole = t->steps == STEPS && !has_vanished(r.value[STEPS]);
    run_clear(&r);
    for (int k = 0; k < t->steps && !whole; k++) used[t->step[k].function]--;
    return whole;
}

/* ---- the numbers ---- */

/* moved += |d| times what a step is wrong by. */
static void add_moved(arb_poly_t moved, const arb_poly_t d, const arb_poly_t wrong, slong prec)
{
    arb_poly_t product;
    arb_poly_init(product);
    sizes(product, d, 0, prec);
    times(product, product, wrong, prec);
    arb_poly_add(moved, moved, product, prec);
    arb_poly_clear(product);
}

static void add_product(arb_poly_t sum, const arb_poly_t a, const arb_poly_t b, slong prec)
{
    arb_poly_t product;
    arb_poly_init(product);
    times(product, a, b, prec);
    arb_poly_add(sum, sum, product, prec);
    arb_poly_clear(product);
}

static void find_moved(arb_poly_t moved, const run *r, const tree *t, slong prec)
{
    arb_poly_t adjoint[NODES];
    for (int k = 0; k < NODES; k++) arb_poly_init(adjoint[k]);
    arb_poly_one(adjoint[t->steps]);
    for (int k = t->steps; k >= 0; k--) {
        add_moved(moved, adjoint[k], r->wrong[k], prec);
        if (k == 0) break;
        const struct step *s = &t->step[k - 1];
        add_product(adjoint[s->a], adjoint[k], r->da[k], prec);
        if (s->function >= NATIVE_ROWS) add_product(adjoint[s->b], adjoint[k], r->db[k], prec);
    }
    for (int k = 0; k < NODES; k++) arb_poly_clear(adjoint[k]);
}

static tree current;
static int wants_moved;

static void coefficients(arb_ptr c, const double *x, slong prec)
{
    arb_poly_t moved;
    run r;
    run_init(&r);
    arb_poly_init(moved);
    run_start(&r, x[0]);
    for (int k = 0; k < current.steps; k++) run_step(&r, &current, k, prec);
    if (wants_moved) find_moved(moved, &r, &current, prec);
    for (slong k = 0; k < LENGTH; k++)
        arb_poly_get_coeff_arb(c + k, wants_moved ? moved : r.value[current.steps], k);
    arb_poly_clear(moved);
    run_clear(&r);
}

static void print(FILE *file, int n)
{
    fprintf(file, "tree_%d %a", n, current.x);
    for (int k = 0; k < current.steps; k++) {
        const struct step *s = &current.step[k];
        if (s->function < NATIVE_ROWS) fprintf(file, " %s %d", native_rows[s->function].name, s->a);
        else fprintf(file, " %s %d %d", binary_rows[s->function - NATIVE_ROWS].name, s->a, s->b);
    }
    fputc('\n', file);
    for (wants_moved = 0; wants_moved < 2; wants_moved++) {
        fprintf(file, "tree_%d_%s ", n, wants_moved ? "moved" : "value");
        jet_print(file, "a tree", coefficients, 1, &current.x, LENGTH);
    }
}

int main(int argc, char **argv)
{
    int used[NATIVE_ROWS + BINARY] = {0};
    FILE *file;
    if (argc != 2 && !(argc == 3 && !strcmp(argv[1], "-"))) {
        fprintf(stderr, "usage: %s DIRECTORY\n       %s - SEED\n", argv[0], argv[0]);
        return EXIT_FAILURE;
    }
    with_condition = argc == 3;
    if (argc == 3) state = strtoull(argv[2], NULL, 10) * 0x9e3779b97f4a7c15u;
    file = argc == 3
               ? stdout
               : jet_open(argv[1], "trees", "trees.c", "expressions, then coefficients c0..c16");
    for (int n = 0; n < TREES; n++) {
        while (!grow(&current, used)) continue;
        print(file, n);
    }
    fclose(file);
    for (int f = 0; f < NATIVE_ROWS + BINARY && argc == 2; f++)
        fprintf(stderr, "%-9s %d times\n",
                f < NATIVE_ROWS ? native_rows[f].name : binary_rows[f - NATIVE_ROWS].name, used[f]);
    flint_cleanup();
    return EXIT_SUCCESS;
}
