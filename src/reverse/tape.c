/* tape.c: a tape's life, memory, places and failures. */
#include "reverse/kept.h"

#include <math.h>
#include <string.h>

#include "core/isa.h"

/* Grows a pool to at least need elements, by half as much again. */
static int grow(flx_tape *t, void *pool, uint32_t *cap, uint64_t need, size_t size, uint32_t limit)
{
    void **data = pool;
    if (need <= *cap) return 1;
    if (need > limit) return 0;
    uint64_t count = *cap + (uint64_t)*cap / 2 + 64;
    if (count < need) count = need;
    if (count > limit) count = limit;
    void *p = flx_memory_resize(&t->memory, *data, *cap, (size_t)count, size);
    if (!p && count > need) {
        count = need;
        p = flx_memory_resize(&t->memory, *data, *cap, (size_t)count, size);
    }
    if (!p) return 0;
    *data = p;
    *cap = (uint32_t)count;
    return 1;
}

int flx_tape_grow_pool(flx_tape *t, void *pool, uint32_t *cap, uint64_t need, size_t size)
{
    return grow(t, pool, cap, need, size, UINT32_MAX);
}

static void drop(flx_tape *t, void *pool, uint32_t cap, size_t size)
{
    flx_memory_resize(&t->memory, pool, cap, 0, size);
}

void flx_tape_open_rooms(flx_tape *t)
{
    t->head.imm_room = flx_tape_goes_inline(t) ? t->imm_cap : 0;
    flx_tape_set_room(t);
}

static int reserve(flx_tape *t, flx_need n, uint64_t segments)
{
    flx_tape_head *h = &t->head;
    return grow(t, &h->value, &t->slot_cap, h->slots + n.slots, sizeof *h->value, t->max_slots)
           && grow(t, &h->instr, &t->instr_cap, flx_tape_instrs(t) + n.instrs, sizeof *h->instr,
                   UINT32_MAX)
           && grow(t, &h->imm, &t->imm_cap, h->imms + n.imms, sizeof *h->imm, UINT32_MAX)
           && grow(t, &t->word, &t->word_cap, t->words + n.words, sizeof *t->word, UINT32_MAX)
           && grow(t, &t->block, &t->block_cap, t->blocks + n.blocks, sizeof *t->block, UINT32_MAX)
           && grow(t, &t->segment, &t->segment_cap, t->segments + segments, sizeof *t->segment,
                   UINT32_MAX);
}

int flx_tape_grow(flx_tape *t, flx_need need, unsigned op)
{
    return flx_tape_reserve_many(t, need, 2 * need.instrs, op);
}

int flx_tape_reserve_many(flx_tape *t, flx_need need, uint64_t segments, unsigned op)
{
    if (t->head.error != FLX_OK) return 0;
    const int done = reserve(t, need, segments);
    flx_tape_open_rooms(t);
    if (done) return 1;
    const int limit = t->head.slots + need.slots > t->max_slots;
    flx_tape_fail(t, limit ? FLX_ELIMIT : FLX_ENOMEM, op);
    return 0;
}

static void begin(flx_tape *t)
{
    t->head.slots = 0;
    t->head.lead = 0;
    t->first_accumulator = UINT32_MAX;
    t->first_delicate = UINT32_MAX;
    t->segment[0] = (flx_segment){0, 0, 1};
    t->segments = 1;
    flx_tape_emit(t, OP_poison, 0, 0, 0, 1);
    t->head.value[0] = (double)NAN;
}

static flx_status create(const flx_tape_options *o, flx_isa isa, flx_tape **tape)
{
    flx_memory memory = flx_memory_make(&o->allocator, o->max_bytes);
    flx_tape *t = flx_memory_new(&memory, sizeof *t);
    if (!t) return FLX_ENOMEM;
    t->memory = memory;
    t->isa = isa;
    t->vectors = o->vector_functions != 0;
    t->max_slots = o->max_slots && o->max_slots < UINT32_MAX ? (uint32_t)o->max_slots : UINT32_MAX;
    if (!reserve(t, (flx_need){1, 1, 1, 0, 0}, 2)
        || !grow(t, &t->rewound, &t->rewind_cap, 1, sizeof *t->rewound, UINT32_MAX)) {
        flx_tape_destroy(t);
        return FLX_ENOMEM;
    }
    begin(t);
    t->head.firm = UINT32_MAX;
    flx_tape_open_rooms(t);
    *tape = t;
    return FLX_OK;
}

