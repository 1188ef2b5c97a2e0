/* random_program.c: from bytes to programs, and their run over the library's number types. */
#include "random_program.h"

#include <math.h>
#include <string.h>

static const char *const names[] = {
/* clang-format off */
#define RANDOM_UNARY(name) #name,
#define RANDOM_BINARY(name) #name, #name "_xc", #name "_cx",
#define RANDOM_TERNARY(name) #name, #name "_xxc", #name "_cxc", #name "_xcc",
#define RANDOM_COMPARE(name) #name, #name "_xc", #name "_cx",
#define RANDOM_SELECT(form) #form,
#define RANDOM_ARRAY(name) #name,
#include "random_op.def"
    /* clang-format on */
};

static const unsigned char operands[] = {
/* clang-format off */
#define RANDOM_UNARY(name) 1,
#define RANDOM_BINARY(name) 2, 1, 1,
#define RANDOM_TERNARY(name) 3, 2, 1, 1,
#define RANDOM_COMPARE(name) 3, 3, 3,
#define RANDOM_ARRAY(name) 3,
#define RANDOM_SELECT(form) RANDOM_##form == RANDOM_select ? 3 : RANDOM_##form == RANDOM_select_cc ? 1 : 2,
#include "random_op.def"
    /* clang-format on */
};

const char *random_op_name(unsigned op) { return op < RANDOM_OPS ? names[op] : "?"; }

unsigned random_operands(unsigned op) { return op < RANDOM_OPS ? operands[op] : 0; }

int random_is_array(unsigned op) { return op >= RANDOM_pack; }

/* The rows x cols matrix that packs what an array step sees. */
static void matrix_shape(const random_step *s, size_t n, size_t *rows, size_t *cols)
{
    *rows = s->view == VIEW_INPUTS ? n : s->rows;
    *cols = s->view == VIEW_INPUTS ? 1 : s->view == VIEW_MIRROR ? s->rows : s->cols;
}

void random_view_shape(const random_step *s, size_t n, size_t *rows, size_t *cols)
{
    size_t r, c;
    matrix_shape(s, n, &r, &c);
    *rows = s->view == VIEW_TRANSPOSE ? c : r;
    *cols = s->view == VIEW_TRANSPOSE ? r : c;
    if (s->view == VIEW_ROWS) *rows = 1;
    if (s->view == VIEW_COLS) *cols = 1;
    if (s->view == VIEW_STRIDED) {
        *rows = (r + 1) / 2;
        *cols = (c + 1) / 2;
    }
    if (s->view == VIEW_OVERLAP) *rows = r > 1 ? r - 1 : r;
}

size_t random_view_at(const random_step *s, size_t n, size_t count, int which, size_t i, size_t j)
{
    size_t r, c, row = i, col = j;
    matrix_shape(s, n, &r, &c);
    if (s->view == VIEW_TRANSPOSE || (s->view == VIEW_MIRROR && which)) {
        row = j;
        col = i;
    }
    if (s->view == VIEW_ROWS) row = (s->step + (size_t)which) % r;
    if (s->view == VIEW_COLS) col = (s->step + (size_t)which) % c;
    if (s->view == VIEW_STRIDED) {
        row = 2 * i;
        col = 2 * j;
    }
    if (s->view == VIEW_OVERLAP && r > 1) row = i + (size_t)which;
    const size_t k = row * c + col;
    if (s->view == VIEW_INPUTS) return k;
    const int second = which && s->view != VIEW_MIRROR && s->view != VIEW_OVERLAP;
    return ((second ? s->b : s->a) + k * s->step) % count;
}

int random_is_sum(unsigned op) { return op >= RANDOM_matmul; }

/* The axis that sum_along sums along. */
static flx_axis axis_of(const random_step *s) { return (flx_axis)(s->step % 3); }

