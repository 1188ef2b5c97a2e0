/* describe.c: what a program is made of. */
#include <fluxion/show.h>

#include "core/text.h"
#include "program/schedule.h"

flx_program_counts flx_count_program(const flx_program *f)
{
    flx_program_counts counts = {f->code.instrs, f->slots, 0, f->memory.held};
    for (uint32_t k = 0; k < f->code.instrs; k++)
        counts.runs += k == 0 || f->instr[k].op != f->instr[k - 1].op;
    return counts;
}

flx_program_description flx_program_describe(const flx_program *f)
{
    flx_program_description d = {
        .inputs = f->inputs,
        .parameters = f->parameters,
        .outputs = f->outputs,
        .constants = f->constants ? f->constants - 1 : 0, /* not the poison */
        .guards = f->code.guards,
        .once = f->first,
        .value_slots = f->schedule ? f->schedule->slots : f->slots,
        .strips = f->schedule ? f->schedule->strips : 0,
        .schedule_bytes = f->schedule ? f->schedule->bytes : 0,
    };
    for (int k = 0; k < FLX_PASS_COUNT; k++) d.after[k] = f->counts[k];
    return d;
}

size_t flx_program_text(const flx_program *f, char *buffer, size_t size)
{
    static const char *const passes[] = {"as recorded",    "constants folded", "repeated shared",
                                         "unused dropped", "ordered",          "runs as arrays"};
    flx_text t = flx_text_on(buffer, size);
    flx_text_put(&t, "%zu inputs, %u parameters, %u constants, %zu outputs, %u guards\n", f->inputs,
                 (unsigned)f->parameters, (unsigned)(f->constants ? f->constants - 1 : 0),
                 f->outputs, (unsigned)f->code.guards);
    flx_text_put(&t, "%-18s%14s%14s%14s%14s\n", "", "instructions", "runs", "slots", "bytes");
    for (int k = 0; k < FLX_PASS_COUNT; k++) {
        const flx_program_counts *c = &f->counts[k];
        flx_text_put(&t, "%-18s%14zu%14zu%14zu%14zu\n", passes[k], c->instructions, c->runs,
                     c->slots, c->bytes);
    }
    flx_text_put(&t, "%u of the instructions need no inputs\n", (unsigned)f->first);
    if (f->schedule)
        flx_text_put(&t, "for values alone %u slots, %zu instructions in strips\n",
                     (unsigned)f->schedule->slots, f->schedule->strips);
    return t.length;
}
