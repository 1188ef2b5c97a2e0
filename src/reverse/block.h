/* block.h: what array instructions do to the views of their blocks, view 0 being the target.
 *
 *   map                          each element of the target by the block's own scalar instruction,
 *                                from the same element of views 1, 2, 3
 *   acc_map, sum                 contributions to it, likewise, from views 1 and 2; a target that
 *                                broadcasts gains one sum along its broadcast dimensions
 *   acc_matmul, matmul           target (m x n) += view 1 (m x k) * view 2 (k x n), the products by
 *                                the zero rule of the block's flags
 *   acc_gather, gather           target(i, j) += view 1 (r, j), r the value of view 2 (i, j)
 *   acc_scatter                  target(r, j) += view 1 (i, j), r the value of view 2 (i, j)
 *   acc_cumsum, cumsum           target(i, j) += the sum of view 1 (i, 0..j)
 *   acc_triangle                 acc_map, but only on and below the diagonal (strict: below it)
 *   trsolve                      target = view 2 (n x n, triangular) ^ -1 * view 1 (n x m)
 *   cholesky                     target = lower triangular, times its transpose view 1, of which the
 *                                lower triangle is read
 *   lu                           target = lower (ones on its diagonal) and upper factor of view 1 with
 *                                its rows in another order: after the n x n target come the rows'
 *                                indices and the sign of the permutation
 *   loop                         target = what a program makes of views 1, 2, 3: loop.h
 *   argmax, argmin               target = index of the first largest (smallest) element of view 1
 *                                along the dimensions in which the target broadcasts
 *
 * All but map, loop and the factorisations are linear in view 1, and in view 2 where that is a factor. */
#ifndef FLUXION_REVERSE_BLOCK_H
#define FLUXION_REVERSE_BLOCK_H

#include <fluxion/real.h>

#include "reverse/code.h"

/* Partial sums of one sum, and sums of columns that are formed side by side; rows of a factor that a
 * matrix product takes at a time. */
enum { FLX_PARTIAL_SUMS = 16, FLX_COLUMNS = 8, FLX_DEPTH = 32 };

/* The block's instruction for element (i, j), its slots filled in. Operands that scalar code keeps
 * in words are put into word, which the code that the instruction is given to must have as its
 * own (flx_code_of_elements). */
static inline flx_instr flx_element(const flx_block *b, uint32_t i, uint32_t j, uint32_t word[2])
{
    const flx_view *v = b->view;
    const flx_shape shape = flx_op_shape(b->each.op);
    flx_instr in = b->each;
    in.a = flx_view_slot(&v[shape < SHAPE_RUN], i, j);
    if (shape == SHAPE_BINARY) in.b = flx_view_slot(&v[2], i, j);
    if (shape == SHAPE_ACC) in.b = flx_view_slot(&v[1], i, j);
    if (shape == SHAPE_TRIPLE || shape == SHAPE_ACC_PAIR || shape == SHAPE_ACC_SCALE) {
        const int first = shape == SHAPE_TRIPLE ? 2 : 1;
        word[0] = flx_view_slot(&v[first], i, j);
        word[1] = shape == SHAPE_ACC_SCALE ? in.b : flx_view_slot(&v[first + 1], i, j);
        in.b = 0;
    }
    return in;
}

/* What is to be added to the slots of an element's instruction, and to word, for the next element of
 * the row. */
static inline flx_instr flx_element_step(const flx_block *b, uint32_t word[2])
{
    uint32_t here[2] = {0, 0}, there[2] = {0, 0};
    const flx_instr from = flx_element(b, 0, 0, here), to = flx_element(b, 0, 1, there);
    for (int k = 0; k < 2; k++) word[k] = there[k] - here[k];
    return (flx_instr){0, 0, to.a - from.a, to.b - from.b};
}

/* The code as elements of blocks see it. */
static inline flx_code flx_code_of_elements(const flx_code *c, const uint32_t word[2])
{
    flx_code local = *c;
    local.word = word;
    return local;
}

