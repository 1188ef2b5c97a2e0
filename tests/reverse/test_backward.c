/* Gradients that are added up and kept: the habits of PyTorch, Chainer and DeZero. */
#include <criterion/criterion.h>
#include <math.h>

#include <fluxion/fluxion.h>

#include "hostile_expect.h"
#include "reference.h"

static flx_tape *new_tape(void)
{
    flx_tape *t = NULL;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    return t;
}

static double kept(flx_var x) { return flx_peek(flx_grad_of(x)); }

/* Numbers that would be equal but for a few roundings of decimal constants. */
static void expect_near(double got, double want, const char *what)
{
    cr_expect(fabs(got - want) <= 1e-14 * fmax(1.0, fabs(want)), "%s: %.17g, not %.17g", what, got,
              want);
}

/* The loss (w x + b - target)^2 at x = 3, target 10: gradients 2 e x and 2 e, e the error. */
static flx_var loss_of(flx_var w, flx_var b)
{
    return flx_var_square(flx_var_sub_xc(flx_var_add(flx_var_mul_xc(w, 3.0), b), 10.0));
}

static void step(flx_var x) { cr_assert_eq(flx_set(x, flx_peek(x) - 0.01 * kept(x)), FLX_OK); }

Test(backward, a_linear_model_learns)
{
    flx_tape *t = new_tape();
    const flx_var w = flx_variable(t, 5.0), b = flx_variable(t, 1.0);
    const flx_mark start = flx_tape_mark(t);
    double want = 36.0;
    for (int k = 0; k < 20; k++) {
        const flx_var loss = loss_of(w, b);
        expect_near(flx_peek(loss), want, "loss");
        want *= 0.64;
        cr_assert_eq(flx_backward(loss, 0), FLX_OK);
        if (k == 0) cr_expect(kept(w) == 36.0 && kept(b) == 12.0, "%g %g", kept(w), kept(b));
        step(w);
        step(b);
        cr_expect_eq(flx_var_status(loss), FLX_EOUTDATED);
        if (k == 0) expect_near(flx_peek(w), 4.64, "w");
        if (k == 0) expect_near(flx_peek(b), 0.88, "b");
        flx_clear_grads(t);
        cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    }
    flx_tape_destroy(t);
}

/* Without flx_clear_grads each step goes along the sum of all gradients so far. Worked out by hand:
 * the sums are 36, 64.8, 80.64 and 12, 21.6, 26.88. */
Test(backward, gradients_that_are_not_cleared_are_added_to)
{
    flx_tape *t = new_tape();
    const flx_var w = flx_variable(t, 5.0), b = flx_variable(t, 1.0);
    const flx_mark start = flx_tape_mark(t);
    const double loss_want[4] = {36.0, 23.04, 6.9696, 0.002304}, w_sum[3] = {36.0, 64.8, 80.64};
    const double b_sum[3] = {12.0, 21.6, 26.88};
    for (int k = 0; k < 4; k++) {
        const flx_var loss = loss_of(w, b);
        expect_near(flx_peek(loss), loss_want[k], "loss");
        cr_assert_eq(flx_backward(loss, 0), FLX_OK);
        if (k < 3) expect_near(kept(w), w_sum[k], "sum of w's");
        if (k < 3) expect_near(kept(b), b_sum[k], "sum of b's");
        step(w);
        step(b);
        cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    }
    const flx_var same = flx_var_square(w); /* two passes over one recording: twice the gradient */
    flx_clear_grads(t);
    for (int k = 1; k <= 3; k++) {
        cr_assert_eq(flx_backward(same, 0), FLX_OK);
        cr_expect_eq(kept(w), k * (2.0 * flx_peek(w)));
        cr_expect_eq(kept(b), 0.0);
    }
    flx_tape_destroy(t);
}

