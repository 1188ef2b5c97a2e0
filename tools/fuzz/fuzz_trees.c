/* fuzz_trees.c: expressions from standard input, as tools/reference/trees.c writes them, in every number
 * type and on the tape. Prints what was measured; ends with 1 where a coefficient is beyond what is
 * permitted. */
#include <stdlib.h>
#include <string.h>

#include "random_trees.h"

static size_t beyond(const ref_worst worst[TREE_MODES])
{
    size_t sum = 0;
    for (unsigned mode = 0; mode < TREE_MODES; mode++) sum += worst[mode].outside;
    return sum;
}

static int has_hypot(const random_tree *t)
{
    for (size_t k = 0; k < t->program.steps; k++)
        if (t->program.step[k].op == RANDOM_hypot) return 1;
    return 0;
}

/* High coefficients where a recurrence divides by what nearly vanishes, and hypot's third derivative by
 * hyper-hyper-duals, which is beyond by less than this factor: docs/numerics.md. */
static const double hypot_beyond = 4.0;

static int is_known(const random_tree *t, const ref_worst now[TREE_MODES],
                    const ref_worst before[TREE_MODES])
{
    for (unsigned mode = 0; mode < TREE_MODES; mode++)
        if (mode != TREE_taylor8 && mode != TREE_taylor16 && mode != TREE_series
            && !(mode == TREE_hyperdual3 && has_hypot(t) && now[mode].ratio < hypot_beyond)
            && now[mode].outside > before[mode].outside)
            return 0;
    return 1;
}

static void print(const char *what, const random_tree *t)
{
    printf("%s: at %a:", what, t->program.x[0]);
    for (size_t k = 0; k < t->program.steps; k++) {
        const random_step *s = &t->program.step[k];
        printf(" %s %u", random_op_name(s->op), s->a);
        if (random_operands(s->op) == 2) printf(" %u", s->b);
    }
    printf("\n");
}

int main(void)
{
    static ref_worst worst[TREE_MODES], before[TREE_MODES];
    unsigned long used[RANDOM_OPS] = {0};
    random_tree t;
    size_t count = 0, known = 0, found = 0;
    int failed = 0;
    while (!failed && random_tree_read(stdin, &t)) {
        memcpy(before, worst, sizeof worst);
        failed = random_tree_check(count++, &t, worst) < 0;
        for (size_t k = 0; k < t.program.steps; k++) used[t.program.step[k].op]++;
        if (beyond(worst) == beyond(before)) continue;
        const int excepted = is_known(&t, worst, before);
        print(excepted ? "known exception" : "beyond what is permitted", &t);
        if (excepted) known++;
        else found++;
    }
    printf("%zu trees, %zu of them known exceptions\n%-12s%14s%10s%22s\n", count, known, "mode",
           "coefficients", "beyond", "error / permitted");
    for (unsigned mode = 0; mode < TREE_MODES; mode++)
        printf("%-12s%14zu%10zu%22.3g  (coefficient %g of tree %g)\n", random_tree_mode(mode),
               worst[mode].points, worst[mode].outside, worst[mode].ratio, worst[mode].y,
               worst[mode].x);
    for (unsigned op = 0; op < RANDOM_OPS; op++)
        if (used[op]) printf("%s %lu, ", random_op_name(op), used[op]);
    printf("\n");
    return !failed && count > 0 && found == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