/* Whether the block's elements are those of scalar instructions: map, acc_map and sum. */
static inline int flx_op_has_elements(unsigned op)
{
    return op == OP_map || op == OP_acc_map || op == OP_sum || op == OP_acc_triangle;
}

/* Those that are solved or factorised: solve.h. */
static inline int flx_op_is_solve(unsigned op)
{
    return op == OP_trsolve || op == OP_cholesky || op == OP_lu;
}

/* Those with indices, view 2; and the number of the view whose rows they mean. */
static inline int flx_op_is_indexed(unsigned op)
{
    return op == OP_gather || op == OP_acc_gather || op == OP_acc_scatter;
}
static inline int flx_op_indexes(unsigned op) { return op != OP_acc_scatter; }

/* How many columns of row i an operation of elements works on. */
static inline uint32_t flx_block_columns(unsigned op, const flx_block *b, uint32_t i)
{
    const uint32_t cols = b->view[0].cols;
    if (op != OP_acc_triangle) return cols;
    const uint32_t end = i + (b->each.flags & FLAG_STRICT ? 0 : 1);
    return end < cols ? end : cols;
}

/* Whether an instruction of one output, or an element of a block, has this operation. */
static inline unsigned flx_instr_elementary(const flx_code *c, const flx_instr *in)
{
    return flx_op_is_array(in->op) && flx_op_has_elements(in->op) ? c->block[in->a].each.op
                                                                  : in->op;
}

/* The name that a user knows an instruction by: of maps that of their operation, or of one with an
 * immediate that was recorded in its place, which is each.b. */
const char *flx_instr_name(const flx_code *c, const flx_instr *in);

/* The views that a derivative passes through from or to the target: bit k for view k. */
unsigned flx_block_active(unsigned op, const flx_block *b);

/* Whether these are sums of a view's products with itself, where no element stands for a row or column of
 * them: what one factor gains in a sweep back, element by element, the other one gains again. */
int flx_block_is_square(unsigned op, const flx_block *b);

/* Turns a linear block round: from the adjoints of its target to those of view 1, which is as linear
 * and is turned back for tangents. Returns the operation. */
unsigned flx_block_turn(unsigned op, flx_block *b);

/* The same product with its factors exchanged, so that view 2 becomes view 1. */
void flx_block_exchange(unsigned op, flx_block *b);

/* The operation that adds to its target what this one writes. */
unsigned flx_block_accumulating(unsigned op);

static inline flx_view flx_view_transposed(flx_view v)
{
    return (flx_view){v.slot, v.cols, v.rows, {v.stride[1], v.stride[0]}};
}

/* A run of slots as a view, row after row. */
static inline flx_view flx_view_of_run(uint32_t slot, uint32_t rows, uint32_t cols)
{
    return (flx_view){slot, rows, cols, {cols, 1}};
}

/* A view's elements, each once, from slot on, row after row; dimensions in which it broadcasts do. */
flx_view flx_view_compact(const flx_view *v, uint32_t slot);

/* The number of elements, those repeated counted once. */
uint32_t flx_view_distinct(const flx_view *v);

/* The block with all its elements in one row, where in every view each row begins where the one before
 * ends, or where there is one column; made in room, or b itself where nothing changes. */
const flx_block *flx_block_flat(const flx_block *b, flx_block *room);

/* A map's elements from number `at` on, row after row: so many, where they are in one row (flat), and
 * otherwise whole rows. Views that have room for one strip only stay where they are. */
flx_block flx_block_strip(const flx_block *b, uint32_t at, uint32_t count);

/* In which dimensions a view broadcasts. */
static inline int flx_view_is_tall(const flx_view *v) { return v->rows > 1 && v->stride[0] == 0; }
static inline int flx_view_is_wide(const flx_view *v) { return v->cols > 1 && v->stride[1] == 0; }

/* The row that an index means, or limit where it means none. */
static inline uint32_t flx_index(double index, uint32_t limit)
{
    if (!(index >= 0.0 && index < (double)limit)) return limit;
    const uint32_t row = (uint32_t)index;
    return (double)row == index ? row : limit;
}

#endif
