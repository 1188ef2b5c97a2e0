/* Batches: the same bits as one point at a time, wherever a point stands, in any layout, on any
 * number of threads. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "batch_programs.h"
#include "reference.h"

enum { POINTS = 37, N = BATCH_INPUTS, M = BATCH_OUTPUTS };

static const flx_isa isas[] = {FLX_ISA_BASE, FLX_ISA_AVX2, FLX_ISA_AVX512};
static const double weights[M] = {1.0, -0.5, 2.0, 0.25};

/* A program, what runs one point, and what runs many. */
typedef struct fixture {
    const batch_case *c;
    flx_program *f;
    flx_work *w;
    flx_batch *b;
    double x[POINTS * N], y[POINTS * M], g[POINTS * N];
    unsigned flags[POINTS];
} fixture;

static fixture make(const batch_case *c, flx_batch_options options)
{
    fixture s = {.c = c, .f = batch_program(c, NULL)};
    cr_assert_not_null(s.f, "%s", c->name);
    cr_assert_eq(flx_work_create(s.f, FLX_WORK_FIRST, 0, &s.w), FLX_OK);
    cr_assert_eq(flx_batch_create(s.f, FLX_WORK_FIRST, &options, &s.b), FLX_OK);
    for (size_t i = 0; i < POINTS; i++)
        for (size_t k = 0; k < c->inputs; k++) s.x[i * c->inputs + k] = batch_sample(i, k);
    return s;
}

static void clear(fixture *s)
{
    flx_batch_destroy(s->b);
    flx_work_destroy(s->w);
    flx_program_release(s->f);
}

/* Values and weighted gradients of the first points, row after row. */
static flx_status run(fixture *s, size_t points)
{
    const flx_batch_in x = flx_in_rows(s->x, s->c->inputs);
    const flx_batch_in weight = flx_in_shared(weights, s->c->outputs);
    const flx_batch_out y = flx_out_rows(s->y, s->c->outputs), g = flx_out_rows(s->g, s->c->inputs);
    const flx_status status = flx_eval_batch(s->f, s->b, points, 1, &x, 1, &y, s->flags, NULL);
    const flx_status again =
        flx_vjp_batch(s->f, s->b, points, 1, &x, 1, &weight, 1, &g, s->flags, NULL);
    cr_expect_eq(status, again);
    return status;
}

static int same(const double *a, const double *b, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!ref_same(a[k], b[k])) return 0;
    return 1;
}

/* How far a point's results are from those of one point's drivers, relatively; 0: the same bits. */
static double distance(fixture *s, size_t i)
{
    const size_t n = s->c->inputs, m = s->c->outputs;
    double y[M], g[N], most = 0.0;
    flx_eval(s->f, s->w, s->x + i * n, y, NULL);
    flx_vjp(s->f, s->w, NULL, weights, g, NULL);
    for (size_t k = 0; k < n + m; k++) {
        const double got = k < m ? s->y[i * m + k] : s->g[i * n + k - m];
        const double want = k < m ? y[k] : g[k - m];
        if (!ref_same(got, want)) most = fmax(most, fabs(got - want) / fmax(1.0, fabs(want)));
        if (got != got && want == want) most = 1.0;
    }
    return most;
}

Test(batch, base_and_strict_have_the_bits_of_one_point)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        for (int strict = 0; strict < 2; strict++) {
            const flx_batch_options options = {.isa = strict ? FLX_ISA_BEST : FLX_ISA_BASE,
                                               .strict = strict};
            fixture s = make(&batch_cases[k], options);
            cr_expect_eq(run(&s, POINTS), FLX_OK);
            for (size_t i = 0; i < POINTS; i++)
                cr_expect_eq(distance(&s, i), 0.0, "%s, point %zu, strict %d: %g", s.c->name, i,
                             strict, distance(&s, i));
            clear(&s);
        }
    }
}

Test(batch, every_instruction_set_is_near)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        for (size_t j = 0; j < sizeof isas / sizeof *isas; j++) {
            if (!flx_isa_is_available(isas[j])) continue;
            fixture s = make(&batch_cases[k], (flx_batch_options){.isa = isas[j]});
            cr_expect_eq(flx_batch_isa(s.b), isas[j]);
            run(&s, POINTS);
            for (size_t i = 0; i < POINTS; i++)
                cr_expect(distance(&s, i) < (k == 0 ? 0x1p-1000 : 4e-13), "%s, %s, point %zu: %g",
                          s.c->name, flx_isa_name(isas[j]), i, distance(&s, i));
            clear(&s);
        }
    }
}