flx_status flx_tape_create(const flx_tape_options *options, flx_tape **tape)
{
    const flx_tape_options none = {0};
    flx_isa isa;
    if (!tape) return FLX_EARG;
    *tape = NULL;
    const flx_status status = flx_isa_choose(FLX_ISA_BEST, &isa);
    return status == FLX_OK ? create(options ? options : &none, isa, tape) : status;
}

flx_status flx_tape_create_like(const flx_code *c, flx_allocator allocator, flx_tape **tape)
{
    const flx_tape_options options = {.allocator = allocator, .vector_functions = c->vectors};
    *tape = NULL;
    return create(&options, c->isa, tape);
}

/* Forgets the loops that were added from an instruction on. */
static void drop_loops(flx_tape *t, uint32_t instr)
{
    for (; t->loops && t->loop[t->loops - 1].instr >= instr; t->loops--)
        t->loop[t->loops - 1].inner->release(t->loop[t->loops - 1].inner);
}

void flx_tape_destroy(flx_tape *t)
{
    if (!t) return;
    drop(t, t->head.value, t->slot_cap, sizeof *t->head.value);
    drop(t, t->head.instr, t->instr_cap, sizeof *t->head.instr);
    drop(t, t->head.imm, t->imm_cap, sizeof *t->head.imm);
    drop(t, t->word, t->word_cap, sizeof *t->word);
    drop(t, t->block, t->block_cap, sizeof *t->block);
    drop(t, t->guard, t->guard_cap, sizeof *t->guard);
    drop(t, t->segment, t->segment_cap, sizeof *t->segment);
    drop(t, t->label, t->label_cap, sizeof *t->label);
    drop(t, t->call, t->call_cap, sizeof *t->call);
    drop_loops(t, 0);
    drop(t, t->loop, t->loop_cap, sizeof *t->loop);
    drop(t, t->rewound, t->rewind_cap, sizeof *t->rewound);
    flx_memory_free(&t->memory, t->plane.data, t->plane.bytes);
    flx_memory_free(&t->memory, t->map.data, t->map.bytes);
    flx_memory_free(&t->memory, t->mark.data, t->mark.bytes);
    flx_kept_free(t);
    flx_memory memory = t->memory;
    flx_memory_free(&memory, t, sizeof *t);
}

/* The first rewind after an epoch: the lowest since then, entries being monotone. */
static const flx_epoch *rewound_since(const flx_tape *t, uint32_t epoch)
{
    uint32_t low = 0, high = t->rewinds;
    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        if (t->rewound[middle].epoch <= epoch) low = middle + 1;
        else high = middle;
    }
    return low < t->rewinds ? &t->rewound[low] : NULL;
}

int flx_tape_valid(const flx_tape *t, uint32_t slot, uint32_t epoch)
{
    if (slot == 0 || slot >= t->head.slots || epoch > t->head.epoch) return 0;
    if (epoch == t->head.epoch) return 1;
    const flx_epoch *e = rewound_since(t, epoch);
    return !e || slot < e->slots;
}

/* Notes that what lies above these places is about to go. Without memory for the note, all older
 * variables are declared stale, which is safe. The epoch saturates: after 2^32 - 1 rewinds a
 * variable of the last epoch is no longer told from a newer one. */
static flx_status note_rewind(flx_tape *t, uint32_t slots, uint32_t instrs)
{
    while (t->rewinds && t->rewound[t->rewinds - 1].slots >= slots
           && t->rewound[t->rewinds - 1].instrs >= instrs)
        t->rewinds--;
    if (t->head.epoch < UINT32_MAX) t->head.epoch++;
    if (t->head.firm >= slots) t->head.firm = slots - 1; /* slots is at least 1 */
    const int room = grow(t, &t->rewound, &t->rewind_cap, (uint64_t)t->rewinds + 1,
                          sizeof *t->rewound, UINT32_MAX);
    if (!room) {
        t->rewound[0] = (flx_epoch){t->head.epoch, 1, 1}; /* one entry exists from the start */
        t->rewinds = 1;
        t->head.firm = 0;
        return FLX_ENOMEM;
    }
    t->rewound[t->rewinds++] = (flx_epoch){t->head.epoch, slots, instrs};
    return FLX_OK;
}

flx_mark flx_tape_mark(const flx_tape *t)
{
    const flx_mark m = {t->head.slots, flx_tape_instrs(t), t->head.imms, t->words,      t->blocks,
                        t->guards,     t->segments,        t->labels,    t->head.epoch, t->reads};
    return m;
}

