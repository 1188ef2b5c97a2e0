/** @file check.h
 *  The agreement check: every independent road to the derivatives of a function at a point, whether
 *  they agree, and where they do not, which operation and which road are wrong.
 *
 *  A test of one's own function is one line (here with Criterion; see @ref checking):
 *
 *  @code
 *  flx_check_result r;
 *  cr_assert(flx_check(&rosenbrock, 2, x, 1, NULL, NULL, &r) == FLX_OK, "%s", r.summary);
 *  @endcode
 *
 *  Two derivatives a and b are compared by |a-b|/(B*(2+depth)*u), u = 2^-53: their *conditioned
 *  disagreement*. B is the same derivative with every partial and adjoint in absolute value, and
 *  depth the longest chain of operations. That quotient cannot exceed FLX_CHECK_FIRST or
 *  FLX_CHECK_SECOND where each elementary derivative keeps its promise (4 ulp, 12 ulp for second
 *  ones), whatever cancels in the function. */
#ifndef FLUXION_CHECK_H
#define FLUXION_CHECK_H

#include <fluxion/function.h>

FLX_BEGIN_DECLS

/** Numbers of the roads. The names are the rows of road.def. */
enum flx_check_road_number {
#define FLX_ROAD(name, text) FLX_ROAD_##name,
#include <fluxion/road.def>
#undef FLX_ROAD
    FLX_ROAD_COUNT /**< number of roads */
};

/** The bit of a road in a set of roads. */
#define FLX_ROAD_BIT(road) (1u << (road))

/** Every road but finite differences: the default. */
#define FLX_ROADS_DEFAULT (FLX_ROAD_BIT(FLX_ROAD_DIFFERENCES) - 1u)

/** Every road. */
#define FLX_ROADS_ALL (FLX_ROADS_DEFAULT | FLX_ROAD_BIT(FLX_ROAD_DIFFERENCES))

/** Largest conditioned disagreement that rounding explains, first order. Each of two roads does at
 *  most 10u per operation: 8u (4 ulp) in the elementary derivative, one rounding of the product,
 *  one of the sum. */
#define FLX_CHECK_FIRST 20.0

/** The same for second order: the path of a second derivative has two branches and a stem, 20u per
 *  operation of the longest chain, and 24u (12 ulp) once in each of two roads. */
#define FLX_CHECK_SECOND 40.0

/** No input, output or instruction. */
#define FLX_CHECK_NOWHERE ((size_t)-1)

/** A road's name in words; a static string, never NULL. */
FLX_API const char *flx_road_name(unsigned road);

/** The user's own gradient of weight'*f at x into g.
 *  @return 0; anything else leaves the road out, as "did not run" */
typedef int (*flx_check_gradient)(size_t n, const double *x, size_t m, const double *weight,
                                  double *g, void *ctx);

/** The user's own product of the Hessian of weight'*f at x with dir into hv. @return as above */
typedef int (*flx_check_product)(size_t n, const double *x, size_t m, const double *weight,
                                 const double *dir, double *hv, void *ctx);

/** Choices; all-zero bytes are the defaults. */
typedef struct flx_check_options {
    unsigned roads;              /**< set of FLX_ROAD_BIT; 0: FLX_ROADS_DEFAULT */
    unsigned seed;               /**< of directions and weights */
    const double *weight;        /**< one per output; NULL: fixed pseudo-random ones, near +-1 */
    int homogeneous;             /**< whether f is homogeneous of this degree: Euler's theorem */
    double degree;               /**< f(t x) = t^degree f(x) */
    double limit_first;          /**< largest disagreement; 0: FLX_CHECK_FIRST */
    double limit_second;         /**< 0: FLX_CHECK_SECOND */
    flx_allocator allocator;     /**< resize NULL: the C library's */
    flx_check_gradient gradient; /**< the user's, or NULL */
    flx_check_product product;   /**< the user's, or NULL */
    void *ctx;                   /**< of these two */
} flx_check_options;

/** What one road did. */
typedef struct flx_check_road {
    int ran;        /**< whether it was taken */
    size_t kernels; /**< instructions that it executed on the whole function; 0 for instances and
                          callbacks, which are the user's code */
    double
        worst[3]; /**< [0] values whose bits differ; [1], [2] largest conditioned disagreement with
                          the consensus, first and second order */
    size_t where[3]; /**< output or input (by the road) of the worst; FLX_CHECK_NOWHERE: a sum */
} flx_check_road;

/** What is wrong. */
typedef struct flx_check_guilty {
    unsigned roads;     /**< the roads that are odd; 0: nothing is wrong */
    int order;          /**< of the derivative at which they are; 0: value */
    int undecided;      /**< the roads split in two and no difference quotient could decide */
    size_t instruction; /**< of the program, or FLX_CHECK_NOWHERE */
    const char *op;     /**< the operation whose kernel is wrong, or NULL: no kernel is */
    const char *within; /**< the program's operation at instruction, whose derivative uses op */
    const char *label;  /**< source label in force there (FLX_HERE), or NULL */
    const char
        *identity; /**< what does not hold, where it is not two roads that disagree, or NULL */
    size_t input;  /**< the component that is wrong, or FLX_CHECK_NOWHERE */
    size_t output; /**< likewise */
    double odd;    /**< the number by the first of these roads */
    double others; /**< the number by the others */
} flx_check_guilty;

