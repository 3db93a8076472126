/* SPDX-License-Identifier: MIT */
/* The same host for every test of what is said of it. */
#include "tests/support/scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"
#include "tests/support/unwrapped.h"

struct judged scene;
struct text printed;

int given_idle_linux(void **state)
{
    (void)state;
    memset(&scene, 0, sizeof scene);
    given_linux(&scene.seen);
    judged_defaults(&scene);
    return 0;
}

int given_used_linux(void **state)
{
    (void)given_idle_linux(state);
    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.ports_used = 95;
    return 0;
}

int clear_scene(void **state)
{
    (void)state;
    text_clear(&printed);
    return 0;
}

void set_limit(struct threshold *limit, const char *range)
{
    assert_true(threshold_parse(range, limit, NULL));
}

const struct result *result_of(enum metric_id metric)
{
    judged_by(&scene, 1U << metric);
    return &scene.verdict.results[metric];
}

const char *print_part(void (*part)(const struct report *report, struct text *out),
                       uint32_t metrics, uint32_t verbosity)
{
    judged_by(&scene, metrics);
    scene.report.verbosity = verbosity;
    text_clear(&printed);
    part(&scene.report, &printed);
    return text_string(&printed);
}

const char *print_whole(bool (*whole)(const struct report *report, struct text *out,
                                      struct error *err),
                        uint32_t metrics)
{
    judged_by(&scene, metrics);
    text_clear(&printed);
    assert_true(whole(&scene.report, &printed, NULL));
    return text_string(&printed);
}

void assert_text_has(const char *text, const char *words)
{
    if (!strstr(text, words))
        fail_msg("no '%s' in\n%s", words, text);
}

void assert_text_has_not(const char *text, const char *words)
{
    if (strstr(text, words))
        fail_msg("'%s' in\n%s", words, text);
}

void assert_has(const char *words)
{
    assert_text_has(text_string(&printed), words);
}

void assert_has_not(const char *words)
{
    assert_text_has_not(text_string(&printed), words);
}

void assert_has_words(const char *words)
{
    struct text lines = { 0 };

    unwrap(text_string(&printed), &lines);
    assert_text_has(text_string(&lines), words);
    text_clear(&lines);
}
