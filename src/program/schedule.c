/* schedule.c: see schedule.h. Slots that have to stay side by side, those of one instruction or tied ones
 * (flx_ties), are placed together: a unit. */
#include "program/schedule.h"

#include "program/places.h"

#define NEVER UINT32_MAX /* a unit is needed to the end */

/* A schedule in the making. */
typedef struct scheduling {
    flx_program *f;
    flx_schedule *s;
    flx_ties ties;
    flx_places places;
    uint32_t low;   /* slots below keep their places: no tie reaches across */
    uint32_t *unit; /* of every slot, the number of its unit */
    uint32_t units;
    uint32_t *first; /* slot of a unit */
    uint32_t *size;  /* of units */
    uint32_t *last;  /* the instruction that needs the unit last */
    uint32_t *to;    /* where the unit is; UINT32_MAX: nowhere yet */
} scheduling;

static uint32_t moved(const scheduling *g, uint32_t slot)
{
    const uint32_t unit = g->unit[slot];
    return slot < g->low ? slot : g->to[unit] + (slot - g->first[unit]);
}

/* ---- units, and how long they are needed ---- */

/* The slots that an instruction writes here: loops keep no states. They are never tied, as copies alone
 * are, which arrays were put together from. */
static uint32_t outputs_of(const scheduling *g, const flx_instr *in)
{
    if (in->op != OP_loop) return flx_instr_outputs(in);
    return (uint32_t)flx_loop_outputs(&g->s->loop[g->f->block[in->a].each.b]);
}

static void add_unit(scheduling *g, uint32_t first, uint32_t size)
{
    g->first[g->units] = first;
    g->size[g->units++] = size;
}

static void find_units(scheduling *g)
{
    const flx_code *c = &g->f->code;
    uint32_t out = 0;
    for (uint32_t k = 0; k < c->loops; k++) g->s->loop[k].kept = 0;
    for (uint32_t k = 0; k < c->instrs; k++) {
        const uint32_t outputs = flx_instr_outputs(&c->instr[k]);
        const flx_slots *tie = outputs && g->ties.count ? flx_tie_of(&g->ties, out) : NULL;
        if (tie && out == tie->low) add_unit(g, out, tie->end - tie->low);
        if (!tie && outputs) add_unit(g, out, outputs_of(g, &c->instr[k]));
        for (uint32_t j = 0; j < outputs; j++) g->unit[out + j] = g->units - 1;
        out += outputs;
    }
    for (; out < g->f->slots; out++) { /* constant outputs */
        g->unit[out] = g->units;
        add_unit(g, out, 1);
    }
}

/* The slots that an instruction reads, one for each view: how many, at most 3. Targets are not among them:
 * accumulators are needed until they are complete. */
static int needed_by(const flx_code *c, const flx_instr *in, uint32_t slot[FLX_VIEWS])
{
    uint32_t high;
    int count = 0;
    if (!flx_op_is_array(in->op)) return flx_instr_operands(c, in, slot);
    const flx_block *b = &c->block[in->a];
    for (uint32_t k = 1; k < b->views; k++)
        if (flx_view_size(&b->view[k])) flx_view_hull(&b->view[k], &slot[count++], &high);
    return count;
}

static void need(scheduling *g, uint32_t slot, uint32_t instr)
{
    if (slot >= g->low && instr > g->last[g->unit[slot]]) g->last[g->unit[slot]] = instr;
}

static void find_needs(scheduling *g)
{
    const flx_program *f = g->f;
    const flx_code *c = &f->code;
    uint32_t slot[FLX_VIEWS], out = f->first_slot;
    memset(g->last, 0, g->units * sizeof *g->last);
    for (size_t k = 0; k < f->outputs; k++) need(g, f->output[k], NEVER);
    for (uint32_t k = 0; k < c->guards; k++) {
        const flx_guard *guard = &c->guard[k];
        if (!(guard->constants & 1)) need(g, guard->x, NEVER);
        if (!(guard->constants & 2)) need(g, guard->y, NEVER);
    }
    for (uint32_t k = f->first; k < c->instrs; k++) {
        const flx_instr *in = &c->instr[k];
        const uint32_t outputs = flx_instr_outputs(in);
        const uint32_t when = in->op == OP_input   ? NEVER
                              : in->op == OP_zeros ? in->b - 1 /* they are looked at */
                                                   : k;
        for (int j = needed_by(c, in, slot); j > 0; j--) need(g, slot[j - 1], k);
        for (uint32_t j = 0; j < outputs; j++) need(g, out + j, when);
        out += outputs;
    }
}

