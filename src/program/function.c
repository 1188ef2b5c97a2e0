/* function.c: from a function to a program. */
#include <fluxion/function.h>

#include "program/program.h"
#include "reverse/tape.h"

/* Records f at x and freezes it; xs and ys are room for the variables. */
static flx_status record(const flx_function *f, flx_tape *t, size_t n, const double *x, size_t m,
                         void *ctx, unsigned flags, flx_var *xs, flx_var *ys, flx_program **program,
                         flx_report *report)
{
    for (size_t k = 0; k < n; k++) xs[k] = flx_variable(t, x[k]);
    for (size_t k = 0; k < m; k++) ys[k] = flx_constant(0.0);
    f->f_var(n, xs, m, ys, ctx);
    return flx_freeze(t, n, xs, m, ys, flags, program, report);
}

flx_status flx_record(const flx_function *f, size_t n, const double *x, size_t m, void *ctx,
                      unsigned flags, const flx_allocator *allocator, flx_program **program,
                      flx_report *report)
{
    if (program) *program = NULL;
    if (!f || !f->f_var || !program || (n && !x))
        return flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    flx_tape_options options = {0};
    if (allocator) options.allocator = *allocator;
    flx_tape *t;
    flx_status status = flx_tape_create(&options, &t);
    if (status != FLX_OK) return flx_report_fill(report, status, 0, NULL, NULL);
    flx_memory memory = flx_memory_make(allocator, 0);
    flx_var *vars = NULL;
    if (m <= SIZE_MAX - 1 - n) vars = flx_memory_resize(&memory, NULL, 0, n + m + 1, sizeof *vars);
    if (vars) status = record(f, t, n, x, m, ctx, flags, vars, vars + n, program, report);
    else status = flx_report_fill(report, FLX_ENOMEM, 0, NULL, NULL);
    if (vars) flx_memory_resize(&memory, vars, n + m + 1, 0, sizeof *vars);
    flx_tape_destroy(t);
    return status;
}
