/* batch.h: the inside of batches. */
#ifndef FLUXION_PROGRAM_BATCH_H
#define FLUXION_PROGRAM_BATCH_H

#include <fluxion/batch.h>

#include "program/program.h"

/* The most points side by side; points whose results are added before they meet those of others. */
enum { FLX_SIDE_BY_SIDE = 32, FLX_BATCH_BLOCK = 1024 };

/* Lists of pieces. */
typedef struct flx_batch_ins {
    size_t count;
    const flx_batch_in *piece;
} flx_batch_ins;

typedef struct flx_batch_outs {
    size_t count;
    const flx_batch_out *piece;
} flx_batch_outs;

/* One number after the other of a list: number k of a piece. */
typedef struct flx_batch_source {
    const flx_batch_in *piece;
    size_t k;
} flx_batch_source;

typedef struct flx_batch_sink {
    const flx_batch_out *piece;
    size_t k;
} flx_batch_sink;

static inline flx_batch_source flx_batch_source_at(const flx_batch_ins *list, size_t number)
{
    flx_batch_source s = {list->piece, number};
    while (list->count && s.k > s.piece->count) s.k -= s.piece++->count;
    return s;
}

static inline flx_batch_sink flx_batch_sink_at(const flx_batch_outs *list, size_t number)
{
    flx_batch_sink s = {list->piece, number};
    while (list->count && s.k > s.piece->count) s.k -= s.piece++->count;
    return s;
}

/* Moves on to the piece that has the next number: number k of it. */
static inline void flx_batch_source_find(flx_batch_source *s)
{
    for (; s->k == s->piece->count; s->k = 0) s->piece++;
}

static inline void flx_batch_sink_find(flx_batch_sink *s)
{
    for (; s->k == s->piece->count; s->k = 0) s->piece++;
}

/* How results come about, of order 0, 1, 1 and 2: by a sweep forward, and one back; or one forward over a
 * program that computes derivatives. */
typedef enum flx_batch_way {
    FLX_BATCH_VALUES,
    FLX_BATCH_BACK,
    FLX_BATCH_DIRECTIONAL,
    FLX_BATCH_CURVATURE
} flx_batch_way;

/* One point, and room for one row of products. */
typedef struct flx_batch_one {
    double *x, *dir, *weight, *product;
} flx_batch_one;

/* The driver of one point; x is NULL where the point is that of the call before. */
typedef void flx_batch_single(const flx_program *f, flx_work *w, const flx_batch_one *one,
                              flx_report *report);

/* What is asked for at every point. */
typedef struct flx_batch_job {
    flx_batch_way way;
    flx_batch_single *single;
    size_t points;
    size_t row, rows; /* of weights, and of products */
    int unit;         /* whether row k of the weights is output k alone: then no list has them */
    flx_batch_ins x, dir, weight;
    flx_batch_outs y, slope, product; /* values; the gradient beside products of order 2 */
    unsigned *flags;
    /* What flx_batch_run makes of it. */
    const flx_program *f;
    const flx_program *derived; /* of ways that have one */
    size_t length;              /* of a row of products */
    size_t values, slopes;      /* how many numbers of y and slope are wanted: all or none */
    size_t sums;                /* how many of these and of the rows are summed over the points */
    int order;                  /* of the derivatives */
    int look;                   /* whether delicate points are looked for */
    const uint32_t *telling;    /* slots that flx_batch_find_telling has found */
    uint32_t tellings;
    unsigned common; /* flags of every point */
} flx_batch_job;

/* What a thread has met. */
typedef struct flx_batch_met {
    unsigned flags;    /* of all points together */
    size_t changed;    /* the first point where a guard has flipped, or points */
    size_t guard;      /* which, or that many guards and the number of the loop that it is in */
    size_t flagged;    /* the first point with another flag that is not common, or points */
    flx_report report; /* its report */
} flx_batch_met;

/* The memory of one thread. */
typedef struct flx_batch_room {
    flx_work *one;          /* for a single point */
    double *plane;          /* values, then adjoints, so many points of each slot; aligned */
    double *rate;           /* the derivatives that come with values; NULL where none does */
    unsigned char *touched; /* of each slot (many_context.h) */
    double *derived[2];     /* values of the derived programs, and room for one point's */
    double *partial;        /* sums in the making, 16 of each number */
    flx_batch_one point;
    flx_batch_met met;
} flx_batch_room;

/* Runs one block of points by one instruction set, and where there are sums puts this block's into
 * sum. */
typedef struct flx_batch_set {
    void (*run)(const flx_batch_job *job, flx_batch_room *room, size_t block, double *sum);
    size_t width; /* points side by side */
} flx_batch_set;

/* The sets; run is NULL where the compiler does not have it. */
extern const flx_batch_set flx_batch_base, flx_batch_avx2, flx_batch_avx512, flx_batch_avx512_wide;

struct flx_batch {
    flx_program *program;
    flx_program *derived[2]; /* by FLX_BATCH_DIRECTIONAL and FLX_BATCH_CURVATURE; or NULL */
    flx_memory memory;
    flx_work_kind kind;
    flx_isa isa;
    const flx_batch_set *set;
    unsigned threads;
    flx_batch_room *room; /* of each thread */
    double *all;          /* the rooms' doubles */
    size_t doubles;
    uint32_t *telling; /* room for as many as the program has slots */
    uint32_t tellings;
    double *sum;   /* of some blocks */
    size_t blocks; /* how many at a time */
};

/* All that drivers of batches do: checks the job, runs it and fills the report. */
flx_status flx_batch_run(const flx_program *f, flx_batch *b, flx_batch_job *job,
                         flx_report *report);

/* Whether the only weight is 1 where none are given: of one output and one row. */
static inline int flx_batch_is_unit(const flx_program *f, size_t rows, size_t pieces)
{
    return pieces == 0 && rows == 1 && f && f->outputs == 1;
}

/* The flags that the driver of one point raises at this point, kept in what has been met. */
unsigned flx_batch_look_at(const flx_batch_job *job, flx_batch_room *room, size_t point);

/* Notes that a guard has flipped at this point. */
void flx_batch_change(const flx_batch_job *job, flx_batch_room *room, size_t point, size_t guard);

/* Finds slots that are not all finite where not all of the program are: a sum, a product or a numerator that
 * is not finite shows in what is made of it. Returns how many; told has room for all slots. */
uint32_t flx_batch_find_telling(const flx_program *f, unsigned char *told, uint32_t *slot);

/* The instruction set for these options; FLX_EARG where there is none. */
flx_status flx_batch_choose(const flx_program *f, const flx_batch_options *options, flx_isa *isa);

/* Whether code, or that of loops within it, has an operation of this kind. */
int flx_batch_has(const flx_code *c, int (*kind)(unsigned op));

/* The set itself for programs of so many slots; NULL where it is not compiled. */
const flx_batch_set *flx_batch_set_of(flx_isa isa, size_t slots);

#endif