/* Newton's method on x^4 - 2 x^2: gradient and second derivative by two backward passes. */
Test(backward, newton_by_two_passes)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_mark start = flx_tape_mark(t);
    double want = 2.0;
    for (int k = 0; k < 8; k++) {
        expect_near(flx_peek(x), want, "step");
        const flx_var x2 = flx_var_square(x);
        const flx_var y = flx_var_sub(flx_var_square(x2), flx_var_mul_xc(x2, 2.0));
        cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
        const flx_var g = flx_grad_of(x);
        cr_expect_eq(g.tape, t);
        flx_clear_grads(t);
        cr_assert_eq(flx_backward(g, 0), FLX_OK);
        if (k == 0) cr_expect(flx_peek(g) == 24.0 && kept(x) == 44.0);
        cr_assert_eq(flx_set(x, flx_peek(x) - flx_peek(g) / kept(x)), FLX_OK);
        flx_clear_grads(t);
        cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
        want -= (4.0 * want * want * want - 4.0 * want) / (12.0 * want * want - 4.0);
    }
    cr_expect_eq(flx_peek(x), 1.0);
    flx_tape_destroy(t);
}

Test(backward, recorded_gradients_are_variables_while_they_last)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_mark start = flx_tape_mark(t);
    const flx_var y = flx_var_mul(flx_var_square(x), x);
    flx_var h;
    cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_eq(kept(x), 24.0);
    flx_var g = flx_grad_of(x);
    cr_assert_eq(flx_grad(g, 1, &x, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(h), 24.0, "of 6 x^2");
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    g = flx_grad_of(x);
    cr_expect_eq(flx_peek(g), 36.0);
    cr_expect_eq(g.tape, t, "a number added to a variable");
    cr_assert_eq(flx_grad(g, 1, &x, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(h), 24.0, "the number is a constant");
    cr_assert_eq(flx_set(x, 3.0), FLX_OK);
    cr_expect_eq(flx_var_status(flx_grad_of(x)), FLX_EOUTDATED);
    cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    cr_expect_eq(kept(x), 54.0 + 12.0, "the recorded part follows");
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_null(flx_grad_of(x).tape);
    cr_expect_eq(kept(x), 36.0, "what it was when it was added up");
    cr_assert_eq(flx_backward(flx_var_square(x), 0), FLX_OK);
    cr_expect_eq(kept(x), 42.0);
    flx_tape_destroy(t);
}

Test(backward, what_keeps_a_gradient)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), p = flx_parameter(t, 3.0),
                  unused = flx_variable(t, 1.0);
    const flx_var a = flx_var_mul(x, p), b = flx_var_square(a), c = flx_var_exp(unused);
    const flx_var y = flx_var_mul_xc(b, 0.5);
    cr_expect(!flx_has_grad(x));
    cr_expect_eq(kept(x), 0.0, "nothing was added");
    cr_expect(isnan(kept(a)), "not asked for");
    cr_expect(isnan(kept(p)) && isnan(kept(flx_constant(1.0))));
    cr_expect_eq(flx_retain_grad(a), FLX_OK);
    cr_expect_eq(flx_retain_grad(y), FLX_OK);
    cr_expect_eq(flx_retain_grad(p), FLX_OK);
    cr_expect_eq(flx_retain_grad(a), FLX_OK, "again");
    cr_expect_eq(flx_retain_grad(x), FLX_OK, "as all independent variables are");
    cr_expect_eq(flx_retain_grad(flx_constant(1.0)), FLX_EARG);
    cr_expect_eq(kept(a), 0.0);
    const flx_var late = flx_variable(t, 4.0);
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    cr_expect_eq(kept(x), 18.0);
    cr_expect_eq(kept(p), 12.0);
    cr_expect_eq(kept(a), 6.0);
    cr_expect_eq(kept(y), 1.0);
    cr_expect(isnan(kept(b)) && isnan(kept(c)));
    cr_expect(flx_has_grad(x) && flx_has_grad(a) && !flx_has_grad(b));
    cr_expect_eq(flx_retain_grad(b), FLX_OK, "between others that have gradients");
    cr_expect(kept(a) == 6.0 && kept(b) == 0.0 && kept(y) == 1.0 && kept(x) == 18.0);
    cr_expect(kept(unused) == 0.0 && flx_has_grad(unused));
    cr_expect(kept(late) == 0.0 && flx_has_grad(late));
    flx_clear_grads(t);
    cr_expect(!flx_has_grad(x) && !flx_has_grad(a) && kept(x) == 0.0 && kept(a) == 0.0);
    cr_assert_eq(flx_backward(b, 0), FLX_OK);
    cr_expect_eq(kept(a), 12.0, "still retained");
    cr_expect_eq(kept(y), 0.0, "after the output");
    flx_tape_destroy(t);
}

