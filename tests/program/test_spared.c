/* What sweeps over arrays leave out: adjoints are not cleared before the first is added, and values of which
 * others tell are not looked at. Whatever the point before has left, the bits are those of the tape, which
 * clears all of them, and the flags those of a work that looks at every value. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include "batch_programs.h"
#include "program/program.h"
#include "reverse/block.h"

enum { N = 150, MOST = 2 * N };

static flx_array part(flx_array a, size_t from, size_t less)
{
    return flx_array_slice(a, 0, from, 1, a.cols - from - less, 1, 1);
}

static flx_array number(double c) { return flx_array_scalar(flx_constant(c)); }

typedef flx_array form(flx_array x);

static flx_array chain(flx_array x)
{
    return flx_array_sum(flx_array_exp(flx_array_sub(x, flx_array_max(x, FLX_ALL))), FLX_ALL);
}
static flx_array single(flx_array x)
{
    const flx_array y = flx_array_logsumexp_along(x, FLX_ALL), s = flx_array_sum(x, FLX_ALL);
    return flx_array_div(flx_array_add(y, number(3.0)), flx_array_square(flx_array_neg(s)));
}
static flx_array twice(flx_array x)
{
    const flx_array y = flx_array_add(x, number(0.5));
    return flx_array_add(flx_array_mul(y, y), flx_array_div(y, flx_array_square(y)));
}
static flx_array shifted(flx_array x)
{
    const flx_array y = flx_array_mul(x, x), z = flx_array_mul(part(y, 1, 0), part(y, 0, 1));
    return flx_array_add(part(z, 0, 1), flx_array_mul(part(z, 1, 0), part(y, 0, 2)));
}
static flx_array shifted_down(flx_array x)
{
    const flx_array y = flx_array_square(x);
    return flx_array_mul(part(y, 0, 1), part(y, 1, 0));
}
static flx_array partly_used(flx_array x)
{
    const flx_array y = flx_array_sub(x, number(0.25));
    return flx_array_sum(flx_array_mul(part(y, 3, 70), part(x, 70, 3)), FLX_ALL);
}
static flx_array matrix(flx_array x)
{
    const flx_array m = flx_array_reshape(x, N / 10, 10), t = flx_array_transpose(m);
    const flx_array y = flx_array_matmul(flx_array_square(m), flx_array_neg(t));
    return flx_array_add(flx_array_sum(y, FLX_ROWS), flx_array_sum(flx_array_tanh(m), FLX_COLS).cols
                                                         ? flx_array_sum(m, FLX_ALL)
                                                         : number(0.0));
}
static flx_array broadcast(flx_array x)
{
    const flx_array m = flx_array_square(flx_array_reshape(x, 10, N / 10));
    const flx_array row = flx_array_slice(m, 0, 0, 1, m.cols, 1, 1);
    const flx_array column = flx_array_slice(m, 0, 0, m.rows, 1, 1, 1);
    return flx_array_div(flx_array_mul(m, row), flx_array_add(m, column));
}
static flx_array gathered(flx_array x)
{
    const double index[] = {3.0, 0.0, 3.0, 9.0};
    const flx_array m = flx_array_add(flx_array_reshape(x, 10, N / 10), number(1.0));
    const flx_array i = flx_array_constant(x.first.tape, 4, 1, index);
    const flx_array rows = flx_array_gather(m, i);
    return flx_array_cumsum(flx_array_scatter_add(flx_array_square(rows), i, 10), FLX_ROWS);
}
static flx_array recorded(flx_array x)
{
    flx_array g = x;
    flx_grad_array(flx_array_dot(flx_array_exp(x), flx_array_square(x)), x, &g, FLX_CREATE_GRAPH);
    return g;
}
/* Products of runs with themselves: what comes first to their adjoints, and what does not. */
static flx_array itself(flx_array x)
{
    const flx_array y = flx_array_mul(x, number(2.0)),
                    z = flx_array_neg(flx_array_reshape(x, N / 10, 10));
    const flx_array first = flx_array_dot_along(y, y, FLX_ALL);
    const flx_array second = flx_array_mul(flx_array_sum(y, FLX_ALL), first);
    const flx_array rows = flx_array_sum(flx_array_dot_along(z, z, FLX_COLS), FLX_ALL);
    return flx_array_add(flx_array_add(flx_array_dot_along(z, z, FLX_ROWS), rows), second);
}
static flx_array intermediate(flx_array x)
{
    const flx_array y = flx_array_mul(x, number(2.0)), z = flx_array_mul(y, y);
    return flx_array_stack(2, (const flx_array[]){y, z});
}

