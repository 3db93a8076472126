/* SPDX-License-Identifier: MIT */
/* The limit of an alert's line is the one that was crossed. */
#include "checks/limit_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct text out;

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static const char *words(struct result *result, const char *warning, const char *critical)
{
    result->limits = (struct metric_limits){ 0 };
    assert_true(!warning || threshold_parse(warning, &result->limits.warning, NULL));
    assert_true(!critical || threshold_parse(critical, &result->limits.critical, NULL));
    text_clear(&out);
    limit_words(result, &out);
    return text_string(&out);
}

static void test_limit_words_tell_the_end_that_was_crossed(void **state)
{
    static const struct {
        const char *name;
        enum metric_id metric;
        uint64_t part; /* of 200 */
        const char *warning;
        const char *critical;
        const char *expected;
    } rows[] = {
        { "critical", METRIC_PORT_USAGE, 162, "50", "80", "limit 80%" },
        { "warning", METRIC_PORT_USAGE, 160, "50", "80", "limit 50%" },
        { "none", METRIC_PORT_USAGE, 100, "50", "80", "" },
        { "not set", METRIC_PORT_USAGE, 200, NULL, NULL, "" },
        { "only critical", METRIC_DESTINATION_USAGE, 200, NULL, "62.5", "limit 62.5%" },
        { "above a range", METRIC_PORT_USAGE, 42, "10:20", NULL, "limit 20%" },
        { "below a range", METRIC_PORT_USAGE, 18, "10:20", NULL, "minimum 10%" },
        { "below a start", METRIC_PORT_USAGE, 18, "10:", NULL, "minimum 10%" },
        { "inside", METRIC_PORT_USAGE, 30, "@10:20", NULL, "limit @10:20" },
        { "a count", METRIC_TIME_WAIT, 21, "20", NULL, "limit 20" },
        { "any", METRIC_TIME_WAIT, 1, "~:0", NULL, "limit 0" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct result result = { .metric = rows[i].metric,
                                 .measure = { .known = true, .part = rows[i].part } };

        result.measure.whole = metric_is_percent(rows[i].metric) ? 200 : 0;
        if (strcmp(words(&result, rows[i].warning, rows[i].critical), rows[i].expected) !=
            0)
            fail_msg("%s: '%s'", rows[i].name, text_string(&out));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_limit_words_tell_the_end_that_was_crossed, clear),
    };

    return cmocka_run_group_tests_name("checks/limit_words", tests, NULL, NULL);
}
