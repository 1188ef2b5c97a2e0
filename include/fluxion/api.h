/** @file api.h
 *  Symbol visibility, C++ linkage and the compiler settings that the library relies on. */
#ifndef FLUXION_API_H
#define FLUXION_API_H

#if defined(__FAST_MATH__)
#error "Fluxion needs IEEE arithmetic: compile without -ffast-math (NaN and Inf carry meaning here)"
#endif

#if defined(__GNUC__)
#define FLX_API __attribute__((visibility("default")))
#define FLX_LIKELY(condition) __builtin_expect(!!(condition), 1)
#define FLX_COLD __attribute__((cold)) /* rarely called: what leads there lies apart */
#else
#define FLX_API
#define FLX_LIKELY(condition) (condition)
#define FLX_COLD
#endif

#ifdef __cplusplus
#define FLX_BEGIN_DECLS extern "C" {
#define FLX_END_DECLS }
#else
#define FLX_BEGIN_DECLS
#define FLX_END_DECLS
#endif

#define FLX_VERSION_MAJOR 0
#define FLX_VERSION_MINOR 1
#define FLX_VERSION_PATCH 0

#endif
