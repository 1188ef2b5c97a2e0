#include "problem.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const problem_names[] = {
#define NIST_MODEL(name, model) #name,
#include "models.def"
#undef NIST_MODEL
};

/* A data file being read, line by line. */
typedef struct source {
    FILE *file;
    const char *path;
    size_t line;
    char text[256];
} source;

const char *nist_name(nist_id id) { return problem_names[id]; }

static int complain(const source *s, const char *what)
{
    fprintf(stderr, "%s:%zu: %s\n", s->path, s->line, what);
    return -1;
}

/* The next line that is not a comment. */
static int next_line(source *s)
{
    while (fgets(s->text, sizeof s->text, s->file)) {
        s->line++;
        if (s->text[0] != '#' && s->text[0] != '\n') return 0;
    }
    return complain(s, "the file ends too early");
}

/* Reads count numbers from text, and nothing else. */
static int read_numbers(const source *s, const char *text, size_t count, double *numbers)
{
    for (size_t i = 0; i < count; i++) {
        char *end;
        numbers[i] = strtod(text, &end);
        if (end == text) return complain(s, "a number is missing");
        text = end;
    }
    if (text[strspn(text, " \r\n")] != '\0') return complain(s, "more than was expected");
    return 0;
}

/* Reads a line "key number number ...". */
static int read_keyed(source *s, const char *key, size_t count, double *numbers)
{
    const size_t length = strlen(key);
    if (next_line(s) != 0) return -1;
    if (strncmp(s->text, key, length) != 0) return complain(s, "another keyword was expected");
    return read_numbers(s, s->text + length, count, numbers);
}

static int read_header(source *s, nist_problem *p)
{
    double sizes[3];
    char key[32];
    snprintf(key, sizeof key, "problem %s", p->name);
    if (read_keyed(s, key, 0, NULL) != 0 || read_keyed(s, "sizes", 3, sizes) != 0) return -1;
    p->observations = (size_t)sizes[0];
    p->predictors = (size_t)sizes[1];
    p->parameters = (size_t)sizes[2];
    if (p->observations == 0 || p->predictors == 0 || p->predictors > NIST_MAX_PREDICTORS
        || p->parameters == 0 || p->parameters > NIST_MAX_PARAMETERS) {
        return complain(s, "sizes out of range");
    }
    if (read_keyed(s, "rss", 1, &p->certified_rss) != 0) return -1;
    for (size_t k = 0; k < p->parameters; k++) {
        double row[4];
        snprintf(key, sizeof key, "b%zu", k + 1);
        if (read_keyed(s, key, 4, row) != 0) return -1;
        p->start[0][k] = row[0];
        p->start[1][k] = row[1];
        p->certified[k] = row[2];
        p->deviation[k] = row[3];
    }
    return 0;
}

static int read_observations(source *s, nist_problem *p)
{
    p->y = calloc(p->observations, sizeof *p->y);
    p->x = calloc(p->observations * p->predictors, sizeof *p->x);
    if (!p->y || !p->x) return complain(s, "out of memory");
    if (read_keyed(s, "data", 0, NULL) != 0) return -1;
    for (size_t i = 0; i < p->observations; i++) {
        double row[1 + NIST_MAX_PREDICTORS];
        if (next_line(s) != 0 || read_numbers(s, s->text, 1 + p->predictors, row) != 0) return -1;
        /* Nelson's model is of the logarithm of the response. */
        p->y[i] = p->id == NIST_Nelson ? log(row[0]) : row[0];
        memcpy(p->x + i * p->predictors, row + 1, p->predictors * sizeof *row);
    }
    return 0;
}

int nist_read(const char *folder, nist_id id, nist_problem *problem)
{
    char path[4096];
    source s = {NULL, path, 0, ""};
    memset(problem, 0, sizeof *problem);
    problem->id = id;
    snprintf(problem->name, sizeof problem->name, "%s", nist_name(id));
    snprintf(path, sizeof path, "%s/%s.txt", folder, problem->name);
    s.file = fopen(path, "r");
    if (!s.file) {
        perror(path);
        return -1;
    }
    const int status = read_header(&s, problem) == 0 ? read_observations(&s, problem) : -1;
    fclose(s.file);
    return status;
}

void nist_clear(nist_problem *problem)
{
    free(problem->y);
    free(problem->x);
    problem->y = NULL;
    problem->x = NULL;
}

double nist_lre(double x, double c)
{
    const double error = fabs(x - c) / fabs(c);
    if (error != error) return 0.0;
    if (error <= 1e-11) return 11.0;
    return error < 1.0 ? -log10(error) : 0.0;
}

double nist_lre_parameters(const nist_problem *problem, const double *b)
{
    double worst = 11.0;
    for (size_t k = 0; k < problem->parameters; k++) {
        worst = fmin(worst, nist_lre(b[k], problem->certified[k]));
    }
    return worst;
}
