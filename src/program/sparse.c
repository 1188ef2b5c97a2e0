/* sparse.c: the patterns of Jacobians. */
#include "program/sparse.h"

static size_t coloured(const flx_sparsity *s)
{
    return s->backward ? s->program->outputs : s->program->inputs;
}

static size_t longest(const flx_lists *l)
{
    size_t most = 0;
    for (size_t k = 0; k < l->count; k++)
        if (l->start[k + 1] - l->start[k] > most) most = l->start[k + 1] - l->start[k];
    return most;
}

/* Colours for the numbers in the lists, in place of those that there are where they are fewer. Returns 0
 * where there is no memory. */
static int colour(flx_sparsity *s, const flx_lists *lists, const flx_lists *turned, int backward)
{
    const size_t items = turned->count;
    int failed = 0;
    uint32_t *colours = flx_memory_room(&s->memory, items, sizeof *colours, &failed);
    uint32_t *last = flx_memory_room(&s->memory, items, sizeof *last, &failed);
    const size_t count = failed ? 0 : flx_colour(lists, turned, colours, last);
    flx_memory_give(&s->memory, last, items, sizeof *last);
    if (failed || (s->colour && count >= s->colours)) {
        flx_memory_give(&s->memory, colours, items, sizeof *colours);
        return !failed;
    }
    flx_memory_give(&s->memory, s->colour, coloured(s), sizeof *s->colour);
    s->colour = colours;
    s->colours = count;
    s->backward = backward;
    return 1;
}

/* Rows that have many entries want many colours of columns, and the other way round: what may need fewer
 * is tried first, and the other where it may need fewer still. */
static int choose(flx_sparsity *s, const flx_lists *rows, const flx_lists *columns)
{
    const size_t by_column = longest(rows), by_row = longest(columns);
    const int back_first = by_row < by_column;
    const flx_lists *lists[2] = {rows, columns};
    if (!colour(s, lists[back_first], lists[!back_first], back_first)) return 0;
    if (s->colours <= (back_first ? by_column : by_row)) return 1;
    return colour(s, lists[!back_first], lists[back_first], !back_first);
}

static int list_entries(flx_sparsity *s, const flx_lists *rows)
{
    int failed = 0;
    s->entries = rows->start[rows->count];
    s->start = flx_memory_room(&s->memory, rows->count + 1, sizeof *s->start, &failed);
    s->row = flx_memory_room(&s->memory, s->entries, sizeof *s->row, &failed);
    s->column = flx_memory_room(&s->memory, s->entries, sizeof *s->column, &failed);
    if (failed) return 0;
    for (size_t i = 0; i <= rows->count; i++) s->start[i] = rows->start[i];
    for (size_t i = 0; i < rows->count; i++)
        for (size_t e = rows->start[i]; e < rows->start[i + 1]; e++) {
            s->row[e] = i;
            s->column[e] = rows->item[e];
        }
    return 1;
}

static size_t colour_of(const flx_sparsity *s, size_t e)
{
    return s->colour[s->backward ? s->row[e] : s->column[e]];
}

static int sort_entries(flx_sparsity *s)
{
    int failed = 0;
    s->first = flx_memory_room(&s->memory, s->colours + 1, sizeof *s->first, &failed);
    s->entry = flx_memory_room(&s->memory, s->entries, sizeof *s->entry, &failed);
    if (failed) return 0;
    for (size_t c = 0; c <= s->colours; c++) s->first[c] = 0;
    for (size_t e = 0; e < s->entries; e++) s->first[colour_of(s, e) + 1]++;
    for (size_t c = 0; c < s->colours; c++) s->first[c + 1] += s->first[c];
    for (size_t e = 0; e < s->entries; e++) s->entry[s->first[colour_of(s, e)]++] = e;
    for (size_t c = s->colours; c > 0; c--) s->first[c] = s->first[c - 1];
    s->first[0] = 0;
    return 1;
}

static int complete(flx_sparsity *s)
{
    flx_lists rows, columns = {0};
    if (!flx_pattern_find(&s->program->inner, &s->memory, &rows)) return 0;
    const int done = flx_lists_turn(&rows, s->program->inputs, &s->memory, &columns)
                     && list_entries(s, &rows) && choose(s, &rows, &columns) && sort_entries(s);
    flx_lists_clear(&rows, &s->memory);
    flx_lists_clear(&columns, &s->memory);
    return done;
}

flx_status flx_sparsity_create(flx_program *f, flx_sparsity **sparsity)
{
    if (sparsity) *sparsity = NULL;
    if (!f || !sparsity) return FLX_EARG;
    flx_memory memory = flx_memory_make(&f->memory.allocator, 0);
    flx_sparsity *s = flx_memory_new(&memory, sizeof *s);
    if (!s) return FLX_ENOMEM;
    s->memory = memory;
    s->program = flx_program_retain(f);
    if (complete(s)) {
        *sparsity = s;
        return FLX_OK;
    }
    flx_sparsity_destroy(s);
    return FLX_ENOMEM;
}

void flx_sparsity_destroy(flx_sparsity *s)
{
    if (!s) return;
    flx_memory_give(&s->memory, s->start, s->program->outputs + 1, sizeof *s->start);
    flx_memory_give(&s->memory, s->row, s->entries, sizeof *s->row);
    flx_memory_give(&s->memory, s->column, s->entries, sizeof *s->column);
    flx_memory_give(&s->memory, s->colour, coloured(s), sizeof *s->colour);
    flx_memory_give(&s->memory, s->first, s->colours + 1, sizeof *s->first);
    flx_memory_give(&s->memory, s->entry, s->entries, sizeof *s->entry);
    flx_program_release(s->program);
    flx_memory memory = s->memory;
    flx_memory_free(&memory, s, sizeof *s);
}

flx_pattern flx_sparsity_pattern(const flx_sparsity *s)
{
    return (flx_pattern){s->program->outputs, s->program->inputs, s->entries, s->start, s->row,
                         s->column,           s->colours,         s->backward};
}