void random_terms_of(const random_step *s, size_t n, size_t count, random_terms *terms)
{
    size_t rows, cols, k = 0;
    random_view_shape(s, n, &rows, &cols);
    const size_t i = s->step % (rows * cols) / cols, j = s->step % cols;
    const flx_axis axis = axis_of(s);
    terms->how = s->op == RANDOM_matmul      ? SUM_FROM_ZERO
                 : s->op == RANDOM_sum_along ? SUM_BY_TREE
                                             : SUM_FROM_FIRST;
    for (size_t a = 0; a < rows; a++) {
        for (size_t b = 0; b < cols; b++) {
            const size_t row = s->op == RANDOM_gather ? a * s->step % rows : a;
            const size_t other = s->op == RANDOM_matmul   ? s->step % rows
                                 : s->op == RANDOM_cumsum ? a
                                                          : 0;
            const int in = s->op == RANDOM_matmul   ? a == i
                           : s->op == RANDOM_cumsum ? a == i && b <= j
                           : s->op == RANDOM_gather
                               ? a == i && b == j
                               : axis == FLX_ALL || (axis == FLX_ROWS ? a == i : b == j);
            if (!in) continue;
            terms->x[k] = random_view_at(s, n, count, 0, row, b);
            terms->y[k++] = random_view_at(s, n, count, 1, other, b);
        }
    }
    terms->count = k;
}

/* Two views x and y, rows x cols, to one number. */
static flx_var native_sum(const random_step *s, size_t rows, size_t cols, flx_array x, flx_array y)
{
    double index[RANDOM_SIDE];
    const size_t i = s->step % (rows * cols) / cols, j = s->step % cols;
    for (size_t k = 0; k < rows; k++) index[k] = (double)(k * s->step % rows);
    const flx_array row = flx_array_row(y, 0);
    flx_array sum;
    switch (s->op) {
    case RANDOM_matmul:
        return flx_array_at(flx_array_matmul(x, flx_array_transpose(y)), i, s->step % rows);
    case RANDOM_cumsum: return flx_array_at(flx_array_cumsum(flx_array_mul(x, y), FLX_ROWS), i, j);
    case RANDOM_gather:
        sum = flx_array_gather(x, flx_array_constant(x.first.tape, rows, 1, index));
        return flx_array_at(flx_array_mul(sum, row), i, j);
    default:
        sum = flx_array_sum(flx_array_mul(x, row), axis_of(s));
        return flx_array_at(sum, sum.rows > 1 ? i : 0, sum.cols > 1 ? j : 0);
    }
}

static flx_var native_step(const random_run *run, const random_step *s, size_t n, size_t count,
                           const flx_var *v)
{
    size_t r, c, rows, cols;
    flx_var cell[2][RANDOM_SIDE * RANDOM_SIDE];
    flx_array m[2], view[2];
    flx_tape *tape = v[0].tape; /* the first value is an input */
    matrix_shape(s, n, &r, &c);
    random_view_shape(s, n, &rows, &cols);
    for (size_t k = 0; k < r * c; k++) {
        cell[0][k] = v[s->view == VIEW_INPUTS ? k : (s->a + k * s->step) % count];
        cell[1][k] = v[(s->b + k * s->step) % count];
    }
    const int native = s->view == VIEW_INPUTS && run->inputs;
    m[0] = native ? *run->inputs : flx_array_pack(tape, r, c, cell[0]);
    const int one = s->view == VIEW_MIRROR || s->view == VIEW_OVERLAP || s->view == VIEW_INPUTS;
    m[1] = one ? m[0] : flx_array_pack(tape, r, c, cell[1]);
    for (int which = 0; which < 2; which++) {
        const flx_array a = m[which];
        const size_t w = (size_t)which;
        switch (s->view) {
        case VIEW_TRANSPOSE: view[which] = flx_array_transpose(a); break;
        case VIEW_MIRROR: view[which] = which ? flx_array_transpose(a) : a; break;
        case VIEW_ROWS: view[which] = flx_array_row(a, (s->step + w) % r); break;
        case VIEW_COLS: view[which] = flx_array_col(a, (s->step + w) % c); break;
        case VIEW_STRIDED: view[which] = flx_array_slice(a, 0, 0, rows, cols, 2, 2); break;
        case VIEW_OVERLAP:
            view[which] = flx_array_slice(a, r > 1 ? w : 0, 0, rows, cols, 1, 1);
            break;
        default: view[which] = a; break;
        }
    }
    const size_t chosen = s->step % (rows * cols);
    if (random_is_sum(s->op)) return native_sum(s, rows, cols, view[0], view[1]);
    if (s->op == RANDOM_pack) return flx_array_at(view[0], chosen / cols, chosen % cols);
    if (s->op == RANDOM_dot) return flx_array_dot(view[0], view[1]);
    const flx_var alpha = s->step % 4 ? v[s->c] : flx_constant(s->k[0]);
    const flx_array sum = flx_array_axpy(alpha, view[0], view[1]);
    return s->op == RANDOM_axpy ? flx_array_at(sum, chosen / cols, chosen % cols)
                                : flx_array_dot(sum, view[0]);
}