/* Of a state s, a row r and p, which is shared. */
static flx_program *record_step(void)
{
    flx_tape *t;
    flx_program *f = NULL;
    flx_var x[6], y[2];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    for (int k = 0; k < 6; k++) x[k] = flx_variable(t, 0.25 * k);
    const flx_var *s = x, *r = x + 2, p = x[5];
    y[0] = flx_var_add(flx_var_mul(s[1], r[0]), flx_var_mul(p, r[1]));
    y[1] = flx_var_sub(flx_var_tanh(flx_var_add(s[0], r[2])), flx_var_mul_xc(s[1], 0.5));
    cr_assert_eq(flx_freeze(t, 6, x, 2, y, 0, &f, NULL), FLX_OK);
    flx_tape_destroy(t);
    return f;
}
static flx_array carried(flx_array x)
{
    flx_program *step = record_step();
    const size_t steps = N / 3;
    const flx_array rows = flx_array_reshape(x, steps, 3), p = flx_array_slice(x, 0, 5, 1, 1, 1, 1);
    const flx_array first = flx_array_transpose(flx_array_slice(x, 0, 0, 1, 2, 1, 1));
    const flx_array end = flx_scan(step, steps, first, rows, p, steps).state;
    const flx_array again =
        flx_scan(step, 7, end, flx_array_slice(rows, 0, 0, 7, 3, 1, 1), p, 7).state;
    flx_program_release(step);
    return flx_array_stack(2, (const flx_array[]){end, again});
}

static const struct {
    const char *name;
    form *f;
} forms[] = {{"chain", chain},
             {"single", single},
             {"twice", twice},
             {"shifted", shifted},
             {"shifted down", shifted_down},
             {"partly used", partly_used},
             {"matrix", matrix},
             {"broadcast", broadcast},
             {"gathered", gathered},
             {"recorded", recorded},
             {"itself", itself},
             {"intermediate", intermediate},
             {"carried", carried}};

/* A form at a point, on a tape and as a program with works of two kinds. */
typedef struct subject {
    flx_tape *tape;
    flx_program *program;
    flx_work *first, *second, *value;
    flx_var in[N], out[MOST];
    size_t m;
} subject;

