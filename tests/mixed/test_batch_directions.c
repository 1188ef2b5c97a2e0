/* Batches: products with directions, of first and second order, against the drivers of one point, what is
 * written by hand, and each other. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batch_programs.h"
#include "hostile_expect.h"
#include "reference.h"

enum { POINTS = 37, N = BATCH_INPUTS, M = BATCH_OUTPUTS };

static const flx_isa isas[] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};
static const double weights[M] = {1.0, -0.5, 2.0, 0.25};

/* What both drivers give at some points. */
typedef struct results {
    double y[POINTS * M], jv[POINTS * M], y2[POINTS * M], g[POINTS * N], hv[POINTS * N];
    unsigned first[POINTS], second[POINTS];
} results;

typedef struct fixture {
    size_t n, m;
    const char *name;
    flx_program *f;
    flx_work *w;
    flx_batch *b;
    int twice; /* whether it can be differentiated twice */
    double x[POINTS * N], dir[POINTS * N];
} fixture;

static fixture make(const batch_case *c, flx_batch_options options)
{
    fixture s = {.n = c->inputs, .m = c->outputs, .name = c->name, .f = batch_program(c, NULL)};
    cr_assert_not_null(s.f, "%s", c->name);
    s.twice = strcmp(c->name, "whole matrices") != 0;
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_SECOND, 1, &s.w), FLX_OK);
    cr_assert_eq(flx_batch_create(s.f, FLX_WORK_SECOND, &options, &s.b), FLX_OK, "%s", c->name);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < s.n; k++) {
            s.x[i * s.n + k] = batch_sample(i, k);
            s.dir[i * s.n + k] = batch_sample(i + 51, k) - 1.0;
        }
    return s;
}

static void clear(fixture *s)
{
    flx_batch_destroy(s->b);
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

static flx_status run(const fixture *s, size_t points, results *r)
{
    const size_t n = s->n, m = s->m;
    const flx_batch_in x = flx_in_rows(s->x, n), dir = flx_in_rows(s->dir, n);
    const flx_batch_in weight = flx_in_shared(weights, m);
    const flx_batch_out y = flx_out_rows(r->y, m), jv = flx_out_rows(r->jv, m);
    const flx_batch_out y2 = flx_out_rows(r->y2, m), g = flx_out_rows(r->g, n);
    const flx_batch_out hv = flx_out_rows(r->hv, n);
    const flx_status first =
        flx_jvp_batch(s->f, s->b, points, 1, &x, 1, &dir, 1, &y, 1, &jv, r->first, NULL);
    if (!s->twice) return first;
    const flx_status second = flx_hvp_batch(s->f, s->b, points, 1, &x, 1, &dir, 1, &weight, 1, &y2,
                                            1, &g, 1, &hv, r->second, NULL);
    cr_expect_eq(first, second, "%s", s->name);
    return first;
}

static int same(const double *a, const double *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!ref_same(a[k], b[k])) return 0;
    return 1;
}

/* How far numbers are apart, relatively to the largest of them. */
static double distance(const double *a, const double *b, size_t n)
{
    double most = 0.0, size = 1.0;
    for (size_t k = 0; k < n; k++) {
        size = fmax(size, fabs(b[k]));
        if (!ref_same(a[k], b[k])) most = fmax(most, fabs(a[k] - b[k]));
        if ((a[k] == a[k]) != (b[k] == b[k])) return (double)INFINITY;
    }
    return most / size;
}

