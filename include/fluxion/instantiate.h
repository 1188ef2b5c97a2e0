/** @file instantiate.h
 *  A function written once, compiled for every number type.
 *
 *  The function is a body file, rosenbrock.inc say, written with the generics of generic.h over
 *  the type T, its names wrapped in FLX_FN:
 *
 *  @code
 *  static void FLX_FN(rosenbrock)(size_t n, const T *x, size_t m, T *y, void *ctx)
 *  {
 *      T a = flx_sub(1, x[0]);
 *      T b = flx_sub(x[1], flx_square(x[0]));
 *      y[0] = flx_add(flx_square(a), flx_mul(100, flx_square(b)));
 *  }
 *  @endcode
 *
 *  and the source file that wants it says
 *
 *  @code
 *  #define FLX_NAME rosenbrock
 *  #define FLX_BODY "rosenbrock.inc"
 *  #include <fluxion/instantiate.h>
 *  @endcode
 *
 *  which compiles the body for each type and defines `static const flx_function rosenbrock`; its
 *  members are the instances, in C named rosenbrock_of_double, rosenbrock_of_dual, ... as a
 *  debugger shows them. FLX_NAME and FLX_BODY are undefined afterwards: the header may be included
 *  again, for another body. In a body
 *  - T is the number type, FLX_FN(name) the name of an instance: helper functions are named by it
 *    too, and called as FLX_FN(helper)(...);
 *  - FLX_CONST(c) is the constant c as a T, where an assignment needs one: T sum = FLX_CONST(0);
 *  - parameters and helpers that stay unused raise no warning.
 *
 *  Several functions may come from one body: define FLX_NAMES(X) X(first) X(second) in place of
 *  FLX_NAME.
 *
 *  A body is found along the compiler's include path, which does not contain the directory of the
 *  file being compiled: give it -I. or, in CMake, target_include_directories(... .). */

#include <fluxion/function.h>
#include <fluxion/generic.h>

#ifndef FLX_BODY
#error "define FLX_BODY, the body file in quotes, before each #include <fluxion/instantiate.h>"
#endif
#if !defined(FLX_NAME) && !defined(FLX_NAMES)
#error "define FLX_NAME, the function's name, before each #include <fluxion/instantiate.h>"
#endif

#if defined(FLX_BODY) && (defined(FLX_NAME) || defined(FLX_NAMES))

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

#define T double
#define FLX_FN(name) name##_of_double
#define FLX_CONST(c) flx_double_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_dual
#define FLX_FN(name) name##_of_dual
#define FLX_CONST(c) flx_dual_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_ddual
#define FLX_FN(name) name##_of_ddual
#define FLX_CONST(c) flx_ddual_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_dual4
#define FLX_FN(name) name##_of_dual4
#define FLX_CONST(c) flx_dual4_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_dual8
#define FLX_FN(name) name##_of_dual8
#define FLX_CONST(c) flx_dual8_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_hyperdual
#define FLX_FN(name) name##_of_hyperdual
#define FLX_CONST(c) flx_hyperdual_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_hyperdual3
#define FLX_FN(name) name##_of_hyperdual3
#define FLX_CONST(c) flx_hyperdual3_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_taylor2
#define FLX_FN(name) name##_of_taylor2
#define FLX_CONST(c) flx_taylor2_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_taylor3
#define FLX_FN(name) name##_of_taylor3
#define FLX_CONST(c) flx_taylor3_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_taylor4
#define FLX_FN(name) name##_of_taylor4
#define FLX_CONST(c) flx_taylor4_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_taylor8
#define FLX_FN(name) name##_of_taylor8
#define FLX_CONST(c) flx_taylor8_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_taylor16
#define FLX_FN(name) name##_of_taylor16
#define FLX_CONST(c) flx_taylor16_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_var
#define FLX_FN(name) name##_of_var
#define FLX_CONST(c) flx_var_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#define T flx_probe
#define FLX_FN(name) name##_of_probe
#define FLX_CONST(c) flx_probe_constant(c)
#include FLX_BODY
#undef T
#undef FLX_FN
#undef FLX_CONST

#if defined(__GNUC__)
#pragma GCC diagnostic ignored "-Wunused-variable"
#endif
#define FLX_INSTANCES(name)                                                                        \
    static const flx_function name = {                                                             \
        #name,                                                                                     \
        name##_of_double,                                                                          \
        name##_of_dual,                                                                            \
        name##_of_ddual,                                                                           \
        name##_of_dual4,                                                                           \
        name##_of_dual8,                                                                           \
        name##_of_hyperdual,                                                                       \
        name##_of_hyperdual3,                                                                      \
        name##_of_taylor2,                                                                         \
        name##_of_taylor3,                                                                         \
        name##_of_taylor4,                                                                         \
        name##_of_taylor8,                                                                         \
        name##_of_taylor16,                                                                        \
        name##_of_var,                                                                             \
        name##_of_probe,                                                                           \
    };
#define FLX_INSTANCES_OF(name) FLX_INSTANCES(name)
#ifdef FLX_NAMES
FLX_NAMES(FLX_INSTANCES)
#else
FLX_INSTANCES_OF(FLX_NAME)
#endif
#undef FLX_INSTANCES
#undef FLX_INSTANCES_OF

#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

#endif

#undef FLX_BODY
#undef FLX_NAME
#undef FLX_NAMES
