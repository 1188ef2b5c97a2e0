/* random_shrink.c: smaller programs with the same finding. */
#include "random_shrink.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Keeps the candidate where it fails in the same mode. */
static int keep(random_program *p, const random_program *candidate, random_finding *finding)
{
    random_stats *stats = calloc(1, sizeof *stats);
    random_finding f;
    int kept = 0;
    if (stats && memcmp(p, candidate, sizeof *p) != 0 && random_check(candidate, stats, &f)
        && f.mode == finding->mode) {
        *p = *candidate;
        *finding = f;
        kept = 1;
    }
    free(stats);
    return kept;
}

/* Without step k, whose users see another value in its place. */
static random_program without_step(const random_program *p, size_t k, uint8_t instead)
{
    random_program q = *p;
    const size_t gone = p->inputs + k;
    for (size_t i = k + 1; i < p->steps; i++) {
        random_step s = p->step[i];
        uint8_t *const operand[] = {&s.a, &s.b, &s.c};
        for (size_t o = 0; o < 3; o++) {
            if (*operand[o] == gone) *operand[o] = instead;
            else if (*operand[o] > gone) --*operand[o];
        }
        q.step[i - 1] = s;
    }
    q.steps--;
    memset(&q.step[q.steps], 0, sizeof q.step[0]);
    return q;
}

/* Without the last input; its users see the first. */
static random_program without_input(const random_program *p)
{
    random_program q = *p;
    const size_t gone = --q.inputs;
    for (size_t i = 0; i < q.steps; i++) {
        uint8_t *const operand[] = {&q.step[i].a, &q.step[i].b, &q.step[i].c};
        for (size_t o = 0; o < 3; o++) {
            if (*operand[o] == gone) *operand[o] = 0;
            else if (*operand[o] > gone) --*operand[o];
        }
    }
    return q;
}

static int fewer(random_program *p, random_finding *finding)
{
    int progress = 0;
    for (size_t k = p->steps; k-- > 0;) {
        random_program q = *p;
        if (k + 1 < p->steps) {
            memset(&q.step[k + 1], 0, (RANDOM_STEPS - k - 1) * sizeof q.step[0]);
            q.steps = k + 1;
            if (keep(p, &q, finding)) progress = 1;
        }
        if (p->steps > 1 && k < p->steps) {
            const uint8_t instead[] = {p->step[k].a, p->step[k].b, p->step[k].c, 0};
            for (size_t o = 0; o < 4; o++) {
                q = without_step(p, k, instead[o]);
                if (!keep(p, &q, finding)) continue;
                progress = 1;
                break;
            }
        }
    }
    while (p->inputs > 1) {
        const random_program q = without_input(p);
        if (!keep(p, &q, finding)) break;
        progress = 1;
    }
    if (p->array_inputs) {
        random_program q = *p;
        q.array_inputs = 0;
        if (keep(p, &q, finding)) progress = 1;
    }
    return progress;
}

static int smaller_step(random_program *p, size_t k, random_finding *finding)
{
    int progress = 0;
    for (int change = 0; change < 9; change++) {
        random_program q = *p;
        random_step *s = &q.step[k];
        switch (change) {
        case 0: s->rows = s->rows > 1 ? s->rows - 1 : 1; break;
        case 1: s->cols = s->cols > 1 ? s->cols - 1 : 1; break;
        case 2: s->view = VIEW_WHOLE; break;
        case 3: s->a = 0; break;
        case 4: s->b = 0; break;
        case 5: s->c = 0; break;
        case 6: s->b = s->a; break;
        case 7: s->c = s->a; break;
        default: s->op = random_operands(s->op) == 1 ? RANDOM_neg : RANDOM_add; break;
        }
        if (keep(p, &q, finding)) progress = 1;
    }
    return progress;
}

/* Rounder numbers; what is not finite or zero stays. */
static int rounder(random_program *p, double *x, random_finding *finding)
{
    const double old = *x, candidates[] = {0.0, 1.0, 2.0, 0.5, rint(old), rint(old * 8.0) / 8.0};
    if (old == 0.0 || !isfinite(old)) return 0;
    for (size_t k = 0; k < sizeof candidates / sizeof candidates[0]; k++) {
        random_program q = *p;
        double *const to = (double *)(void *)((char *)&q + ((char *)x - (char *)p));
        if (candidates[k] == old) return 0;
        *to = candidates[k];
        if (keep(p, &q, finding)) return 1;
    }
    return 0;
}

void random_shrink(random_program *p, random_finding *finding)
{
    for (int round = 0; round < 20; round++) {
        int progress = fewer(p, finding);
        for (size_t k = 0; k < p->steps; k++) {
            if (smaller_step(p, k, finding)) progress = 1;
            for (size_t c = 0; c < 2; c++)
                if (rounder(p, &p->step[k].k[c], finding)) progress = 1;
        }
        for (size_t k = 0; k < p->inputs; k++)
            if (rounder(p, &p->x[k], finding)) progress = 1;
        if (!progress) return;
    }
}

int random_check_and_print(FILE *out, random_program *p, random_stats *stats)
{
    random_finding finding;
    if (!random_check(p, stats, &finding)) return 0;
    random_shrink(p, &finding);
    random_print(out, p, &finding);
    return 1;
}
