#include "gsl_fit.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>

const int nist_has_gsl = 1;

/* GSL is asked for all the digits it can get: it stops where a step changes no parameter by more
 * than this part, or where no step helps. */
static const double step_tolerance = 1e-14;
enum { MAX_ITERATIONS = 10000 };

typedef struct callback {
    const flx_program *residuals;
    flx_work *work;
} callback;

/* GSL's vectors and matrices are dense here: it allocates them itself, with unit stride. */

static int values(const gsl_vector *b, void *params, gsl_vector *r)
{
    const callback *c = params;
    const flx_status status = flx_eval(c->residuals, c->work, b->data, r->data, NULL);
    if (status != FLX_OK) return GSL_EFAILED;
    for (size_t i = 0; i < r->size; i++) {
        if (!isfinite(r->data[i])) return GSL_EDOM;
    }
    return GSL_SUCCESS;
}

static int derivatives(const gsl_vector *b, void *params, gsl_matrix *jacobian)
{
    const callback *c = params;
    const flx_status status = flx_jacobian(c->residuals, c->work, b->data, jacobian->data, NULL);
    return status == FLX_OK ? GSL_SUCCESS : GSL_EFAILED;
}

static flx_status solve(callback *c, gsl_multifit_nlinear_workspace *w, double *b)
{
    const size_t n = flx_inputs(c->residuals);
    gsl_multifit_nlinear_fdf problem = {0};
    const gsl_vector_const_view start = gsl_vector_const_view_array(b, n);
    int reason;
    problem.f = values;
    problem.df = derivatives;
    problem.n = flx_outputs(c->residuals);
    problem.p = n;
    problem.params = c;
    if (gsl_multifit_nlinear_init(&start.vector, &problem, w) == GSL_SUCCESS) {
        gsl_multifit_nlinear_driver(MAX_ITERATIONS, step_tolerance, 0.0, 0.0, NULL, NULL, &reason,
                                    w);
        memcpy(b, gsl_multifit_nlinear_position(w)->data, n * sizeof *b);
    }
    return FLX_OK;
}

flx_status nist_gsl_fit(flx_program *residuals, double *b)
{
    callback c = {residuals, NULL};
    gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
    flx_status status = flx_work_create(residuals, FLX_WORK_FIRST, 0, &c.work);
    if (status != FLX_OK) return status;
    parameters.trs = gsl_multifit_nlinear_trs_lm;
    parameters.scale = gsl_multifit_nlinear_scale_more;
    parameters.solver = gsl_multifit_nlinear_solver_qr;
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_multifit_nlinear_workspace *w = gsl_multifit_nlinear_alloc(
        gsl_multifit_nlinear_trust, &parameters, flx_outputs(residuals), flx_inputs(residuals));
    status = w ? solve(&c, w, b) : FLX_ENOMEM;
    if (w) gsl_multifit_nlinear_free(w);
    gsl_set_error_handler(handler);
    flx_work_destroy(c.work);
    return status;
}