static subject make(form *f, const double *x)
{
    subject s = {0};
    cr_assert_eq(flx_tape_create(NULL, &s.tape), FLX_OK);
    const flx_array a = flx_array_variable(s.tape, 1, N, x), y = f(a);
    s.m = (size_t)y.rows * y.cols;
    cr_assert(s.m > 0 && s.m <= MOST);
    for (size_t k = 0; k < N; k++) s.in[k] = flx_array_at(a, 0, k);
    for (size_t k = 0; k < s.m; k++) s.out[k] = flx_array_at(y, k / y.cols, k % y.cols);
    cr_assert_eq(flx_freeze(s.tape, N, s.in, s.m, s.out, 0, &s.program, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(s.program, FLX_WORK_FIRST, 1, &s.first), FLX_OK);
    cr_assert_eq(flx_work_create(s.program, FLX_WORK_SECOND, 1, &s.second), FLX_OK);
    return s;
}

static void clear(subject *s)
{
    flx_work_destroy(s->first);
    flx_work_destroy(s->second);
    flx_work_destroy(s->value);
    flx_program_release(s->program);
    flx_tape_destroy(s->tape);
}

static void fill_point(double *x, double scale)
{
    for (size_t k = 0; k < N; k++) x[k] = scale * ((double)(k * 7919 % 101) - 49.5) / 64.0;
}

static int same(double a, double b) { return (a != a && b != b) || memcmp(&a, &b, sizeof a) == 0; }

/* The derivatives at a point after whatever the works have been used for. */
static void expect_derivatives(subject *s, const double *x, const double *weight,
                               const double *want, const double *want_hv, const char *name)
{
    double g[N], hv[N], dir[N];
    for (size_t k = 0; k < N; k++) dir[k] = 1.0 + (double)(k % 3);
    cr_assert_eq(flx_vjp(s->program, s->first, x, weight, g, NULL), FLX_OK);
    cr_assert_eq(flx_hvp(s->program, s->second, x, dir, weight, hv, NULL), FLX_OK);
    for (size_t k = 0; k < N; k++) {
        cr_assert(same(g[k], want[k]), "%s, adjoint %zu: %a, not %a", name, k, g[k], want[k]);
        if (want_hv)
            cr_assert(same(hv[k], want_hv[k]), "%s, product %zu: %a, not %a", name, k, hv[k],
                      want_hv[k]);
    }
}

/* Leaves numbers that are none in all planes of the works. */
static void spoil(subject *s)
{
    double x[N], y[MOST], g[N], weight[MOST];
    for (size_t k = 0; k < N; k++) x[k] = (double)NAN;
    for (size_t k = 0; k < s->m; k++) weight[k] = (double)NAN;
    flx_jvp(s->program, s->first, x, x, y, NULL);
    flx_vjp(s->program, s->first, x, weight, g, NULL);
    flx_jvp(s->program, s->first, x, x, y, NULL);
    flx_hvp(s->program, s->second, x, x, weight, g, NULL);
}

Test(spared, adjoints_do_not_depend_on_what_was_there)
{
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        double x[N], weight[MOST], want[N], want_hv[N], dir[N];
        flx_var seed[MOST], g[N];
        fill_point(x, 1.0);
        subject s = make(forms[f].f, x);
        for (size_t k = 0; k < s.m; k++) weight[k] = k % 4 == 3 ? 0.0 : 0.5 + (double)(k % 5);
        for (size_t k = 0; k < s.m; k++) seed[k] = flx_constant(weight[k]);
        cr_assert_eq(flx_grad_seeded(s.m, s.out, seed, N, s.in, g, 0), FLX_OK);
        for (size_t k = 0; k < N; k++) want[k] = flx_value(g[k]);
        for (size_t k = 0; k < N; k++) dir[k] = 1.0 + (double)(k % 3);
        cr_assert_eq(flx_hvp(s.program, s.second, x, dir, weight, want_hv, NULL), FLX_OK);
        expect_derivatives(&s, x, weight, want, want_hv, forms[f].name);
        spoil(&s);
        expect_derivatives(&s, x, weight, want, want_hv, forms[f].name);
        clear(&s);
    }
}

Test(spared, what_is_not_finite_is_seen_at_every_element)
{
    static const double odd[] = {(double)INFINITY, -(double)INFINITY, (double)NAN, 1e200};
    for (size_t f = 0; f < sizeof forms / sizeof *forms; f++) {
        double x[N], y[MOST];
        fill_point(x, 1.0);
        subject s = make(forms[f].f, x);
        flx_program *reusing = NULL;
        cr_assert_eq(flx_freeze(s.tape, N, s.in, s.m, s.out, FLX_REUSE_SLOTS, &reusing, NULL),
                     FLX_OK);
        cr_assert_eq(flx_work_create(reusing, FLX_WORK_VALUE, 1, &s.value), FLX_OK);
        for (size_t k = 0; k < N; k++) {
            for (size_t j = 0; j < sizeof odd / sizeof *odd; j++) {
                flx_report got, want;
                fill_point(x, 1.0);
                x[k] = odd[j];
                cr_assert_eq(flx_eval(s.program, s.first, x, y, &got), FLX_OK);
                cr_assert_eq(flx_eval(reusing, s.value, x, y, &want), FLX_OK);
                cr_assert_eq(got.flags, want.flags, "%s, x[%zu] = %g: %x, not %x", forms[f].name, k,
                             odd[j], got.flags, want.flags);
            }
        }
        flx_program_release(reusing);
        clear(&s);
    }
}

