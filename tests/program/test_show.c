/* Listings, graphs and the diagnosis. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fluxion/fluxion.h>

#include <criterion/criterion.h>

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

/* x0 * sin(x1), then the exponential of it where it is positive, else a power. */
static flx_var record(flx_tape *t, const flx_var *x)
{
    flx_tape_label(t, "product");
    const flx_var s = flx_sin(x[1]);
    const flx_var a = flx_mul(x[0], s);
    flx_tape_label(t, "choice");
    const flx_var p = flx_pow(x[1], 1.5);
    const flx_var e = flx_exp(a);
    return flx_select(a, e, p);
}

static const char listing[] =
    "     0  s0                nan                      poison\n"
    "     1  s1                0                        input variable x 1\n"
    "     2  s2                0                        input variable x 1\n"
    "; product\n"
    "     3  s3                0                        sin s2\n"
    "     4  s4                0                        mul s1 s3\n"
    "; choice\n"
    "     5  s5                0                        dpowc s2 1.5\n"
    "     6  s6                1                        exp s4\n"
    "     7  s7                0                        select s4 s6 s5\n";

Test(show, a_listing)
{
    char text[1000];
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.0), flx_variable(t, 0.0)};
    record(t, x);
    const size_t length = flx_tape_list(t, 0, 100, text, sizeof text);
    cr_expect_str_eq(text, listing);
    cr_expect_eq(length, strlen(listing));
    cr_expect_eq(flx_tape_list(t, 0, 100, NULL, 0), length);
    cr_expect_eq(flx_tape_list(t, 3, 1, text, sizeof text), strlen(text));
    cr_expect_str_eq(text,
                     "; product\n     3  s3                0                        sin s2\n");
    cr_expect_eq(flx_tape_list(t, 8, 100, text, sizeof text), 0);
    cr_expect_str_eq(text, "");
    char few[10];
    cr_expect_eq(flx_tape_list(t, 0, 100, few, sizeof few), length);
    cr_expect_eq(strncmp(few, listing, 9), 0);
    cr_expect_eq(few[9], 0);
    flx_tape_destroy(t);
}

