/* Random expressions in every forward type and on the tape, against Arb (tests/data/trees.ref, made by
 * tools/reference/trees.c). scripts/fuzz --trees goes further from here. */
#include <criterion/criterion.h>

#include "random_trees.h"

Test(random_trees, every_forward_type_against_arb)
{
    enum { TREES = 60 };
    static ref_worst worst[TREE_MODES];
    unsigned used[RANDOM_OPS] = {0}, functions = 0;
    random_tree t;
    size_t count = 0;
    FILE *file = fopen(FLX_TEST_DATA "/trees.ref", "r");
    cr_assert_not_null(file);
    while (random_tree_read(file, &t)) {
        cr_assert_eq(random_tree_check(count++, &t, worst), 0);
        for (size_t k = 0; k < t.program.steps; k++) used[t.program.step[k].op]++;
    }
    fclose(file);
    cr_assert_eq(count, (size_t)TREES);
    for (unsigned op = 0; op < RANDOM_OPS; op++) functions += used[op] >= 8;
    cr_expect_eq(functions, 30u, "%u functions came up", functions);
    for (unsigned mode = 0; mode < TREE_MODES; mode++)
        REF_EXPECT(&worst[mode], random_tree_mode(mode), "trees", "c");
}
