/* fuzz_trees.c: expressions from standard input, as tools/reference/trees.c writes them, in every number
 * type and on the tape. Prints what was measured; ends with 1 where a coefficient is beyond what is
 * permitted. */
#include <stdlib.h>

#include "random_trees.h"

int main(void)
{
    static ref_worst worst[TREE_MODES];
    unsigned long used[RANDOM_OPS] = {0};
    random_tree t;
    size_t count = 0, outside = 0;
    int more;
    while ((more = random_tree_read(stdin, &t)) > 0) {
        if (random_tree_check(count++, &t, worst) < 0) more = -1;
        for (size_t k = 0; k < t.program.steps; k++) used[t.program.step[k].op]++;
        size_t now = 0;
        for (unsigned mode = 0; mode < TREE_MODES; mode++) now += worst[mode].outside;
        if (now == outside) continue;
        outside = now;
        printf("beyond what is permitted: tree %zu of the input, at %a:", count - 1,
               t.program.x[0]);
        for (size_t k = 0; k < t.program.steps; k++) {
            const random_step *s = &t.program.step[k];
            printf(" %s %u", random_op_name(s->op), s->a);
            if (random_operands(s->op) == 2) printf(" %u", s->b);
        }
        printf("\n");
    }
    printf("%zu trees\n%-12s%14s%10s%22s\n", count, "mode", "coefficients", "beyond",
           "error / permitted");
    for (unsigned mode = 0; mode < TREE_MODES; mode++)
        printf("%-12s%14zu%10zu%22.3g  (coefficient %g of tree %g)\n", random_tree_mode(mode),
               worst[mode].points, worst[mode].outside, worst[mode].ratio, worst[mode].y,
               worst[mode].x);
    for (unsigned op = 0; op < RANDOM_OPS; op++)
        if (used[op]) printf("%s %lu, ", random_op_name(op), used[op]);
    printf("\n");
    return more == 0 && count > 0 && outside == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
