/* measure.c: the errors of one function over its points. */
#include "measure.h"

#include <math.h>

#include <fluxion/grad.h>

typedef struct line {
    measured *m;
    const subject *s;
    const library_row *library;
    const double *x;
    const double *direction;
    truth truth;
} line;

static void value(const line *l, double got)
{
    if (!ref_same(got, l->library->of_double(l->x, l->s->n))) l->m->differing++;
}

/* Of a sum of partial derivatives each has its own error. */
static long double permitted(const line *l, size_t k)
{
    const truth *t = &l->truth;
    const long double steps = 4.0L * (long double)(k + 1);
    if (t->powers[k] > 0.0L)
        return ref_permitted(k, t->c[k], t->moved[k])
               + steps * (0x1p-52L * t->sizes[k] + 0x1p-1074L * t->powers[k]);
    return ref_permitted_waves(l->s->name, l->s->n, l->x[0], k, t->c[k],
                               k < 2 ? ref_permitted_low(l->s->name, k, t->c[k], t->moved[k])
                                     : ref_permitted(k, t->c[k], t->moved[k]));
}

/* The k-th coefficient, or the k-th derivative where it is scaled by k!. What is known to mean nothing
 * has no part in the worst. */
static void derivative(const line *l, enum mode mode, size_t k, double got, long double scale)
{
    const long double want = scale * l->truth.c[k];
    const finding f = {l->s, mode, k, l->x, got, want};
    measured *m = l->m;
    if ((int)k >= l->truth.defined) return;
    const long double allowed = scale * permitted(l, k);
    const double share = (double)(ref_error(got, want) / allowed);
    m->numbers++;
    if (!(share <= 1.0)) {
        const double factor = known_factor(&f);
        if (isinf(factor) || share <= factor) m->known++;
        else m->wrong++;
        if (isinf(factor)) return;
    }
    ref_measure(&m->worst[k], l->x[0], l->x[1], got, want, allowed,
                k < 2 ? 4.0 : 4.0 * (double)(k + 1));
    if (m->point != NULL && !(share <= m->point[m->points].of[k]))
        m->point[m->points].of[k] = share;
}

static void by_numbers(const line *l)
{
    flx_dual d[LINE_ARGUMENTS], first;
    flx_ddual dd[LINE_ARGUMENTS], second;
    flx_hyperdual h[LINE_ARGUMENTS], mixed;
    flx_hyperdual3 h3[LINE_ARGUMENTS], third;
    for (int i = 0; i < l->s->arguments; i++) {
        const double at = l->x[i], along = l->direction[i];
        d[i] = flx_dual_make(at, along);
        dd[i].v = d[i];
        dd[i].d = flx_dual_make(along, 0.0);
        h[i] = flx_hyperdual_make(at, along, along, 0.0);
        h3[i].v = h[i];
        h3[i].d = flx_hyperdual_make(along, 0.0, 0.0, 0.0);
    }
    first = l->library->of_dual(d, l->s->n);
    second = l->library->of_ddual(dd, l->s->n);
    mixed = l->library->of_hyperdual(h, l->s->n);
    third = l->library->of_hyperdual3(h3, l->s->n);
    value(l, first.v);
    value(l, second.v.v);
    value(l, mixed.v);
    value(l, third.v.v);
    derivative(l, NUMBERS, FIRST, first.d, 1.0L);
    derivative(l, NUMBERS, FIRST, second.v.d, 1.0L);
    derivative(l, NUMBERS, FIRST, mixed.e1, 1.0L);
    derivative(l, NUMBERS, SECOND, second.d.d, 2.0L);
    derivative(l, NUMBERS, SECOND, mixed.e12, 2.0L);
    derivative(l, NUMBERS, FIRST, third.v.e1, 1.0L);
    derivative(l, NUMBERS, SECOND, third.d.e1, 2.0L);
    derivative(l, NUMBERS, THIRD, third.d.e12, 6.0L);
}