static void expect_point(const fixture *s, const results *r, size_t i, double most)
{
    const size_t n = s->n, m = s->m;
    const double *x = s->x + i * n, *dir = s->dir + i * n;
    double y[M], jv[M], g[N], hv[N];
    flx_eval(s->f, s->w, x, y, NULL);
    flx_jvp(s->f, s->w, x, dir, jv, NULL);
    cr_expect_leq(distance(r->y + i * m, y, m), most, "%s, value %zu", s->name, i);
    cr_expect_leq(distance(r->jv + i * m, jv, m), most, "%s, product %zu: %g", s->name, i,
                  distance(r->jv + i * m, jv, m));
    if (!s->twice) return;
    flx_vjp(s->f, s->w, x, weights, g, NULL);
    flx_hvp(s->f, s->w, x, dir, weights, hv, NULL);
    cr_expect(same(r->y + i * m, r->y2 + i * m, m), "%s, value %zu", s->name, i);
    cr_expect_leq(distance(r->g + i * n, g, n), most, "%s, gradient %zu", s->name, i);
    cr_expect_leq(distance(r->hv + i * n, hv, n), most, "%s, second product %zu: %g", s->name, i,
                  distance(r->hv + i * n, hv, n));
}

Test(batch_directions, every_instruction_set_is_near_one_point)
{
    static results r;
    for (size_t k = 0; k < batch_case_count; k++) {
        for (size_t j = 0; j < sizeof isas / sizeof *isas; j++) {
            if (!flx_isa_is_available(isas[j])) continue;
            fixture s = make(&batch_cases[k], (flx_batch_options){.isa = isas[j]});
            cr_expect_eq(run(&s, POINTS, &r), FLX_OK);
            for (size_t i = 0; i < POINTS; i++) expect_point(&s, &r, i, 1e-11);
            clear(&s);
        }
    }
}

/* (1-a)^2 + 100 (b-a^2)^2, its derivatives written by hand. */
Test(batch_directions, rosenbrock_by_hand)
{
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    double x[POINTS * 2], y[POINTS], g[POINTS * 2], hv[POINTS * 2], jv[POINTS];
    const double d[2] = {0.5, -2.0};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var in[2] = {flx_variable(t, 0.5), flx_variable(t, 0.25)};
    const flx_var r = flx_var_sub(in[1], flx_var_square(in[0]));
    const flx_var out = flx_var_add(flx_var_square(flx_var_sub_cx(1.0, in[0])),
                                    flx_var_mul_xc(flx_var_square(r), 100.0));
    cr_assert_eq(flx_freeze(t, 2, in, 1, &out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, NULL, &b), FLX_OK);
    for (size_t i = 0; i < POINTS * 2; i++) x[i] = batch_sample(i, 2);
    const flx_batch_in points = flx_in_rows(x, 2), dir = flx_in_shared(d, 2);
    const flx_batch_out to_y = flx_out_rows(y, 1), to_g = flx_out_rows(g, 2);
    const flx_batch_out to_hv = flx_out_rows(hv, 2), to_jv = flx_out_rows(jv, 1);
    cr_expect_eq(flx_hvp_batch(f, b, POINTS, 1, &points, 1, &dir, 0, NULL, 1, &to_y, 1, &to_g, 1,
                               &to_hv, NULL, NULL),
                 FLX_OK);
    cr_expect_eq(flx_jvp_batch(f, b, POINTS, 1, &points, 1, &dir, 0, NULL, 1, &to_jv, NULL, NULL),
                 FLX_OK);
    for (size_t i = 0; i < POINTS; i++) {
        const double p = x[2 * i], q = x[2 * i + 1], e = q - p * p;
        const double by[2] = {-2.0 * (1.0 - p) - 400.0 * p * e, 200.0 * e};
        const double twice = 2.0 - 400.0 * e + 800.0 * p * p;
        const double want[2] = {twice * d[0] - 400.0 * p * d[1], -400.0 * p * d[0] + 200.0 * d[1]};
        const double along = by[0] * d[0] + by[1] * d[1];
        cr_expect_eq(y[i], (1.0 - p) * (1.0 - p) + e * e * 100.0);
        cr_expect_lt(distance(g + 2 * i, by, 2), 1e-14);
        cr_expect_lt(distance(hv + 2 * i, want, 2), 1e-14);
        cr_expect_lt(distance(jv + i, &along, 1), 1e-14);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static void expect_same(const fixture *s, const results *a, size_t i, const results *b, size_t j,
                        const char *what)
{
    const size_t n = s->n, m = s->m;
    cr_expect(same(a->y + i * m, b->y + j * m, m) && same(a->jv + i * m, b->jv + j * m, m),
              "%s, %s: products of point %zu", s->name, what, i);
    if (!s->twice) return;
    cr_expect(same(a->g + i * n, b->g + j * n, n) && same(a->hv + i * n, b->hv + j * n, n),
              "%s, %s: second products of point %zu", s->name, what, i);
}

Test(batch_directions, bits_are_a_points_own)
{
    static results all, some;
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){.threads = 2}), p = s;
        run(&s, POINTS, &all);
        for (size_t points = 0; points <= 17; points += points < 7 ? 7 : 1) {
            for (size_t i = 0; i < POINTS * M; i++) some.jv[i] = 5.0;
            for (size_t i = 0; i < POINTS * N; i++) some.hv[i] = 5.0;
            cr_expect_eq(run(&s, points, &some), FLX_OK);
            for (size_t i = 0; i < points; i++) expect_same(&s, &some, i, &all, i, "fewer");
            cr_expect(some.jv[points * s.m] == 5.0 && some.hv[points * s.n] == 5.0);
        }
        for (size_t i = 0; i < POINTS; i++) {
            memcpy(p.x + i * s.n, s.x + i * 5 % POINTS * s.n, s.n * sizeof *p.x);
            memcpy(p.dir + i * s.n, s.dir + i * 5 % POINTS * s.n, s.n * sizeof *p.x);
        }
        p.x[3 * s.n] = (double)NAN;
        run(&p, POINTS, &some);
        for (size_t i = 0; i < POINTS; i++)
            if (i != 3) expect_same(&s, &some, i, &all, i * 5 % POINTS, "permuted");
        clear(&s);
    }
}

