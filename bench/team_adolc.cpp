// team_adolc.cpp: ADOL-C: a tape of its own, recorded anew or replayed.
#include <algorithm>
#include <vector>

#include <adolc/adolc.h>

#include "config.h"
#include "functions.hpp"

namespace
{

// Tapes are known by number: every state has its own.
short next_tag()
{
    static short last = 0;
    return ++last;
}

struct state {
    const bench_problem *problem;
    short tag;
    std::vector<adouble> active;
};

// Buffers that hold the whole tape: by default long ones are written to files.
void start(const state &s, int keep)
{
    const bench_problem &p = *s.problem;
    const std::size_t operations =
        std::max({p.n * 40, p.data.length * 4, p.n * p.n * 8, std::size_t{1} << 19});
    const uint room = static_cast<uint>(std::min(operations, std::size_t{1} << 26));
    trace_on(s.tag, keep, room, 4 * room, room, room);
}

double trace(state &s, int keep)
{
    const bench_problem &p = *s.problem;
    double value;
    start(s, keep);
    for (std::size_t i = 0; i < p.n; i++) s.active[i] <<= p.x[i];
    {
        adouble y = bench::evaluate(p, s.active.data());
        y >>= value;
    }
    trace_off();
    return value;
}

void *open_state(const bench_problem *p)
{
    return new state{p, next_tag(), std::vector<adouble>(p->n)};
}

void *open_traced(const bench_problem *p)
{
    state *s = static_cast<state *>(open_state(p));
    trace(*s, 0);
    std::vector<adouble>().swap(s->active); // a replay needs the tape alone
    return s;
}

void close(void *state_)
{
    state *s = static_cast<state *>(state_);
    removeTape(s->tag, ADOLC_REMOVE_COMPLETELY);
    delete s;
}

void record(void *state_, double *result)
{
    state &s = *static_cast<state *>(state_);
    double weight = 1.0;
    trace(s, 1);
    fos_reverse(s.tag, 1, static_cast<int>(s.problem->n), &weight, result);
}

void replay(void *state_, double *result)
{
    state &s = *static_cast<state *>(state_);
    gradient(s.tag, static_cast<int>(s.problem->n), s.problem->x, result);
}

void directional(void *state_, double *result)
{
    state &s = *static_cast<state *>(state_);
    double value;
    fos_forward(s.tag, 1, static_cast<int>(s.problem->n), 0, s.problem->x, s.problem->dir, &value,
                result);
}

void product(void *state_, double *result)
{
    state &s = *static_cast<state *>(state_);
    hess_vec(s.tag, static_cast<int>(s.problem->n), s.problem->x, s.problem->dir, result);
}

// The composite of bench/forward along x[0] + t*x[1] + ..., by the driver for any order.
struct path {
    short tag;
    int order;
    std::vector<double> x;
};

void *open_path(const bench_problem *p)
{
    path *s = new path{next_tag(), static_cast<int>(p->n) - 1, {p->x, p->x + p->n}};
    double value;
    trace_on(s->tag);
    {
        adouble x, y;
        x <<= p->x[0];
        const adouble sine = sin(x), cosine = cos(x);
        y = exp(x) / sqrt(sine * sine * sine + cosine * cosine * cosine);
        y >>= value;
    }
    trace_off();
    return s;
}

void close_path(void *state_)
{
    path *s = static_cast<path *>(state_);
    removeTape(s->tag, ADOLC_REMOVE_COMPLETELY);
    delete s;
}

void forward_path(void *state_, double *result)
{
    path &s = *static_cast<path *>(state_);
    double *x = s.x.data(), *y = result;
    forward(s.tag, 1, 1, s.order, 0, &x, &y);
}

const bench_contender contender[] = {
    {"adolc.tape", BENCH_GRADIENT, BENCH_EXACT, 0, open_state, record, close},
    {"adolc.replay", BENCH_GRADIENT, BENCH_EXACT, 0, open_traced, replay, close},
    {"adolc.replay", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open_traced, directional, close},
    {"adolc.forward", BENCH_SERIES, BENCH_EXACT, 0, open_path, forward_path, close_path},
    {"adolc.hess_vec", BENCH_HVP, BENCH_EXACT, 0, open_traced, product, close},
};

} // namespace

const bench_team bench_team_adolc = {"ADOL-C", BENCH_ADOLC_VERSION ", " BENCH_CXX_COMPILER,
                                     contender, sizeof contender / sizeof *contender};