/* The gradient, plain and recorded, and the gradient of that, by the one argument that varies. */
static void by_tape(const line *l, flx_tape *tape)
{
    flx_var x[LINE_ARGUMENTS], y, plain, recorded, second;
    int active = 0;
    flx_tape_reset(tape);
    for (int i = 0; i < l->s->arguments; i++) {
        x[i] = flx_var_constant(l->x[i]);
        if (l->direction[i] == 0.0) continue;
        x[i] = flx_variable(tape, l->x[i]);
        active = i;
    }
    y = l->library->of_var(x, l->s->n);
    value(l, flx_peek(y));
    if (flx_grad(y, 1, &x[active], &plain, 0) != FLX_OK
        || flx_grad(y, 1, &x[active], &recorded, FLX_CREATE_GRAPH) != FLX_OK
        || flx_grad(recorded, 1, &x[active], &second, 0) != FLX_OK) {
        l->m->differing++;
        return;
    }
    derivative(l, TAPE, FIRST, flx_peek(plain), 1.0L);
    derivative(l, TAPE, FIRST, flx_peek(recorded), 1.0L);
    derivative(l, TAPE, SECOND, flx_peek(second), 2.0L);
}

static void by_series(const line *l)
{
    taylor5 x5[LINE_ARGUMENTS], y5;
    taylor10 x10[LINE_ARGUMENTS], y10;
    taylor20 x20[LINE_ARGUMENTS], y20;
    for (int i = 0; i < l->s->arguments; i++) {
        x5[i] = taylor5_constant(l->x[i]);
        x10[i] = taylor10_constant(l->x[i]);
        x20[i] = taylor20_constant(l->x[i]);
        x5[i].c[1] = x10[i].c[1] = x20[i].c[1] = l->direction[i];
    }
    y5 = l->library->of_taylor5(x5, l->s->n);
    y10 = l->library->of_taylor10(x10, l->s->n);
    y20 = l->library->of_taylor20(x20, l->s->n);
    value(l, y5.c[0]);
    value(l, y10.c[0]);
    value(l, y20.c[0]);
    for (size_t k = 1; k <= 5; k++) derivative(l, SERIES, k, y5.c[k], 1.0L);
    for (size_t k = 1; k <= 10; k++) derivative(l, SERIES, k, y10.c[k], 1.0L);
    for (size_t k = 1; k <= MOST; k++) derivative(l, SERIES, k, y20.c[k], 1.0L);
}

void measure_point(measured *m, const subject *s, const library_row *library, flx_tape *tape,
                   const double *x)
{
    static const shares none;
    const int variables = s->line != NULL ? s->line->variables : 1;
    /* Along all arguments at every second point, which takes the longest. */
    const int lines = variables > 1 && m->points % 2 == 0 ? variables + 1 : variables;
    if (m->point != NULL) m->point[m->points] = none;
    for (int i = 0; i < lines; i++) {
        double direction[LINE_ARGUMENTS] = {0.0};
        line l = {m, s, library, x, direction, {{0.0L}, {0.0L}, {0.0L}, {0.0L}, 0}};
        /* Along all arguments at once: signs in turn, or functions of the quotient stay constant. */
        for (int a = 0; a < variables; a++) {
            if (i < variables) direction[a] = a == i ? 1.0 : 0.0;
            else direction[a] = x[a] == 0.0 ? 1.0 : a % 2 ? -x[a] : x[a];
        }
        if (!truth_find(&l.truth, s, x, direction)) {
            m->poles++;
            continue;
        }
        if (i == 0) derivative(&l, PLAIN, VALUE, library->of_double(x, s->n), 1.0L);
        by_numbers(&l);
        if (i < variables) by_tape(&l, tape);
        by_series(&l);
    }
    if (m->point != NULL) m->point[m->points].x = x[0];
    m->points++;
}
