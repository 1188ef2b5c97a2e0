/* hello.c: a number's square and the derivative of that: whether the protocol works at all. */
#include <stdlib.h>

#include "gradbench.h"

#define FLX_NAME hello
#define FLX_BODY "hello.inc"
#include <fluxion/instantiate.h>

typedef struct hello_state {
    double x, result;
    gb_program program;
} hello_state;

static void *read_input(const json_t *input)
{
    if (!json_is_number(input)) return NULL;
    hello_state *s = calloc(1, sizeof *s);
    if (s) s->x = json_number_value(input);
    return s;
}

static flx_status prepare(void *state, size_t function)
{
    hello_state *s = state;
    return function == 0 ? FLX_OK : gb_program_record(&s->program, &hello, 1, 1, NULL);
}

static flx_status evaluate(void *state, size_t function)
{
    hello_state *s = state;
    if (function > 0)
        return flx_gradient(s->program.f, s->program.w, &s->x, NULL, &s->result, NULL);
    hello.f_double(1, &s->x, 1, &s->result, NULL);
    return FLX_OK;
}

static json_t *output(const void *state, size_t function)
{
    (void)function;
    return json_real(((const hello_state *)state)->result);
}

static void destroy(void *state)
{
    gb_program_clear(&((hello_state *)state)->program);
    free(state);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"square", "double"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
