/* det.c: a determinant by expansion by minors, and its gradient. The program is straight-line code
 * that depends on the size only, so it is recorded once. */
#include <stdlib.h>

#include "gradbench.h"

/* The columns not yet crossed out, a linked list: next[ell] is the first, and ell ends it. */
typedef struct det_columns {
    size_t ell;
    size_t *next;
} det_columns;

#define FLX_NAME det
#define FLX_BODY "det.inc"
#include <fluxion/instantiate.h>

typedef struct det_state {
    det_columns columns;
    size_t n; /* ell*ell */
    double *a, *gradient, det;
    gb_program program;
} det_state;

static void destroy(void *state)
{
    det_state *s = state;
    gb_program_clear(&s->program);
    free(s->columns.next);
    free(s->a);
    free(s->gradient);
    free(s);
}

static void *read_input(const json_t *input)
{
    const size_t ell = gb_size(input, "ell");
    const json_t *a = json_object_get(input, "A");
    if (ell == 0 || ell > json_array_size(a)) return NULL;
    det_state *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    s->n = ell * ell;
    s->columns.ell = ell;
    s->columns.next = calloc(ell + 1, sizeof *s->columns.next);
    s->a = gb_values(a, s->n);
    s->gradient = gb_block(s->n);
    if (!s->a || !s->columns.next) {
        destroy(s);
        return NULL;
    }
    for (size_t j = 0; j < ell; j++) s->columns.next[j] = j + 1;
    s->columns.next[ell] = 0;
    return s;
}

static flx_status prepare(void *state, size_t function)
{
    det_state *s = state;
    return function == 0 ? FLX_OK : gb_program_record(&s->program, &det, s->n, 1, &s->columns);
}

static flx_status evaluate(void *state, size_t function)
{
    det_state *s = state;
    if (function > 0)
        return flx_gradient(s->program.f, s->program.w, s->a, &s->det, s->gradient, NULL);
    det.f_double(s->n, s->a, 1, &s->det, &s->columns);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    const det_state *s = state;
    return function == 0 ? json_real(s->det) : gb_array(s->n, s->gradient);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"primal", "gradient"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