/* ---- places ---- */

static void place_next(scheduling *g, uint32_t unit)
{
    g->to[unit] = g->places.end;
    g->places.end += g->size[unit];
}

/* Inputs, and constants among the outputs, come after what keeps its place. */
static void place_given(scheduling *g)
{
    const flx_program *f = g->f;
    uint32_t out = f->first_slot;
    g->places.end = g->low;
    for (uint32_t k = f->first; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        const uint32_t unit = in->op == OP_input && in->a ? g->unit[out] : 0;
        if (in->op == OP_input && in->a && g->to[unit] == NEVER) place_next(g, unit);
        out += flx_instr_outputs(in);
    }
    for (uint32_t k = f->code.slots; k < f->slots; k++) place_next(g, g->unit[k]);
    g->s->kept = g->places.most = g->places.end;
}

static void take(scheduling *g, uint32_t out, uint32_t outputs)
{
    if (outputs == 0) return;
    const uint32_t unit = g->unit[out];
    if (g->to[unit] == NEVER) g->to[unit] = flx_places_take(&g->places, g->size[unit]);
}

/* Gives back a unit that is not needed after that instruction. */
static void give(scheduling *g, uint32_t slot, uint32_t instr)
{
    if (slot < g->low) return;
    const uint32_t unit = g->unit[slot];
    if (g->last[unit] > instr || g->size[unit] == 0) return;
    flx_places_give(&g->places, g->to[unit], g->size[unit]);
    g->size[unit] = 0;
}

/* What instruction k needed, which wrote from slot out on. */
static void give_all(scheduling *g, uint32_t k, uint32_t out, uint32_t last)
{
    const flx_instr *in = &g->f->instr[k];
    uint32_t slot[FLX_VIEWS];
    for (int j = needed_by(&g->f->code, in, slot); j > 0; j--) give(g, slot[j - 1], last);
    if (flx_instr_outputs(in)) give(g, out, last);
}

/* ---- the new code ---- */

static uint32_t put_operand(const scheduling *g, unsigned kind, uint32_t operand)
{
    return kind == FLX_SLOT ? moved(g, operand) : operand;
}

static void put_block(const scheduling *g, uint32_t k, unsigned local)
{
    flx_block *b = &g->s->block[k];
    b->local = (uint8_t)local;
    for (uint32_t j = 0; j < b->views; j++) {
        uint32_t low, high;
        if (flx_view_size(&b->view[j]) == 0) continue;
        flx_view_hull(&b->view[j], &low, &high);
        b->view[j].slot = moved(g, low) + (b->view[j].slot - low);
    }
}

/* Instruction k, whose operands and outputs are placed. */
static void put(const scheduling *g, uint32_t k, uint32_t out, unsigned local)
{
    flx_schedule *s = g->s;
    flx_instr in = g->f->instr[k];
    const flx_operands is = flx_operands_of(in.op);
    const uint32_t number = k - g->f->first;
    if (is.b == FLX_WORD)
        for (uint32_t j = 0; j < 2; j++)
            s->word[in.b + j] = put_operand(g, is.word[j], g->f->word[in.b + j]);
    else in.b = put_operand(g, is.b, in.b);
    if (is.a == FLX_BLOCK) put_block(g, in.a, local);
    else in.a = put_operand(g, is.a, in.a);
    if (in.op == OP_loop) in.b = outputs_of(g, &g->f->instr[k]);
    s->instr[number] = in;
    s->place[number] = flx_instr_outputs(&in) ? moved(g, out) : 0;
}

/* What a loop needs beside its results while it is executed. */
static void give_scratch(scheduling *g, const flx_instr *in, uint32_t out)
{
    if (in->op != OP_loop) return;
    const uint32_t results =
        (uint32_t)flx_loop_results(flx_loop_of(&g->f->code, &g->f->block[in->a]));
    const uint32_t unit = g->unit[out];
    flx_places_give(&g->places, g->to[unit] + results, g->size[unit] - results);
    g->size[unit] = results;
}

