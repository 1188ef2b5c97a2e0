/** @file fluxion.h
 *  The whole library in one include, but for <fluxion/instantiate.h>, which is included once per
 *  function body.
 *
 *  | Header                                             | What it is for                         |
 *  |----------------------------------------------------|----------------------------------------|
 *  | dual.h multidual.h hyperdual.h taylor.h            | forward: numbers with derivatives      |
 *  | series.h                                           | forward: series of any order           |
 *  | tape.h var.h array.h array_math.h                  | reverse: recording                     |
 *  | grad.h backward.h                                  | reverse: gradients                     |
 *  | external.h                                         | reverse: own code, implicit functions  |
 *  | program.h                                          | record once, run and differentiate     |
 *  | sparse.h                                           | sparse Jacobians                       |
 *  | batch.h                                            | programs at many points                |
 *  | compose.h                                          | programs as nodes of a tape            |
 *  | mixed.h                                            | Hessians and their products            |
 *  | check.h                                            | do all of these agree?                 |
 *  | generic.h function.h instantiate.h                 | source written once for all of these   |
 *  | status.h memory.h isa.h                            | results, allocators, instruction sets  |
 *  | real.h kernel.h lanes.h partials.h                 | what the number types are made of      | */
#ifndef FLUXION_FLUXION_H
#define FLUXION_FLUXION_H

#include <fluxion/api.h>
#include <fluxion/array.h>
#include <fluxion/backward.h>
#include <fluxion/batch.h>
#include <fluxion/check.h>
#include <fluxion/compose.h>
#include <fluxion/dual.h>
#include <fluxion/external.h>
#include <fluxion/function.h>
#include <fluxion/generic.h>
#include <fluxion/grad.h>
#include <fluxion/hyperdual.h>
#include <fluxion/isa.h>
#include <fluxion/kernel.h>
#include <fluxion/lanes.h>
#include <fluxion/memory.h>
#include <fluxion/mixed.h>
#include <fluxion/multidual.h>
#include <fluxion/partials.h>
#include <fluxion/probe.h>
#include <fluxion/program.h>
#include <fluxion/real.h>
#include <fluxion/series.h>
#include <fluxion/show.h>
#include <fluxion/sparse.h>
#include <fluxion/status.h>
#include <fluxion/tape.h>
#include <fluxion/taylor.h>
#include <fluxion/var.h>

#endif
