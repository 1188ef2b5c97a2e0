/* placed.c: see placed.h. */
#include "reverse/placed.h"

uint32_t flx_strip_length(const flx_code *c, uint32_t first, uint32_t maps)
{
    const uint32_t most = FLX_STRIP, cols = c->block[c->instr[first].a].view[0].cols;
    for (uint32_t k = first; k < first + maps; k++) {
        flx_block room;
        const flx_block *b = flx_block_flat(&c->block[c->instr[k].a], &room);
        if (b->view[0].rows > 1) return most > cols ? most / cols * cols : cols; /* whole rows */
    }
    return most;
}