/* Scalar operands have been read when the result is written, which may have their place. */
static void place_one(scheduling *g, uint32_t k, uint32_t out)
{
    const flx_instr *in = &g->f->instr[k];
    uint32_t slot[FLX_VIEWS];
    if (flx_op_is_scalar(in->op))
        for (int j = needed_by(&g->f->code, in, slot); j > 0; j--) give(g, slot[j - 1], k);
    take(g, out, flx_instr_outputs(in));
    put(g, k, out, 0);
    give_scratch(g, in, out);
    give_all(g, k, out, k);
}

/* Maps that go in strips: what is needed after them has places first, then what is not, which has room for
 * one strip; nothing of the former is given back before the end. */
static void place_strips(scheduling *g, uint32_t first, uint32_t maps, uint32_t out)
{
    const flx_program *f = g->f;
    const uint32_t end = first + maps, elements = f->instr[first].b;
    const uint32_t strip = flx_strip_length(&f->code, first, maps);
    uint32_t local = 0; /* a bit for each map */
    for (uint32_t j = 0; j < maps; j++) {
        const uint32_t target = out + j * elements, unit = g->unit[target];
        if (g->first[unit] == target && g->size[unit] == elements && g->last[unit] < end)
            local |= 1u << j;
        else take(g, target, elements);
    }
    for (uint32_t j = 0; j < maps; j++) {
        const flx_block *b = &f->block[f->instr[first + j].a];
        const uint32_t target = out + j * elements;
        unsigned views = 0;
        if (local >> j & 1) {
            g->size[g->unit[target]] = strip;
            take(g, target, strip);
        }
        for (uint32_t k = 0; k < b->views; k++) {
            uint32_t low, high;
            flx_view_hull(&b->view[k], &low, &high);
            if (low >= out && local >> ((low - out) / elements) & 1) views |= 1u << k;
        }
        put(g, first + j, target, views);
        for (uint32_t k = 1; k < b->views; k++)
            if (views >> k & 1) give(g, b->view[k].slot, first + j);
    }
    for (uint32_t j = 0; j < maps; j++) give_all(g, first + j, out + j * elements, end - 1);
}

/* ---- together ---- */

/* Whether instruction number of the schedule is looked at before it is executed. */
static uint32_t list_delicate(const flx_program *f, const flx_schedule *s, uint32_t *list)
{
    uint32_t count = 0, maps = 0; /* of a strip that are left */
    for (uint32_t k = f->first; k < f->code.instrs; k++) {
        const flx_instr *in = &f->instr[k];
        if (maps == 0 && in->op == OP_map && s->block[in->a].after)
            maps = s->block[in->a].after + 1u;
        const int apart = maps == 0 && in->op != OP_loop && flx_instr_is_delicate(&f->code, in);
        maps -= maps > 0;
        if (!apart) continue;
        if (list) list[count] = k - f->first;
        count++;
    }
    return count;
}

static uint32_t count_zeros(const flx_program *f)
{
    uint32_t count = 0;
    for (uint32_t k = f->first; k < f->code.instrs; k++) count += f->instr[k].op == OP_zeros;
    return count;
}

/* Accumulators by when they are complete: head[k] is the first of a list that goes on in next. */
static void list_complete(const scheduling *g, uint32_t *head, uint32_t *next, uint32_t *where)
{
    const flx_program *f = g->f;
    const uint32_t count = f->code.instrs - f->first;
    uint32_t n = 0;
    for (uint32_t k = 0; k <= count; k++) head[k] = NEVER;
    for (uint32_t k = 0; k < count; k++) {
        const flx_instr *in = &f->instr[f->first + k];
        if (in->op != OP_zeros) continue;
        where[n] = k;
        next[n] = head[in->b - f->first];
        head[in->b - f->first] = n++;
    }
    for (uint32_t k = 0; k <= count; k++)
        for (uint32_t j = head[k]; j != NEVER; j = next[j])
            g->s->complete[g->s->placed.completes++] =
                (flx_complete){k, g->s->place[where[j]], f->instr[f->first + where[j]].a};
}

