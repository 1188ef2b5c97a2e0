/* particle.c: the w for which a charged particle, moved by Euler's method in the field of two
 * charges at (10, 10 - w) and (10, 0), crosses the axis at the origin, by gradient descent on the
 * square of where it does. The force in each time step is a derivative of the potential, so that
 * one derivative is taken inside another.
 *
 * The functions ff, fr, rf, rr name the modes of the outer and the inner derivative. */
#include <stdlib.h>

#include <fluxion/generic.h>

#include "descent.h"
#include "gradbench.h"

typedef struct particle_state {
    double w, result;
    gb_mode inner;
    flx_tape *tape;
} particle_state;

/* Charges and the particle: points of the plane. */
typedef struct particle_scene {
    flx_var charge[2][2], position[2], velocity[2];
} particle_scene;

/* sum over the charges of 1/distance */
static flx_var potential(const particle_scene *scene)
{
    flx_var inverse[2];
    for (size_t c = 0; c < 2; c++) {
        const flx_var dx = flx_sub(scene->position[0], scene->charge[c][0]);
        const flx_var dy = flx_sub(scene->position[1], scene->charge[c][1]);
        const flx_var squares = flx_add(flx_square(dx), flx_square(dy));
        inverse[c] = flx_rsqrt(squares);
    }
    return flx_add(inverse[0], inverse[1]);
}

/* One time step, unless it would lead below the axis. @return whether it was made */
static int step(particle_scene *scene, gb_mode mode)
{
    const double dt = 0.1;
    flx_var next[2], slope[2];
    for (size_t k = 0; k < 2; k++)
        next[k] = flx_add(scene->position[k], flx_mul(dt, scene->velocity[k]));
    if (!flx_gt(next[1], 0.0)) return 0; /* so too where the tape has failed */
    if (gb_gradient(mode, potential(scene), 2, scene->position, slope) != FLX_OK) return 0;
    for (size_t k = 0; k < 2; k++) {
        scene->velocity[k] = flx_sub(scene->velocity[k], flx_mul(dt, slope[k]));
        scene->position[k] = next[k];
    }
    return 1;
}

/* The square of where the particle crosses the axis, a function of w. */
static flx_var miss(const flx_var *w, void *ctx)
{
    const particle_state *s = ctx;
    const flx_var ten = flx_constant(10.0), zero = flx_constant(0.0);
    particle_scene scene = {
        .charge = {{ten, flx_sub(10.0, *w)}, {ten, zero}},
        .position = {flx_variable(s->tape, 0.0), flx_variable(s->tape, 8.0)},
        .velocity = {flx_constant(0.75), zero},
    };
    while (step(&scene, s->inner)) continue;
    const flx_var time = flx_div(flx_neg(scene.position[1]), scene.velocity[1]);
    const flx_var way = flx_mul(time, scene.velocity[0]);
    return flx_square(flx_add(scene.position[0], way));
}

static flx_status evaluate(void *state, size_t function)
{
    particle_state *s = state;
    const gb_mode outer = function < 2 ? GB_FORWARD : GB_REVERSE;
    const gb_objective f = {1, miss, s, outer};
    s->inner = function % 2 == 0 ? GB_FORWARD : GB_REVERSE;
    s->result = s->w;
    return gb_argmin(&f, s->tape, &s->result);
}

static void *read_input(const json_t *input)
{
    const json_t *w = json_object_get(input, "w");
    particle_state *s = json_is_number(w) ? calloc(1, sizeof *s) : NULL;
    if (s) s->w = json_number_value(w);
    return s;
}

static flx_status prepare(void *state, size_t function)
{
    (void)function;
    return flx_tape_create(NULL, &((particle_state *)state)->tape);
}

static json_t *output(const void *state, size_t function)
{
    (void)function;
    return json_real(((const particle_state *)state)->result);
}

static void destroy(void *state)
{
    flx_tape_destroy(((particle_state *)state)->tape);
    free(state);
}

int main(int argc, char **argv)
{
    static const gb_benchmark benchmark = {
        {"ff", "fr", "rf", "rr"}, read_input, prepare, evaluate, output, destroy};
    return gb_main(argc, argv, &benchmark);
}
