/* check_text.c: a result in words, as text and as JSON. */
#include <fluxion/check.h>

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "mixed/check.h"

/* The roads of a set, "a", "a and b", "a, b and c". */
static void put_roads(flx_text *w, unsigned roads)
{
    const char *between = "";
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (!(roads & FLX_ROAD_BIT(k))) continue;
        roads &= ~FLX_ROAD_BIT(k);
        flx_text_put(w, "%s%s", between, flx_road_name(k));
        between = roads & (roads - 1) ? ", " : " and ";
    }
}

static const char *const orders[] = {"value", "first derivative", "second derivative"};

static void put_where(flx_text *w, const flx_check_guilty *g)
{
    if (g->op) flx_text_put(w, " in %s", g->op);
    if (g->op && g->within && strcmp(g->op, g->within) != 0)
        flx_text_put(w, ", used by the derivative of %s", g->within);
    if (g->instruction != FLX_CHECK_NOWHERE) flx_text_put(w, " (instruction %zu", g->instruction);
    if (g->instruction != FLX_CHECK_NOWHERE && g->label) flx_text_put(w, ", %s", g->label);
    if (g->instruction != FLX_CHECK_NOWHERE) flx_text_put(w, ")");
    if (g->input != FLX_CHECK_NOWHERE) flx_text_put(w, " at input %zu", g->input);
    if (g->output != FLX_CHECK_NOWHERE) flx_text_put(w, " at output %zu", g->output);
}

static int is_instance(unsigned roads)
{
    const unsigned instances = FLX_ROAD_BIT(FLX_ROAD_DUAL) | FLX_ROAD_BIT(FLX_ROAD_HYPERDUAL)
                               | FLX_ROAD_BIT(FLX_ROAD_DDUAL) | FLX_ROAD_BIT(FLX_ROAD_TAYLOR);
    return roads && !(roads & ~instances);
}

static const char *verb(unsigned roads)
{
    const char *name = flx_road_name(flx_first_road(roads));
    return roads & (roads - 1) || name[strlen(name) - 1] == 's' ? " are wrong" : " is wrong";
}

static void put_guilty(flx_text *w, const flx_check_guilty *g)
{
    if (g->identity) {
        flx_text_put(w, "%s does not hold for ", g->identity);
        put_roads(w, g->roads);
        flx_text_put(w, ": off by %.3g", g->odd);
        return;
    }
    put_roads(w, g->roads);
    flx_text_put(w, "%s", g->undecided ? " disagree" : verb(g->roads));
    put_where(w, g);
    flx_text_put(w, ": %s %.17g, by the others %.17g", orders[g->order], g->odd, g->others);
    if (!g->op && is_instance(g->roads))
        flx_text_put(w, "; every kernel agrees, so the function's own instance is at fault");
}

static unsigned roads_run(const flx_check_result *r)
{
    unsigned roads = 0;
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++)
        if (r->road[k].ran) roads++;
    return roads;
}

void flx_check_summarise(flx_check_result *r, const char *name)
{
    flx_text w = flx_text_on(r->summary, sizeof r->summary);
    if (r->status == FLX_EDISAGREE) {
        flx_text_put(&w, "%s: ", name);
        put_guilty(&w, &r->guilty);
    } else if (r->status == FLX_OK) {
        flx_text_put(
            &w, "%s: %u roads agree on %zu numbers, within %.2g (first) and %.2g (second order)",
            name, roads_run(r), r->compared, r->worst_first, r->worst_second);
    } else {
        flx_text_put(&w, "%s: %s", flx_status_name(r->status), flx_status_message(r->status));
    }
}

static void put_counts(flx_text *w, const flx_check_result *r)
{
    flx_text_put(w, "%zu inputs, %zu outputs, %zu instructions, depth %zu\n", r->inputs, r->outputs,
                 r->instructions, r->depth);
    flx_text_put(
        w,
        "compared %zu numbers: %zu not finite alike, left out %zu indeterminate and %zu out of "
        "range\n",
        r->compared, r->not_finite, r->indeterminate, r->out_of_range);
    flx_text_put(w, "largest B: %.3g first, %.3g second order\n", r->bound_first, r->bound_second);
    flx_text_put(w, "worst disagreement: %.3g first (limit %g), %.3g second order (limit %g)\n",
                 r->worst_first, r->limit_first, r->worst_second, r->limit_second);
    flx_text_put(w, "each instruction alone: %zu compared, %zu odd, %zu derivatives left out\n",
                 r->local, r->local_odd, r->local_left_out);
}