Test(batch, avx2_and_avx512_have_the_same_bits)
{
    if (!flx_isa_is_available(FLX_ISA_AVX512)) return;
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture a = make(&batch_cases[k], (flx_batch_options){.isa = FLX_ISA_AVX2});
        fixture b = make(&batch_cases[k], (flx_batch_options){.isa = FLX_ISA_AVX512});
        run(&a, POINTS);
        run(&b, POINTS);
        cr_expect(same(a.y, b.y, POINTS * a.c->outputs), "%s: values", a.c->name);
        cr_expect(same(a.g, b.g, POINTS * a.c->inputs), "%s: gradients", a.c->name);
        clear(&a);
        clear(&b);
    }
}

Test(batch, any_number_of_points_and_nothing_beyond_them)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){0}), all = s;
        const size_t n = s.c->inputs, m = s.c->outputs;
        run(&all, POINTS);
        for (size_t points = 0; points < POINTS; points++) {
            for (size_t i = 0; i < POINTS * M; i++) s.y[i] = 123.0;
            for (size_t i = 0; i < POINTS * N; i++) s.g[i] = 123.0;
            cr_expect_eq(run(&s, points), FLX_OK);
            cr_expect(same(s.y, all.y, points * m) && same(s.g, all.g, points * n),
                      "%s: %zu points", s.c->name, points);
            cr_expect(s.y[points * m] == 123.0 && s.g[points * n] == 123.0, "%s: beyond %zu",
                      s.c->name, points);
        }
        clear(&s);
    }
}

Test(batch, a_point_does_not_know_its_neighbours)
{
    const double odd[] = {(double)NAN, (double)INFINITY, -1.0, 0.0, 1e300,
                          -1e300,      5e-324,           20.0, 1e15};
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){0});
        const size_t n = s.c->inputs, m = s.c->outputs;
        double y[POINTS * M], g[POINTS * N];
        run(&s, POINTS);
        memcpy(y, s.y, sizeof y);
        memcpy(g, s.g, sizeof g);
        for (size_t j = 0; j < sizeof odd / sizeof *odd; j++) {
            for (size_t i = 0; i < POINTS; i += 3) s.x[i * n + j % n] = odd[j];
            run(&s, POINTS);
            for (size_t i = 0; i < POINTS; i++)
                cr_expect(
                    i % 3 == 0
                        || (same(s.y + i * m, y + i * m, m) && same(s.g + i * n, g + i * n, n)),
                    "%s: point %zu beside %g", s.c->name, i, odd[j]);
            for (size_t i = 0; i < POINTS; i += 3) s.x[i * n + j % n] = batch_sample(i, j % n);
        }
        clear(&s);
    }
}

Test(batch, permuted_points_have_permuted_results)
{
    for (size_t k = 0; k < batch_case_count; k++) {
        fixture s = make(&batch_cases[k], (flx_batch_options){0}), p = s;
        const size_t n = s.c->inputs, m = s.c->outputs;
        run(&s, POINTS);
        for (size_t i = 0; i < POINTS; i++)
            memcpy(p.x + i * n, s.x + i * 5 % POINTS * n, n * sizeof *p.x);
        run(&p, POINTS);
        for (size_t i = 0; i < POINTS; i++) {
            const size_t from = i * 5 % POINTS;
            cr_expect(same(p.y + i * m, s.y + from * m, m) && same(p.g + i * n, s.g + from * n, n),
                      "%s: point %zu", s.c->name, i);
        }
        clear(&s);
    }
}

/* Inputs and results as arrays of points, and inputs of which the first is shared. */
Test(batch, layouts)
{
    fixture s = make(&batch_cases[1], (flx_batch_options){0});
    double columns[POINTS * N], y[POINTS * M], g[POINTS * N], rest[POINTS * 2];
    const flx_batch_in weight = flx_in_shared(weights, 3);
    for (size_t i = 0; i < POINTS; i++) {
        s.x[3 * i] = 0.75;
        memcpy(rest + 2 * i, s.x + 3 * i + 1, 2 * sizeof *rest);
        for (size_t k = 0; k < 3; k++) columns[k * POINTS + i] = s.x[3 * i + k];
    }
    run(&s, POINTS);
    const double shared = 0.75;
    const flx_batch_in ways[][2] = {
        {flx_in_columns(columns, 1, POINTS), flx_in_columns(columns + POINTS, 2, POINTS)},
        {flx_in_shared(&shared, 1), flx_in_rows(rest, 2)},
        {{s.x, 1, 3, 1}, {s.x + 1, 2, 3, 1}},
    };
    for (size_t j = 0; j < 3; j++) {
        const flx_batch_out to_y = flx_out_columns(y, 3, POINTS),
                            to_g = flx_out_columns(g, 3, POINTS);
        cr_expect_eq(flx_eval_batch(s.f, s.b, POINTS, 2, ways[j], 1, &to_y, NULL, NULL), FLX_OK);
        cr_expect_eq(flx_vjp_batch(s.f, s.b, POINTS, 2, ways[j], 1, &weight, 1, &to_g, NULL, NULL),
                     FLX_OK);
        for (size_t i = 0; i < POINTS; i++)
            for (size_t k = 0; k < 3; k++)
                cr_expect(y[k * POINTS + i] == s.y[3 * i + k]
                              && g[k * POINTS + i] == s.g[3 * i + k],
                          "way %zu, point %zu, number %zu", j, i, k);
    }
    const flx_batch_in x = flx_in_rows(s.x, 3);
    const flx_batch_out some[2] = {flx_out_none(1), flx_out_rows(g, 2)};
    cr_expect_eq(flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 1, &weight, 2, some, NULL, NULL), FLX_OK);
    for (size_t i = 0; i < POINTS; i++) cr_expect_eq(g[2 * i + 1], s.g[3 * i + 2]);
    clear(&s);
}

