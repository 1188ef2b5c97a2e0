/* The parts of the agreement check: votes, contractions, difference quotients, magnitudes. */
#include <criterion/criterion.h>
#include <math.h>

#include "mixed/agree.h"
#include "mixed/bound.h"
#include "mixed/local.h"
#include "program/program.h"

static flx_sample sample(size_t n, const double *value)
{
    flx_sample s = {0};
    for (unsigned k = 0; k < n; k++) flx_sample_add(&s, k, value[k]);
    return s;
}

Test(agree, votes)
{
    const double fine[3] = {1.0, 1.0 + 1e-12, 1.0}, odd[3] = {1.0, 1.1, 1.0};
    const double split[4] = {1.0, 2.0, 1.0, 2.0};
    const double infinite[3] = {(double)INFINITY, (double)INFINITY, -(double)INFINITY};
    const double nan[3] = {(double)NAN, (double)NAN, 1.0}, zero[2] = {0.0, -0.0};
    flx_sample s = sample(3, fine);
    cr_expect_eq(flx_vote_on(&s, 1e-10).odd, 0u);
    cr_expect_eq(flx_vote_on(&s, 1e-14).odd, 2u);
    s = sample(3, odd);
    cr_expect_eq(flx_vote_on(&s, 1e-10).odd, 2u);
    cr_expect_not(flx_vote_on(&s, 1e-10).tie);
    s = sample(4, split);
    cr_expect(flx_vote_on(&s, 1e-10).tie);
    s = sample(3, infinite);
    cr_expect_eq(flx_vote_on(&s, (double)INFINITY).odd, 4u);
    s = sample(3, nan);
    cr_expect_eq(flx_vote_on(&s, 1.0).odd, 4u);
    s = sample(2, zero);
    cr_expect_eq(flx_vote_on(&s, 0.0).odd, 0u);
    cr_expect_neq(flx_vote_on(&s, -1.0).odd, 0u, "bit for bit");
    s = sample(0, fine);
    cr_expect_eq(flx_vote_on(&s, 0.0).odd, 0u);
}

Test(agree, contraction_does_not_round_what_cancels)
{
    const double a[3] = {1.0, 1.0, 1.0}, b[3] = {1e20, 3.0, -1e20};
    const double zero[2] = {0.0, 1.0}, infinite[2] = {(double)INFINITY, 2.0};
    cr_expect_eq(flx_contract(3, a, b), 3.0);
    cr_expect_eq(flx_contract(2, zero, infinite), 2.0);
    cr_expect_eq(flx_contract(2, a, infinite), (double)INFINITY);
    cr_expect_eq(flx_contract(0, a, b), 0.0);
}

static int sine(void *ctx, double t, double *value)
{
    *value = sin(*(const double *)ctx + t);
    return 0;
}

static int half_line(void *ctx, double t, double *value)
{
    *value = log(*(const double *)ctx + t);
    return *(const double *)ctx + t <= 0.0;
}

Test(agree, ridders)
{
    double x = 0.4, small = 1e-3;
    const flx_quotient q = flx_ridders(sine, &x, 0.01);
    cr_expect_leq(fabs(q.value - cos(0.4)), q.error);
    cr_expect_leq(q.error, 1e-10);
    cr_expect_not(q.refused);
    cr_expect(flx_ridders(half_line, &small, 0.01).refused);
}

Test(agree, dependants_are_not_named_with_their_cause)
{
    const unsigned dual = FLX_ROAD_BIT(FLX_ROAD_DUAL_SWEEP);
    const unsigned over = FLX_ROAD_BIT(FLX_ROAD_FORWARD_OVER_REVERSE);
    cr_expect_eq(flx_independent(dual | over), dual);
    cr_expect_eq(flx_independent(over), over);
}

/* x*y - x*y: the derivatives cancel, their magnitudes do not. */
Test(bound, magnitudes_do_not_cancel)
{
    flx_tape *t;
    flx_program *f;
    double plane[5][16] = {{0}};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x[2] = {flx_variable(t, 3.0), flx_variable(t, -5.0)};
    const flx_var y = flx_var_sub(flx_var_mul(x[0], x[1]), flx_var_mul(x[0], x[1]));
    cr_assert_eq(flx_freeze(t, 2, x, 1, &y, 0, &f, NULL), FLX_OK);
    const flx_bound_plane value = {plane[0], plane[1]}, adjoint = {plane[2], plane[3]};
    for (int k = 0; k < 2; k++) {
        value.v[f->input[k]] = k ? -5.0 : 3.0;
        value.d[f->input[k]] = 1.0;
    }
    flx_forward_bound(&f->code, value);
    cr_expect_eq(value.v[f->output[0]], 0.0);
    cr_expect_eq(value.d[f->output[0]], 16.0);
    adjoint.v[f->output[0]] = 1.0;
    flx_sweep_bound(&f->code, value, adjoint);
    cr_expect_eq(adjoint.v[f->input[0]], 10.0);
    cr_expect_eq(adjoint.v[f->input[1]], 6.0);
    cr_expect_eq(adjoint.d[f->input[0]], 2.0);
    cr_expect_geq(flx_depth(&f->code, plane[4]), 4.0);
    flx_program_release(f);
    flx_tape_destroy(t);
}

/* Both factors of a product of a run with itself count. */
Test(bound, products_of_a_run_with_itself)
{
    enum { LENGTH = 3 };
    static const double at[LENGTH] = {3.0, -5.0, 0.5};
    flx_tape *t;
    flx_program *f;
    double plane[4][16] = {{0}};
    flx_var in[LENGTH];
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_array x = flx_array_variable(t, LENGTH, 1, at);
    const flx_var y = flx_array_dot(x, x);
    for (size_t k = 0; k < LENGTH; k++) in[k] = flx_array_at(x, k, 0);
    cr_assert_eq(flx_freeze(t, LENGTH, in, 1, &y, 0, &f, NULL), FLX_OK);
    const flx_bound_plane value = {plane[0], plane[1]}, adjoint = {plane[2], plane[3]};
    for (size_t k = 0; k < LENGTH; k++) value.v[f->input[k]] = at[k];
    flx_forward_bound(&f->code, value);
    adjoint.v[f->output[0]] = 1.0;
    flx_sweep_bound(&f->code, value, adjoint);
    for (size_t k = 0; k < LENGTH; k++) cr_expect_eq(adjoint.v[f->input[k]], 2.0 * fabs(at[k]));
    flx_program_release(f);
    flx_tape_destroy(t);
}
