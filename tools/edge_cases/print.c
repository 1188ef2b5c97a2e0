/* print.c: docs/edge-cases.md, from the tables of the tests: what is printed is what they check. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "forward/edge_words.h"

/* A number as a reader would write it. */
static void print_number(double x)
{
    static const struct {
        double value;
        const char *text;
    } names[] = {{0x1.921fb54442d18p+0, "π/2"},  {0x1.921fb54442d18p+1, "π"},
                 {0x1.921fb54442d18p-1, "π/4"},  {0x1.62e42fefa39efp-1, "log 2"},
                 {0x1.20dd750429b6dp+0, "2/√π"}, {0x1.20dd750429b6dp+1, "4/√π"},
                 {0x1.6a09e667f3bcdp-1, "1/√2"}, {1.0 / 3.0, "1/3"}};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (fabs(x) != names[k].value) continue;
        printf("%s%s", x < 0.0 ? "-" : "", names[k].text);
        return;
    }
    if (isnan(x)) printf("NaN");
    else if (isinf(x)) printf("%s∞", x < 0.0 ? "-" : "");
    else if (x == 0.0) printf("0");
    else printf("%.6g", x);
}

/* In arguments the sign of a zero counts. */
static void print_argument(double x)
{
    if (x == 0.0 && signbit(x)) printf("-");
    print_number(x);
}

static void print_cells(size_t n, const double *d, unsigned flags)
{
    for (size_t k = 0; k < n; k++) {
        printf(" | ");
        if (d[k] != UNSAID) print_number(d[k]);
    }
    printf(" |");
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++)
        if (flags >> k & 1u) printf(" %s", flx_flag_name(1u << k));
    printf(" |\n");
}

static void print_unary(const char *name, double x, const double d[4], unsigned flags)
{
    if (strcmp(name, "pick_sqrt") == 0) name = "select(x, sqrt(x), x)";
    if (strcmp(name, "pick_log") == 0) name = "select(x, log(x), 5)";
    if (strcmp(name, "unpicked") == 0) name = "select(NaN, log(x), x²)";
    if (strcmp(name, "trigamma") == 0) name = "polygamma(1, x)";
    if (strcmp(name, "j0_") == 0) name = "jn(0, x)";
    if (strcmp(name, "j1_") == 0) name = "jn(1, x)";
    if (strcmp(name, "y0_") == 0) name = "yn(0, x)";
    if (strcmp(name, "y2_") == 0) name = "yn(2, x)";
    if (strcmp(name, "no_order") == 0) name = "polygamma(-1, x)";
    printf("| `%s` | ", name);
    print_argument(x);
    print_cells(4, d, flags);
}

static void print_power(double x, double p, const double d[4], unsigned flags)
{
    printf("| `pow(x, ");
    print_argument(p);
    printf(")` | ");
    print_argument(x);
    print_cells(4, d, flags);
}

static void print_binary(const char *name, double x, double y, const double d[6], unsigned flags)
{
    printf("| `%s` | ", name);
    print_argument(x);
    printf(", ");
    print_argument(y);
    print_cells(6, d, flags);
}

static void print_ternary(const char *name, const double x[3], const double d[4], unsigned flags)
{
    printf("| `%s` | ", name);
    for (int k = 0; k < 3; k++) {
        if (k) printf(", ");
        print_argument(x[k]);
    }
    print_cells(4, d, flags);
}

static void print_flags(void)
{
    printf("| Flag | Raised where |\n|------|--------------|\n");
#define FLX_FLAG(name, bit, meaning) printf("| `FLX_FLAG_" #name "` | " meaning " |\n");
#include <fluxion/flags.def>
#undef FLX_FLAG
}

#define D(number) ((double)(number))

int main(void)
{
    printf(
        "# Edge cases {#edge_cases}\n\n"
        "One answer for each delicate point, the same in every mode and at every order. Every row\n"
        "below is a row of a table that the tests check, by every number type, the tape, recorded\n"
        "gradients and every driver of programs; this page is printed from those tables\n"
        "(`scripts/edge-cases`). The reasons are in @ref numerics.\n\n"
        "Flags are those that a gradient raises there: tapes, works and probes carry them\n"
        "(flx_tape_flags(), flx_work_flags(), ::flx_probe), each with the operation's index, name\n"
        "and label.\n\n## Flags\n\n");
    print_flags();
    printf("\n## Functions of one argument\n\n"
           "| Function | at | value | first | second | third derivative | flags |\n"
           "|----------|----|-------|-------|--------|------------------|-------|\n");
#define EDGE_UNARY(name, x, f, d1, d2, d3, flags)                                                  \
    print_unary(#name, D(x), (const double[]){D(f), D(d1), D(d2), D(d3)}, flags);
#include "forward/edge_unary.def"
#undef EDGE_UNARY
    printf("\n## Powers with a constant exponent\n\n"
           "| Function | at | value | first | second | third derivative | flags |\n"
           "|----------|----|-------|-------|--------|------------------|-------|\n");
#define EDGE_POWER(x, p, f, d1, d2, d3, flags)                                                     \
    print_power(D(x), D(p), (const double[]){D(f), D(d1), D(d2), D(d3)}, flags);
#include "forward/edge_power.def"
#undef EDGE_POWER
    printf("\n## Functions of two arguments\n\n"
           "Empty: the contract does not speak of it.\n\n"
           "| Function | at x, y | value | by x | by y | xx | xy | yy | flags |\n"
           "|----------|---------|-------|------|------|----|----|----|-------|\n");
#define EDGE_BINARY(name, x, y, f, fx, fy, fxx, fxy, fyy, flags)                                   \
    print_binary(#name, D(x), D(y), (const double[]){D(f), D(fx), D(fy), D(fxx), D(fxy), D(fyy)},  \
                 flags);
#include "forward/edge_binary.def"
#undef EDGE_BINARY
    printf("\n## Functions of three arguments\n\n"
           "| Function | at x, y, z | value | by x | by y | by z | flags |\n"
           "|----------|------------|-------|------|------|------|-------|\n");
#define EDGE_TERNARY(name, x, y, z, f, fx, fy, fz, flags)                                          \
    print_ternary(#name, (const double[]){D(x), D(y), D(z)},                                       \
                  (const double[]){D(f), D(fx), D(fy), D(fz)}, flags);
#include "forward/edge_ternary.def"
#undef EDGE_TERNARY
    return 0;
}