Test(backward, what_is_rewound_keeps_nothing)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0);
    const flx_mark middle = flx_tape_mark(t);
    for (int k = 0; k < 3; k++) {
        const flx_var z = flx_variable(t, 3.0), a = flx_var_mul(x, z);
        cr_expect_eq(flx_retain_grad(a), FLX_OK);
        cr_expect(!flx_has_grad(z) && kept(z) == 0.0, "the same slot, another variable");
        cr_assert_eq(flx_backward(flx_var_square(a), 0), FLX_OK);
        cr_expect_eq(kept(x), 36.0 * (k + 1), "goes on");
        cr_expect_eq(kept(z), 24.0);
        cr_expect_eq(kept(a), 12.0);
        cr_assert_eq(flx_tape_rewind(t, middle), FLX_OK);
        cr_expect_eq(flx_tape_measure(t).used.gradients, 32, "of one variable");
        cr_expect(isnan(kept(z)) && isnan(kept(a)) && !flx_has_grad(z));
        cr_expect_eq(flx_retain_grad(a), FLX_ESTALE);
        cr_expect_eq(kept(x), 36.0 * (k + 1));
    }
    flx_tape_reset(t);
    cr_expect_eq(flx_tape_measure(t).used.gradients, 0);
    const flx_var again = flx_variable(t, 2.0);
    cr_expect(kept(again) == 0.0 && !flx_has_grad(again));
    cr_expect(isnan(kept(x)));
    flx_tape_destroy(t);
}

