/* replay.c: computes anew what is out of date on a tape. */
#include "program/planes.h"
#include "program/program.h"
#include "reverse/tape.h"

flx_status flx_replay(flx_tape *t, flx_report *report)
{
    flx_report_fill(report, FLX_EARG, 0, NULL, NULL);
    if (!t) return FLX_EARG;
    if (report) *report = flx_tape_report(t);
    if (flx_tape_status(t) != FLX_OK || !flx_tape_has_outdated(t)) return flx_tape_status(t);
    const flx_code c = flx_tape_code(t);
    const uint32_t first = flx_tape_writer(t, t->outdated.low);
    flx_forward_double_from(&c, first, t->outdated.low, t->head.value);
    flx_place place;
    if (flx_find_flipped(&c, t->head.value, &place)) {
        flx_flags_add(&t->flags, FLX_FLAG_BRANCH, place);
        flx_report_fill(report, FLX_BRANCH_CHANGED, place.index, place.op, place.label);
        if (report) report->flags = FLX_FLAG_BRANCH;
        return FLX_BRANCH_CHANGED;
    }
    /* Where the delicate points are now is not known: anywhere from here on. */
    if (first < t->first_delicate) t->first_delicate = first;
    t->last_delicate = c.instrs;
    t->outdated = (flx_slots){0, 0};
    flx_tape_open_rooms(t);
    return FLX_OK;
}