Test(batch_directions, avx2_and_avx512_have_the_same_bits)
{
    static results a, b;
    if (!flx_isa_is_available(FLX_ISA_AVX512)) return;
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){.isa = FLX_ISA_AVX2});
        fixture z = make(&batch_cases[k], (flx_batch_options){.isa = FLX_ISA_AVX512});
        run(&s, POINTS, &a);
        run(&z, POINTS, &b);
        for (size_t i = 0; i < POINTS; i++) expect_same(&s, &a, i, &b, i, "avx512");
        clear(&s);
        clear(&z);
    }
}

/* ---- layouts, sums, parameters ---- */

/* Nine sums are those of what each point has: values, slopes, the first and the last of the Hessian
 * products, the first of the tangents. */
static void expect_sums(const flx_program *f, flx_batch *b, size_t points, const flx_batch_in *x,
                        const flx_batch_in *dir, const double *sum)
{
    double *all = calloc(points * 12, sizeof *all);
    const flx_batch_in weight = flx_in_shared(weights, 3);
    const flx_batch_out y = flx_out_columns(all, 3, points);
    const flx_batch_out g = flx_out_columns(all + 3 * points, 3, points);
    const flx_batch_out hv = flx_out_columns(all + 6 * points, 3, points);
    const flx_batch_out jv = flx_out_columns(all + 9 * points, 3, points);
    static const size_t column[9] = {0, 1, 2, 3, 4, 5, 6, 8, 9};
    cr_expect_eq(
        flx_hvp_batch(f, b, points, 1, x, 2, dir, 1, &weight, 0, NULL, 1, &g, 1, &hv, NULL, NULL),
        FLX_OK);
    cr_expect_eq(flx_jvp_batch(f, b, points, 1, x, 2, dir, 1, &y, 1, &jv, NULL, NULL), FLX_OK);
    for (size_t k = 0; k < 9; k++) {
        long double plain = 0.0L, size = 0.0L;
        for (size_t i = 0; i < points; i++) {
            plain += all[column[k] * points + i];
            size += fabsl(all[column[k] * points + i]);
        }
        cr_expect(fabsl(sum[k] - plain) <= 1e-14L * size && size > 0.0L, "sum %zu: %g for %Lg", k,
                  sum[k], plain);
    }
    free(all);
}

/* Directions of several pieces; sums on any number of threads have the same bits, and those of one
 * block are those of columns. */