/* ---- which ---- */

enum { NEAR = 64 }; /* runs less than that apart are one */

static int is_a_run(const flx_view *v)
{
    int run = flx_view_size(v) > 0;
    for (uint32_t e = 0; e < flx_view_size(v); e++)
        run = run && flx_view_slot(v, e / v->cols, e % v->cols) == v->slot + e;
    return run;
}

static void mark_all(const flx_view *v, unsigned char *mark, unsigned char with)
{
    for (uint32_t e = 0; e < flx_view_size(v); e++)
        mark[flx_view_slot(v, e / v->cols, e % v->cols)] |= with;
}

/* The slots without this mark are these runs. */
static void expect_runs(const flx_program *f, const unsigned char *mark, unsigned char bit,
                        const flx_run *run, uint32_t count, const char *what)
{
    uint32_t at = 0, wrong = 0, last = 0;
    for (uint32_t slot = 0; slot < f->slots; slot++) {
        if (mark[slot] & bit) continue;
        uint32_t end = slot, next = slot;
        for (; next < f->slots && next - end < NEAR; next++)
            if (!(mark[next] & bit)) end = next + 1;
        wrong += at >= count || run[at].slot != slot || run[at].count != end - slot;
        wrong += at > 0 && slot - last < NEAR;
        at++;
        last = end;
        slot = end;
    }
    cr_expect(wrong == 0 && at == count, "%s: %u of %u wrong", what, wrong, at);
}

/* Operations by which what is not finite in an operand makes the result so: in both, in the first. */
static int is_among(unsigned op, const unsigned *list)
{
    while (*list && *list != op) list++;
    return *list != 0;
}
static const unsigned both_tell[] = {OP_add, OP_sub, OP_mul, 0};
static const unsigned first_tells[] = {OP_add,  OP_sub, OP_mul,  OP_square, OP_mulc, OP_addc,
                                       OP_csub, OP_neg, OP_copy, OP_div,    OP_divc, 0};

/* What loops have after their results: they look at it, and clear it, themselves. */
static void mark_after_results(const flx_program *f, unsigned char *mark, unsigned char with)
{
    uint32_t out = 0;
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        if (in->op == OP_loop) {
            const flx_loop *l = &f->loop[f->block[in->a].each.b];
            const uint64_t results = flx_loop_results(l);
            for (uint64_t j = results; j < outputs; j++) mark[out + j] |= with;
        }
        out += outputs;
    }
}

static void expect_telling(const flx_program *f, const char *what)
{
    unsigned char *mark = calloc(f->slots, 1);
    mark[0] = 1;
    mark_after_results(f, mark, 1);
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        if (!flx_op_is_array(in->op)) continue;
        const flx_block *b = &f->block[in->a];
        const int sums = in->op == OP_sum || in->op == OP_acc_map, maps = in->op == OP_map;
        const int plain = b->each.op == OP_acc_mul && (b->each.flags & 3) == FLAG_NEITHER;
        const int tells[2] = {(maps && is_among(b->each.op, first_tells))
                                  || (sums && (plain || b->each.op == OP_acc)),
                              (maps && is_among(b->each.op, both_tell)) || (sums && plain)};
        for (uint32_t v = 1; v < b->views && v < 3; v++)
            if (tells[v - 1] && is_a_run(&b->view[v])) mark_all(&b->view[v], mark, 1);
    }
    expect_runs(f, mark, 1, f->telling, f->tellings, what);
    free(mark);
}

