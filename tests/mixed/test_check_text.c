/* A result as text and as JSON: what is in it, and how it is cut off. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#ifdef FLX_TEST_JANSSON
#include <jansson.h>
#endif

#include <fluxion/fluxion.h>

enum { ROOM = 16384 };

static flx_check_result agreeing(void)
{
    flx_tape *t;
    flx_check_result r;
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5), y = flx_var_mul(flx_var_sin(x), x);
    cr_expect_eq(flx_check_tape(t, 1, &x, 1, &y, NULL, &r), FLX_OK);
    flx_tape_destroy(t);
    return r;
}

static flx_check_result disagreeing(void)
{
    flx_check_result r = agreeing();
    r.status = FLX_EDISAGREE;
    r.guilty.roads = FLX_ROAD_BIT(FLX_ROAD_REVERSE) | FLX_ROAD_BIT(FLX_ROAD_TAYLOR_SWEEP);
    r.guilty.order = 1;
    r.guilty.instruction = 12;
    r.guilty.op = "cos";
    r.guilty.within = "sin";
    r.guilty.label = "a \"quoted\" file\\name\n:7";
    r.guilty.odd = (double)NAN;
    r.guilty.others = 0.25;
    r.flags.set = FLX_FLAG_INDETERMINATE | FLX_FLAG_POLE;
    strcpy(r.summary, "made up");
    return r;
}

static void expect_in(const char *text, const char *part)
{
    cr_expect_not_null(strstr(text, part), "no \"%s\" in %s", part, text);
}

Test(check_text, says_what_was_done)
{
    char text[ROOM];
    const flx_check_result r = agreeing();
    const size_t length = flx_check_text(&r, text, sizeof text);
    cr_expect_eq(length, strlen(text));
    expect_in(text, "the tape: 10 roads agree on ");
    expect_in(text, "1 inputs, 1 outputs, 4 instructions, depth ");
    expect_in(text, "(limit 20)");
    expect_in(text, "each instruction alone: 2 compared, 0 odd");
    expect_in(text, "\nforward over reverse ");
    expect_in(text, "symmetry of the Hessian 0, linearity of its products 0\n");
    cr_expect_null(strstr(text, "Euler"));
    cr_expect_null(strstr(text, "finite differences"));
}

Test(check_text, says_why_there_is_nothing)
{
    char text[ROOM];
    flx_check_result r;
    flx_check(NULL, 0, NULL, 0, NULL, NULL, &r);
    flx_check_text(&r, text, sizeof text);
    cr_expect_str_eq(text, "FLX_EARG: an argument is missing or not valid\n");
    cr_expect_eq(flx_check_text(NULL, text, sizeof text), (size_t)0);
    cr_expect_str_eq(text, "");
}

Test(check_text, flags_are_told)
{
    char text[ROOM];
    const flx_check_result r = disagreeing();
    flx_check_text(&r, text, sizeof text);
    expect_in(text, "made up\n");
    expect_in(text, "INDETERMINATE: an exactly zero adjoint");
    expect_in(text, "POLE: ");
}

typedef size_t writer(const flx_check_result *, char *, size_t);

Test(check_text, is_cut_off_as_snprintf_does)
{
    writer *const writers[] = {flx_check_text, flx_check_json};
    const flx_check_result r = disagreeing();
    for (int which = 0; which < 2; which++) {
        char whole[ROOM], part[ROOM];
        const size_t length = writers[which](&r, whole, sizeof whole);
        cr_assert_lt(length, sizeof whole);
        cr_expect_eq(writers[which](&r, NULL, 0), length);
        for (size_t size = 1; size <= length + 2; size++) {
            memset(part, '#', sizeof part);
            cr_expect_eq(writers[which](&r, part, size), length);
            const size_t kept = size <= length ? size - 1 : length;
            cr_expect_eq(strlen(part), kept);
            cr_expect_eq(memcmp(part, whole, kept), 0);
            cr_expect_eq(part[size], '#');
        }
    }
}

Test(check_text, summary_names_what_is_wrong)
{
    flx_tape *t;
    flx_check_result r;
    flx_check_options o = {.homogeneous = 1, .degree = 2.0};
    cr_assert_eq(flx_tape_create(NULL, &t), FLX_OK);
    const flx_var x = flx_variable(t, 0.5), y = flx_var_mul(flx_var_sin(x), x);
    cr_expect_eq(flx_check_tape(t, 1, &x, 1, &y, &o, &r), FLX_EDISAGREE);
    expect_in(r.summary, "the tape: Euler's theorem does not hold for reverse sweep: off by ");
    flx_tape_destroy(t);
}

#ifdef FLX_TEST_JANSSON

static json_t *parse(const flx_check_result *r)
{
    char text[ROOM];
    json_error_t error;
    flx_check_json(r, text, sizeof text);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    cr_assert_not_null(root, "%s at %d: %s", error.text, error.position, text);
    return root;
}

Test(check_text, json_can_be_read_back)
{
    const flx_check_result a = agreeing(), d = disagreeing();
    json_t *root = parse(&a);
    cr_expect_str_eq(json_string_value(json_object_get(root, "status")), "FLX_OK");
    cr_expect_str_eq(json_string_value(json_object_get(root, "summary")), a.summary);
    cr_expect_eq(json_integer_value(json_object_get(root, "instructions")), 4);
    cr_expect_eq(json_array_size(json_object_get(root, "roads")), (size_t)10);
    cr_expect(json_is_null(json_object_get(root, "guilty")));
    cr_expect(json_is_null(json_object_get(root, "euler")));
    json_decref(root);
    root = parse(&d);
    const json_t *guilty = json_object_get(root, "guilty");
    cr_expect_eq(json_array_size(json_object_get(guilty, "roads")), (size_t)2);
    cr_expect_str_eq(json_string_value(json_object_get(guilty, "label")), d.guilty.label);
    cr_expect_str_eq(json_string_value(json_object_get(guilty, "op")), "cos");
    cr_expect(json_is_null(json_object_get(guilty, "odd")));
    cr_expect_eq(json_real_value(json_object_get(guilty, "others")), 0.25);
    cr_expect_eq(json_array_size(json_object_get(root, "flags")), (size_t)2);
    json_decref(root);
}

#endif