static flx_var emulated_of_var(const random_run *run, const random_step *s, size_t n, size_t count,
                               const flx_var *v);

flx_var random_step_on_tape(const random_run *run, const random_step *s, size_t n, size_t count,
                            const flx_var *v)
{
    return (run->scalars ? emulated_of_var : native_step)(run, s, n, count, v);
}

#define FLX_NAMES(X) X(program) X(single)
#define FLX_BODY "random_body.inc"
#include <fluxion/instantiate.h>

const flx_function *const random_function = &program;
const flx_function *const random_single = &single;

/* ---- from bytes ---- */

typedef struct reader {
    size_t left;
    const uint8_t *at;
} reader;

static unsigned next(reader *r)
{
    if (r->left == 0) return 0;
    r->left--;
    return *r->at++;
}

static const double delicate[] = {
    0.0,
    -0.0,
    1.0,
    -1.0,
    2.0,
    0.5,
    3.0,
    -2.0,
    1e300,
    -1e300,
    1e-300,
    -1e-300,
    INFINITY,
    -INFINITY,
    NAN,
    0x1p-1074,
    -0x1p-1060,
    0x1p-1022,
    710.5,
    -745.0,
    1e8,
    -1e-8,
    0x1.fffffffffffffp-1,
    20.0,
};

/* A quarter delicate; the rest between 1/8 and 8, either sign. */
static double number(reader *r)
{
    const unsigned kind = next(r), low = next(r), high = next(r);
    if (kind % 4 == 3) return delicate[(kind / 4 + low) % (sizeof delicate / sizeof delicate[0])];
    const double size = ldexp(1.0 + (low + 256.0 * high) / 65536.0, (int)(kind / 8 % 6) - 3);
    return kind % 8 < 2 ? -size : size;
}

/* Recent values are likelier, so that programs get deep. */
static uint8_t operand(reader *r, size_t count)
{
    const unsigned b = next(r);
    const size_t back = b % 2 ? (b / 2) % 3 : (b / 2) % count;
    return (uint8_t)(back < count ? count - 1 - back : 0);
}

static double apply_double(const random_program *p, const random_step *s, size_t count,
                           const double *v)
{
    const random_run run = {p, NULL, 0};
    if (random_is_array(s->op)) return emulated_of_double(&run, s, p->inputs, count, v);
    return apply_of_double(s, v[s->a], v[s->b], v[s->c]);
}

/* Operands, shape and constants for an operation on count values. */
static void draw(reader *r, size_t count, random_step *s)
{
    s->a = operand(r, count);
    s->b = operand(r, count);
    s->c = operand(r, count);
    const unsigned shape = next(r), view = next(r);
    s->rows = (uint8_t)(1 + shape % RANDOM_SIDE);
    s->cols = (uint8_t)(1 + shape / RANDOM_SIDE % RANDOM_SIDE);
    s->view = (uint8_t)(view % RANDOM_VIEWS);
    s->step = (uint8_t)(1 + view / RANDOM_VIEWS % 7);
    s->k[0] = number(r);
    s->k[1] = number(r);
}

int random_asks_sign_of_nan(const random_step *s, const double *v)
{
    return (s->op == RANDOM_copysign && isnan(v[s->b]))
           || (s->op == RANDOM_copysign_cx && isnan(v[s->a]));
}