Test(batch_directions, pieces_and_sums)
{
    enum { MANY = 2100 };
    static double x[MANY * 3], dir[MANY], hv[MANY * 3], first[5][9];
    const batch_case *c = &batch_cases[1];
    flx_program *f = batch_program(c, NULL);
    const double shared[2] = {0.5, -1.0};
    for (size_t i = 0; i < MANY * 3; i++) x[i] = batch_sample(i, 4);
    for (size_t i = 0; i < MANY; i++) dir[i] = batch_sample(i, 5);
    const flx_batch_in points = flx_in_rows(x, 3), weight = flx_in_shared(weights, 3);
    const flx_batch_in pieces[] = {flx_in_shared(shared, 2), flx_in_rows(dir, 1)};
    for (unsigned threads = 1; threads <= 4; threads++) {
        const flx_batch_options options = {.threads = threads};
        double *sum = first[threads];
        flx_batch *b;
        cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, &options, &b), FLX_OK);
        const flx_batch_out y = flx_out_sum(sum, 3), g = flx_out_sum(sum + 3, 3);
        const flx_batch_out to[] = {flx_out_sum(sum + 6, 1), flx_out_columns(hv, 1, MANY),
                                    flx_out_sum(sum + 7, 1)};
        cr_expect_eq(flx_hvp_batch(f, b, MANY, 1, &points, 2, pieces, 1, &weight, 1, &y, 1, &g, 3,
                                   to, NULL, NULL),
                     FLX_OK);
        const flx_batch_out jv = flx_out_sum(sum + 8, 1), rest = flx_out_none(2);
        const flx_batch_out both[] = {jv, rest};
        cr_expect_eq(flx_jvp_batch(f, b, MANY, 1, &points, 2, pieces, 1, &y, 2, both, NULL, NULL),
                     FLX_OK);
        cr_expect(same(sum, first[1], 9), "%u threads", threads);
        if (threads == 1) expect_sums(f, b, MANY, &points, pieces, sum);
        flx_batch_destroy(b);
    }
    flx_program_release(f);
}

Test(batch_directions, sums_are_those_of_all_points)
{
    static results r;
    fixture s = make(&batch_cases[3], (flx_batch_options){0});
    double sum[N] = {0.0}, plain[N] = {0.0};
    run(&s, POINTS, &r);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < s.n; k++) plain[k] += r.hv[i * s.n + k];
    const flx_batch_in x = flx_in_rows(s.x, s.n), dir = flx_in_rows(s.dir, s.n);
    const flx_batch_in weight = flx_in_shared(weights, s.m);
    const flx_batch_out to = flx_out_sum(sum, s.n);
    flx_hvp_batch(s.f, s.b, POINTS, 1, &x, 1, &dir, 1, &weight, 0, NULL, 0, NULL, 1, &to, NULL,
                  NULL);
    cr_expect_lt(distance(sum, plain, s.n), 1e-13);
    clear(&s);
}

Test(batch_directions, parameters)
{
    static results r;
    fixture s = make(&batch_cases[0], (flx_batch_options){.threads = 2});
    const double p = 0.3;
    cr_expect_eq(flx_batch_set_parameters(s.f, s.b, &p), FLX_OK);
    cr_expect_eq(flx_work_set_parameters(s.f, s.w, &p), FLX_OK);
    run(&s, POINTS, &r);
    for (size_t i = 0; i < POINTS; i++) expect_point(&s, &r, i, 1e-11);
    clear(&s);
}

/* ---- guards and flags ---- */

