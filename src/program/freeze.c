/* freeze.c: from a tape to a program: a plain copy, which passes make better. */
#include <limits.h>
#include <string.h>

#include "program/schedule.h"
#include "reverse/tape.h"

flx_status flx_report_fill(flx_report *report, flx_status status, size_t index, const char *op,
                           const char *label)
{
    if (report) *report = (flx_report){status, 0, index, op, label, 0};
    return status;
}

static void *copy(flx_program *f, const void *from, size_t count, size_t size, int *failed)
{
    void *to = flx_memory_room(&f->memory, count, size, failed);
    if (to && from) memcpy(to, from, count * size);
    return to;
}

static void destroy(flx_program *f)
{
    flx_program_unnest(f);
    flx_schedule_free(f);
    flx_memory_give(&f->memory, f->instr, f->code.instrs, sizeof *f->instr);
    flx_memory_give(&f->memory, f->imm, f->imms, sizeof *f->imm);
    flx_memory_give(&f->memory, f->word, f->words, sizeof *f->word);
    flx_memory_give(&f->memory, f->block, f->blocks, sizeof *f->block);
    flx_memory_give(&f->memory, f->guard, f->code.guards, sizeof *f->guard);
    flx_memory_give(&f->memory, f->label, f->code.labels, sizeof *f->label);
    flx_memory_give(&f->memory, f->call, f->code.calls, sizeof *f->call);
    flx_memory_give(&f->memory, f->loop, f->code.loops, sizeof *f->loop);
    flx_memory_give(&f->memory, f->constant, f->constants, sizeof *f->constant);
    flx_memory_give(&f->memory, f->parameter, f->parameters, sizeof *f->parameter);
    flx_memory_give(&f->memory, f->input, f->inputs, sizeof *f->input);
    flx_memory_give(&f->memory, f->output, f->outputs, sizeof *f->output);
    flx_memory_give(&f->memory, f->delicate, f->delicates, sizeof *f->delicate);
    flx_memory_give(&f->memory, f->origin, f->origins, sizeof *f->origin);
    flx_memory_give(&f->memory, f->fresh, f->blocks, sizeof *f->fresh);
    flx_memory_give(&f->memory, f->clear, f->clears, sizeof *f->clear);
    flx_memory_give(&f->memory, f->telling, f->tellings, sizeof *f->telling);
    flx_memory memory = f->memory;
    flx_memory_free(&memory, f, sizeof *f);
}

/* Walks the input runs: how many slots of the given kind that are not inputs of the program, and
 * where presets is given, which. taken[slot] tells the program's inputs. */
static uint32_t presets(const flx_tape *t, const unsigned char *taken, int parameters,
                        flx_preset *preset)
{
    const flx_code c = flx_tape_code(t);
    uint32_t slot = 0, count = 0;
    for (uint32_t k = 0; k < c.instrs; k++) {
        const flx_instr *in = &c.instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        const int fits = in->op == OP_poison
                             ? !parameters
                             : in->op == OP_input && (in->flags == INPUT_PARAMETER) == parameters;
        for (uint32_t j = 0; fits && j < outputs; j++) {
            if (taken[slot + j]) continue;
            if (preset) preset[count] = (flx_preset){slot + j, t->head.value[slot + j]};
            count++;
        }
        slot += outputs;
    }
    return count;
}

/* Checks the arguments and marks the inputs in taken. */
static flx_status check(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                        unsigned char *taken, size_t *index)
{
    for (*index = 0; *index < n; ++*index) {
        const flx_var v = x[*index];
        if (!v.tape) return FLX_EARG;
        if (v.tape != t) return FLX_ETAPE;
        if (!flx_tape_valid(t, v.u.at.slot, v.u.at.epoch)) return FLX_ESTALE;
        const flx_instr *writer = &t->head.instr[flx_tape_writer(t, v.u.at.slot)];
        if (writer->op != OP_input || writer->flags != INPUT_VARIABLE) return FLX_EARG;
        if (taken[v.u.at.slot]) return FLX_EARG;
        taken[v.u.at.slot] = 1;
    }
    for (*index = 0; *index < m; ++*index) {
        const flx_var v = y[*index];
        if (!v.tape) continue;
        if (v.tape != t) return FLX_ETAPE;
        if (!flx_tape_valid(t, v.u.at.slot, v.u.at.epoch)) return FLX_ESTALE;
    }
    return FLX_OK;
}