void flx_tape_truncate(flx_tape *t, flx_mark m)
{
    t->head.slots = m.slots;
    t->head.lead = m.instrs - m.slots;
    t->head.imms = m.imms;
    t->words = m.words;
    t->blocks = m.arrays;
    t->guards = m.guards;
    t->segments = m.segments;
    t->labels = m.labels;
    t->reads = m.reads;
    flx_kept_truncate(t, m.slots, m.instrs);
    drop_loops(t, m.instrs);
    if (t->first_accumulator >= m.slots) t->first_accumulator = UINT32_MAX;
    if (t->outdated.end > m.slots) t->outdated.end = m.slots;
    if (t->inputs.end > m.slots) t->inputs.end = m.slots;
    flx_tape_set_room(t);
    if (t->first_delicate >= m.instrs) t->first_delicate = UINT32_MAX;
    else if (t->last_delicate >= m.instrs) t->last_delicate = m.instrs - 1;
    /* The last segment may have been moved since, while it had no slots. */
    flx_segment *last = &t->segment[t->segments - 1];
    if (last->slot == m.slots) *last = (flx_segment){m.instrs, m.slots, 1};
}

/* Forgets what lies above a place, and the failure. */
static void go_back(flx_tape *t, flx_mark m)
{
    flx_tape_truncate(t, m);
    t->head.error = FLX_OK;
    memset(&t->failure, 0, sizeof t->failure);
    flx_tape_open_rooms(t);
}

/* Whether a mark is of a place that this tape still has. */
static int has_place(const flx_tape *t, flx_mark m)
{
    const flx_epoch *e = m.epoch == t->head.epoch ? NULL : rewound_since(t, m.epoch);
    return m.slots > 0 && m.segments > 0 && m.epoch <= t->head.epoch && m.slots <= t->head.slots
           && m.instrs <= flx_tape_instrs(t) && m.imms <= t->head.imms && m.words <= t->words
           && m.arrays <= t->blocks && m.guards <= t->guards && m.segments <= t->segments
           && m.labels <= t->labels && (!e || (m.slots <= e->slots && m.instrs <= e->instrs));
}

flx_status flx_tape_rewind(flx_tape *t, flx_mark m)
{
    if (!has_place(t, m)) return FLX_EARG;
    const flx_status status = note_rewind(t, m.slots, m.instrs);
    go_back(t, m);
    return status;
}

void flx_tape_reset(flx_tape *t)
{
    const flx_mark start = {1, 1, 0, 0, 0, 0, 1, 0, 0, 0};
    t->rewinds = 0; /* one entry, which exists from the start, covers all earlier rewinds */
    if (note_rewind(t, start.slots, start.instrs) == FLX_OK) {
        t->head.firm = UINT32_MAX;
        t->head.firm_epoch = t->head.epoch;
    }
    go_back(t, start);
    t->calls = 0;
    flx_tape_clear_flags(t);
}

flx_var flx_tape_poison(flx_tape *t) { return flx_tape_var(t, 0); }

flx_var flx_tape_fail(flx_tape *t, flx_status status, unsigned op)
{
    if (t->head.error == FLX_OK) {
        const flx_code c = flx_tape_code(t);
        t->head.error = (uint32_t)status;
        t->failure =
            (flx_report){status, 0, c.instrs, flx_op_name(op), flx_code_label(&c, c.instrs), 0};
        flx_tape_open_rooms(t);
    }
    return flx_tape_poison(t);
}

flx_status flx_tape_status(const flx_tape *t) { return (flx_status)t->head.error; }

flx_report flx_tape_report(const flx_tape *t)
{
    flx_report r = t->failure;
    r.reads = t->reads;
    r.flags = t->flags.set;
    return r;
}

flx_flags flx_tape_flags(const flx_tape *t) { return t->flags; }

void flx_tape_clear_flags(flx_tape *t) { t->flags = (flx_flags){0}; }

/* Of pools with these counts of elements. */
static flx_tape_memory memory_of(const flx_tape *t, size_t values, size_t instrs, size_t segments,
                                 size_t imms, size_t words, size_t blocks, size_t guards)
{
    flx_tape_memory m = {0};
    m.values = values * sizeof *t->head.value;
    m.instructions = instrs * sizeof *t->head.instr + segments * sizeof *t->segment;
    m.pools = imms * sizeof *t->head.imm + words * sizeof *t->word + blocks * sizeof *t->block
              + guards * sizeof *t->guard;
    return m;
}

