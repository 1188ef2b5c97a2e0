/* batch_programs.c: see batch_programs.h. */
#include "batch_programs.h"

#include "bodies.h"

static flx_array number(double c) { return flx_array_scalar(flx_constant(c)); }

static flx_var sum_of(flx_array x) { return flx_array_at(flx_array_sum(x, FLX_ALL), 0, 0); }

static void arithmetic(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_var a = x[0], b = x[1], p = flx_parameter(t, 0.75);
    for (int k = 0; k < 8; k++) {
        const flx_var c = flx_var_add_xc(flx_var_mul(a, b), 0.5);
        a = flx_var_sub(flx_var_mul(x[2], c), flx_var_div(x[3], flx_var_add(c, p)));
        b = flx_var_sub_cx(1.25, flx_var_square(flx_var_div_xc(b, 1.5)));
        a = flx_var_add(flx_var_div_cx(1.0, flx_var_add_xc(flx_var_square(a), 1.0)), b);
    }
    y[0] = flx_var_neg(flx_var_add(a, flx_var_mul_xc(b, 3.0)));
    y[1] = flx_var_sqrt(flx_var_add_xc(flx_var_square(a), 0.25));
}

static void functions(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var u = flx_var_mul(x[0], flx_var_exp(flx_var_sin(x[1])));
    const flx_var v = flx_var_log(flx_var_add_xc(flx_var_square(x[2]), 0.5));
    (void)t;
    y[0] = flx_var_add(flx_var_tanh(u), flx_var_mul(v, flx_var_cos(u)));
    y[1] = flx_var_pow(x[0], flx_var_atan2(x[1], x[2]));
    y[1] = flx_var_add(y[1], flx_var_pow_xc(x[1], 2.5));
    y[2] = flx_var_logsumexp(flx_var_sigmoid(v), flx_var_softplus(u));
    y[2] = flx_var_add(y[2], flx_var_add(flx_var_erf(x[0]), flx_var_lgamma(x[2])));
}

static void choices(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_var d = flx_var_sub(x[0], x[1]);
    (void)t;
    y[0] = flx_var_select(d, flx_var_square(x[0]), flx_var_mul(x[1], x[2]));
    y[0] = flx_var_add(y[0], flx_var_fmax(x[0], flx_var_fmin(x[1], x[2])));
    y[1] = flx_var_clamp(x[2], flx_constant(0.75), x[0]);
    y[1] = flx_var_add(y[1], flx_var_relu(d));
    y[2] = flx_var_mul(flx_var_fabs(d), flx_var_copysign(x[2], d));
    y[2] = flx_var_add(y[2], flx_var_fmod(flx_var_mul_xc(x[1], 7.0), x[0]));
}

static void arrays(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_array a = flx_array_pack(t, 3, 3, x);
    const flx_array b = flx_array_add(flx_array_matmul(a, flx_array_transpose(a)), number(0.5));
    const flx_array s = flx_array_sin(flx_array_div(b, flx_array_row(a, 1)));
    y[0] = flx_array_dot(s, a);
    y[1] = sum_of(flx_array_square(flx_array_softmax(b, FLX_COLS)));
    y[2] = sum_of(flx_array_mul(flx_array_cumsum(s, FLX_ROWS), flx_array_sum(a, FLX_ROWS)));
    y[3] = flx_array_norm(flx_array_select(flx_array_sub(a, number(1.0)), b, s));
}

static flx_status scaled(void *ctx, size_t n, const double *x, size_t m, double *y)
{
    (void)ctx;
    for (size_t k = 0; k < m; k++) y[k] = x[k % n] * x[(k + 1) % n];
    return FLX_OK;
}

static flx_status scaled_jacobian(void *ctx, size_t n, const double *x, size_t mn, double *jac)
{
    (void)ctx;
    for (size_t k = 0; k < mn; k++) jac[k] = 0.0;
    for (size_t k = 0; k < mn / n; k++) {
        jac[k * n + k % n] += x[(k + 1) % n];
        jac[k * n + (k + 1) % n] += x[k % n];
    }
    return FLX_OK;
}

static void whole(flx_tape *t, const flx_var *x, flx_var *y)
{
    static const flx_external own = {
        .name = "scaled", .value = scaled, .jacobian = scaled_jacobian};
    const flx_array a = flx_array_pack(t, 3, 3, x), col = flx_array_col(a, 1);
    const flx_array spd = flx_array_add(flx_array_matmul(flx_array_transpose(a), a),
                                        flx_array_diagonal_matrix(flx_array_col(a, 2)));
    const flx_array which = flx_array_argmax(a, FLX_ROWS);
    y[0] = flx_var_add(flx_array_cholesky_logdet(flx_array_cholesky(spd)), flx_array_det(spd));
    const flx_array right[2] = {a, col}; /* more columns than rows */
    y[1] = sum_of(flx_array_solve(spd, flx_array_concatenate(2, right)));
    y[2] = sum_of(flx_array_mul(flx_array_gather(flx_array_square(a), which), spd));
    y[2] = flx_var_add(y[2], sum_of(flx_array_take(a, flx_array_argmin(a, FLX_COLS), FLX_COLS)));
    y[2] = flx_var_add(y[2], sum_of(flx_array_square(flx_array_scatter_add(a, which, 3))));
    y[3] = sum_of(flx_array_square(flx_array_external(&own, col, 4)));
}

