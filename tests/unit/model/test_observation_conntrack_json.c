/* SPDX-License-Identifier: MIT */
/* Connection tracking in a recording: there and back, and only what is sound. */
#include "checks/model/observation_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/bench.h"

static void expect_the_same(struct bench *bench)
{
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_conntrack_goes_there_and_back(void **state)
{
    struct bench *bench = *state;
    struct observed_conntrack *conntrack = &bench->seen.conntrack;

    conntrack->reading.known = true;
    conntrack->entries = 50;
    conntrack->limit = 262144;
    expect_the_same(bench);
    conntrack->counters_known = true;
    expect_the_same(bench);
    conntrack->insert_failed = INT64_MAX;
    conntrack->dropped = 30;
    expect_the_same(bench);
    conntrack->look.span_ms = UINT32_MAX;
    conntrack->look.insert_failed = 3;
    conntrack->look.dropped = 4;
    expect_the_same(bench);
}

static void test_conntrack_that_was_not_read_goes_there_and_back(void **state)
{
    struct bench *bench = *state;
    struct reading *reading = &bench->seen.conntrack.reading;

    (void)snprintf(reading->reason, sizeof reading->reason, "cannot read it");
    expect_the_same(bench);
}

#define CONNTRACK(keys) "\"conntrack\":{\"entries\":1,\"limit\":2" keys "},"
#define COUNTERS        ",\"insert_failed\":3,\"dropped\":4"

static const struct bad_part bad_parts[] = {
    { "no limit", "\"conntrack\":{\"entries\":1},", "conntrack.limit: missing" },
    { "negative", "\"conntrack\":{\"entries\":-1,\"limit\":2},",
      "conntrack.entries: expected an integer 0 or more" },
    { "one counter", CONNTRACK(",\"insert_failed\":3"), "conntrack.dropped: missing" },
    { "the other counter", CONNTRACK(",\"dropped\":3"),
      "conntrack.insert_failed: missing" },
    { "look without counters",
      CONNTRACK(",\"look\":{\"span_ms\":5,\"insert_failed\":0,\"dropped\":0}"),
      "conntrack.look: without counters there is none" },
    { "look of no time",
      CONNTRACK(COUNTERS ",\"look\":{\"span_ms\":0,\"insert_failed\":0,\"dropped\":0}"),
      "conntrack.look.span_ms: expected an integer from 1 to 4294967295" },
    { "look without a counter",
      CONNTRACK(COUNTERS ",\"look\":{\"span_ms\":5,\"insert_failed\":0}"),
      "conntrack.look.dropped: missing" },
    { "unread without a reason", "\"conntrack\":{\"unreadable\":\"\"},",
      "conntrack.unreadable: expected a reason, not an empty string" },
    { "unknown key", CONNTRACK(",\"found\":3"),
      "conntrack.found: unknown key (entries, limit, insert_failed, dropped, look)" },
};

static void test_conntrack_with_wrong_content_is_refused(void **state)
{
    struct bench *bench = *state;

    expect_refused(bench, bad_parts, ARRAY_COUNT(bad_parts));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_conntrack_goes_there_and_back, given_bench,
                                        free_bench),
        cmocka_unit_test_setup_teardown(
            test_conntrack_that_was_not_read_goes_there_and_back, given_bench,
            free_bench),
        cmocka_unit_test_setup_teardown(test_conntrack_with_wrong_content_is_refused,
                                        given_bench, free_bench),
    };

    return cmocka_run_group_tests_name("model/observation_conntrack_json", tests, NULL,
                                       NULL);
}