static int are_apart(const flx_view *v, const flx_view *w)
{
    uint32_t low[2], high[2];
    flx_view_hull(v, &low[0], &high[0]);
    flx_view_hull(w, &low[1], &high[1]);
    return high[0] < low[1] || high[1] < low[0];
}

/* Whether a sweep back may clear the adjoints of a view in place of adding to what is there. */
static int may_clear(const flx_program *f, const flx_instr *in, uint32_t k,
                     const unsigned char *mark)
{
    const flx_block *b = &f->block[in->a];
    const unsigned active = flx_block_active(in->op, b);
    const flx_view *v = &b->view[k];
    int may = in->op != OP_loop && !flx_op_is_solve(in->op)
              && flx_block_accumulating(in->op) != OP_acc_cumsum && flx_view_size(&b->view[0])
              && is_a_run(v) && v->slot >= f->low && b->view[0].slot >= f->low;
    for (uint32_t e = 0; may && e < flx_view_size(v); e++) may = mark[v->slot + e] == 0;
    for (uint32_t j = 1; may && j < b->views; j++) {
        const flx_view *w = &b->view[j];
        if (j == k || !(active >> j & 1)) continue;
        may = are_apart(v, w)
              || (v->slot == w->slot && v->rows == w->rows && v->cols == w->cols && is_a_run(w));
    }
    return may;
}

static uint32_t expect_cleared(const flx_program *f, const char *what)
{
    unsigned char *mark = calloc(f->slots, 1), *fresh = calloc(f->blocks + 1, 1);
    uint32_t slot[3], wrong = 0, count = 0;
    mark_after_results(f, mark, 2);
    for (size_t k = 0; k < f->outputs; k++) mark[f->output[k]] = 1;
    for (uint32_t k = f->code.instrs; k-- > 0;) {
        const flx_instr *in = &f->instr[k];
        if (!flx_op_is_array(in->op)) {
            if (flx_op_shape(in->op) == SHAPE_RUN) continue;
            for (int j = flx_instr_active_operands(&f->code, in, slot); j > 0; j--)
                mark[slot[j - 1]] |= 1;
            continue;
        }
        const flx_block *b = &f->block[in->a];
        for (uint32_t v = 1; v < b->views; v++) {
            if (!(flx_block_active(in->op, b) >> v & 1) || flx_view_size(&b->view[v]) == 0)
                continue;
            const int may = may_clear(f, in, v, mark);
            mark_all(&b->view[v], mark, may ? 3 : 1);
            fresh[in->a] |= (unsigned char)(may << v);
            count += (uint32_t)may;
        }
    }
    for (uint32_t k = 0; k < f->blocks; k++) wrong += fresh[k] != f->fresh[k];
    cr_expect_eq(wrong, 0, "%s: %u wrong", what, wrong);
    expect_runs(f, mark, 2, f->clear, f->clears, what);
    free(mark);
    free(fresh);
    return count;
}

Test(spared, what_is_spared)
{
    uint32_t cleared = 0;
    for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
        double x[N];
        fill_point(x, 1.0);
        subject s = make(forms[k].f, x);
        expect_telling(s.program, forms[k].name);
        cleared += expect_cleared(s.program, forms[k].name);
        clear(&s);
    }
    for (size_t k = 0; k < 2 * batch_case_count; k++) {
        const batch_case *c = &batch_cases[k / 2];
        flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
        flx_tape *t = NULL;
        flx_program *f = NULL;
        cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
        for (size_t j = 0; j < c->inputs; j++) x[j] = flx_variable(t, batch_sample(0, j));
        c->record(t, x, y);
        cr_assert_eq(flx_freeze(t, c->inputs, x, c->outputs, y, k % 2 ? FLX_KEEP_ALL : 0, &f, NULL),
                     FLX_OK);
        expect_telling(f, c->name);
        cleared += expect_cleared(f, c->name);
        flx_program_release(f);
        flx_tape_destroy(t);
    }
    cr_expect_gt(cleared, 40, "%u", cleared);
}
