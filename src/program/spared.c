/* spared.c: what sweeps over large arrays need not do: look at values of which others tell whether they
 * are finite, and clear adjoints before anything is added to them. */
#include <string.h>

#include "program/program.h"

/* Slots between two runs that are worth a run of their own. */
enum { GAP = 64 };

void flx_op_spreads(unsigned op, int *a, int *b)
{
    *b = op == OP_add || op == OP_sub || op == OP_mul;
    *a = *b || op == OP_square || op == OP_mulc || op == OP_addc || op == OP_csub || op == OP_neg
         || op == OP_copy || op == OP_div || op == OP_divc;
}

/* Whether a view is a run of slots, row after row. */
static int is_run(const flx_view *v)
{
    return flx_view_size(v) && (v->cols == 1 || v->stride[1] == 1)
           && (v->rows == 1 || v->stride[0] == v->cols);
}

void flx_mark_scratch(const flx_program *f, unsigned char *mark, unsigned char bit)
{
    for (uint32_t k = 0; k < f->code.instrs && f->code.loops; k++) {
        if (f->instr[k].op != OP_loop) continue;
        const flx_block *b = &f->block[f->instr[k].a];
        const flx_loop *l = flx_loop_of(&f->code, b);
        memset(mark + flx_loop_at(l, b).flipped, bit, flx_loop_outputs(l) - flx_loop_results(l));
    }
}

/* ---- values ---- */

/* The views that a block's results tell of, a bit for each. */
static unsigned told_by(unsigned op, const flx_block *b)
{
    int first = 0, second = 0;
    if (op == OP_map) {
        flx_op_spreads(b->each.op, &first, &second);
    } else if (op == OP_sum || op == OP_acc_map) {
        second = b->each.op == OP_acc_mul && flx_zero_rule(b->each.flags) == FLX_ZERO_NONE;
        first = second || b->each.op == OP_acc;
    }
    return (first ? 1u << 1 : 0u) | (second ? 1u << 2 : 0u);
}

static void mark_told(const flx_program *f, unsigned char *mark)
{
    mark[0] = 1; /* the poison says nothing */
    flx_mark_scratch(f, mark, 1);
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr in = f->instr[k];
        if (!flx_op_is_array(in.op)) continue;
        const flx_block *b = &f->block[in.a];
        const unsigned told = told_by(in.op, b);
        for (uint32_t v = 1; v < b->views; v++)
            if (told >> v & 1u && is_run(&b->view[v]))
                memset(mark + b->view[v].slot, 1, flx_view_size(&b->view[v]));
    }
}

/* ---- adjoints ---- */

enum { GAINED = 1, SPARED = 2 }; /* marks of slots */

static int are_apart(const flx_view *v, const flx_view *w)
{
    uint32_t low[2], high[2];
    flx_view_hull(v, &low[0], &high[0]);
    flx_view_hull(w, &low[1], &high[1]);
    return high[0] < low[1] || high[1] < low[0];
}

static int is_same(const flx_view *v, const flx_view *w)
{
    return v->slot == w->slot && v->rows == w->rows && v->cols == w->cols && is_run(w);
}

static int is_blank(const unsigned char *mark, size_t n)
{
    unsigned char any = 0;
    for (size_t k = 0; k < n; k++) any |= mark[k];
    return any == 0;
}

/* Whether an instruction is the first that adds to the adjoints of view k, and may clear them: of its
 * other views none has a part of them. */
static int is_fresh(const flx_program *f, const flx_block *b, unsigned active, uint32_t k,
                    const unsigned char *mark)
{
    const flx_view *v = &b->view[k];
    if (!is_run(v) || v->slot < f->low || b->view[0].slot < f->low
        || !is_blank(mark + v->slot, flx_view_size(v)))
        return 0;
    for (uint32_t j = 1; j < b->views; j++)
        if (j != k && active >> j & 1u && !is_same(v, &b->view[j]) && !are_apart(v, &b->view[j]))
            return 0;
    return 1;
}