/* All instructions, from the first one that is executed at every point. */
static void place_all(scheduling *g)
{
    const flx_program *f = g->f;
    uint32_t out = f->first_slot;
    for (uint32_t k = f->first, maps; k < f->code.instrs; k += maps) {
        const flx_instr *in = &f->instr[k];
        maps = in->op == OP_map ? g->s->block[in->a].after + 1u : 1;
        if (maps > 1) place_strips(g, k, maps, out);
        else place_one(g, k, out);
        out += maps * flx_instr_outputs(in);
    }
}

static void put_ends(const scheduling *g)
{
    const flx_program *f = g->f;
    flx_schedule *s = g->s;
    for (size_t k = 0; k < f->inputs; k++) s->input[k] = moved(g, f->input[k]);
    for (size_t k = 0; k < f->outputs; k++) s->output[k] = moved(g, f->output[k]);
    for (uint32_t k = 0; k < f->constants; k++) s->constant[k] = moved(g, f->constant[k].slot);
    for (uint32_t k = 0; k < f->parameters; k++) s->parameter[k] = moved(g, f->parameter[k].slot);
    for (uint32_t k = 0; k < f->code.guards; k++) {
        flx_guard *guard = &s->guard[k];
        if (!(guard->constants & 1)) guard->x = moved(g, guard->x);
        if (!(guard->constants & 2)) guard->y = moved(g, guard->y);
    }
}

static void point(flx_schedule *s, const flx_program *f)
{
    flx_code *c = &s->placed.code;
    *c = f->code;
    c->instr = s->instr;
    c->word = s->word;
    c->block = s->block;
    c->guard = s->guard;
    c->loop = s->loop;
    c->instrs = f->code.instrs - f->first;
    c->slots = s->slots;
    s->placed.place = s->place;
    s->placed.delicate = s->delicate;
    s->placed.complete = s->complete;
}

/* Its arrays, filled with what the program has; 0 where there is no memory. */
static int make_room(flx_program *f, flx_schedule *s)
{
    const uint32_t count = f->code.instrs - f->first;
    int failed = 0;
    s->instr = flx_memory_room(&f->memory, count, sizeof *s->instr, &failed);
    s->place = flx_memory_room(&f->memory, count, sizeof *s->place, &failed);
    s->word = flx_memory_room(&f->memory, f->words, sizeof *s->word, &failed);
    s->block = flx_memory_room(&f->memory, f->blocks, sizeof *s->block, &failed);
    s->guard = flx_memory_room(&f->memory, f->code.guards, sizeof *s->guard, &failed);
    s->loop = flx_memory_room(&f->memory, f->code.loops, sizeof *s->loop, &failed);
    s->complete = flx_memory_room(&f->memory, s->completes, sizeof *s->complete, &failed);
    s->input = flx_memory_room(&f->memory, f->inputs, sizeof *s->input, &failed);
    s->output = flx_memory_room(&f->memory, f->outputs, sizeof *s->output, &failed);
    s->constant = flx_memory_room(&f->memory, f->constants, sizeof *s->constant, &failed);
    s->parameter = flx_memory_room(&f->memory, f->parameters, sizeof *s->parameter, &failed);
    if (failed) return 0;
    if (f->blocks) memcpy(s->block, f->block, f->blocks * sizeof *s->block);
    if (f->code.guards) memcpy(s->guard, f->guard, f->code.guards * sizeof *s->guard);
    if (f->code.loops) memcpy(s->loop, f->loop, f->code.loops * sizeof *s->loop);
    s->strips = flx_find_strips(f->instr + f->first, count, s->block);
    s->placed.delicates = list_delicate(f, s, NULL);
    s->delicate = flx_memory_room(&f->memory, s->placed.delicates, sizeof *s->delicate, &failed);
    if (!failed) list_delicate(f, s, s->delicate);
    return !failed;
}

/* Where everything goes, given room for lists of so many instructions. */
static void fill(scheduling *g, uint32_t *head, uint32_t *next, uint32_t *where)
{
    find_units(g);
    find_needs(g);
    memset(g->to, 0xff, g->units * sizeof *g->to); /* NEVER */
    place_given(g);
    place_all(g);
    put_ends(g);
    g->s->slots = g->places.most;
    point(g->s, g->f);
    list_complete(g, head, next, where);
}