Test(show, a_listing_of_arrays_gradients_and_programs)
{
    char text[4000];
    flx_tape *t = new_tape();
    const double v[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_array x = flx_array_variable(t, 2, 2, v);
    const flx_array z = flx_array_axpy(flx_constant(0.5), x, flx_array_transpose(x));
    const flx_var y = flx_array_dot(z, x);
    flx_array g;
    cr_expect_eq(flx_grad_array(y, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    flx_tape_list(t, 0, 100, text, sizeof text);
    cr_expect_not_null(
        strstr(text, "s1       .. s4    1                        input variable x 4\n"));
    cr_expect_not_null(strstr(text, "map mulc 0.5 [2 x 2 from s1, strides 2 1]\n"));
    cr_expect_not_null(strstr(text, "map add [2 x 2 from s5, strides 2 1] [2 x 2 from s1, strides "
                                    "1 2]\n"));
    cr_expect_not_null(
        strstr(text, "sum acc_mul [2 x 2 from s9, strides 2 1] [2 x 2 from s1, strides 2 1]\n"));
    cr_expect_not_null(strstr(text, "zeros x 13\n"));
    cr_expect_not_null(strstr(text, "acc_imm s26 += 1\n"));
    cr_expect_not_null(strstr(text, "acc_map acc [2 x 2 from s14, strides 1 2] += [2 x 2 from s22, "
                                    "strides 2 1]\n"));
    flx_tape_reset(t);
    const flx_var u[2] = {flx_variable(t, 1.0), flx_variable(t, 2.0)};
    const flx_var w = record(t, u);
    flx_program *f;
    cr_assert_eq(flx_freeze(t, 2, u, 1, &w, FLX_KEEP_ALL, &f, NULL), FLX_OK);
    flx_program_list(f, 7, 1, text, sizeof text);
    cr_expect_str_eq(text, "; choice\n     7  s7                select s4 s6 s5\n");
    flx_program_release(f);
    cr_assert_eq(flx_freeze(t, 2, u, 1, &w, FLX_IN_RUNS, &f, NULL), FLX_OK);
    flx_program_list(f, 6, 1, text, sizeof text); /* exp comes before sin, the inputs are one */
    cr_expect_str_eq(text, "; choice\n     7  s7                select s5 s6 s4\n");
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* How often a text holds another one. */
static size_t count(const char *text, const char *part)
{
    size_t n = 0;
    for (; (text = strstr(text, part)) != NULL; text++) n++;
    return n;
}

Test(show, a_graph)
{
    static char text[8000];
    size_t length;
    flx_tape *t = new_tape();
    const flx_var x[2] = {flx_variable(t, 0.5), flx_variable(t, 2.0)};
    const flx_var y = record(t, x);
    flx_tape_label(t, "a \"quoted\" label");
    const flx_var unused = flx_log(y);
    flx_var g[2];
    (void)unused;
    cr_assert_eq(flx_tape_dot(t, 1, &y, text, sizeof text, &length), FLX_OK);
    cr_expect_eq(length, strlen(text));
    cr_expect_eq(strncmp(text, "digraph tape {", 14), 0);
    cr_expect_eq(count(text, "fillcolor"), 8); /* seven instructions and the output */
    cr_expect_eq(count(text, "->"), 9);        /* operands, a condition, the output */
    cr_expect_eq(count(text, "style=dashed"), 1);
    cr_expect_not_null(
        strstr(text, "  n3 [label=\"sin\\n0.909297\\nproduct\", fillcolor=\"#cfe0f4\"];\n"));
    cr_expect_not_null(strstr(text, "  n3 -> n4;\n"));
    cr_expect_not_null(strstr(text, "  n7 -> y0;\n"));
    cr_expect_null(strstr(text, "log"));

    cr_assert_eq(flx_grad(y, 2, x, g, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_tape_dot(t, 2, g, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "#f9d9c2"));
    cr_expect_not_null(strstr(text, "adjoint\\n"));
    cr_expect_not_null(strstr(text, "a \\\"quoted\\\" label"));
    cr_expect_eq(count(text, "[label=\"adjoint"), 7);

    char few[20];
    size_t same;
    cr_assert_eq(flx_tape_dot(t, 2, g, few, sizeof few, &same), FLX_OK);
    cr_expect_eq(same, length);
    cr_expect_eq(strlen(few), 19);
    flx_tape_destroy(t);
}

/* What is detached is drawn, with an edge that no derivative passes along. */
Test(show, a_detached_value_in_the_graph)
{
    char text[1000];
    size_t length;
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 0.5), y = flx_detach(flx_var_sin(x));
    cr_assert_eq(flx_tape_dot(t, 1, &y, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "  n2 -> n3 [style=dashed];\n"));
    cr_expect_not_null(strstr(text, "  n1 -> n2;\n"));
    flx_tape_destroy(t);
}

Test(show, a_graph_of_arrays)
{
    static char text[8000];
    size_t length;
    flx_tape *t = new_tape();
    const double v[4] = {1.0, 2.0, 3.0, 4.0};
    const flx_array x = flx_array_variable(t, 2, 2, v);
    const flx_var a = flx_variable(t, 3.0);
    const flx_var y = flx_array_dot(flx_array_axpy(a, x, flx_array_transpose(x)), x);
    cr_assert_eq(flx_tape_dot(t, 1, &y, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "[label=\"mul 2 x 2\""));
    cr_expect_not_null(strstr(text, "  n5 -> n6;\n")); /* alpha */
    cr_expect_not_null(strstr(text, "  n6 -> n10;\n"));
    flx_array g;
    cr_assert_eq(flx_grad_array(y, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var corner = flx_array_at(g, 0, 0);
    cr_assert_eq(flx_tape_dot(t, 1, &corner, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "adjoint"));
    flx_tape_destroy(t);
}

/* Zeros that an array operation adds to are no recorded gradient. */
Test(show, only_gradients_have_their_colour)
{
    static char text[8000];
    size_t length;
    flx_tape *t = new_tape();
    const flx_array x = flx_array_variable(t, 2, 1, (double[]){1.0, 2.0});
    const flx_var y = flx_array_sum(flx_array_sin(flx_array_diagonal_matrix(x)), FLX_ALL).first;
    cr_assert_eq(flx_tape_dot(t, 1, &y, text, sizeof text, &length), FLX_OK);
    cr_expect_null(strstr(text, "#f9d9c2"));
    flx_array g;
    cr_assert_eq(flx_grad_array(y, x, &g, FLX_CREATE_GRAPH), FLX_OK);
    const flx_var both[2] = {y, flx_array_at(g, 0, 0)};
    cr_assert_eq(flx_tape_dot(t, 2, both, text, sizeof text, &length), FLX_OK);
    cr_expect_not_null(strstr(text, "#f9d9c2"));
    cr_expect_not_null(strstr(text, "label=\"sin 2 x 2\", fillcolor=\"#cfe0f4\""));
    flx_tape_destroy(t);
}

Test(show, graphs_refuse_what_is_not_theirs)
{
    size_t length = 7;
    char text[100];
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_mark start = flx_tape_mark(t);
    const flx_var x = flx_variable(t, 1.0), z = flx_variable(other, 1.0);
    cr_expect_eq(flx_tape_dot(NULL, 1, &x, text, sizeof text, &length), FLX_EARG);
    cr_expect_eq(flx_tape_dot(t, 1, NULL, text, sizeof text, &length), FLX_EARG);
    cr_expect_eq(flx_tape_dot(t, 1, &x, text, sizeof text, NULL), FLX_EARG);
    cr_expect_eq(flx_tape_dot(t, 1, &z, text, sizeof text, &length), FLX_ETAPE);
    cr_expect_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_tape_dot(t, 1, &x, text, sizeof text, &length), FLX_ESTALE);
    const flx_var c = flx_constant(1.0);
    cr_expect_eq(flx_tape_dot(t, 1, &c, text, sizeof text, &length), FLX_OK);
    cr_expect_eq(count(text, "fillcolor"), 0);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

/* log(x0) * x1 + sqrt(x2) at delicate points: each kind of number breaks somewhere else. */
Test(show, the_diagnosis)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 1.0), flx_variable(t, 2.0), flx_variable(t, 3.0)};
    flx_tape_label(t, "logarithm");
    const flx_var l = flx_log(x[0]);
    flx_tape_label(t, "product");
    const flx_var p = flx_mul(l, x[1]);
    flx_tape_label(t, "root");
    const flx_var r = flx_sqrt(x[2]), y = flx_add(p, r);
    flx_program *f;
    flx_work *w;
    flx_diagnosis d;
    cr_assert_eq(flx_freeze(t, 3, x, 1, &y, 0, &f, NULL), FLX_OK);
    cr_assert_eq(flx_work_create(f, FLX_WORK_FIRST, 0, &w), FLX_OK);

    const double fine[3] = {1.0, 2.0, 3.0}, pole[3] = {1.0, 2.0, 0.0},
                 outside[3] = {-1.0, 2.0, 0.0};
    cr_expect_eq(flx_diagnose(f, w, fine, NULL, NULL, &d), FLX_OK);
    cr_expect_eq(d.value, 8);
    cr_expect_eq(d.tangent, 8);
    cr_expect_eq(d.adjoint, 8);
    cr_expect_null(d.value_op);
    cr_expect_eq(d.flags.set, 0);

    cr_expect_eq(flx_diagnose(f, w, pole, NULL, NULL, &d), FLX_OK);
    cr_expect_eq(d.value, 8);
    cr_expect_eq(d.tangent, 6);
    cr_expect_str_eq(d.tangent_op, "sqrt");
    cr_expect_str_eq(d.tangent_label, "root");
    cr_expect_eq(d.adjoint, 3); /* the input's adjoint is what the root's partial makes infinite */
    cr_expect_str_eq(d.adjoint_op, "input");
    cr_expect_eq(d.flags.set, FLX_FLAG_POLE);

    const double along[3] = {0.0, 1.0, 0.0};
    cr_expect_eq(flx_diagnose(f, w, outside, along, NULL, &d), FLX_OK);
    cr_expect_eq(d.value, 4);
    cr_expect_str_eq(d.value_op, "log");
    cr_expect_str_eq(d.value_label, "logarithm");
    cr_expect_eq(d.tangent, 5);
    cr_expect(d.flags.set & FLX_FLAG_DOMAIN);

    cr_expect_eq(flx_diagnose(NULL, w, fine, NULL, NULL, &d), FLX_EARG);
    cr_expect_eq(flx_diagnose(f, w, fine, NULL, NULL, NULL), FLX_EARG);
    flx_work_destroy(w);
    cr_assert_eq(flx_work_create(f, FLX_WORK_VALUE, 0, &w), FLX_OK);
    cr_expect_eq(flx_diagnose(f, w, fine, NULL, NULL, &d), FLX_EWORK);
    flx_work_destroy(w);
    flx_program_release(f);
    flx_tape_destroy(t);
}