/* Inputs, outputs, and the constants among the outputs, which get slots after the code's. */
static void connect(flx_program *f, const flx_var *x, const flx_var *y, flx_preset *constant)
{
    for (size_t k = 0; k < f->inputs; k++) f->input[k] = x[k].u.at.slot;
    for (size_t k = 0; k < f->outputs; k++) {
        f->output[k] = y[k].tape ? y[k].u.at.slot : f->slots;
        if (!y[k].tape) *constant++ = (flx_preset){f->slots++, y[k].u.constant};
    }
}

/* The instructions with delicate points: how many and, where a list is given, which. */
static uint32_t list_delicate(const flx_code *c, uint32_t *list)
{
    uint32_t count = 0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        if (!flx_instr_is_delicate(c, &c->instr[k])) continue;
        if (list) list[count] = k;
        count++;
    }
    return count;
}

/* Finds the first output that does not depend on the inputs. */
static void find_independent(flx_program *f, unsigned char *mark)
{
    const flx_marked m = {&f->code, NULL, {0, f->code.instrs, 0, f->code.slots}, mark};
    memset(mark, 0, f->slots);
    for (size_t k = 0; k < f->inputs; k++) mark[f->input[k]] = FLX_LINKED;
    flx_mark_dependent(&m);
    while (f->independent < f->outputs && mark[f->output[f->independent]]) f->independent++;
}

static void limit(flx_program *f, unsigned order, const char *name)
{
    if (order >= f->order) return;
    f->order = order;
    f->limit = name;
}

/* The order up to which the code has derivatives, recorded gradients in it being some already; what
 * needs no inputs has all that are asked of it. */
static void find_order(flx_program *f)
{
    unsigned level = 0;
    f->order = UINT_MAX;
    for (uint32_t k = 0; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        if (in->op == OP_zeros && in->flags > level) level = in->flags;
        if ((in->op != OP_call && in->op != OP_loop) || k < f->first) continue;
        const flx_block *b = &f->block[in->a];
        if (in->op == OP_call) limit(f, f->call[b->each.b].order, f->call[b->each.b].name);
        const flx_inner *inner = in->op == OP_loop ? f->loop[b->each.b].inner : NULL;
        if (inner && inner->order < UINT_MAX) limit(f, inner->order + inner->level, inner->limit);
    }
    if (f->order < UINT_MAX) f->order = f->order > level ? f->order - level : 0;
}

/* Below this slot nothing depends on the inputs, and no view reaches up from there to what does. */
static uint32_t find_low(const flx_program *f)
{
    flx_span s = {0, f->code.instrs, f->slots, f->code.slots};
    for (size_t k = 0; k < f->inputs; k++)
        if (f->input[k] < s.low) s.low = f->input[k];
    flx_span_widen(&f->code, &s);
    return s.low;
}

static size_t count_constants(size_t m, const flx_var *y)
{
    size_t count = 0;
    for (size_t k = 0; k < m; k++) count += !y[k].tape;
    return count;
}

/* From where on an evaluation begins: what does not depend on the inputs has been computed by then,
 * accumulators whole. */
static void find_first(flx_program *f)
{
    uint32_t slot = 0, k = 0;
    for (; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        if (slot + outputs > f->low && outputs) break;
        slot += outputs;
    }
    f->first = k;
    f->first_slot = slot;
    for (slot = 0, k = 0; k < f->first; k++) {
        if (f->instr[k].op == OP_zeros && f->instr[k].b > f->first) {
            f->first = k;
            f->first_slot = slot;
        }
        slot += flx_instr_outputs(&f->instr[k]);
    }
}

