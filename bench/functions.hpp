// functions.hpp: the functions as templates over an active C++ number type.
#ifndef BENCH_FUNCTIONS_HPP
#define BENCH_FUNCTIONS_HPP

#include <cmath>
#include <cstddef>

#include "bench.h"

namespace bench
{

template <class T> T square(const T &x) { return x * x; }

template <class T> T rosenbrock(const bench_problem &p, const T *x)
{
    T sum(0.0);
    for (std::size_t i = 0; i + 1 < p.n; i++) {
        const T a = 1.0 - x[i];
        const T b = x[i + 1] - square(x[i]);
        sum += 100.0 * square(b) + square(a);
    }
    return sum;
}

template <class T> T sinchain(const bench_problem &p, const T *x)
{
    using std::sin;
    T v = x[0];
    for (std::size_t k = 0; k < p.data.length; k++) v = sin(v);
    return v;
}

template <class T> T speelpenning(const bench_problem &p, const T *x)
{
    T product = x[0];
    for (std::size_t i = 1; i < p.n; i++) product *= x[i];
    return product;
}

template <class T> T helmholtz(const bench_problem &p, const T *x)
{
    using std::log;
    T bx(0.0), quadratic(0.0), entropy(0.0);
    for (std::size_t i = 0; i < p.n; i++) bx += p.data.b[i] * x[i];
    for (std::size_t i = 0; i < p.n; i++) {
        T row(0.0);
        for (std::size_t j = 0; j < p.n; j++) row += p.data.a[i * p.n + j] * x[j];
        quadratic += x[i] * row;
    }
    const T rest = 1.0 - bx;
    for (std::size_t i = 0; i < p.n; i++) {
        const T share = x[i] / rest;
        entropy += x[i] * log(share);
    }
    const T upper = 1.0 + BENCH_UPPER * bx;
    const T lower = 1.0 + BENCH_LOWER * bx;
    const T ratio = upper / lower;
    const T attraction = quadratic / (BENCH_SQRT8 * bx);
    return BENCH_RT * entropy - attraction * log(ratio);
}

template <class T, class U> T neuron(std::size_t n, const T *weight, const T &bias, const U *in)
{
    T sum = bias;
    for (std::size_t j = 0; j < n; j++) sum += weight[j] * in[j];
    return sum;
}

template <class T> T network(const bench_problem &p, const T *x)
{
    using std::tanh;
    const bench_data &d = p.data;
    const T *w1 = x, *b1 = w1 + d.width * d.inputs, *w2 = b1 + d.width;
    const T *b2 = w2 + d.width * d.width, *w3 = b2 + d.width, *b3 = w3 + d.width;
    T h1[BENCH_WIDTH], h2[BENCH_WIDTH], sum(0.0);
    for (std::size_t s = 0; s < d.samples; s++) {
        const double *sample = d.sample + s * d.inputs;
        for (std::size_t i = 0; i < d.width; i++) {
            const T z = neuron(d.inputs, w1 + i * d.inputs, b1[i], sample);
            h1[i] = tanh(z);
        }
        for (std::size_t i = 0; i < d.width; i++) {
            const T z = neuron(d.width, w2 + i * d.width, b2[i], h1);
            h2[i] = tanh(z);
        }
        const T miss = neuron(d.width, w3, b3[0], h2) - d.target[s];
        sum += square(miss);
    }
    return sum / static_cast<double>(d.samples);
}

template <class T> T evaluate(const bench_problem &p, const T *x)
{
    switch (p.function) {
    case BENCH_SINCHAIN: return sinchain(p, x);
    case BENCH_SPEELPENNING: return speelpenning(p, x);
    case BENCH_HELMHOLTZ: return helmholtz(p, x);
    case BENCH_NETWORK: return network(p, x);
    default: return rosenbrock(p, x);
    }
}

} // namespace bench

#endif
