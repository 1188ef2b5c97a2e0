/* The instruction sets: names, and the choice that a call or the environment makes. */
#define _POSIX_C_SOURCE 200809L /* setenv */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/isa.h"

Test(isa, every_set_has_a_name)
{
    static const char *const names[] = {"best", "base", "avx2", "avx512"};
    for (int k = 0; k < 4; k++) cr_expect_str_eq(flx_isa_name((flx_isa)k), names[k]);
    cr_expect_str_eq(flx_isa_name((flx_isa)4), "unknown");
    cr_expect_str_eq(flx_isa_name((flx_isa)-1), "unknown");
    cr_expect_not(flx_isa_is_available((flx_isa)4));
    cr_expect_not(flx_isa_is_available((flx_isa)-1));
}

/* Whether the system says that the processor has it; 1 where the system does not say. */
static int processor_has(const char *feature)
{
    char line[8192], word[32];
    FILE *f = fopen("/proc/cpuinfo", "r");
    int known = 0, has = 0;
    snprintf(word, sizeof word, " %s ", feature);
    while (f && !known && fgets(line, sizeof line, f)) {
        known = strncmp(line, "flags", 5) == 0;
        line[strcspn(line, "\n")] = ' ';
        has = known && strstr(line, word) != NULL;
    }
    if (f) fclose(f);
    return has || !known;
}

Test(isa, set_that_is_there_is_one_of_the_processor)
{
    cr_expect(flx_isa_is_available(FLX_ISA_BEST) && flx_isa_is_available(FLX_ISA_BASE));
    if (flx_isa_is_available(FLX_ISA_AVX2))
        cr_expect(processor_has("avx2") && processor_has("fma"));
    if (flx_isa_is_available(FLX_ISA_AVX512)) {
        cr_expect(processor_has("avx512f") && processor_has("avx512dq"));
        cr_expect(flx_isa_is_available(FLX_ISA_AVX2));
    }
}

#if defined(__GNUC__) && defined(__x86_64__)
/* These compilers know all of the sets. */
Test(isa, set_that_the_processor_has_is_there)
{
    const int avx2 = processor_has("avx2") && processor_has("fma");
    cr_expect_eq(flx_isa_is_available(FLX_ISA_AVX2), avx2);
    cr_expect_eq(flx_isa_is_available(FLX_ISA_AVX512),
                 avx2 && processor_has("avx512f") && processor_has("avx512dq"));
}
#endif

/* Sets ask for all that is below them. */
Test(isa, a_set_needs_all_that_its_code_uses)
{
    for (unsigned has = 0; has < 16; has++) {
        const int avx2 = has & 1 && has & 2, avx512 = avx2 && has & 4 && has & 8;
        cr_expect(flx_isa_runs_on(FLX_ISA_BEST, has) && flx_isa_runs_on(FLX_ISA_BASE, has));
        cr_expect_eq(flx_isa_runs_on(FLX_ISA_AVX2, has), avx2, "%u", has);
        cr_expect_eq(flx_isa_runs_on(FLX_ISA_AVX512, has), avx512, "%u", has);
        cr_expect_eq(flx_isa_best_on(has), avx512 ? FLX_ISA_AVX512
                                           : avx2 ? FLX_ISA_AVX2
                                                  : FLX_ISA_BASE);
    }
    cr_expect_not(flx_isa_runs_on((flx_isa)4, 15u) || flx_isa_runs_on((flx_isa)-1, 15u));
}

Test(isa, best_is_the_last_that_is_there)
{
    flx_isa best = FLX_ISA_BASE, chosen = FLX_ISA_BEST;
    for (int k = FLX_ISA_BASE; k <= (int)FLX_ISA_AVX512; k++)
        if (flx_isa_is_available((flx_isa)k)) best = (flx_isa)k;
    unsetenv("FLX_ISA");
    cr_expect_eq(flx_isa_choose(FLX_ISA_BEST, &chosen), FLX_OK);
    cr_expect_eq(chosen, best);
    setenv("FLX_ISA", "best", 1);
    chosen = FLX_ISA_BEST;
    cr_expect_eq(flx_isa_choose(FLX_ISA_BEST, &chosen), FLX_OK);
    cr_expect_eq(chosen, best);
}

/* Named in the environment, or asked for against what is named there. */
Test(isa, set_that_is_asked_for_is_taken_or_refused)
{
    for (int k = FLX_ISA_BASE; k <= (int)FLX_ISA_AVX512; k++) {
        const flx_isa wanted = (flx_isa)k;
        const int there = flx_isa_is_available(wanted);
        for (int named = 0; named < 2; named++) {
            flx_isa chosen = FLX_ISA_BEST;
            setenv("FLX_ISA", named ? flx_isa_name(wanted) : "base", 1);
            cr_expect_eq(flx_isa_choose(named ? FLX_ISA_BEST : wanted, &chosen),
                         there ? FLX_OK : FLX_EARG);
            cr_expect_eq(chosen, there ? wanted : FLX_ISA_BEST);
        }
    }
}

Test(isa, what_is_no_set_is_refused)
{
    flx_isa chosen = FLX_ISA_BEST;
    setenv("FLX_ISA", "avx", 1);
    cr_expect_eq(flx_isa_choose(FLX_ISA_BEST, &chosen), FLX_EARG);
    setenv("FLX_ISA", "", 1);
    cr_expect_eq(flx_isa_choose(FLX_ISA_BEST, &chosen), FLX_EARG);
    unsetenv("FLX_ISA");
    cr_expect_eq(flx_isa_choose((flx_isa)4, &chosen), FLX_EARG);
    cr_expect_eq(flx_isa_choose((flx_isa)-1, &chosen), FLX_EARG);
    cr_expect_eq(chosen, FLX_ISA_BEST);
}
