/* An error of 1e-9 is planted in one kernel of the library: the check must name its operation and its
 * road, and no other. Given by the build: PLANT_NAME, PLANT_OP, PLANT_ROADS, PLANT_ARRAYS. */
#include <stdio.h>
#include <string.h>

#include <fluxion/fluxion.h>

#define FLX_NAME every_operation
#define FLX_BODY "planted_body.inc"
#include <fluxion/instantiate.h>

static flx_status check_function(flx_check_result *r)
{
    const double x[4] = {0.4, 0.7, -0.3, 1.6};
    return flx_check(&every_operation, 4, x, 3, NULL, NULL, r);
}

/* Arrays, and their recorded gradient as outputs: every accumulating instruction. */
static flx_status check_arrays(flx_check_result *r)
{
    enum { N = 5 };
    const double values[2 * N] = {0.3, -0.8, 1.1, 0.6, -0.4, 0.9, 0.2, -0.7, 1.3, 0.5};
    flx_tape *t;
    flx_var x[2 * N + 1], y[2 * N + 2];
    flx_status status = flx_tape_create(NULL, &t);
    if (status != FLX_OK) return status;
    FLX_HERE(t);
    const flx_array a = flx_array_variable(t, N, 1, values);
    const flx_array b = flx_array_variable(t, N, 1, values + N);
    x[2 * N] = flx_variable(t, 0.35);
    for (size_t k = 0; k < N; k++) {
        x[k] = flx_array_at(a, k, 0);
        x[N + k] = flx_array_at(b, k, 0);
    }
    const flx_array sum = flx_array_axpy(x[2 * N], a, b);
    y[2 * N + 1] = flx_var_mul(flx_var_sin(flx_array_dot(sum, a)), x[2 * N]);
    status = flx_grad(y[2 * N + 1], 2 * N + 1, x, y, FLX_CREATE_GRAPH);
    if (status == FLX_OK) status = flx_check_tape(t, 2 * N + 1, x, 2 * N + 2, y, NULL, r);
    flx_tape_destroy(t);
    return status;
}

/* Sets of roads by the names in plants.def. */
enum {
#define FLX_ROAD(name, text) ROADS_##name = FLX_ROAD_BIT(FLX_ROAD_##name),
#include <fluxion/road.def>
#undef FLX_ROAD
    ROADS_ROWS = ROADS_DUAL_SWEEP | ROADS_HYPERDUAL_SWEEP | ROADS_DDUAL_SWEEP | ROADS_REVERSE
                 | ROADS_FORWARD_OVER_REVERSE | ROADS_DOUBLE_BACKPROP | ROADS_GRADIENT_REPLAY
};

static int is_right(flx_status status, const flx_check_guilty *g)
{
    if (PLANT_ROADS == 0) return status == FLX_OK && g->roads == 0;
    return status == FLX_EDISAGREE && g->op && strcmp(g->op, PLANT_OP) == 0
           && g->roads == (unsigned)PLANT_ROADS && (!PLANT_ARRAYS || g->label);
}

int main(void)
{
    char text[8192];
    flx_check_result r;
    const flx_status status = PLANT_ARRAYS ? check_arrays(&r) : check_function(&r);
    flx_check_text(&r, text, sizeof text);
    printf("%s, wanted %s and roads %#x, got %#x\n%s", PLANT_NAME, PLANT_OP, (unsigned)PLANT_ROADS,
           r.guilty.roads, text);
    return !is_right(status, &r.guilty);
}