void flx_program_point(flx_program *f)
{
    f->code.instr = f->instr;
    f->code.imm = f->imm;
    f->code.word = f->word;
    f->code.block = f->block;
    f->code.guard = f->guard;
    f->code.label = f->label;
    f->code.call = f->call;
    f->code.loop = f->loop;
    f->code.origin = f->origin;
    f->code.fresh = f->fresh;
    f->code.blocks = f->blocks;
}

/* A plain copy of what is on the tape; NULL where there is no memory. */
static flx_program *copied(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                           const unsigned char *taken)
{
    int failed = 0;
    flx_memory memory = flx_memory_make(&t->memory.allocator, 0);
    flx_program *f = flx_memory_new(&memory, sizeof *f);
    if (!f) return NULL;
    atomic_init(&f->owners, 1);
    f->memory = memory;
    f->code = flx_tape_code(t);
    f->imms = t->head.imms;
    f->words = t->words;
    f->blocks = t->blocks;
    f->slots = f->code.slots;
    f->inputs = n;
    f->outputs = m;
    const uint32_t recorded = presets(t, taken, 0, NULL);
    f->constants = recorded + (uint32_t)count_constants(m, y);
    f->parameters = presets(t, taken, 1, NULL);
    f->instr = copy(f, t->head.instr, f->code.instrs, sizeof *f->instr, &failed);
    f->imm = copy(f, t->head.imm, f->imms, sizeof *f->imm, &failed);
    f->word = copy(f, t->word, f->words, sizeof *f->word, &failed);
    f->block = copy(f, t->block, f->blocks, sizeof *f->block, &failed);
    f->guard = copy(f, t->guard, f->code.guards, sizeof *f->guard, &failed);
    f->label = copy(f, t->label, f->code.labels, sizeof *f->label, &failed);
    f->call = copy(f, t->call, f->code.calls, sizeof *f->call, &failed);
    f->loop = copy(f, t->loop, f->code.loops, sizeof *f->loop, &failed);
    f->constant = copy(f, NULL, f->constants, sizeof *f->constant, &failed);
    f->parameter = copy(f, NULL, f->parameters, sizeof *f->parameter, &failed);
    f->input = copy(f, NULL, n, sizeof *f->input, &failed);
    f->output = copy(f, NULL, m, sizeof *f->output, &failed);
    if (failed || f->slots > UINT32_MAX - m) {
        destroy(f);
        return NULL;
    }
    flx_program_point(f);
    presets(t, taken, 0, f->constant);
    presets(t, taken, 1, f->parameter);
    connect(f, x, y, f->constant + recorded);
    return f;
}

static int is_scalar(const flx_code *c)
{
    uint32_t k = 0;
    while (k < c->instrs && (flx_op_is_scalar(c->instr[k].op) || c->instr[k].op == OP_input)) k++;
    return k == c->instrs;
}

static int are_adjacent(size_t n, const uint32_t *slot)
{
    size_t k = 1;
    while (k < n && slot[k] == slot[k - 1] + 1) k++;
    return n > 0 && k >= n;
}

/* A schedule for values alone, where one is wanted or does not cost much. */
static int add_schedule(flx_program *f, unsigned flags)
{
    const int wanted = (flags & FLX_REUSE_SLOTS) != 0;
    if (!wanted && (flags & FLX_KEEP_SLOTS || !flx_schedule_pays(f))) return 1;
    return flx_schedule_make(f, wanted);
}

/* What drivers want to know of the finished code. */
static int finish(flx_program *f, unsigned flags)
{
    int failed = 0;
    f->delicates = list_delicate(&f->code, NULL);
    f->delicate = copy(f, NULL, f->delicates, sizeof *f->delicate, &failed);
    unsigned char *mark = copy(f, NULL, f->slots, sizeof *mark, &failed);
    if (!failed) {
        list_delicate(&f->code, f->delicate);
        find_independent(f, mark);
        f->low = find_low(f);
        f->scalar = is_scalar(&f->code);
        f->adjacent = are_adjacent(f->inputs, f->input);
        find_first(f);
        find_order(f);
        flx_program_nest(f);
    }
    flx_memory_give(&f->memory, mark, f->slots, sizeof *mark);
    return !failed && flx_program_spare(f) && add_schedule(f, flags);
}

