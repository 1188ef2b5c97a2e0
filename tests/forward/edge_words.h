/* edge_words.h: what the rows of the edge-case tables are written in. */
#ifndef FLUXION_TESTS_EDGE_WORDS_H
#define FLUXION_TESTS_EDGE_WORDS_H

#include <fluxion/status.h>

/* Short names of flags for the tables. */
enum {
    DOMAIN = FLX_FLAG_DOMAIN,
    POLE = FLX_FLAG_POLE,
    KINK = FLX_FLAG_KINK,
    TIE = FLX_FLAG_TIE,
    JUMP = FLX_FLAG_JUMP,
    OVERFLOW = FLX_FLAG_OVERFLOW,
    INDETERMINATE = FLX_FLAG_INDETERMINATE
};

/* The contract does not speak of it; no derivative in the tables has this value. */
#define UNSAID 0x1.fedcba9876543p+77

#endif
