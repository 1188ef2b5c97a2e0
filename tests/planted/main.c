/* An error of 1e-9 is planted in one kernel of the library: the check must name its operation and its
 * road, and no other. Arguments: the operation, the set of roads, and what is checked, "function",
 * "arrays" or "matrices". */
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

/* Products, sums and choices of matrices, and no other operation of arrays. */
static flx_status check_matrices(flx_check_result *r)
{
    enum { N = 3 };
    const double values[N * N] = {0.3, -0.8, 1.1, 0.6, -0.4, 0.9, 0.2, -0.7, 1.3},
                            rows[N] = {2, 0, 2};
    flx_tape *t;
    flx_var x[N * N], y[N];
    flx_status status = flx_tape_create(NULL, &t);
    if (status != FLX_OK) return status;
    FLX_HERE(t);
    const flx_array a = flx_array_variable(t, N, N, values);
    for (size_t k = 0; k < N * N; k++) x[k] = flx_array_at(a, k / N, k % N);
    const flx_array product = flx_array_matmul(a, flx_array_transpose(a));
    const flx_array sums = flx_array_cumsum(product, FLX_ROWS);
    const flx_array chosen = flx_array_gather(sums, flx_array_constant(t, N, 1, rows));
    const flx_array total = flx_array_sum(chosen, FLX_COLS);
    for (size_t k = 0; k < N; k++) y[k] = flx_array_at(total, 0, k);
    status = flx_check_tape(t, N * N, x, N, y, NULL, r);
    flx_tape_destroy(t);
    return status;
}

/* Sets of roads by the names in plants.def; none: nothing is planted. */
static const struct {
    const char *name;
    unsigned roads;
} sets[] = {
#define FLX_ROAD(name, text) {#name, FLX_ROAD_BIT(FLX_ROAD_##name)},
#include <fluxion/road.def>
#undef FLX_ROAD
    {"ROWS", FLX_ROAD_BIT(FLX_ROAD_DUAL_SWEEP) | FLX_ROAD_BIT(FLX_ROAD_HYPERDUAL_SWEEP)
                 | FLX_ROAD_BIT(FLX_ROAD_DDUAL_SWEEP) | FLX_ROAD_BIT(FLX_ROAD_REVERSE)
                 | FLX_ROAD_BIT(FLX_ROAD_FORWARD_OVER_REVERSE)
                 | FLX_ROAD_BIT(FLX_ROAD_DOUBLE_BACKPROP) | FLX_ROAD_BIT(FLX_ROAD_GRADIENT_REPLAY)},
    {"none", 0},
};

int main(int argc, char **argv)
{
    char text[8192];
    flx_check_result r;
    size_t k = 0;
    if (argc != 4) return 2;
    while (k < sizeof sets / sizeof *sets && strcmp(argv[2], sets[k].name) != 0) k++;
    if (k == sizeof sets / sizeof *sets) return 2;
    const char *op = argv[1];
    const unsigned roads = sets[k].roads;
    const int arrays = strcmp(argv[3], "arrays") == 0;
    const int matrices = strcmp(argv[3], "matrices") == 0;
    const flx_status status = arrays     ? check_arrays(&r)
                              : matrices ? check_matrices(&r)
                                         : check_function(&r);
    flx_check_text(&r, text, sizeof text);
    printf("wanted %s and roads %#x, got %#x\n%s", op, roads, r.guilty.roads, text);
    if (roads == 0) return !(status == FLX_OK && r.guilty.roads == 0);
    return !(status == FLX_EDISAGREE && r.guilty.op && strcmp(r.guilty.op, op) == 0
             && r.guilty.roads == roads && ((!arrays && !matrices) || r.guilty.label));
}
