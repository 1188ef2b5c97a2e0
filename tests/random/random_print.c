/* random_print.c: a random program as a C program that shows its derivatives by every road. */
#include <math.h>
#include <string.h>

#include "random_shrink.h"

static void print_number(FILE *out, double x)
{
    if (x != x) fputs("NAN", out);
    else if (isinf(x)) fputs(x > 0.0 ? "INFINITY" : "-INFINITY", out);
    else fprintf(out, "%.17g%s", x, x == rint(x) && fabs(x) < 1e16 ? ".0" : "");
}

/* Whether names end in _xc and the like. */
static int ends(const char *name, const char *end)
{
    const size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

/* "flx_pow(v1, 2.0)"; a comparison's condition likewise. */
static void print_call(FILE *out, const random_step *s)
{
    const char *name = random_op_name(s->op);
    const int length = (int)strlen(name);
    if (ends(name, "_xxc") || ends(name, "_cxc") || ends(name, "_xcc")) {
        const char *form = name + length - 3;
        unsigned constants = 0, variables = 0;
        fprintf(out, "flx_%.*s(", length - 4, name);
        for (int k = 0; k < 3; k++) {
            if (k) fputs(", ", out);
            if (form[k] == 'c') print_number(out, s->k[constants++]);
            else fprintf(out, "v%u", variables++ ? s->b : s->a);
        }
    } else if (ends(name, "_0") || ends(name, "_1")) {
        fprintf(out, "flx_%.*s(%s, v%u", length - 2, name, name + length - 1, s->a);
    } else if (ends(name, "_xc") || ends(name, "_cx")) {
        fprintf(out, "flx_%.*s(", length - 3, name);
        if (ends(name, "_xc")) fprintf(out, "v%u, ", s->a);
        print_number(out, s->k[0]);
        if (ends(name, "_cx")) fprintf(out, ", v%u", s->a);
    } else if (s->op == RANDOM_fma || s->op == RANDOM_clamp) {
        fprintf(out, "flx_%s(v%u, v%u, v%u", name, s->a, s->b, s->c);
    } else if (random_operands(s->op) == 1) {
        fprintf(out, "flx_%s(v%u", name, s->a);
    } else {
        fprintf(out, "flx_%s(v%u, v%u", name, s->a, s->b);
    }
    fputc(')', out);
}

static void print_select(FILE *out, const random_step *s)
{
    fprintf(out, "flx_select(v%u, ", s->a);
    if (s->op == RANDOM_select_cx || s->op == RANDOM_select_cc) print_number(out, s->k[0]);
    else fprintf(out, "v%u", s->b);
    fputs(", ", out);
    if (s->op == RANDOM_select_cx) fprintf(out, "v%u", s->b);
    else if (s->op == RANDOM_select) fprintf(out, "v%u", s->c);
    else print_number(out, s->op == RANDOM_select_cc ? s->k[1] : s->k[0]);
    fputc(')', out);
}

static void print_pack(FILE *out, const random_program *p, size_t step, unsigned from, char name)
{
    const random_step *s = &p->step[step];
    const size_t v = p->inputs + step;
    const size_t rows = s->view == VIEW_INPUTS ? p->inputs : s->rows;
    const size_t cols = s->view == VIEW_INPUTS ? 1 : s->view == VIEW_MIRROR ? s->rows : s->cols;
    if (s->view == VIEW_INPUTS && p->array_inputs) {
        fprintf(out, "    const flx_array %c%zu = inputs;\n", name, v);
        return;
    }
    fprintf(out, "    const flx_array %c%zu = flx_array_pack(t, %zu, %zu, (const flx_var[]){", name,
            v, rows, cols);
    for (size_t k = 0; k < rows * cols; k++)
        fprintf(out, "%sv%zu", k ? ", " : "",
                s->view == VIEW_INPUTS ? k : (from + k * s->step) % v);
    fputs("});\n", out);
}

/* View x (which = 0) or y of the packed p or q. */
static void print_view(FILE *out, const random_program *p, size_t step, unsigned which)
{
    const random_step *s = &p->step[step];
    const size_t v = p->inputs + step;
    const int one = s->view == VIEW_MIRROR || s->view == VIEW_OVERLAP || s->view == VIEW_INPUTS;
    const char from = which && !one ? 'q' : 'p';
    size_t rows, cols;
    random_view_shape(s, p->inputs, &rows, &cols);
    fprintf(out, "    const flx_array %c%zu = ", which ? 'y' : 'x', v);
    switch (s->view) {
    case VIEW_TRANSPOSE: fprintf(out, "flx_array_transpose(%c%zu);\n", from, v); break;
    case VIEW_MIRROR: fprintf(out, which ? "flx_array_transpose(p%zu);\n" : "p%zu;\n", v); break;
    case VIEW_ROWS:
        fprintf(out, "flx_array_row(%c%zu, %u);\n", from, v, (s->step + which) % s->rows);
        break;
    case VIEW_COLS:
        fprintf(out, "flx_array_col(%c%zu, %u);\n", from, v, (s->step + which) % s->cols);
        break;
    case VIEW_STRIDED:
        fprintf(out, "flx_array_slice(%c%zu, 0, 0, %zu, %zu, 2, 2);\n", from, v, rows, cols);
        break;
    case VIEW_OVERLAP:
        fprintf(out, "flx_array_slice(p%zu, %u, 0, %zu, %zu, 1, 1);\n", v, s->rows > 1 ? which : 0,
                rows, cols);
        break;
    default: fprintf(out, "%c%zu;\n", from, v); break;
    }
}

/* What native_sum of random_program.c does with the views x and y. */
static void print_sum(FILE *out, const random_step *s, size_t v, size_t rows, size_t cols)
{
    static const char *const axes[] = {"FLX_ALL", "FLX_ROWS", "FLX_COLS"};
    const size_t i = s->step % (rows * cols) / cols, j = s->step % cols, axis = s->step % 3;
    fprintf(out, "    const flx_var v%zu = flx_array_at(", v);
    switch (s->op) {
    case RANDOM_matmul:
        fprintf(out, "flx_array_matmul(x%zu, flx_array_transpose(y%zu)), %zu, %zu);\n", v, v, i,
                s->step % rows);
        break;
    case RANDOM_cumsum:
        fprintf(out, "flx_array_cumsum(flx_array_mul(x%zu, y%zu), FLX_ROWS), %zu, %zu);\n", v, v, i,
                j);
        break;
    case RANDOM_gather:
        fprintf(
            out,
            "flx_array_mul(flx_array_gather(x%zu, flx_array_constant(t, %zu, 1, (const double[]){",
            v, rows);
        for (size_t k = 0; k < rows; k++) fprintf(out, "%s%zu", k ? ", " : "", k * s->step % rows);
        fprintf(out, "})), flx_array_row(y%zu, 0)), %zu, %zu);\n", v, i, j);
        break;
    default:
        fprintf(out, "flx_array_sum(flx_array_mul(x%zu, flx_array_row(y%zu, 0)), %s), %zu, %zu);\n",
                v, v, axes[axis], axis == 1 ? i : 0, axis == 2 ? j : 0);
        break;
    }
}

static void print_array_step(FILE *out, const random_program *p, size_t step)
{
    const random_step *s = &p->step[step];
    const size_t v = p->inputs + step;
    const int one = s->view == VIEW_MIRROR || s->view == VIEW_OVERLAP || s->view == VIEW_INPUTS;
    size_t rows, cols;
    random_view_shape(s, p->inputs, &rows, &cols);
    const size_t chosen = s->step % (rows * cols);
    print_pack(out, p, step, s->a, 'p');
    if (!one && s->op != RANDOM_pack) print_pack(out, p, step, s->b, 'q');
    print_view(out, p, step, 0);
    if (s->op != RANDOM_pack) print_view(out, p, step, 1);
    if (random_is_sum(s->op)) {
        print_sum(out, s, v, rows, cols);
        return;
    }
    if (s->op == RANDOM_axpy || s->op == RANDOM_axpy_dot) {
        fprintf(out, "    const flx_array s%zu = flx_array_axpy(", v);
        if (s->step % 4) {
            fprintf(out, "v%u", s->c);
        } else {
            fputs("flx_constant(", out);
            print_number(out, s->k[0]);
            fputc(')', out);
        }
        fprintf(out, ", x%zu, y%zu);\n", v, v);
    }
    fprintf(out, "    const flx_var v%zu = ", v);
    if (s->op == RANDOM_dot) fprintf(out, "flx_array_dot(x%zu, y%zu);\n", v, v);
    else if (s->op == RANDOM_axpy_dot) fprintf(out, "flx_array_dot(s%zu, x%zu);\n", v, v);
    else
        fprintf(out, "flx_array_at(%c%zu, %zu, %zu);\n", s->op == RANDOM_pack ? 'x' : 's', v,
                chosen / cols, chosen % cols);
}

static void print_steps(FILE *out, const random_program *p, const char *type, const char *end)
{
    for (size_t k = 0; k < p->steps; k++) {
        const random_step *s = &p->step[k];
        const size_t v = p->inputs + k;
        if (random_is_array(s->op)) {
            print_array_step(out, p, k);
            continue;
        }
        fprintf(out, "    const %s v%zu = ", type, v);
        if (s->op >= RANDOM_select) print_select(out, s);
        else print_call(out, s);
        if (s->op >= RANDOM_lt && s->op < RANDOM_select) fprintf(out, " ? v%u : v%u", s->c, s->a);
        fprintf(out, ";%s\n", end);
    }
}

/* The function for number types, where no array is in it. */
static void print_generic(FILE *out, const random_program *p)
{
    fputs("#define FUNCTION(T, name) \\\n  static T name(const T *x) { \\\n", out);
    for (size_t k = 0; k < p->inputs; k++) fprintf(out, "    const T v%zu = x[%zu]; \\\n", k, k);
    print_steps(out, p, "T", " \\");
    fprintf(out, "    return v%zu; }\n", p->inputs + p->steps - 1);
    fputs("FUNCTION(flx_dual, of_dual)\nFUNCTION(flx_ddual, of_ddual)\n"
          "FUNCTION(flx_hyperdual, of_hyperdual)\nFUNCTION(flx_taylor4, of_taylor)\n"
          "static void numbers(const double *x) {\n"
          "    for (int i = 0; i < N; i++)\n        for (int j = 0; j < N; j++) {\n"
          "            flx_dual a[N]; flx_ddual b[N]; flx_hyperdual c[N]; flx_taylor4 d[N];\n"
          "            for (int k = 0; k < N; k++) {\n"
          "                a[k] = flx_dual_make(x[k], k == i);\n"
          "                b[k] = flx_ddual_make(flx_dual_make(x[k], k == j), "
          "flx_dual_make(k == i, 0));\n"
          "                c[k] = flx_hyperdual_make(x[k], k == i, k == j, 0);\n"
          "                d[k] = flx_taylor4_constant(x[k]);\n"
          "                d[k].c[1] = k == i;\n            }\n"
          "            const flx_taylor4 t = of_taylor(d);\n"
          "            printf(\"numbers %d %d: dual %.17g ddual %.17g hyperdual %.17g taylor %.17g "
          "%.17g %.17g\\n\", i, j,\n                   of_dual(a).d, of_ddual(b).d.d, "
          "of_hyperdual(c).e12, t.c[1], 2 * t.c[2], t.c[3]);\n        }\n}\n\n",
          out);
}

static void print_record(FILE *out, const random_program *p)
{
    fputs("static flx_var record(flx_tape *t, const double *at, flx_var *x) {\n", out);
    if (p->array_inputs)
        fputs("    const flx_array inputs = flx_array_variable(t, N, 1, at);\n"
              "    for (size_t k = 0; k < N; k++) x[k] = flx_array_at(inputs, k, 0);\n",
              out);
    else fputs("    for (size_t k = 0; k < N; k++) x[k] = flx_variable(t, at[k]);\n", out);
    for (size_t k = 0; k < p->inputs; k++) fprintf(out, "    const flx_var v%zu = x[%zu];\n", k, k);
    print_steps(out, p, "flx_var", "");
    fprintf(out, "    return v%zu;\n}\n\n", p->inputs + p->steps - 1);
}

static const char main_text[] =
    "int main(void) {\n"
    "    flx_tape *t;\n    flx_program *f;\n    flx_work *w, *jet;\n    flx_var x[N], g[N], h[N];\n"
    "    double gradient[N], hess[3][N * N], path[5 * N] = {0}, y[5];\n"
    "    if (flx_tape_create(NULL, &t) != FLX_OK) return 1;\n"
    "    const flx_var out = record(t, point, x);\n"
    "    flx_freeze(t, N, x, 1, &out, 0, &f, NULL);\n"
    "    flx_work_create(f, FLX_WORK_SECOND, 0, &w);\n"
    "    flx_work_create(f, FLX_WORK_JET, 4, &jet);\n"
    "    flx_gradient(f, w, point, NULL, gradient, NULL);\n"
    "    flx_hessian(f, w, point, NULL, hess[0], NULL);\n"
    "    flx_hessian_hyperdual(f, w, point, NULL, hess[1], NULL);\n"
    "    flx_hessian_double_backprop(f, w, point, NULL, hess[2], NULL);\n"
    "    flx_grad(out, N, x, g, FLX_CREATE_GRAPH);\n"
    "    printf(\"value %.17g\\n\", flx_peek(out));\n"
    "    for (int i = 0; i < N; i++) {\n"
    "        for (int k = 0; k < N; k++) { path[k] = point[k]; path[N + k] = k == i; }\n"
    "        flx_jet(f, jet, 4, path, y, NULL);\n"
    "        printf(\"d%d: program %.17g tape %.17g jet %.17g %.17g %.17g\\n\", i, gradient[i],\n"
    "               flx_peek(g[i]), y[1], 2 * y[2], y[3]);\n"
    "        flx_grad(g[i], N, x, h, i % 2 ? FLX_CREATE_GRAPH : 0);\n"
    "        for (int j = 0; j < N; j++)\n"
    "            printf(\"d%d%d: hessian %.17g hyperdual %.17g double backprop %.17g tape "
    "%.17g\\n\","
    " i, j,\n"
    "                   hess[0][i * N + j], hess[1][i * N + j], hess[2][i * N + j], "
    "flx_peek(h[j]));\n    }\n";

void random_print(FILE *out, const random_program *p, const random_finding *finding)
{
    int arrays = 0;
    for (size_t k = 0; k < p->steps; k++) arrays |= random_is_array(p->step[k].op);
    fprintf(out, "/* Found in %s: %s */\n", random_mode_name(finding->mode), finding->text);
    fputs("#include <stdio.h>\n#include <fluxion/fluxion.h>\n", out);
    fprintf(out, "enum { N = %zu };\nstatic const double point[N] = {", p->inputs);
    for (size_t k = 0; k < p->inputs; k++) {
        if (k) fputs(", ", out);
        print_number(out, p->x[k]);
    }
    fputs("};\n\n", out);
    if (!arrays) print_generic(out, p);
    print_record(out, p);
    fputs(main_text, out);
    if (!arrays) fputs("    numbers(point);\n", out);
    fputs("    flx_work_destroy(w);\n    flx_work_destroy(jet);\n    flx_program_release(f);\n"
          "    flx_tape_destroy(t);\n    return 0;\n}\n",
          out);
}