/* The next step: an operation on operands that are drawn until its value is tame, so many times at
 * most and, where that is more than once, at first on the last value. What is left untamed is replaced
 * unless it is wanted. */
static void add_step(reader *r, random_program *p, double *v, unsigned op, int attempts, int wild)
{
    random_step *s = &p->step[p->steps];
    const size_t count = p->inputs + p->steps++;
    for (int k = 0; k < attempts; k++) {
        draw(r, count, s);
        if (k == 0 && attempts > 1) s->a = (uint8_t)(count - 1);
        s->op = (uint8_t)op;
        if (random_asks_sign_of_nan(s, v)) s->op = RANDOM_fmax;
        v[count] = apply_double(p, s, count, v);
        if (fabs(v[count]) < 1e3) return;
    }
    if (wild) return;
    s->op = isfinite(v[s->a]) ? RANDOM_atan : RANDOM_select_cc;
    v[count] = apply_double(p, s, count, v);
}

static void begin(reader *r, random_program *p, double *v)
{
    const unsigned first = next(r);
    memset(p, 0, sizeof *p);
    p->inputs = 1 + first % RANDOM_INPUTS;
    p->array_inputs = first / 4 % 2;
    for (size_t k = 0; k < p->inputs; k++) {
        v[k] = p->x[k] = number(r);
        if (k > 0 && first / 8 % 8 == 0) v[k] = p->x[k] = p->x[0];
    }
}

void random_program_from_bytes(random_program *p, size_t size, const uint8_t *bytes)
{
    reader r = {size, bytes};
    double v[RANDOM_VALUES];
    begin(&r, p, v);
    while (p->steps < RANDOM_STEPS && (r.left > 0 || p->steps == 0)) {
        const int wild = next(&r) % 8 == 0; /* most stay where there is something to compare */
        add_step(&r, p, v, next(&r) % RANDOM_OPS, 1, wild);
    }
}

static void bytes_of_seed(uint64_t seed, size_t size, uint8_t *bytes)
{
    uint64_t s = seed * 0x9e3779b97f4a7c15u + 0x632be59bd9b4e019u;
    for (size_t k = 0; k < size; k++) {
        s ^= s << 13;
        s ^= s >> 7;
        s ^= s << 17;
        bytes[k] = (uint8_t)((s * 0x2545f4914f6cdd1du) >> 56);
    }
}

void random_program_from_seed(random_program *p, uint64_t seed)
{
    uint8_t bytes[RANDOM_BYTES];
    bytes_of_seed(seed, sizeof bytes, bytes);
    random_program_from_bytes(p, 16 + seed % (sizeof bytes - 16), bytes);
}

void random_program_of(random_program *p, uint64_t seed, size_t count, const uint8_t *ops)
{
    enum { ATTEMPTS = 4 };
    uint8_t bytes[ATTEMPTS * RANDOM_BYTES];
    reader r = {sizeof bytes, bytes};
    double v[RANDOM_VALUES];
    bytes_of_seed(seed, sizeof bytes, bytes);
    begin(&r, p, v);
    while (p->steps < RANDOM_STEPS) {
        const int wild = next(&r) % 8 == 0;
        add_step(&r, p, v, ops[next(&r) % count], ATTEMPTS, wild);
    }
}

void random_live(const random_program *p, unsigned char live[RANDOM_VALUES])
{
    const size_t n = p->inputs;
    memset(live, 0, RANDOM_VALUES);
    live[n + p->steps - 1] = 1;
    for (size_t k = p->steps; k-- > 0;) {
        const random_step *s = &p->step[k];
        size_t rows, cols;
        if (!live[n + k]) continue;
        if (random_operands(s->op) > 0) live[s->a] = 1;
        if (random_operands(s->op) > 1) live[s->b] = 1;
        if (random_operands(s->op) > 2) live[s->c] = 1;
        if (!random_is_array(s->op)) continue;
        random_view_shape(s, n, &rows, &cols);
        for (size_t i = 0; i < rows * cols; i++)
            for (int which = 0; which < 2; which++)
                live[random_view_at(s, n, n + k, which, i / cols, i % cols)] = 1;
    }
}
