/* mission.h: the worked examples of data/mission.ref: a point and derivatives of one variable. */
#ifndef FLUXION_TESTS_MISSION_H
#define FLUXION_TESTS_MISSION_H

typedef struct mission_line {
    double x;
    long double value[12]; /* derivatives 0, 1, 2, ... */
    int count;             /* 0 where the name is not there */
} mission_line;

mission_line mission_find(const char *name);

#endif