Test(batch_directions, a_guard_that_flips_at_one_point)
{
    flx_tape *t;
    flx_program *f;
    flx_batch *b;
    double x[20], g[20], hv[20], jv[20], d = 1.0;
    unsigned flags[20];
    flx_report r;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var in = flx_variable(t, 0.5);
    cr_assert(flx_var_lt_xc(in, 1.0));
    const flx_var out = flx_var_mul(in, flx_var_square(in));
    cr_assert_eq(flx_freeze(t, 1, &in, 1, &out, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_batch_create(f, FLX_WORK_SECOND, NULL, &b), FLX_OK);
    for (size_t i = 0; i < 20; i++) x[i] = i == 11 ? 2.0 : 0.25;
    const flx_batch_in points = flx_in_rows(x, 1), dir = flx_in_shared(&d, 1);
    const flx_batch_out to_g = flx_out_rows(g, 1), to_hv = flx_out_rows(hv, 1);
    const flx_batch_out to_jv = flx_out_rows(jv, 1);
    cr_expect_eq(flx_hvp_batch(f, b, 20, 1, &points, 1, &dir, 0, NULL, 0, NULL, 1, &to_g, 1, &to_hv,
                               flags, &r),
                 FLX_BRANCH_CHANGED);
    cr_expect(r.index == 11 && r.flags == FLX_FLAG_BRANCH);
    cr_expect_eq(flx_jvp_batch(f, b, 20, 1, &points, 1, &dir, 0, NULL, 1, &to_jv, flags, &r),
                 FLX_BRANCH_CHANGED);
    for (size_t i = 0; i < 20; i++) {
        cr_expect_eq(flags[i], i == 11 ? (unsigned)FLX_FLAG_BRANCH : 0u);
        if (i == 11) cr_expect(g[i] != g[i] && hv[i] != hv[i] && jv[i] != jv[i]);
        else cr_expect(g[i] == 0.1875 && hv[i] == 1.5 && jv[i] == 0.1875);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
    flx_tape_destroy(t);
}

static const double delicate[] = {
    0.0, -0.0,   1.0, 0.75,  -1.0,   0.5,    1e300,       5e-324,          -2.0,
    2.0, 1e-300, 7.0, 710.0, -745.5, -1e300, (double)NAN, (double)INFINITY};
enum { DELICATE = sizeof delicate / sizeof *delicate };

/* Flags are those of one point, and so is what is finite, but where a zero was to hide what is not. */
static void delicate_points(const batch_case *c, flx_isa isa)
{
    fixture s = make(c, (flx_batch_options){.isa = isa});
    static results r;
    unsigned all = 0;
    for (size_t j = 0; j < s.n; j++) {
        for (size_t i = 0; i < DELICATE; i++)
            for (size_t k = 0; k < s.n; k++) s.x[i * s.n + k] = k == j ? delicate[i] : 1.0;
        cr_expect_eq(run(&s, DELICATE, &r), FLX_OK);
        for (size_t i = 0; i < DELICATE; i++) {
            double jv[M], hv[N];
            flx_report one;
            flx_jvp(s.f, s.w, s.x + i * s.n, s.dir + i * s.n, jv, &one);
            cr_expect_eq(r.first[i], one.flags, "%s: input %zu %g: %x for %x", c->name, j,
                         delicate[i], r.first[i], one.flags);
            flx_hvp(s.f, s.w, s.x + i * s.n, s.dir + i * s.n, weights, hv, &one);
            cr_expect_eq(r.second[i], one.flags, "%s: input %zu %g: %x for %x", c->name, j,
                         delicate[i], r.second[i], one.flags);
            for (size_t k = 0; k < s.n && !(one.flags & FLX_FLAG_INDETERMINATE); k++)
                cr_expect_eq(isfinite(r.hv[i * s.n + k]) != 0, isfinite(hv[k]) != 0,
                             "%s: input %zu %g: %g for %g", c->name, j, delicate[i],
                             r.hv[i * s.n + k], hv[k]);
            all |= one.flags;
        }
    }
    cr_expect(all != 0, "%s has no delicate points", c->name);
    clear(&s);
}

Test(batch_directions, flags_are_those_of_one_point)
{
    for (size_t k = 1; k <= 2; k++)
        for (size_t j = 0; j < sizeof isas / sizeof *isas; j++)
            if (flx_isa_is_available(isas[j])) delicate_points(&batch_cases[k], isas[j]);
}

/* ---- what is refused ---- */

Test(batch_directions, refusals)
{
    fixture s = make(&batch_cases[0], (flx_batch_options){0}); /* 4 and 2 */
    fixture once = make(&batch_cases[4], (flx_batch_options){0});
    flx_batch *first;
    double z[N] = {5.0};
    flx_report r;
    cr_assert_eq(flx_batch_create(s.f, FLX_WORK_FIRST, NULL, &first), FLX_OK);
    const flx_batch_in x = flx_in_rows(s.x, 4), w = flx_in_shared(weights, 2);
    const flx_batch_in nine = flx_in_rows(once.x, 9), four = flx_in_shared(weights, 4);
    const flx_batch_out two = flx_out_rows(z, 2), to = flx_out_rows(z, 4), to9 = flx_out_rows(z, 9);
    cr_expect_eq(flx_jvp_batch(s.f, first, 1, 1, &x, 1, &x, 0, NULL, 1, &two, NULL, &r), FLX_EWORK);
    cr_expect_eq(r.status, FLX_EWORK);
    cr_expect_eq(flx_jvp_batch(NULL, s.b, 1, 1, &x, 1, &x, 0, NULL, 1, &two, NULL, NULL), FLX_EARG);
    cr_expect_eq(flx_jvp_batch(s.f, s.b, 1, 1, &x, 0, NULL, 0, NULL, 1, &two, NULL, NULL),
                 FLX_EDIM);
    cr_expect_eq(flx_jvp_batch(s.f, s.b, 1, 1, &x, 1, &x, 0, NULL, 1, &to, NULL, NULL), FLX_EDIM);
    cr_expect_eq(flx_jvp_batch(s.f, s.b, 1, 1, &x, 1, &x, 1, &to, 1, &two, NULL, NULL), FLX_EDIM);
    cr_expect_eq(
        flx_hvp_batch(s.f, first, 1, 1, &x, 1, &x, 1, &w, 0, NULL, 0, NULL, 1, &to, NULL, NULL),
        FLX_EWORK);
    cr_expect_eq(
        flx_hvp_batch(s.f, s.b, 1, 1, &x, 1, &x, 0, NULL, 0, NULL, 0, NULL, 1, &to, NULL, NULL),
        FLX_EDIM);
    cr_expect_eq(
        flx_hvp_batch(s.f, s.b, 1, 1, &x, 1, &x, 1, &w, 0, NULL, 1, &two, 1, &to, NULL, NULL),
        FLX_EDIM);
    cr_expect_eq(
        flx_hvp_batch(NULL, s.b, 1, 1, &x, 1, &x, 0, NULL, 0, NULL, 0, NULL, 1, &to, NULL, NULL),
        FLX_EARG);
    cr_expect_eq(flx_hvp_batch(once.f, once.b, 1, 1, &nine, 1, &nine, 1, &four, 0, NULL, 0, NULL, 1,
                               &to9, NULL, &r),
                 FLX_EORDER);
    cr_expect_str_eq(r.op, "scaled");
    cr_expect_eq(z[0], 5.0);
    flx_batch_destroy(first);
    clear(&s);
    clear(&once);
}

/* ---- memory that is refused ---- */

static int use(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_batch_options options = {.threads = 2};
    const double x[4] = {1.0, 1.0, 1.0, 1.0};
    double hv[4];
    flx_program *f = batch_program(&batch_cases[0], allocator);
    flx_batch *b = NULL;
    (void)ctx;
    if (!f) return 0;
    const flx_status status = flx_batch_create(f, FLX_WORK_SECOND, &options, &b);
    const int made = hostile_allowed(status, request);
    cr_expect(made == (b != NULL));
    if (b) {
        const flx_batch_in in = flx_in_rows(x, 4), w = flx_in_shared(weights, 2);
        const flx_batch_out out = flx_out_rows(hv, 4);
        cr_expect_eq(
            flx_hvp_batch(f, b, 1, 1, &in, 1, &in, 1, &w, 0, NULL, 0, NULL, 1, &out, NULL, NULL),
            FLX_OK);
    }
    flx_batch_destroy(b);
    flx_program_release(f);
    return made;
}

Test(batch_directions, every_refused_request_is_a_status) { hostile_expect(30, 0, use, NULL); }
