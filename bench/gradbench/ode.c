/* ode.c: y(2) of a linear ODE with y(0) = 0 by s Runge-Kutta steps, and the gradient of y's last
 * component with respect to the coefficients x.
 *
 * One step is recorded for a block of components, as a program of arrays, but for the first components,
 * which would be ends of them. The gradient keeps the state before each step and goes back over the steps
 * with one vector-Jacobian product for each block: what it computes stays in the processor's cache,
 * where a tape of all steps would not, for the price of evaluating each step twice. */
#include <stdlib.h>
#include <string.h>

#include "gradbench.h"

#define FLX_NAME ode_step
#define FLX_BODY "ode.inc"
#include <fluxion/instantiate.h>

/* Components that are recorded one by one, which is also how many before its own ones a component of the
 * next state depends on; and components of a block. */
enum { ODE_SCALARS = 4, ODE_BLOCK = 1000 };

typedef struct ode_state {
    size_t n, steps;
    double h;
    double *x;
    double *rows;             /* two rows of (y, x), between which steps go to and fro */
    double *states;           /* y before each step */
    double *weight, *before;  /* adjoints of y after a step and before it */
    double *gradient;         /* sum of the adjoints of x */
    double *inputs, *product; /* of a block: (y, x), and adjoints of them */
    gb_program first;         /* a step of the first components, */
    gb_program block[2];      /* of a block, and of those that are left over */
} ode_state;

static void destroy(void *state)
{
    ode_state *s = state;
    gb_program_clear(&s->first);
    for (size_t i = 0; i < 2; i++) gb_program_clear(&s->block[i]);
    double *const blocks[] = {s->x,      s->rows,     s->states, s->weight,
                              s->before, s->gradient, s->inputs, s->product};
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) free(blocks[i]);
    free(s);
}

static void *read_input(const json_t *input)
{
    const json_t *x = json_object_get(input, "x");
    const size_t n = json_array_size(x), steps = gb_size(input, "s");
    if (n == 0 || steps == 0) return NULL;
    ode_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = n;
    s->steps = steps;
    s->h = 2.0 / (double)steps;
    s->x = gb_values(x, n);
    if (s->x) return s;
    destroy(s);
    return NULL;
}

static flx_array scaled(flx_array a, double c)
{
    return flx_array_mul(a, flx_array_scalar(flx_constant(c)));
}

/* Row a from element `from` on, without its last `less` elements. */
static flx_array part(flx_array a, size_t from, size_t less)
{
    return flx_array_slice(a, 0, from, 1, a.cols - from - less, 1, 1);
}

/* The next y from component ODE_SCALARS on. The first slope is there from component 1 on, each later
 * one, which needs the one before of the component before, from one more component on. */
static flx_array recorded_step(flx_array y, flx_array x, double h)
{
    const double step[3] = {h / 2.0, h / 2.0, h};
    flx_array k[4];
    k[0] = flx_array_mul(part(x, 1, 0), part(y, 0, 1));
    for (size_t s = 0; s < 3; s++) {
        const flx_array moved = scaled(part(k[s], 0, 1), step[s]);
        k[s + 1] = flx_array_mul(part(x, s + 2, 0), flx_array_add(part(y, s + 1, 1), moved));
    }
    const flx_array middle = scaled(flx_array_add(part(k[1], 2, 0), part(k[2], 1, 0)), 2.0);
    const flx_array slope = flx_array_add(flx_array_add(part(k[0], 3, 0), middle), k[3]);
    return flx_array_add(part(y, ODE_SCALARS, 0), scaled(slope, h / 6.0));
}

static size_t first_components(const ode_state *s)
{
    return s->n < ODE_SCALARS ? s->n : ODE_SCALARS;
}

/* The first components. Scratch: room for inputs y and x, and for outputs. */
static flx_status record_first(flx_tape *tape, const ode_state *s, size_t count, flx_var *scratch,
                               flx_program **f)
{
    double h = s->h;
    for (size_t i = 0; i < 2 * count; i++) scratch[i] = flx_variable(tape, 0.0);
    ode_step.f_var(2 * count, scratch, count, scratch + 2 * count, &h);
    return flx_freeze(tape, 2 * count, scratch, count, scratch + 2 * count, FLX_REFUSE_READS, f,
                      NULL);
}

/* So many components, from those that they depend on. */
static flx_status record_block(flx_tape *tape, const ode_state *s, size_t count, flx_var *scratch,
                               flx_program **f)
{
    const size_t from = count + ODE_SCALARS;
    double *zeros = gb_block(from);
    const flx_array y = flx_array_variable(tape, 1, from, zeros);
    const flx_array x = flx_array_variable(tape, 1, from, zeros);
    const flx_array next = recorded_step(y, x, s->h);
    free(zeros);
    for (size_t i = 0; i < from; i++) {
        scratch[i] = flx_array_at(y, 0, i);
        scratch[from + i] = flx_array_at(x, 0, i);
    }
    for (size_t i = 0; i < count; i++) scratch[2 * from + i] = flx_array_at(next, 0, i);
    return flx_freeze(tape, 2 * from, scratch, count, scratch + 2 * from, FLX_REFUSE_READS, f,
                      NULL);
}

