/* both_works.c: see both_works.h. */
#include "both_works.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int same(double a, double b)
{
    return (isnan(a) && isnan(b)) || memcmp(&a, &b, sizeof a) == 0;
}

static flx_work *work_of(flx_program *f, flx_work_kind kind)
{
    flx_work *w = NULL;
    cr_assert_eq(flx_work_create(f, kind, 0, &w), FLX_OK);
    return w;
}

both both_of(flx_program *f)
{
    both b = {f, {work_of(f, FLX_WORK_VALUE), work_of(f, FLX_WORK_FIRST)}, {NULL, NULL}};
    for (int k = 0; k < 2; k++) b.y[k] = calloc(flx_outputs(f) + 1, sizeof(double));
    return b;
}

void forget(both *b)
{
    for (int k = 0; k < 2; k++) {
        flx_work_destroy(b->w[k]);
        free(b->y[k]);
    }
    flx_program_release(b->f);
}

static void same_words(const char *a, const char *b, const char *what)
{
    const int alike = (!a && !b) || (a && b && strcmp(a, b) == 0);
    cr_expect(alike, "%s: %s, %s", what, a ? a : "none", b ? b : "none");
}

static void same_flags(const both *b, const char *what)
{
    const flx_flags f = flx_work_flags(b->w[0]), g = flx_work_flags(b->w[1]);
    cr_expect_eq(f.set, g.set, "%s: %x, %x", what, f.set, g.set);
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        if (!(f.set & g.set & 1u << k)) continue;
        cr_expect_eq(f.first[k].index, g.first[k].index, "%s", what);
        same_words(f.first[k].op, g.first[k].op, what);
        same_words(f.first[k].label, g.first[k].label, what);
    }
}

unsigned same_at(both *b, const double *x, const char *what)
{
    flx_report r[2];
    flx_status status[2];
    for (int k = 0; k < 2; k++) status[k] = flx_eval(b->f, b->w[k], x, b->y[k], &r[k]);
    cr_expect_eq(status[0], status[1], "%s", what);
    cr_expect_eq(r[0].status, r[1].status, "%s", what);
    cr_expect_eq(r[0].flags, r[1].flags, "%s: %x, %x", what, r[0].flags, r[1].flags);
    cr_expect_eq(r[0].index, r[1].index, "%s: %zu, %zu", what, r[0].index, r[1].index);
    same_words(r[0].op, r[1].op, what);
    same_words(r[0].label, r[1].label, what);
    same_flags(b, what);
    for (size_t k = 0; k < flx_outputs(b->f); k++)
        cr_expect(same(b->y[0][k], b->y[1][k]), "%s, output %zu: %.17g, %.17g", what, k, b->y[0][k],
                  b->y[1][k]);
    return r[1].flags;
}
