// team_ceres.cpp: Ceres Solver's jets: forward mode with a fixed number of directions.
#include <algorithm>
#include <vector>

#include <ceres/jet.h>
#include <ceres/version.h>

#include "config.h"
#include "functions.hpp"

namespace
{

constexpr int lanes = 8; // directions that one evaluation carries
using along = ceres::Jet<double, 1>;
using many = ceres::Jet<double, lanes>;

template <class T> struct state {
    const bench_problem *problem;
    std::vector<T> x;
};

template <class T> void *open(const bench_problem *p)
{
    state<T> *s = new state<T>{p, std::vector<T>(p->n)};
    for (std::size_t i = 0; i < p->n; i++) s->x[i] = T(p->x[i]);
    return s;
}

template <class T> void close(void *s) { delete static_cast<state<T> *>(s); }

void gradient(void *state_, double *result)
{
    state<many> &s = *static_cast<state<many> *>(state_);
    const std::size_t n = s.problem->n;
    for (std::size_t first = 0; first < n; first += lanes) {
        const std::size_t count = std::min<std::size_t>(lanes, n - first);
        for (std::size_t k = 0; k < count; k++) s.x[first + k].v[static_cast<int>(k)] = 1.0;
        const many y = bench::evaluate(*s.problem, s.x.data());
        for (std::size_t k = 0; k < count; k++) {
            s.x[first + k].v[static_cast<int>(k)] = 0.0;
            result[first + k] = y.v[static_cast<int>(k)];
        }
    }
}

void directional(void *state_, double *result)
{
    state<along> &s = *static_cast<state<along> *>(state_);
    for (std::size_t i = 0; i < s.problem->n; i++) s.x[i].v[0] = s.problem->dir[i];
    result[0] = bench::evaluate(*s.problem, s.x.data()).v[0];
}

const bench_contender contender[] = {
    {"ceres.jet8", BENCH_GRADIENT, BENCH_EXACT, BENCH_SMALL, open<many>, gradient, close<many>},
    {"ceres.jet1", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open<along>, directional, close<along>},
};

} // namespace

const bench_team bench_team_ceres = {"Ceres", CERES_VERSION_STRING ", " BENCH_CXX_COMPILER,
                                     contender, sizeof contender / sizeof *contender};
