// team_boost.cpp: Boost.Math's autodiff: forward mode of fixed order.
#include <vector>

#include <boost/math/differentiation/autodiff.hpp>
#include <boost/version.hpp>

#include "config.h"
#include "functions.hpp"

namespace
{

namespace ad = boost::math::differentiation;
template <std::size_t order> using number = ad::autodiff_fvar<double, order>;

template <std::size_t order> struct state {
    const bench_problem *problem;
    std::vector<number<order>> x;
};

template <std::size_t order> void *open(const bench_problem *p)
{
    return new state<order>{p, std::vector<number<order>>(p->n)};
}

template <std::size_t order> void close(void *s) { delete static_cast<state<order> *>(s); }

// The order-th derivative of t -> f(x + t dir).
template <std::size_t order> void derivative(void *state_, double *result)
{
    state<order> &s = *static_cast<state<order> *>(state_);
    const number<order> t = ad::make_fvar<double, order>(0.0);
    for (std::size_t i = 0; i < s.problem->n; i++) s.x[i] = s.problem->dir[i] * t + s.problem->x[i];
    result[0] = bench::evaluate(*s.problem, s.x.data()).derivative(order);
}

const bench_contender contender[] = {
    {"boost.fvar1", BENCH_DIRECTIONAL, BENCH_EXACT, 0, open<1>, derivative<1>, close<1>},
    {"boost.fvar2", BENCH_CURVATURE, BENCH_EXACT, 0, open<2>, derivative<2>, close<2>},
};

} // namespace

const bench_team bench_team_boost = {"Boost", BOOST_LIB_VERSION ", " BENCH_CXX_COMPILER, contender,
                                     sizeof contender / sizeof *contender};