static void put_roads_table(flx_text *w, const flx_check_result *r)
{
    flx_text_put(w, "%-32s %12s %7s %10s %10s\n", "road", "kernels", "values", "first", "second");
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        const flx_check_road *road = &r->road[k];
        if (!road->ran) continue;
        flx_text_put(w, "%-32s %12zu %7g %10.3g %10.3g\n", flx_road_name(k), road->kernels,
                     road->worst[0], road->worst[1], road->worst[2]);
    }
}

static const char *const differences[] = {"", "done", "abstained: the one-sided slopes differ",
                                          "abstained: a comparison flips nearby",
                                          "abstained: a value nearby is not finite"};

static void put_identities(flx_text *w, const flx_check_result *r)
{
    if (!isnan(r->symmetry))
        flx_text_put(w, "symmetry of the Hessian %.3g, linearity of its products %.3g\n",
                     r->symmetry, r->linearity);
    if (!isnan(r->euler)) flx_text_put(w, "Euler's theorem: %.3g of its bound\n", r->euler);
    if (r->differences == FLX_DIFFERENCES_DONE)
        flx_text_put(w, "finite differences: %.17g +- %.2g, the others %.17g\n", r->difference,
                     r->difference_error, r->derivative);
    else if (r->differences)
        flx_text_put(w, "finite differences %s\n", differences[r->differences]);
}

static void put_flags(flx_text *w, const flx_check_result *r)
{
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        const flx_place *p = &r->flags.first[k];
        if (!(r->flags.set & 1u << k)) continue;
        flx_text_put(w, "%s: %s", flx_flag_name(1u << k), flx_flag_meaning(1u << k));
        if (p->op) flx_text_put(w, "; first by %s, instruction %zu", p->op, p->index);
        if (p->label) flx_text_put(w, ", %s", p->label);
        flx_text_put(w, "\n");
    }
}

size_t flx_check_text(const flx_check_result *r, char *buffer, size_t size)
{
    flx_text w = flx_text_on(buffer, size);
    if (!r) return 0;
    flx_text_put(&w, "%s\n", r->summary);
    if (r->status != FLX_OK && r->status != FLX_EDISAGREE) return w.length;
    put_counts(&w, r);
    put_roads_table(&w, r);
    put_identities(&w, r);
    put_flags(&w, r);
    return w.length;
}

/* ---- JSON ---- */

static void json_string(flx_text *w, const char *text)
{
    if (!text) {
        flx_text_put(w, "null");
        return;
    }
    flx_text_put(w, "\"");
    for (; *text; text++) {
        const unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') flx_text_put(w, "\\%c", c);
        else if (c < 0x20) flx_text_put(w, "\\u%04x", c);
        else flx_text_put(w, "%c", c);
    }
    flx_text_put(w, "\"");
}

static void json_key(flx_text *w, const char *key) { flx_text_put(w, ",\"%s\":", key); }

static void json_number(flx_text *w, const char *key, double x)
{
    json_key(w, key);
    if (isfinite(x)) flx_text_put(w, "%.17g", x);
    else flx_text_put(w, "null");
}

static void json_index(flx_text *w, const char *key, size_t x)
{
    json_key(w, key);
    if (x == FLX_CHECK_NOWHERE) flx_text_put(w, "null");
    else flx_text_put(w, "%zu", x);
}

static void json_text(flx_text *w, const char *key, const char *text)
{
    json_key(w, key);
    json_string(w, text);
}

static void json_road_list(flx_text *w, unsigned roads)
{
    const char *between = "";
    flx_text_put(w, "[");
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        if (!(roads & FLX_ROAD_BIT(k))) continue;
        flx_text_put(w, "%s", between);
        json_string(w, flx_road_name(k));
        between = ",";
    }
    flx_text_put(w, "]");
}

