/* compare.c: whether what a GradBench program printed is what it should have printed.
 *
 *   compare OUTPUT input.json expected.json FUNCTION
 *
 * Every number must agree within 1e-8 relative; there must be one time for the preparation, and as
 * many for runs as min_runs and min_seconds ask for, not one more. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

static const double tolerance = 1e-8;

/* How many numbers differ between two documents of one shape; another shape counts as one. */
static size_t differences(const json_t *actual, json_t *expected)
{
    size_t count = 0;
    if (json_is_number(expected)) {
        const double a = json_number_value(actual), e = json_number_value(expected);
        const int same = json_is_number(actual) && fabs(a - e) <= tolerance * fabs(e);
        if (!same) fprintf(stderr, "%.17g, expected %.17g\n", a, e);
        return !same;
    }
    if (json_typeof(actual) != json_typeof(expected)) return 1;
    if (json_is_array(expected)) {
        if (json_array_size(actual) != json_array_size(expected)) return 1;
        for (size_t k = 0; k < json_array_size(expected); k++)
            count += differences(json_array_get(actual, k), json_array_get(expected, k));
        return count;
    }
    if (!json_is_object(expected) || json_object_size(actual) != json_object_size(expected))
        return 1;
    for (void *i = json_object_iter(expected); i; i = json_object_iter_next(expected, i)) {
        const json_t *part = json_object_get(actual, json_object_iter_key(i));
        count += part ? differences(part, json_object_iter_value(i)) : 1;
    }
    return count;
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *document = json_load_file(path, JSON_DECODE_ANY, &error);
    if (document) return document;
    fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
    exit(EXIT_FAILURE);
}

/* The whole file as a string. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    const int at_end = file && fseek(file, 0, SEEK_END) == 0;
    const long size = at_end ? ftell(file) : -1;
    char *text = size < 0 ? NULL : calloc((size_t)size + 1, 1);
    if (!text || fseek(file, 0, SEEK_SET) != 0
        || fread(text, 1, (size_t)size, file) != (size_t)size) {
        fprintf(stderr, "%s cannot be read\n", path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return text;
}

/* Parses the line at *text, which must end in a newline, and moves on to the next. */
static json_t *next_line(char **text)
{
    char *line = *text, *end = strchr(line, '\n');
    if (!end) return NULL;
    *end = '\0';
    *text = end + 1;
    return json_loads(line, JSON_DECODE_ANY, NULL);
}

/* Whether the lines of times, up to the end, are those that the input asks for. */
static int times_are_right(char *text, const json_t *input)
{
    const json_int_t asked = json_integer_value(json_object_get(input, "min_runs"));
    const json_int_t min_runs = asked > 0 ? asked : 1;
    const double min_seconds = json_number_value(json_object_get(input, "min_seconds"));
    int right = 1, enough = 0;
    double seconds = 0.0;
    for (json_int_t lines = 0; *text; lines++) {
        json_t *line = next_line(&text);
        const char *name = json_string_value(json_object_get(line, "name"));
        const json_t *time = json_object_get(line, "nanoseconds");
        if (!name || strcmp(name, lines > 0 ? "evaluate" : "prepare") != 0) right = 0;
        if (!json_is_integer(time) || json_integer_value(time) < 0 || enough) right = 0;
        if (lines > 0) seconds += json_number_value(time) * 1e-9;
        enough = lines >= min_runs && seconds >= min_seconds;
        json_decref(line);
        if (!right) break;
    }
    return right && enough;
}

int main(int argc, char **argv)
{
    if (argc != 5) return EXIT_FAILURE;
    char *text = read_file(argv[1]), *rest = text;
    json_t *input = load(argv[2]), *expected = load(argv[3]);
    json_t *output = next_line(&rest);
    json_t *full = json_object_get(json_object_get(expected, argv[4]), "full");
    const size_t count = output && full ? differences(output, full) : 1;
    const int times = times_are_right(rest, input);
    if (count > 0) fprintf(stderr, "the output differs in %zu places\n", count);
    if (!times) fprintf(stderr, "the times are not those that were asked for\n");
    json_decref(output);
    json_decref(expected);
    json_decref(input);
    free(text);
    return count > 0 || !times ? EXIT_FAILURE : EXIT_SUCCESS;
}