static int schedule(flx_program *f, flx_schedule *s)
{
    scheduling g = {.f = f, .s = s, .low = f->first_slot};
    int failed = 0;
    const uint32_t slots = f->slots, count = f->code.instrs - f->first + 1;
    const uint32_t units = f->code.instrs + (slots - f->code.slots); /* at most */
    s->completes = count_zeros(f);
    g.unit = flx_memory_room(&f->memory, slots, sizeof *g.unit, &failed);
    g.first = flx_memory_room(&f->memory, units, sizeof *g.first, &failed);
    g.size = flx_memory_room(&f->memory, units, sizeof *g.size, &failed);
    g.last = flx_memory_room(&f->memory, units, sizeof *g.last, &failed);
    g.to = flx_memory_room(&f->memory, units, sizeof *g.to, &failed);
    g.places.room = units; /* each takes one slot at most of those that are single */
    g.places.single = flx_memory_room(&f->memory, units, sizeof *g.places.single, &failed);
    uint32_t *head = flx_memory_room(&f->memory, count, sizeof *head, &failed);
    uint32_t *next = flx_memory_room(&f->memory, s->completes, sizeof *next, &failed);
    uint32_t *where = flx_memory_room(&f->memory, s->completes, sizeof *where, &failed);
    const int done = !failed && flx_ties_find(f, &g.ties) && make_room(f, s);
    if (done) fill(&g, head, next, where);
    flx_ties_free(f, &g.ties);
    flx_memory_give(&f->memory, where, s->completes, sizeof *where);
    flx_memory_give(&f->memory, next, s->completes, sizeof *next);
    flx_memory_give(&f->memory, head, count, sizeof *head);
    flx_memory_give(&f->memory, g.places.single, units, sizeof *g.places.single);
    flx_memory_give(&f->memory, g.to, units, sizeof *g.to);
    flx_memory_give(&f->memory, g.last, units, sizeof *g.last);
    flx_memory_give(&f->memory, g.size, units, sizeof *g.size);
    flx_memory_give(&f->memory, g.first, units, sizeof *g.first);
    flx_memory_give(&f->memory, g.unit, slots, sizeof *g.unit);
    return done;
}

int flx_schedule_pays(const flx_program *f)
{
    const uint32_t cached = 1u << 16; /* slots that a cache has room for anyway */
    return f->slots > cached && f->slots / 32 > f->code.instrs;
}

int flx_schedule_make(flx_program *f, int wanted)
{
    const size_t before = f->memory.held;
    int failed = 0;
    f->schedule = flx_memory_room(&f->memory, 1, sizeof *f->schedule, &failed);
    if (failed) return 0;
    *f->schedule = (flx_schedule){.slots = 0};
    const int done = schedule(f, f->schedule);
    f->schedule->bytes = f->memory.held - before;
    if (done && f->schedule->slots > f->slots - (wanted ? 0 : f->slots / 4)) flx_schedule_free(f);
    return done;
}

void flx_schedule_free(flx_program *f)
{
    flx_schedule *s = f->schedule;
    const uint32_t count = f->code.instrs - f->first;
    if (!s) return;
    flx_memory_give(&f->memory, s->instr, count, sizeof *s->instr);
    flx_memory_give(&f->memory, s->place, count, sizeof *s->place);
    flx_memory_give(&f->memory, s->word, f->words, sizeof *s->word);
    flx_memory_give(&f->memory, s->block, f->blocks, sizeof *s->block);
    flx_memory_give(&f->memory, s->guard, f->code.guards, sizeof *s->guard);
    flx_memory_give(&f->memory, s->loop, f->code.loops, sizeof *s->loop);
    flx_memory_give(&f->memory, s->complete, s->completes, sizeof *s->complete);
    flx_memory_give(&f->memory, s->input, f->inputs, sizeof *s->input);
    flx_memory_give(&f->memory, s->output, f->outputs, sizeof *s->output);
    flx_memory_give(&f->memory, s->constant, f->constants, sizeof *s->constant);
    flx_memory_give(&f->memory, s->parameter, f->parameters, sizeof *s->parameter);
    flx_memory_give(&f->memory, s->delicate, s->placed.delicates, sizeof *s->delicate);
    flx_memory_give(&f->memory, s, 1, sizeof *s);
    f->schedule = NULL;
}