static void json_guilty(flx_text *w, const flx_check_guilty *g)
{
    json_key(w, "guilty");
    if (!g->roads) {
        flx_text_put(w, "null");
        return;
    }
    flx_text_put(w, "{\"roads\":");
    json_road_list(w, g->roads);
    json_index(w, "order", (size_t)g->order);
    json_key(w, "undecided");
    flx_text_put(w, g->undecided ? "true" : "false");
    json_index(w, "instruction", g->instruction);
    json_text(w, "op", g->op);
    json_text(w, "within", g->within);
    json_text(w, "label", g->label);
    json_text(w, "identity", g->identity);
    json_index(w, "input", g->input);
    json_index(w, "output", g->output);
    json_number(w, "odd", g->odd);
    json_number(w, "others", g->others);
    flx_text_put(w, "}");
}

static void json_roads(flx_text *w, const flx_check_result *r)
{
    const char *between = "";
    json_key(w, "roads");
    flx_text_put(w, "[");
    for (unsigned k = 0; k < FLX_ROAD_COUNT; k++) {
        const flx_check_road *road = &r->road[k];
        if (!road->ran) continue;
        flx_text_put(w, "%s{\"name\":", between);
        json_string(w, flx_road_name(k));
        json_index(w, "kernels", road->kernels);
        json_number(w, "values", road->worst[0]);
        json_number(w, "first", road->worst[1]);
        json_index(w, "where_first", road->where[1]);
        json_number(w, "second", road->worst[2]);
        json_index(w, "where_second", road->where[2]);
        flx_text_put(w, "}");
        between = ",";
    }
    flx_text_put(w, "]");
}

static void json_flags(flx_text *w, const flx_check_result *r)
{
    const char *between = "";
    json_key(w, "flags");
    flx_text_put(w, "[");
    for (unsigned k = 0; k < FLX_FLAG_COUNT; k++) {
        if (!(r->flags.set & 1u << k)) continue;
        flx_text_put(w, "%s{\"name\":", between);
        json_string(w, flx_flag_name(1u << k));
        json_index(w, "index", r->flags.first[k].index);
        json_text(w, "op", r->flags.first[k].op);
        json_text(w, "label", r->flags.first[k].label);
        flx_text_put(w, "}");
        between = ",";
    }
    flx_text_put(w, "]");
}

size_t flx_check_json(const flx_check_result *r, char *buffer, size_t size)
{
    flx_text w = flx_text_on(buffer, size);
    if (!r) return 0;
    flx_text_put(&w, "{\"status\":");
    json_string(&w, flx_status_name(r->status));
    json_text(&w, "summary", r->summary);
    json_index(&w, "inputs", r->inputs);
    json_index(&w, "outputs", r->outputs);
    json_index(&w, "instructions", r->instructions);
    json_index(&w, "depth", r->depth);
    json_number(&w, "bound_first", r->bound_first);
    json_number(&w, "bound_second", r->bound_second);
    json_number(&w, "limit_first", r->limit_first);
    json_number(&w, "limit_second", r->limit_second);
    json_number(&w, "worst_first", r->worst_first);
    json_number(&w, "worst_second", r->worst_second);
    json_index(&w, "compared", r->compared);
    json_index(&w, "not_finite", r->not_finite);
    json_index(&w, "indeterminate", r->indeterminate);
    json_index(&w, "out_of_range", r->out_of_range);
    json_index(&w, "local", r->local);
    json_index(&w, "local_odd", r->local_odd);
    json_index(&w, "local_left_out", r->local_left_out);
    json_number(&w, "local_worst", r->local_worst);
    json_number(&w, "symmetry", r->symmetry);
    json_number(&w, "linearity", r->linearity);
    json_number(&w, "euler", r->euler);
    json_text(&w, "differences", r->differences ? differences[r->differences] : NULL);
    json_number(&w, "difference", r->difference);
    json_number(&w, "difference_error", r->difference_error);
    json_number(&w, "derivative", r->derivative);
    json_flags(&w, r);
    json_roads(&w, r);
    json_guilty(&w, &r->guilty);
    flx_text_put(&w, "}");
    return w.length;
}