static void recorded(flx_tape *t, const flx_var *x, flx_var *y)
{
    const flx_array a = flx_array_pack(t, 1, 3, x);
    const flx_var f = flx_var_add(flx_var_mul(x[0], flx_var_tanh(flx_var_div(x[1], x[2]))),
                                  sum_of(flx_array_exp(flx_array_mul(a, flx_array_neg(a)))));
    flx_var g[3];
    flx_grad(f, 3, x, g, FLX_CREATE_GRAPH);
    for (int k = 0; k < 3; k++) y[k] = g[k];
}

/* A scan, a map and a map with summing; of whole matrices the last. */
static void loops(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_program *step = body_program(&body_logistic), *row = body_program(&body_mixed);
    flx_program *solve = body_program(&body_arrays);
    const flx_scanned s =
        flx_scan(step, 4, flx_array_pack(t, 1, 1, x), flx_array_pack(t, 4, 1, x + 1),
                 flx_array_pack(t, 2, 1, x + 4), 2);
    const flx_array m =
        flx_map(row, flx_array_pack(t, 2, 2, x + 1), flx_array_pack(t, 2, 1, x + 4));
    const flx_array w = flx_map_sum(solve, flx_array_pack(t, 2, 3, x), flx_array_empty());
    y[0] = flx_array_at(s.state, 0, 0);
    y[1] = flx_var_add(sum_of(flx_array_square(s.rows)), flx_array_at(w, 0, 0));
    y[2] = flx_array_dot(m, flx_array_square(m));
    y[3] = flx_var_mul(flx_array_at(w, 1, 0), flx_array_at(m, 1, 2));
    flx_program_release(step);
    flx_program_release(row);
    flx_program_release(solve);
}

/* Of (a, b, p, q): a map over (a, b) and (b, a), with p and q shared; as a program. */
static flx_program *swapping(void)
{
    flx_program *inner = body_program(&body_mixed), *f = NULL;
    flx_var x[4], y[2];
    flx_tape *t;
    if (flx_tape_create(NULL, &t) != FLX_OK) return NULL;
    for (int k = 0; k < 4; k++) x[k] = flx_variable(t, 0.5);
    const flx_var rows[4] = {x[0], x[1], x[1], x[0]};
    const flx_array z =
        flx_map(inner, flx_array_pack(t, 2, 2, rows), flx_array_pack(t, 2, 1, x + 2));
    y[0] = flx_var_tanh(flx_var_add(flx_array_at(z, 0, 0), flx_array_at(z, 1, 1)));
    y[1] = flx_var_mul(flx_array_at(z, 0, 2), flx_array_at(z, 1, 2));
    flx_freeze(t, 4, x, 2, y, 0, &f, NULL);
    flx_tape_destroy(t);
    flx_program_release(inner);
    return f;
}

/* A scan of maps, and its recorded gradient. */
static void nested(flx_tape *t, const flx_var *x, flx_var *y)
{
    flx_program *f = swapping();
    const flx_scanned s = flx_scan(f, 3, flx_array_pack(t, 2, 1, x), flx_array_empty(),
                                   flx_array_pack(t, 2, 1, x + 2), 1);
    const flx_var a = flx_array_at(s.state, 0, 0), b = flx_array_at(s.state, 1, 0);
    flx_var g[4];
    flx_grad(flx_var_mul(a, b), 4, x, g, FLX_CREATE_GRAPH);
    y[0] = a;
    for (int k = 1; k < 4; k++) y[k] = g[k];
    flx_program_release(f);
}

/* More slots than are run with most points side by side, by every instruction that sweeps know by
 * themselves, and in chains of them. */
static void many_slots(flx_tape *t, const flx_var *x, flx_var *y)
{
    (void)t;
    y[0] = x[0];
    y[1] = x[1];
    for (int k = 0; k < 100; k++) {
        const flx_var a = flx_var_mul_xc(flx_var_square(x[k % 3]), 0.01 * k + 0.1);
        const flx_var b = flx_var_exp(flx_var_sub(flx_var_sin(a), x[(k + 1) % 3]));
        const flx_var c = flx_var_log(flx_var_add_xc(flx_var_mul(b, x[2]), 0.5));
        y[0] = flx_var_add(y[0], flx_var_div(c, b));
        y[1] = flx_var_sub(y[1], flx_var_mul(c, c));
    }
}

const batch_case batch_cases[] = {
    {"arithmetic", arithmetic, 4, 2}, {"functions", functions, 3, 3},
    {"choices", choices, 3, 3},       {"arrays", arrays, 9, 4},
    {"whole matrices", whole, 9, 4},  {"recorded", recorded, 3, 3},
    {"loops", loops, 6, 4},           {"nested loops", nested, 4, 4},
    {"many slots", many_slots, 3, 2},
};
const size_t batch_case_count = sizeof batch_cases / sizeof *batch_cases;

double batch_sample(size_t i, size_t k)
{
    const size_t mixed = (i * 2654435761u + k * 40503u + 12345u) % 65536u;
    return 0.5 + (double)mixed / 65536.0;
}

flx_program *batch_program(const batch_case *c, const flx_allocator *allocator)
{
    flx_tape_options options = {0};
    flx_var x[BATCH_INPUTS], y[BATCH_OUTPUTS];
    flx_program *f = NULL;
    flx_tape *t;
    if (allocator) options.allocator = *allocator;
    if (flx_tape_create(&options, &t) != FLX_OK) return NULL;
    for (size_t k = 0; k < c->inputs; k++) x[k] = flx_variable(t, batch_sample(77, k));
    c->record(t, x, y);
    flx_freeze(t, c->inputs, x, c->outputs, y, 0, &f, NULL);
    flx_tape_destroy(t);
    return f;
}