/* What is shared is what this call says, not what was there before. */
Test(batch, shared_inputs_are_those_of_each_call)
{
    fixture s = make(&batch_cases[1], (flx_batch_options){0});
    double y[POINTS * M], shared = 0.5, rest[POINTS * 2];
    const flx_batch_in mixed[] = {flx_in_shared(&shared, 1), flx_in_rows(rest, 2)};
    const flx_batch_in x = flx_in_rows(s.x, 3);
    const flx_batch_out to = flx_out_rows(y, 3), to_want = flx_out_rows(s.y, 3);
    for (int k = 0; k < 3; k++, shared *= 3.0) {
        for (size_t i = 0; i < POINTS; i++) {
            memcpy(rest + 2 * i, s.x + 3 * i + 1, 2 * sizeof *rest);
            s.x[3 * i] = shared;
        }
        cr_expect_eq(flx_eval_batch(s.f, s.b, POINTS, 2, mixed, 1, &to, NULL, NULL), FLX_OK);
        flx_eval_batch(s.f, s.b, POINTS, 1, &x, 1, &to_want, NULL, NULL);
        cr_expect(same(y, s.y, 3 * POINTS), "%g", shared);
    }
    clear(&s);
}

/* Nothing of what a report said before is left. */
Test(batch, a_report_is_of_the_last_call)
{
    fixture s = make(&batch_cases[1], (flx_batch_options){0});
    flx_report r = {FLX_BRANCH_CHANGED, FLX_FLAG_POLE, 17, "before", "before", 0};
    const flx_batch_in x = flx_in_rows(s.x, 3);
    const flx_batch_out y = flx_out_rows(s.y, 3);
    cr_expect_eq(flx_eval_batch(s.f, s.b, POINTS, 1, &x, 1, &y, NULL, &r), FLX_OK);
    cr_expect(r.status == FLX_OK && r.flags == 0 && r.index == 0 && !r.op && !r.label);
    clear(&s);
}

Test(batch, weights_of_each_point)
{
    fixture s = make(&batch_cases[0], (flx_batch_options){0});
    double weight[POINTS * 2], g[4];
    const flx_batch_in x = flx_in_rows(s.x, 4), w = flx_in_rows(weight, 2);
    const flx_batch_out to = flx_out_rows(s.g, 4);
    for (size_t i = 0; i < POINTS * 2; i++) weight[i] = batch_sample(i, 9) - 1.0;
    flx_vjp_batch(s.f, s.b, POINTS, 1, &x, 1, &w, 1, &to, NULL, NULL);
    for (size_t i = 0; i < POINTS; i++) {
        flx_vjp(s.f, s.w, s.x + 4 * i, weight + 2 * i, g, NULL);
        cr_expect(same(g, s.g + 4 * i, 4), "point %zu", i);
    }
    clear(&s);
}

Test(batch, parameters)
{
    fixture s = make(&batch_cases[0], (flx_batch_options){.threads = 2});
    const double p = 0.3;
    cr_expect_eq(flx_batch_set_parameters(s.f, s.b, &p), FLX_OK);
    cr_expect_eq(flx_work_set_parameters(s.f, s.w, &p), FLX_OK);
    run(&s, POINTS);
    for (size_t i = 0; i < POINTS; i++) cr_expect_eq(distance(&s, i), 0.0);
    cr_expect_eq(flx_batch_set_parameters(s.f, s.b, NULL), FLX_OK);
    run(&s, 1);
    cr_expect(distance(&s, 0) > 1e-3);
    clear(&s);
}