/** What finite differences found. */
typedef enum flx_check_differences {
    FLX_DIFFERENCES_NONE,   /**< not asked for */
    FLX_DIFFERENCES_DONE,   /**< an estimate with its error */
    FLX_DIFFERENCES_KINK,   /**< abstained: the one-sided slopes differ */
    FLX_DIFFERENCES_BRANCH, /**< abstained: a recorded comparison flips nearby */
    FLX_DIFFERENCES_FINITE  /**< abstained: a value nearby is not finite */
} flx_check_differences;

/** What flx_check found. Plain data of the caller's; strings are static, but for labels. */
typedef struct flx_check_result {
    flx_status status;   /**< what the call returned */
    size_t inputs;       /**< n */
    size_t outputs;      /**< m */
    size_t instructions; /**< of the program */
    size_t depth;        /**< longest chain of operations, there and back */
    double bound_first;  /**< largest B of the gradient's components */
    double bound_second; /**< largest B of the Hessian products' components */
    double limit_first;  /**< largest conditioned disagreement allowed */
    double limit_second; /**< likewise */
    double worst_first;  /**< largest conditioned disagreement */
    double worst_second; /**< likewise */
    size_t compared;     /**< numbers compared, those below included */
    size_t not_finite;   /**< of these, agreed on as the same infinity or NaN */
    size_t
        indeterminate; /**< disagreed, and left out: an infinite or undefined factor on the way; the
                             only points where forward and reverse may differ */
    size_t out_of_range; /**< disagreed, and left out: products beyond 2^+-900 on the way */
    size_t local;        /**< instructions whose kernels were compared */
    size_t local_odd;    /**< of these, disagreed */
    size_t
        local_left_out; /**< of their derivatives, disagreed and left out: out of range, or beside
                                an infinite factor */
    double local_worst; /**< largest part of the tolerance that agreeing kernels used */
    double symmetry;    /**< |u'Hv - v'Hu|, conditioned, by forward over reverse; NaN: not taken */
    double linearity;   /**< |H(u+v) - Hu - Hv|, likewise, largest component; NaN: not taken */
    double euler;       /**< |x'g - degree*f|, as a part of its bound; NaN: not asked */
    flx_check_differences differences;   /**< finite differences along a direction */
    double difference;                   /**< their estimate */
    double difference_error;             /**< and its own error */
    double derivative;                   /**< the consensus on the same number */
    flx_flags flags;                     /**< delicate points that were met */
    flx_check_road road[FLX_ROAD_COUNT]; /**< by number of the road */
    flx_check_guilty guilty;             /**< what is wrong */
    char summary[256];                   /**< one line for a test's message */
} flx_check_result;

/** Checks a generic function at x: its instances, and its recording by every sweep.
 *
 *  Costs some hundred evaluations, and ten microseconds for each instruction. Hessians are taken
 *  whole up to 32 inputs, else by products with a few directions.
 *  @param[in]  f       the function
 *  @param[in]  n       number of inputs
 *  @param[in]  x       point, length n
 *  @param[in]  m       number of outputs
 *  @param[in]  ctx     user data for f
 *  @param[in]  options choices, or NULL for the defaults
 *  @param[out] r       what was found
 *  @return FLX_OK where all roads agree; FLX_EDISAGREE where not (r->guilty); FLX_EARG, FLX_ENOMEM,
 *  or what recording returns: then nothing was found */
FLX_API flx_status flx_check(const flx_function *f, size_t n, const double *x, size_t m, void *ctx,
                             const flx_check_options *options, flx_check_result *r);

/** Checks a program at x, by the roads that need no function; parameters as recorded.
 *  @return as flx_check; FLX_BRANCH_CHANGED where the program does not stand for the function */
FLX_API flx_status flx_check_program(const flx_program *f, const double *x,
                                     const flx_check_options *options, flx_check_result *r);

/** Checks what a tape holds, at the point that it was recorded at; freezes it (flx_freeze).
 *  @param[in]  t  the tape; unchanged
 *  @param[in]  n  number of inputs
 *  @param[in]  x  inputs, as for flx_freeze
 *  @param[in]  m  number of outputs
 *  @param[in]  y  outputs
 *  @param[in]  options choices, or NULL
 *  @param[out] r  what was found
 *  @return as flx_check, and what flx_freeze returns */
FLX_API flx_status flx_check_tape(flx_tape *t, size_t n, const flx_var *x, size_t m,
                                  const flx_var *y, const flx_check_options *options,
                                  flx_check_result *r);

/** The result as text for people, several lines. As snprintf: writes at most size bytes, the
 *  terminating zero included, and returns the length of the whole text. buffer may be NULL where
 *  size is 0. */
FLX_API size_t flx_check_text(const flx_check_result *r, char *buffer, size_t size);

/** The result as one JSON object; numbers that are not finite as null. As flx_check_text. */
FLX_API size_t flx_check_json(const flx_check_result *r, char *buffer, size_t size);

FLX_END_DECLS

#endif