typedef flx_status recorder(flx_tape *tape, const ode_state *s, size_t count, flx_var *scratch,
                            flx_program **f);

/* A program of so many components, if any. */
static flx_status make(gb_program *p, const ode_state *s, recorder *record, size_t count)
{
    flx_tape *tape = NULL;
    if (count == 0) return FLX_OK;
    flx_var *scratch = calloc(3 * count + (size_t)2 * ODE_SCALARS, sizeof *scratch);
    flx_status status = scratch ? flx_tape_create(NULL, &tape) : FLX_ENOMEM;
    if (status == FLX_OK) status = record(tape, s, count, scratch, &p->f);
    if (status == FLX_OK) status = flx_work_create(p->f, FLX_WORK_FIRST, 1, &p->w);
    flx_tape_destroy(tape);
    free(scratch);
    return status;
}

static flx_status prepare(void *state, size_t function)
{
    ode_state *s = state;
    const size_t first = first_components(s), left = s->n - first;
    s->rows = gb_block(4 * s->n);
    if (function == 0) return FLX_OK;
    s->states = gb_block(s->steps * s->n);
    s->weight = gb_block(s->n);
    s->before = gb_block(s->n);
    s->gradient = gb_block(s->n);
    s->inputs = gb_block((size_t)2 * (ODE_BLOCK + ODE_SCALARS));
    s->product = gb_block((size_t)2 * (ODE_BLOCK + ODE_SCALARS));
    flx_status status = make(&s->first, s, record_first, first);
    if (status == FLX_OK)
        status = make(&s->block[0], s, record_block, left < ODE_BLOCK ? 0 : ODE_BLOCK);
    return status == FLX_OK ? make(&s->block[1], s, record_block, left % ODE_BLOCK) : status;
}

/* The solution, which ends in row 0; keeps the states where there is room for them. */
static void solve(ode_state *s)
{
    const size_t n = s->n;
    double *row = s->rows, *other = s->rows + 2 * n;
    memset(row, 0, n * sizeof *row);
    memcpy(row + n, s->x, n * sizeof *row);
    memcpy(other + n, s->x, n * sizeof *row);
    for (size_t k = 0; k < s->steps; k++) {
        if (s->states) memcpy(s->states + k * n, row, n * sizeof *row);
        ode_step.f_double(2 * n, row, n, other, &s->h);
        double *swap = row;
        row = other;
        other = swap;
    }
    if (row != s->rows) memcpy(s->rows, row, n * sizeof *row);
}

/* Goes back over a step of `count` components from number `at` on, which depend on those from number
 * `from` on. */
static flx_status back(ode_state *s, const gb_program *p, const double *y, size_t from, size_t at,
                       size_t count)
{
    const size_t n = at + count - from;
    memcpy(s->inputs, y + from, n * sizeof *y);
    memcpy(s->inputs + n, s->x + from, n * sizeof *y);
    const flx_status status = flx_vjp(p->f, p->w, s->inputs, s->weight + at, s->product, NULL);
    for (size_t i = 0; i < n; i++) s->before[from + i] += s->product[i];
    for (size_t i = 0; i < n; i++) s->gradient[from + i] += s->product[n + i];
    return status;
}

static flx_status back_over_step(ode_state *s, const double *y)
{
    const size_t first = first_components(s);
    memset(s->before, 0, s->n * sizeof(double));
    flx_status status = back(s, &s->first, y, 0, 0, first);
    for (size_t at = first; at < s->n && status == FLX_OK; at += ODE_BLOCK) {
        const size_t left = s->n - at, last = left < ODE_BLOCK;
        status = back(s, &s->block[last], y, at - ODE_SCALARS, at, last ? left : ODE_BLOCK);
    }
    double *swap = s->weight;
    s->weight = s->before;
    s->before = swap;
    return status;
}

static flx_status gradient(ode_state *s)
{
    const size_t n = s->n;
    flx_status status = FLX_OK;
    solve(s);
    memset(s->gradient, 0, n * sizeof(double));
    memset(s->weight, 0, n * sizeof(double));
    s->weight[n - 1] = 1.0;
    for (size_t k = s->steps; k-- > 0 && status == FLX_OK;)
        status = back_over_step(s, s->states + k * n);
    return status;
}

static flx_status evaluate(void *state, size_t function)
{
    if (function > 0) return gradient(state);
    solve(state);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const ode_state *s = state;
    return gb_array(s->n, function == 0 ? s->rows : s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"primal", "gradient"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
