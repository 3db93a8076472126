/* SPDX-License-Identifier: MIT */
/* The optional keys of a range and of TCP: only sound ones are taken. */
#include "checks/model/observation_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/support/bench.h"

static const struct bad_part bad_parts[] = {
    { "auto-reuse range from 0",
      "\"range\":{\"tcp\":{\"first\":1,\"last\":10,\"reserved\":0,\"usable\":10,"
      "\"source\":\"\",\"auto_reuse\":{\"first\":0,\"last\":9,\"differ\":false}}},",
      "range.tcp.auto_reuse.first: expected an integer from 1 to 65535" },
    { "auto-reuse range backwards",
      "\"range\":{\"tcp\":{\"first\":1,\"last\":10,\"reserved\":0,\"usable\":10,"
      "\"source\":\"\",\"auto_reuse\":{\"first\":9,\"last\":8,\"differ\":false}}},",
      "range.tcp.auto_reuse.last: 8 is below first, 9" },
    { "auto-reuse range without its end",
      "\"range\":{\"tcp\":{\"first\":1,\"last\":10,\"reserved\":0,\"usable\":10,"
      "\"source\":\"\",\"auto_reuse\":{\"first\":9,\"differ\":false}}},",
      "range.tcp.auto_reuse.last: missing" },
    { "auto-reuse range that may differ",
      "\"range\":{\"tcp\":{\"first\":1,\"last\":10,\"reserved\":0,\"usable\":10,"
      "\"source\":\"\",\"auto_reuse\":{\"first\":9,\"last\":10}}},",
      "range.tcp.auto_reuse.differ: missing" },
    { "auto-reuse range unread without a reason",
      "\"range\":{\"tcp\":{\"first\":1,\"last\":10,\"reserved\":0,\"usable\":10,"
      "\"source\":\"\",\"auto_reuse\":{\"unreadable\":\"\"}}},",
      "range.tcp.auto_reuse.unreadable: expected a reason, not an empty string" },
    { "part without unreadable", "\"range\":{\"tcp\":{\"part\":\"x\"}},",
      "range.tcp.part: unknown key (first, last, reserved, usable, source, auto_reuse)" },
    { "part of something else", "\"range\":{\"udp\":{\"unreadable\":\"x\",\"part\":7}},",
      "range.udp.part: expected a string, not a number" },
    { "part of the sockets", "\"udp\":{\"unreadable\":\"x\",\"part\":\"y\"},",
      "udp.part: unknown key (unreadable)" },
    { "unread range without a reason",
      "\"range\":{\"udp\":{\"unreadable\":\"\",\"part\":\"x\"}},",
      "range.udp.unreadable: expected a reason, not an empty string" },
    { "unread range with a number as its reason",
      "\"range\":{\"udp\":{\"unreadable\":7,\"part\":\"x\"}},",
      "range.udp.unreadable: expected a string, not a number" },
    { "unread sockets with a number as their reason", "\"udp\":{\"unreadable\":7},",
      "udp.unreadable: expected a string, not a number" },
    { "more in TIME_WAIT alone than used",
      "\"tcp\":{\"time_wait\":0,\"states\":{},"
      "\"ports_used\":4,\"ports_time_wait_only\":5},",
      "tcp.ports_time_wait_only: 5 is above ports_used, 4" },
};

static void test_optional_keys_with_wrong_content_are_refused(void **state)
{
    struct bench *bench = *state;

    expect_refused(bench, bad_parts, ARRAY_COUNT(bad_parts));
}

/* A range of one port is a range. */
static void test_optional_range_of_one_port_is_taken(void **state)
{
    struct bench *bench = *state;

    given_document(bench, "\"range\":{\"tcp\":{\"first\":7,\"last\":7,\"reserved\":0,"
                          "\"usable\":1,\"source\":\"\",\"auto_reuse\":{\"first\":9,"
                          "\"last\":9,\"differ\":false}}},");
    read_document(bench);

    assert_int_equal(bench->read.range[IP_PROTOCOL_TCP].auto_reuse.range.last, 9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_optional_keys_with_wrong_content_are_refused,
                                        given_bench, free_bench),
        cmocka_unit_test_setup_teardown(test_optional_range_of_one_port_is_taken,
                                        given_bench, free_bench),
    };

    return cmocka_run_group_tests_name("model/observation_optional", tests, NULL, NULL);
}