static void mark_view(const flx_view *v, unsigned char *mark)
{
    for (uint32_t i = 0; i < v->rows; i++)
        for (uint32_t j = 0; j < v->cols; j++) mark[flx_view_slot(v, i, j)] |= GAINED;
}

static void mark_block(flx_program *f, flx_instr in, unsigned char *mark)
{
    const flx_block *b = &f->block[in.a];
    const unsigned active = flx_block_active(in.op, b);
    /* Running sums go back from the last to the first, through views that are no runs. */
    const int other = in.op == OP_loop || flx_op_is_solve(in.op)
                      || flx_block_accumulating(in.op) == OP_acc_cumsum;
    for (uint32_t k = 1; k < b->views; k++) {
        const flx_view *v = &b->view[k];
        if (!(active >> k & 1u) || flx_view_size(v) == 0) continue;
        const int fresh = !other && flx_view_size(&b->view[0]) && is_fresh(f, b, active, k, mark);
        if (!fresh) mark_view(v, mark);
        else memset(mark + v->slot, GAINED | SPARED, flx_view_size(v));
        if (fresh) f->fresh[in.a] |= (uint8_t)(1u << k);
    }
}

static void mark_spared(flx_program *f, unsigned char *mark)
{
    flx_mark_scratch(f, mark, SPARED);
    for (size_t k = 0; k < f->outputs; k++) mark[f->output[k]] = GAINED;
    for (uint32_t k = f->code.instrs; k-- > 0;) {
        const flx_instr in = f->instr[k];
        uint32_t slot[3];
        if (flx_op_is_array(in.op)) {
            mark_block(f, in, mark);
            continue;
        }
        const int count =
            flx_op_shape(in.op) == SHAPE_RUN ? 0 : flx_instr_active_operands(&f->code, &in, slot);
        for (int j = 0; j < count; j++) mark[slot[j]] |= GAINED;
    }
}

/* ---- runs ---- */

/* The runs of slots without that mark, those less than GAP apart being one; returns how many. */
static uint32_t list_runs(const flx_program *f, const unsigned char *mark, unsigned char bit,
                          flx_run *run)
{
    uint32_t count = 0, end = 0;
    for (uint32_t slot = 0; slot < f->slots; slot++) {
        if (mark[slot] & bit) continue;
        if (count == 0 || slot - end >= GAP) {
            if (run) run[count] = (flx_run){slot, 0};
            count++;
        }
        end = slot + 1;
        if (run) run[count - 1].count = end - run[count - 1].slot;
    }
    return count;
}

static flx_run *runs_of(flx_program *f, const unsigned char *mark, unsigned char bit,
                        uint32_t *count, int *failed)
{
    *count = list_runs(f, mark, bit, NULL);
    flx_run *run = flx_memory_room(&f->memory, *count, sizeof *run, failed);
    if (run) list_runs(f, mark, bit, run);
    return run;
}

int flx_program_spare(flx_program *f)
{
    int failed = 0;
    unsigned char *mark = flx_memory_room(&f->memory, f->slots, sizeof *mark, &failed);
    f->fresh = flx_memory_room(&f->memory, f->blocks, sizeof *f->fresh, &failed);
    if (f->fresh) memset(f->fresh, 0, f->blocks);
    if (!failed) {
        memset(mark, 0, f->slots);
        mark_told(f, mark);
        f->telling = runs_of(f, mark, 1, &f->tellings, &failed);
        memset(mark, 0, f->slots);
        if (f->fresh) mark_spared(f, mark);
        f->clear = runs_of(f, mark, SPARED, &f->clears, &failed);
    }
    flx_memory_give(&f->memory, mark, f->slots, sizeof *mark);
    flx_program_point(f);
    return !failed;
}

void flx_clear_adjoints(const flx_program *f, double *plane)
{
    for (uint32_t k = 0; k < f->clears; k++)
        memset(plane + f->clear[k].slot, 0, f->clear[k].count * sizeof *plane);
}