Test(backward, outputs_need_seeds_unless_there_is_one)
{
    flx_tape *t = new_tape();
    const double values[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, weights[6] = {1.0, -1.0, 0.5, 2.0};
    const flx_var x = flx_variable(t, 3.0), y[2] = {flx_var_square(x), flx_var_mul_xc(x, 5.0)};
    const flx_var seed[2] = {flx_constant(2.0), flx_constant(-1.0)};
    const flx_array a = flx_array_variable(t, 2, 3, values);
    const flx_array b = flx_array_axpy(x, a, a), s = flx_array_constant(t, 2, 3, weights);
    const flx_array turned = flx_array_transpose(s), one = flx_array_slice(b, 1, 2, 1, 1, 1, 1);
    const flx_array no_tape = {{NULL, {{0, 0}}}, 0, 0, 0, 0},
                    none = flx_array_slice(b, 0, 0, 0, 3, 1, 1);
    cr_expect_eq(flx_backward_seeded(2, y, NULL, 0), FLX_EDIM);
    cr_expect_eq(flx_backward_seeded(1, NULL, NULL, 0), FLX_EARG);
    cr_expect_eq(flx_backward(flx_constant(1.0), 0), FLX_EARG);
    cr_expect_eq(flx_backward(y[0], 2u), FLX_EARG);
    cr_expect_eq(flx_backward_array(b, NULL, 0), FLX_EDIM);
    cr_expect_eq(flx_backward_array(none, &none, 0), FLX_EDIM);
    cr_expect_eq(flx_backward_array(b, &turned, 0), FLX_ESHAPE);
    cr_expect_eq(flx_backward_array(no_tape, NULL, 0), FLX_EARG);
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    cr_expect(!flx_has_grad(x), "nothing was added");
    cr_assert_eq(flx_backward_seeded(2, y, seed, 0), FLX_OK);
    cr_expect_eq(kept(x), 2.0 * 6.0 - 5.0);
    const flx_var with_constant[2] = {flx_constant(9.0), y[1]};
    cr_assert_eq(flx_backward_seeded(2, with_constant, seed, 0), FLX_OK);
    cr_expect_eq(kept(x), 2.0 * 6.0 - 5.0 - 5.0);
    flx_clear_grads(t);
    cr_assert_eq(flx_backward_array(b, &s, 0), FLX_OK);
    cr_expect_eq(kept(x), 1.0 - 2.0 + 1.5 + 8.0);
    for (size_t i = 0; i < 2; i++)
        for (size_t j = 0; j < 3; j++)
            cr_expect_eq(kept(flx_array_at(a, i, j)), 4.0 * weights[3 * i + j]);
    flx_clear_grads(t);
    cr_assert_eq(flx_backward_array(one, NULL, 0), FLX_OK, "one element needs none");
    cr_expect_eq(kept(x), 6.0);
    flx_tape_destroy(t);
}

static void expect_array(flx_array got, const double *want, const char *what)
{
    double g[6];
    cr_assert_eq((size_t)got.rows * got.cols, 6, "%s", what);
    cr_assert_eq(flx_array_peek(got, g), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(g[k], want[k], "%s: element %d", what, k);
}

Test(backward, gradients_of_arrays_are_arrays)
{
    flx_tape *t = new_tape();
    const double values[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}, zero[6] = {0.0};
    const double twice[6] = {2.0, 4.0, 6.0, 8.0, 10.0, 12.0};
    const double four[6] = {4.0, 8.0, 12.0, 16.0, 20.0, 24.0};
    const double turned[6] = {4.0, 16.0, 8.0, 20.0, 12.0, 24.0};
    const flx_array a = flx_array_variable(t, 2, 3, values);
    const flx_mark start = flx_tape_mark(t);
    const flx_var y = flx_array_dot(a, a);
    flx_array g = flx_grad_of_array(a), h;
    expect_array(g, zero, "before");
    cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
    const size_t before = flx_tape_measure(t).slots;
    g = flx_grad_of_array(a);
    cr_expect_eq(flx_tape_measure(t).slots, before, "recorded gradients lie on the tape");
    expect_array(g, twice, "recorded");
    cr_assert_eq(flx_grad_array(flx_array_dot(g, g), a, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(h, 1, 2)), 8.0 * 6.0);
    cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
    g = flx_grad_of_array(a);
    expect_array(g, four, "added up");
    expect_array(flx_grad_of_array(flx_array_transpose(a)), turned, "of a view");
    cr_assert_eq(flx_grad_array(flx_array_dot(g, a), a, &h, 0), FLX_OK);
    cr_expect_eq(flx_peek(flx_array_at(h, 0, 1)), 16.0, "of 4 a'a");
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    expect_array(flx_grad_of_array(a), four, "outlasts rewinding");
    cr_expect_eq(flx_grad_of_array(flx_array_col(a, 1)).rows, 2);
    cr_expect_eq(flx_peek(flx_array_at(flx_grad_of_array(flx_array_col(a, 1)), 1, 0)), 20.0);
    cr_expect_eq(flx_grad_of_array(flx_array_slice(a, 0, 0, 0, 0, 1, 1)).rows, 0);
    cr_expect_eq(flx_grad_of_array((flx_array){{NULL, {{0, 0}}}, 0, 0, 0, 0}).rows, 0);
    cr_expect_eq(flx_grad_of_array((flx_array){{NULL, {{0, 0}}}, 1, 1, 1, 1}).rows, 0);
    cr_expect_eq(flx_grad_of_array(flx_array_variable(t, 0, 3, NULL)).cols, 3);
    cr_assert_eq(flx_backward(flx_array_at(a, 1, 1), 0), FLX_OK);
    cr_expect_eq(kept(flx_array_at(a, 1, 1)), 21.0, "of one element");
    cr_expect_eq(flx_tape_status(t), FLX_OK);
    flx_tape_destroy(t);
}

/* Elements that were used alone: their gradients lie closer together than they do. */
Test(backward, recorded_gradients_are_seen_through_their_own_strides)
{
    flx_tape *t = new_tape();
    const double values[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const flx_array a = flx_array_variable(t, 2, 3, values);
    const flx_array column = flx_array_col(a, 1), row = flx_array_slice(a, 0, 0, 1, 2, 1, 2);
    for (size_t k = 0; k < 2; k++) {
        const flx_array v = k ? row : column;
        const flx_var p = flx_array_at(v, 0, 0), q = flx_array_at(v, !k, k);
        flx_clear_grads(t);
        cr_assert_eq(flx_backward(flx_var_mul(p, flx_var_square(q)), FLX_CREATE_GRAPH), FLX_OK);
        const size_t before = flx_tape_measure(t).slots;
        const flx_array g = flx_grad_of_array(v);
        cr_expect_eq(flx_tape_measure(t).slots, before, "a view");
        cr_expect_eq(flx_peek(flx_array_at(g, 0, 0)), flx_peek(q) * flx_peek(q));
        cr_expect_eq(flx_peek(flx_array_at(g, !k, k)), 2.0 * flx_peek(p) * flx_peek(q));
        cr_expect_eq(g.rows, v.rows);
        const flx_array whole = flx_grad_of_array(a); /* with the zeros of the others */
        cr_expect_eq(flx_peek(flx_array_at(whole, 1, 2)), 0.0);
        cr_expect_eq(flx_peek(flx_array_at(whole, 0, !k)), flx_peek(q) * flx_peek(q));
        cr_expect_not_null(flx_array_at(whole, 0, !k).tape);
    }
    flx_tape_destroy(t);
}

/* All elements but one are used: their gradients do not lie evenly, wherever that one is and whatever
 * the shape. */
Test(backward, recorded_gradients_with_a_gap)
{
    flx_tape *t = new_tape();
    const double values[9] = {2.0, 0.5, 4.0, 2.0, 8.0, 0.25, 1.0, 2.0, 0.5};
    const flx_array a = flx_array_variable(t, 3, 3, values);
    const flx_array shapes[3] = {a, flx_array_reshape(a, 1, 9), flx_array_reshape(a, 9, 1)};
    for (int gap = 0; gap < 9; gap++) {
        flx_var y = flx_constant(1.0);
        double product = 1.0, g[9];
        for (int k = 0; k < 9; k++) {
            if (k == gap) continue;
            y = flx_var_mul(y, flx_array_at(a, (size_t)k / 3, (size_t)k % 3));
            product *= values[k];
        }
        flx_clear_grads(t);
        cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
        for (int shape = 0; shape < 3; shape++) {
            cr_assert_eq(flx_array_peek(flx_grad_of_array(shapes[shape]), g), FLX_OK);
            for (int k = 0; k < 9; k++)
                cr_expect_eq(g[k], k == gap ? 0.0 : product / values[k], "%d without %d", k, gap);
        }
    }
    flx_tape_destroy(t);
}

Test(backward, no_gradient_is_left_when_all_are_cleared)
{
    flx_tape *t = new_tape();
    const flx_var x[3] = {flx_variable(t, 2.0), flx_variable(t, 3.0), flx_variable(t, 5.0)};
    const flx_var xy = flx_var_mul(x[0], x[1]), y = flx_var_mul(xy, x[2]);
    cr_assert_eq(flx_retain_grad(xy), FLX_OK);
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    const flx_var all[4] = {x[0], x[1], x[2], xy};
    for (int k = 0; k < 4; k++) cr_expect(flx_has_grad(all[k]) && kept(all[k]) != 0.0, "%d", k);
    flx_clear_grads(t);
    for (int k = 0; k < 4; k++) cr_expect(!flx_has_grad(all[k]) && kept(all[k]) == 0.0, "%d", k);
    flx_tape_destroy(t);
}

/* Retained views that overlap, lie apart and reach into what is kept already. */
Test(backward, retained_arrays)
{
    flx_tape *t = new_tape();
    const double values[6] = {1.0, 2.0, 3.0, 4.0, 5.0, 6.0};
    const double nan_twice[6] = {2.0, 4.0, 6.0, (double)NAN, 10.0, 12.0};
    const flx_array a = flx_array_variable(t, 2, 3, values);
    const flx_var one = flx_constant(1.0), x = flx_variable(t, 1.0);
    const flx_mark start = flx_tape_mark(t);
    const flx_array b = flx_array_axpy(x, a, flx_array_constant(t, 2, 3, values)); /* 2 a */
    const flx_var y = flx_array_dot(b, flx_array_axpy(one, a, a));                 /* 4 a'a */
    double g[6];
    cr_expect_eq(flx_retain_grad(flx_array_at(b, 0, 1)), FLX_OK);
    cr_expect_eq(flx_retain_grad_array(flx_array_row(b, 0)), FLX_OK);
    cr_expect_eq(flx_retain_grad(flx_array_at(b, 1, 2)), FLX_OK);
    cr_expect_eq(flx_retain_grad(flx_array_at(b, 1, 1)), FLX_OK);
    cr_expect_eq(flx_retain_grad_array(a), FLX_OK);
    cr_expect_eq(flx_retain_grad_array(flx_array_slice(a, 0, 0, 0, 0, 1, 1)), FLX_OK, "nothing");
    cr_expect_eq(flx_retain_grad_array(flx_array_slice(b, 0, 0, 0, 3, 1, 1)), FLX_OK, "no rows");
    for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH; flags++) {
        flx_clear_grads(t);
        cr_assert_eq(flx_backward(y, flags), FLX_OK);
        cr_assert_eq(flx_array_peek(flx_grad_of_array(b), g), FLX_OK);
        for (int k = 0; k < 6; k++) cr_expect(ref_same(g[k], nan_twice[k]), "element %d", k);
        cr_assert_eq(flx_array_peek(flx_grad_of_array(a), g), FLX_OK);
        for (int k = 0; k < 6; k++) cr_expect_eq(g[k], 6.0 * (k + 1), "element %d", k);
    }
    cr_expect_eq(flx_retain_grad_array(b), FLX_OK, "the whole");
    cr_expect_eq(flx_tape_measure(t).used.gradients, (8 + 13) * 16, "nothing is kept twice");
    flx_clear_grads(t);
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    cr_assert_eq(flx_array_peek(flx_grad_of_array(b), g), FLX_OK);
    for (int k = 0; k < 6; k++) cr_expect_eq(g[k], 2.0 * (k + 1), "element %d", k);
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(flx_grad_of_array(b).rows, 0);
    cr_expect_eq(flx_tape_status(t), FLX_ESTALE);
    cr_expect_eq(flx_retain_grad_array(a), FLX_ESTALE, "the kept status");
    flx_tape_destroy(t);
}

Test(backward, failures_change_no_gradient)
{
    flx_tape *t = new_tape(), *other = new_tape();
    const flx_var x = flx_variable(t, 2.0), foreign = flx_variable(other, 1.0);
    const flx_mark start = flx_tape_mark(t);
    const flx_var y = flx_var_square(x);
    cr_assert_eq(flx_backward(y, FLX_CREATE_GRAPH), FLX_OK);
    cr_assert_eq(flx_set(x, 3.0), FLX_OK);
    cr_expect_eq(flx_backward(y, 0), FLX_EOUTDATED);
    cr_assert_eq(flx_tape_rewind(t, flx_tape_mark(t)), FLX_OK);
    const flx_var fresh = flx_var_square(x);
    const size_t before = flx_tape_measure(t).instructions;
    cr_expect_eq(flx_backward(fresh, 0), FLX_EOUTDATED, "a sum with what is out of date");
    cr_expect_eq(flx_tape_measure(t).instructions, before);
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    cr_expect_eq(kept(x), 4.0);
    const flx_var z = flx_var_square(x);
    cr_expect_eq(flx_backward_seeded(1, &z, &foreign, 0), FLX_ETAPE);
    cr_expect_eq(kept(x), 4.0);
    cr_expect_eq(flx_backward(z, 0), FLX_ETAPE, "the kept status");
    cr_assert_eq(flx_tape_rewind(t, start), FLX_OK);
    flx_pause(t); /* a pass over what was recorded before: gradients are numbers */
    flx_clear_grads(t);
    cr_expect_eq(flx_backward(x, FLX_CREATE_GRAPH), FLX_OK);
    cr_expect_null(flx_grad_of(x).tape);
    cr_expect_eq(kept(x), 1.0);
    flx_tape_destroy(t);
    flx_tape_destroy(other);
}

/* Retained variables that are out of date, between others that are not. */
Test(backward, retained_and_out_of_date)
{
    flx_tape *t = new_tape();
    const flx_var x = flx_variable(t, 2.0), a = flx_var_square(x), z = flx_variable(t, 5.0);
    cr_assert_eq(flx_retain_grad(a), FLX_OK);
    cr_assert_eq(flx_backward(flx_var_mul(flx_var_square(a), z), 0), FLX_OK);
    cr_expect(kept(x) == 160.0 && kept(a) == 40.0 && kept(z) == 16.0);
    cr_assert_eq(flx_set(x, 3.0), FLX_OK);
    cr_assert_eq(flx_backward(flx_var_mul(flx_var_square(x), z), 0), FLX_OK);
    cr_expect_eq(kept(x), 160.0 + 30.0);
    cr_expect_eq(kept(a), 40.0);
    cr_expect_eq(kept(z), 16.0 + 9.0);
    cr_assert_eq(flx_replay(t, NULL), FLX_OK);
    cr_assert_eq(flx_backward(a, 0), FLX_OK);
    cr_expect_eq(kept(x), 190.0 + 6.0);
    cr_expect_eq(kept(a), 41.0);
    cr_expect_eq(kept(z), 25.0);
    flx_tape_destroy(t);
}

/* ---- memory ---- */

/* The room of the sweep before suffices for another: only the gradients need more. */
Test(backward, is_retained_or_memory_was_missing)
{
    hostile h = {0, 0, 0, 1};
    const flx_tape_options options = {.allocator = hostile_allocator(&h)};
    double v[100] = {0.0};
    flx_tape *t;
    cr_assert_eq(flx_tape_create(&options, &t), FLX_OK);
    const flx_array x = flx_array_variable(t, 100, 1, v), s = flx_array_sin(x);
    const flx_var y = flx_array_sum(s, FLX_ALL).first;
    cr_assert_eq(flx_backward(y, 0), FLX_OK);
    h.refuse = h.requests + 1;
    cr_expect_eq(flx_retain_grad_array(s), FLX_ENOMEM);
    cr_expect_eq(flx_tape_status(t), FLX_ENOMEM);
    flx_tape_destroy(t);
}

static int keeps_gradients(const flx_allocator *allocator, size_t request, void *ctx)
{
    const flx_tape_options options = {.allocator = *allocator};
    const double v[6] = {1.0, -2.0, 3.0, 0.5, -0.25, 4.0};
    flx_tape *t;
    flx_status status = flx_tape_create(&options, &t);
    (void)ctx;
    if (status == FLX_OK) {
        const flx_array x = flx_array_variable(t, 2, 3, v), s = flx_array_sin(x);
        const flx_var y = flx_array_sum(flx_array_mul(s, x), FLX_ALL).first;
        if (status == FLX_OK) status = flx_retain_grad_array(flx_array_col(s, 1));
        flx_array g = {0};
        for (unsigned flags = 0; flags <= FLX_CREATE_GRAPH && status == FLX_OK; flags++) {
            status = flx_backward(y, flags); /* numbers, then variables */
            g = flx_grad_of_array(flx_array_slice(x, 0, 0, 2, 2, 1, 2));
        }
        if (status == FLX_OK) status = flx_tape_status(t);
        if (status == FLX_OK) {
            double slope[4];
            cr_expect_eq(flx_array_peek(g, slope), FLX_OK);
            for (int k = 0; k < 4; k++) {
                const double at = v[k / 2 * 3 + k % 2 * 2], want = 2.0 * (at * cos(at) + sin(at));
                cr_expect(fabs(slope[k] - want) <= 1e-14, "%d: %g, want %g", k, slope[k], want);
            }
        }
        flx_tape_destroy(t);
    }
    return hostile_allowed(status, request);
}

Test(backward, every_refused_request_is_a_status) { hostile_expect(10, 0, keeps_gradients, NULL); }