flx_tape_usage flx_tape_measure(const flx_tape *t)
{
    const flx_tape_head *h = &t->head;
    flx_tape_usage u = {h->slots, flx_tape_instrs(t), t->guards, t->reads, {0}, {0}};
    u.used = memory_of(t, h->slots, u.instructions, t->segments, h->imms, t->words, t->blocks,
                       t->guards);
    u.used.labels = t->labels * sizeof *t->label;
    u.used.gradients = flx_kept_bytes(t, 0);
    u.used.all =
        u.used.values + u.used.instructions + u.used.pools + u.used.labels + u.used.gradients;
    u.held = memory_of(t, t->slot_cap, t->instr_cap, t->segment_cap, t->imm_cap, t->word_cap,
                       t->block_cap, t->guard_cap);
    u.held.labels = t->label_cap * sizeof *t->label;
    u.held.gradients = flx_kept_bytes(t, 1);
    u.held.work = t->plane.bytes + t->map.bytes + t->mark.bytes + t->kept.x.bytes + t->kept.y.bytes;
    u.held.all = t->memory.held;
    return u;
}

void flx_tape_label(flx_tape *t, const char *label)
{
    if (t->head.error != FLX_OK) return;
    if (!grow(t, &t->label, &t->label_cap, (uint64_t)t->labels + 1, sizeof *t->label, UINT32_MAX)) {
        flx_tape_fail(t, FLX_ENOMEM, OP_COUNT);
        return;
    }
    t->label[t->labels++] = (flx_label){flx_tape_instrs(t), label};
}

int flx_tape_guard(flx_tape *t, flx_guard guard)
{
    if (!grow(t, &t->guard, &t->guard_cap, (uint64_t)t->guards + 1, sizeof *t->guard, UINT32_MAX)) {
        flx_tape_fail(t, FLX_ENOMEM, OP_COUNT);
        return 0;
    }
    t->guard[t->guards++] = guard;
    return 1;
}

uint32_t flx_tape_writer(const flx_tape *t, uint32_t slot)
{
    uint32_t low = 0, high = t->segments;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (t->segment[middle].slot <= slot) low = middle;
        else high = middle;
    }
    const flx_segment *s = &t->segment[low];
    return s->instr + s->step * (slot - s->slot);
}

uint32_t flx_tape_slots_before(const flx_tape *t, uint32_t instr)
{
    uint32_t low = 0, high = t->segments;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (t->segment[middle].instr <= instr) low = middle;
        else high = middle;
    }
    const flx_segment *s = &t->segment[low];
    const uint32_t end = low + 1 < t->segments ? s[1].slot : t->head.slots;
    const uint32_t passed = instr - s->instr;
    if (passed == 0) return s->slot;
    return s->step && s->slot + passed < end ? s->slot + passed : end;
}

void *flx_tape_scratch(flx_tape *t, flx_scratch *s, size_t bytes)
{
    if (bytes <= s->bytes && s->data) return s->data;
    flx_memory_free(&t->memory, s->data, s->bytes);
    *s = (flx_scratch){NULL, 0};
    const size_t wanted = bytes + bytes / 4 + 64;
    s->data = flx_memory_resize(&t->memory, NULL, 0, wanted, 1);
    if (s->data) s->bytes = wanted;
    return s->data;
}

int flx_tape_add_call(flx_tape *t, flx_callback call, uint32_t *index)
{
    if (t->head.error != FLX_OK) return 0;
    for (*index = 0; *index < t->calls; ++*index) {
        const flx_callback *c = &t->call[*index];
        if (c->name == call.name && c->value == call.value && c->ctx == call.ctx
            && c->order == call.order)
            return 1;
    }
    if (!grow(t, &t->call, &t->call_cap, (uint64_t)t->calls + 1, sizeof *t->call, UINT32_MAX)) {
        flx_tape_fail(t, FLX_ENOMEM, OP_call);
        return 0;
    }
    t->call[t->calls++] = call;
    return 1;
}

int flx_tape_add_loop(flx_tape *t, flx_loop loop, uint32_t *index)
{
    if (t->head.error != FLX_OK) return 0;
    for (uint32_t k = t->loops; k-- > 0;) {
        *index = k;
        if (flx_loop_same(&t->loop[k], &loop)) return 1;
    }
    if (!grow(t, &t->loop, &t->loop_cap, (uint64_t)t->loops + 1, sizeof *t->loop, UINT32_MAX)) {
        flx_tape_fail_at(t, FLX_ENOMEM, flx_loop_name(&loop));
        return 0;
    }
    loop.inner->retain(loop.inner);
    loop.instr = flx_tape_instrs(t);
    *index = t->loops++;
    t->loop[*index] = loop;
    return 1;
}

void flx_tape_fail_at(flx_tape *t, flx_status status, const char *name)
{
    const int first = t->head.error == FLX_OK;
    flx_tape_fail(t, status, OP_COUNT);
    if (first) t->failure.op = name;
}
