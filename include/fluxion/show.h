/** @file show.h
 *  Seeing what was recorded: a listing, a graph for Graphviz, and where numbers cease to be finite.
 *
 *  Texts are written as snprintf writes: at most size bytes, the terminating zero included; the
 *  length of the whole text is returned. buffer may be NULL where size is 0. */
#ifndef FLUXION_SHOW_H
#define FLUXION_SHOW_H

#include <fluxion/program.h>

FLX_BEGIN_DECLS

/** Lists instructions first .. first+count-1 of a tape, one line each: number, slots written, value,
 *  operation with its operands, and the source label where it changes.
 *  @param[in]  t      the tape
 *  @param[in]  first  first instruction
 *  @param[in]  count  number of instructions; those beyond the last are left out
 *  @param[out] buffer the text
 *  @param[in]  size   bytes of buffer
 *  @return length of the whole text */
FLX_API size_t flx_tape_list(const flx_tape *t, size_t first, size_t count, char *buffer,
                             size_t size);

/** As flx_tape_list, of a program: in the order of execution, with the numbers of the instructions
 *  as they were recorded; values are not shown. */
FLX_API size_t flx_program_list(const flx_program *f, size_t first, size_t count, char *buffer,
                                size_t size);

/** Describes a program for people: a few lines of what flx_program_describe tells. */
FLX_API size_t flx_program_text(const flx_program *f, char *buffer, size_t size);

/** The graph of what outputs depend on, in Graphviz' DOT language: one node for each instruction,
 *  with operation, shape where it is an array, value and label; edges from operands. Inputs,
 *  operations, recorded gradients and outputs have different colours. For graphs that a person can
 *  look at: the text has some hundred bytes for each instruction.
 *  @param[in]  t      the tape
 *  @param[in]  m      number of outputs
 *  @param[in]  y      m variables of the tape, or constants, which are not shown
 *  @param[out] buffer the text
 *  @param[in]  size   bytes of buffer
 *  @param[out] length of the whole text
 *  @return FLX_OK; FLX_EARG, FLX_ETAPE, FLX_ESTALE, FLX_ENOMEM: no text */
FLX_API flx_status flx_tape_dot(flx_tape *t, size_t m, const flx_var *y, char *buffer, size_t size,
                                size_t *length);

/** Where numbers first cease to be finite. */
typedef struct flx_diagnosis {
    size_t value;              /**< first instruction with such a value, or flx_instructions(f) */
    size_t tangent;            /**< first one with such a tangent, forwards, or as above */
    size_t adjoint;            /**< first one with such an adjoint, backwards, or as above */
    const char *value_op;      /**< name of that operation, or NULL */
    const char *tangent_op;    /**< likewise */
    const char *adjoint_op;    /**< likewise */
    const char *value_label;   /**< source label in force there (FLX_HERE), or NULL */
    const char *tangent_label; /**< likewise */
    const char *adjoint_label; /**< likewise */
    flx_flags flags; /**< the delicate points met on the way, which are the usual causes */
} flx_diagnosis;

/** Finds the first value, tangent and adjoint that is not finite: one sweep forward with tangents
 *  along dir, one back with the adjoints of weight'*f.
 *  @param[in]  f         program
 *  @param[in]  w         work of the calling thread, FLX_WORK_FIRST or FLX_WORK_SECOND; its flags are
 *                        cleared first
 *  @param[in]  x         point, length n, or NULL for the one that is set
 *  @param[in]  dir       direction, length n, or NULL: all ones
 *  @param[in]  weight    one weight per output, or NULL: all ones
 *  @param[out] diagnosis what was found
 *  @return as all drivers; FLX_ENOMEM */
FLX_API flx_status flx_diagnose(const flx_program *f, flx_work *w, const double *x,
                                const double *dir, const double *weight, flx_diagnosis *diagnosis);

FLX_END_DECLS

#endif
