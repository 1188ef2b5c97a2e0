/* Every function of one argument against Arb, by the forward number types: values, first and
 * second derivatives. References come from tools/reference, never from this library. */
#include <criterion/criterion.h>

#include <fluxion/dual.h>
#include <fluxion/hyperdual.h>

#include "reference.h"

typedef struct row {
    const char *name; /* of the function and of its reference file */
    double (*of_double)(double x);
    flx_dual (*of_dual)(flx_dual x);
    flx_ddual (*of_ddual)(flx_ddual x);
    flx_hyperdual (*of_hyperdual)(flx_hyperdual x);
} row;

#define ROW(name)                                                                                  \
    {#name, flx_double_##name, flx_dual_##name, flx_ddual_##name, flx_hyperdual_##name},
#define FLX_UNARY(name, meaning) ROW(name)
static const row rows[] = {ROW(neg) ROW(square)
#include <fluxion/functions.def>
};

#define ROWS (sizeof rows / sizeof rows[0])

static ref_table load(const char *name)
{
    const ref_table table = ref_load(name, 1, REF_NUMBERS);
    cr_assert(table.count > 20, "reference file of %s", name);
    return table;
}

static long double allowed_first(const row *r, const ref_point *p)
{
    return ref_allowed_low(r->name, 1, p->x[0], p->c);
}

/* The second derivative is twice coefficient 2. */
static long double allowed_second(const ref_point *p)
{
    return ref_allowed(2, p->x[0], p->c, 2.0L);
}

Test(unary_forward, double_values)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst value = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            ref_measure(&value, p->x[0], 0.0, rows[r].of_double(p->x[0]), p->c[0],
                        ref_allowed_low(rows[r].name, 0, p->x[0], p->c), 4.0);
        }
        REF_EXPECT(&value, "double", rows[r].name, "f");
        ref_free(&table);
    }
}

Test(unary_forward, dual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst first = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const flx_dual y = rows[r].of_dual(flx_dual_variable(p->x[0]));
            cr_expect(ref_same(y.v, rows[r].of_double(p->x[0])), "%s value x=%a", rows[r].name,
                      p->x[0]);
            ref_measure(&first, p->x[0], 0.0, y.d, p->c[1], allowed_first(&rows[r], p), 4.0);
        }
        REF_EXPECT(&first, "dual", rows[r].name, "d1");
        ref_free(&table);
    }
}

Test(unary_forward, ddual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst inner = {0}, outer = {0}, second = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const flx_ddual y = rows[r].of_ddual(flx_ddual_variable(p->x[0]));
            cr_expect(ref_same(y.v.v, rows[r].of_double(p->x[0])), "%s value x=%a", rows[r].name,
                      p->x[0]);
            ref_measure(&inner, p->x[0], 0.0, y.v.d, p->c[1], allowed_first(&rows[r], p), 4.0);
            ref_measure(&outer, p->x[0], 0.0, y.d.v, p->c[1], allowed_first(&rows[r], p), 4.0);
            ref_measure(&second, p->x[0], 0.0, y.d.d, 2.0L * p->c[2], allowed_second(p), 12.0);
        }
        REF_EXPECT(&inner, "ddual", rows[r].name, "d1i");
        REF_EXPECT(&outer, "ddual", rows[r].name, "d1o");
        REF_EXPECT(&second, "ddual", rows[r].name, "d2");
        ref_free(&table);
    }
}

Test(unary_forward, hyperdual)
{
    for (size_t r = 0; r < ROWS; r++) {
        ref_table table = load(rows[r].name);
        ref_worst first = {0}, other = {0}, second = {0};
        for (size_t i = 0; i < table.count; i++) {
            const ref_point *p = &table.point[i];
            const flx_hyperdual y = rows[r].of_hyperdual(flx_hyperdual_variable(p->x[0]));
            cr_expect(ref_same(y.v, rows[r].of_double(p->x[0])), "%s value x=%a", rows[r].name,
                      p->x[0]);
            ref_measure(&first, p->x[0], 0.0, y.e1, p->c[1], allowed_first(&rows[r], p), 4.0);
            ref_measure(&other, p->x[0], 0.0, y.e2, p->c[1], allowed_first(&rows[r], p), 4.0);
            ref_measure(&second, p->x[0], 0.0, y.e12, 2.0L * p->c[2], allowed_second(p), 12.0);
        }
        REF_EXPECT(&first, "hyperdual", rows[r].name, "d1");
        REF_EXPECT(&other, "hyperdual", rows[r].name, "d1b");
        REF_EXPECT(&second, "hyperdual", rows[r].name, "d2");
        ref_free(&table);
    }
}
