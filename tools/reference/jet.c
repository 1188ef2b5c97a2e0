/* jet.c: proved digits, points and output of the reference programs. */
#include "jet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int is_proved(const arb_t c)
{
    /* Digits times log2(10), and a few bits for the conversion to decimal. */
    return arb_is_zero(c)
           || (arb_is_finite(c) && arb_rel_accuracy_bits(c) >= JET_DIGITS * 10 / 3 + 8);
}

static void print_number(FILE *file, const arb_t c)
{
    char *text;
    char *mark;
    if (arb_is_zero(c)) {
        fputs(" 0", file);
        return;
    }
    text = arb_get_str(c, JET_DIGITS, ARB_STR_NO_RADIUS);
    /* An exact short number needs no trailing zeros. */
    mark = strchr(text, 'e');
    if (mark == NULL && strchr(text, '.') != NULL) {
        char *end = text + strlen(text);
        while (end[-1] == '0' && end[-2] != '.') *--end = '\0';
    }
    fprintf(file, " %s", text);
    flint_free(text);
}

void jet_print(FILE *file, const char *name, jet_function f, int coordinates, const double *x,
               int length)
{
    arb_ptr c = _arb_vec_init(length);
    int proved = 0;
    int k;
    slong prec;
    for (prec = 256; prec <= 131072 && !proved; prec *= 2) {
        f(c, x, prec);
        proved = 1;
        for (k = 0; k < length; k++) proved = proved && is_proved(c + k);
    }
    if (!proved) {
        fprintf(stderr, "%s at %a: digits cannot be proved\n", name, x[0]);
        exit(EXIT_FAILURE);
    }
    fprintf(file, "%a", x[0]);
    for (k = 1; k < coordinates; k++) fprintf(file, " %a", x[k]);
    for (k = 0; k < length; k++) print_number(file, c + k);
    fputc('\n', file);
    _arb_vec_clear(c, length);
}

FILE *jet_open(const char *directory, const char *name, const char *program, const char *columns)
{
    char path[4096];
    FILE *file;
    snprintf(path, sizeof path, "%s/%s.ref", directory, name);
    file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fprintf(file, "# %s: %s; tools/reference/%s with Arb, %d digits proved\n", name, columns,
            program, JET_DIGITS - 1);
    return file;
}

void jet_points_add(jet_points *points, double x, int both)
{
    int i;
    for (i = 0; i < points->count && points->x[i] != x; i++) continue;
    if (i == points->count) {
        if (points->count == (int)(sizeof points->x / sizeof points->x[0])) {
            fputs("too many points\n", stderr);
            exit(EXIT_FAILURE);
        }
        points->x[points->count++] = x;
    }
    if (both && x != 0.0) jet_points_add(points, -x, 0);
}

void jet_points_log(jet_points *points, double low, double high, int count, int both)
{
    const double golden = 0.6180339887498949;
    int i;
    for (i = 0; i < count; i++) {
        const double exponent = count > 1 ? low + (high - low) * i / (count - 1) : low;
        const double turns = golden * (i + 1);
        jet_points_add(points, ldexp(1.0 + (turns - floor(turns)), (int)floor(exponent)), both);
    }
}

int jet_is_negative(const arb_poly_t x)
{
    return arb_poly_length(x) > 0 && arb_is_negative(arb_poly_get_coeff_ptr(x, 0));
}