/* One pass, unless it is switched off, and what it leaves. */
static int run_pass(flx_program *f, flx_pass pass, unsigned flags)
{
    int done = 1;
    switch (pass) {
    case FLX_PASS_RECORDED: break;
    case FLX_PASS_CONSTANTS: done = flags & FLX_KEEP_CONSTANTS || flx_pass_fold(f); break;
    case FLX_PASS_REPEATED: done = flags & FLX_KEEP_REPEATED || flx_pass_common(f); break;
    case FLX_PASS_UNUSED: done = flags & FLX_KEEP_UNUSED || flx_pass_dead(f); break;
    case FLX_PASS_ORDER: {
        const int by_dependence = !(flags & FLX_KEEP_MIXED), in_runs = (flags & FLX_IN_RUNS) != 0;
        done = (!by_dependence && !in_runs) || flx_pass_order(f, by_dependence, in_runs);
        break;
    }
    case FLX_PASS_ARRAYS: done = !(flags & FLX_IN_RUNS) || flx_pass_arrays(f); break;
    case FLX_PASS_COUNT: break;
    }
    f->counts[pass] = flx_count_program(f);
    return done;
}

static flx_program *build(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                          const unsigned char *taken, unsigned flags)
{
    flx_program *f = copied(t, n, x, m, y, taken);
    int done = f != NULL;
    for (int pass = 0; pass < FLX_PASS_COUNT && done; pass++)
        done = run_pass(f, (flx_pass)pass, flags);
    if (done) done = finish(f, flags);
    if (done || !f) return f;
    destroy(f);
    return NULL;
}

flx_status flx_freeze(flx_tape *t, size_t n, const flx_var *x, size_t m, const flx_var *y,
                      unsigned flags, flx_program **program, flx_report *report)
{
    size_t index = 0;
    flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (program) *program = NULL;
    if (!t || !program || (n && !x) || (m && !y)
        || (flags & ~(FLX_REFUSE_READS | FLX_KEEP_ALL | FLX_IN_RUNS | FLX_REUSE_SLOTS)))
        return FLX_EARG;
    if (t->head.error != FLX_OK) {
        if (report) *report = flx_tape_report(t);
        return flx_tape_status(t);
    }
    const flx_code code = flx_tape_code(t);
    const char *label = t->reads ? flx_code_last_label(&code, t->first_read) : NULL;
    flx_status status = t->reads && flags & FLX_REFUSE_READS ? FLX_EREAD : FLX_OK;
    unsigned char *taken = flx_tape_scratch(t, &t->map, t->head.slots);
    if (!taken && status == FLX_OK) status = FLX_ENOMEM;
    if (status == FLX_OK) {
        memset(taken, 0, t->head.slots);
        status = check(t, n, x, m, y, taken, &index);
    }
    if (status == FLX_OK) {
        index = 0;
        *program = build(t, n, x, m, y, taken, flags);
        if (!*program) status = FLX_ENOMEM;
    }
    flx_report_fill(report, status, index, NULL, label);
    if (report) report->reads = t->reads;
    return status;
}

flx_program *flx_program_retain(flx_program *f)
{
    atomic_fetch_add_explicit(&f->owners, 1, memory_order_relaxed);
    return f;
}

void flx_program_release(flx_program *f)
{
    if (f && atomic_fetch_sub_explicit(&f->owners, 1, memory_order_acq_rel) == 1) destroy(f);
}

size_t flx_inputs(const flx_program *f) { return f->inputs; }
size_t flx_outputs(const flx_program *f) { return f->outputs; }
size_t flx_parameters(const flx_program *f) { return f->parameters; }
size_t flx_instructions(const flx_program *f) { return f->code.recorded; }
