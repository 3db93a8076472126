/* SPDX-License-Identifier: MIT */
/* Devices, closed ports and questions of a recorded observation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "tests/support/bench.h"

#define RANGE                                                                            \
    "\"range\":{\"tcp\":{\"first\":101,\"last\":200,\"reserved\":0,\"usable\":100,"      \
    "\"source\":\"x\"}},"
#define TCP(used, more, list)                                                            \
    RANGE "\"tcp\":{\"time_wait\":0,\"states\":{},\"ports_used\":" used                  \
          ",\"ports_blocked\":4," more "\"bound_known\":true,\"bound_possible\":0,"      \
          "\"destinations_seen\":9,\"untracked_bound\":0,\"destinations\":[" list        \
          "],\"source\":\"x\"},"
#define CLOSED(used, more) TCP(used, more, ON("\"a\""))
#define TOPS(list)         TCP("9", "", list)
#define TO_BEGINS(remote)                                                                \
    "{\"local\":\"10.0.0.1\",\"remote\":\"" remote "\",\"port\":443,\"sockets\":1,"      \
    "\"reusable\":0,\"time_wait\":0,\"established\":1,\"close_wait\":0"
#define TO_B_BEGINS   TO_BEGINS("10.0.0.2")
#define TO_C          TO_BEGINS("10.0.0.3") "}"
#define ON(device)    TO_B_BEGINS ",\"device\":" device "}"
#define AND           ","
#define ASKED(more)   "\"asked\":[{" more ",\"microseconds\":1}],"
#define ASKED_BIND    "\"kind\":\"bind\",\"local\":\"0.0.0.0\""
#define ASKED_CONNECT "\"kind\":\"connect\",\"local\":\"10.0.0.1\""

static const struct bad_part bad_parts[] = {
    { "more closed than used",
      CLOSED("9", "\"closed_known\":\"exact\",\"ports_closed\":6,"
                  "\"closed_asked\":9,"),
      "tcp.ports_closed: 6 and ports_blocked, 4, are above ports_used, 9" },
    { "closed in another way", CLOSED("9", "\"closed_known\":\"not\","),
      "tcp.closed_known: expected exact, sampled or at_least" },
    { "closed without a number", CLOSED("9", "\"closed_known\":\"exact\","),
      "tcp.ports_closed: missing" },
    { "closed, nobody knows how", CLOSED("9", "\"ports_closed\":1,"),
      "tcp.ports_closed: closed_known is missing" },
    { "asked, nobody knows how", CLOSED("9", "\"closed_asked\":1,"),
      "tcp.closed_asked: closed_known is missing" },
    { "odd ones used of unknown ones", CLOSED("9", "\"odd_used\":1,"),
      "tcp.odd_usable: missing" },
    { "odd ones, nobody knows how many used", CLOSED("9", "\"odd_usable\":1,"),
      "tcp.odd_used: missing" },
    { "more odd ones used than usable", CLOSED("9", "\"odd_usable\":3,\"odd_used\":4,"),
      "tcp.odd_used: 4 is above odd_usable, 3" },
    { "more odd ones used than used", CLOSED("9", "\"odd_usable\":50,\"odd_used\":10,"),
      "tcp.odd_used: 10 is above ports_used, 9" },
    { "more odd ones than usable", CLOSED("9", "\"odd_usable\":101,\"odd_used\":1,"),
      "tcp.odd_usable: 101 is above usable, 100" },
    { "closed in no words",
      CLOSED("9", "\"closed_known\":1,\"ports_closed\":1,\"closed_asked\":1,"),
      "tcp.closed_known: expected a string, not a number" },
    { "more covered than in the way, some reusable",
      TOPS("{\"local\":\"10.0.0.1\",\"remote\":\"10.0.0.2\",\"port\":443,"
           "\"sockets\":2,\"reusable\":1,\"time_wait\":1,\"established\":1,"
           "\"close_wait\":0,\"covered\":2}"),
      "tcp.destinations[0].covered: 2 is above sockets - reusable, 1" },
    { "more covered than in the way", TOPS(TO_B_BEGINS ",\"covered\":2}"),
      "tcp.destinations[0].covered: 2 is above sockets - reusable, 1" },
    { "busier by what is not covered", TOPS(TO_B_BEGINS ",\"covered\":1}" AND TO_C),
      "tcp.destinations[1]: is busier than the one before; expected the busiest first" },
    { "device without a name", TOPS(ON("\"\"")),
      "tcp.destinations[0].device: expected a name, not an empty string" },
    { "device as a number", TOPS(ON("1")),
      "tcp.destinations[0].device: expected a string, not a number" },
    { "the same on one device", TOPS(ON("\"a\"") AND ON("\"b\"") AND ON("\"a\"")),
      "tcp.destinations[2]: the same as destinations[0]" },
    { "asked nothing",
      ASKED("\"local\":\"10.0.0.1\",\"remote\":\"10.0.0.2\",\"port\":1,"
            "\"answer\":\"free\""),
      "asked[0].kind: missing" },
    { "asked something else", ASKED("\"kind\":\"listen\""),
      "asked[0].kind: expected connect, bind, udp_connect or udp_bind" },
    { "asked without an answer", ASKED(ASKED_BIND), "asked[0].answer: missing" },
    { "asked with another answer", ASKED(ASKED_BIND ",\"answer\":\"yes\""),
      "asked[0].answer: expected unknown, free or none" },
    { "asked from nowhere", ASKED("\"kind\":\"bind\",\"answer\":\"free\""),
      "asked[0].local: missing" },
    { "asked to nowhere", ASKED(ASKED_CONNECT ",\"answer\":\"free\""),
      "asked[0].remote: missing" },
    { "asked to no port",
      ASKED(ASKED_CONNECT ",\"remote\":\"10.0.0.2\",\"answer\":\"free\""),
      "asked[0].port: missing" },
    { "bound to a remote address",
      ASKED(ASKED_BIND ",\"remote\":\"10.0.0.2\",\"answer\":\"free\""),
      "asked[0].remote: bind() has none" },
    { "bound to a remote port", ASKED(ASKED_BIND ",\"port\":1,\"answer\":\"free\""),
      "asked[0].port: bind() has none" },
    { "confirmed that there is one",
      ASKED(ASKED_BIND ",\"answer\":\"free\",\"confirmed\":true"),
      "asked[0].confirmed: only the answer none is confirmed" },
    { "a reason for none", ASKED(ASKED_BIND ",\"answer\":\"none\",\"reason\":\"x\""),
      "asked[0].reason: only the answer unknown has a reason" },
    { "asked without its time", "\"asked\":[{" ASKED_BIND ",\"answer\":\"free\"}],",
      "asked[0].microseconds: missing" },
    { "asked and more", ASKED(ASKED_BIND ",\"x\":1"),
      "asked[0].x: unknown key (kind, local, remote, port, device, unused, answer, "
      "confirmed, reason, microseconds)" },
    { "not asked as a number", "\"not_asked\":1,",
      "not_asked: expected a string, not a number" },
};

static void
test_observation_from_json_rejects_what_contradicts_itself_with_its_path(void **state)
{
    struct bench *bench = *state;

    expect_refused(bench, bad_parts, ARRAY_COUNT(bad_parts));
}

static void expect_accepted(struct bench *bench, const char *part)
{
    given_document(bench, part);
    read_document(bench);
}

static void test_observation_from_json_tells_devices_apart(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench, TOPS(ON("\"a\"") AND ON("\"b\"") AND TO_B_BEGINS "}"));

    assert_int_equal(bench->read.tcp.device_count, 2);
    assert_string_equal(observation_device(&bench->read, bench->read.tcp.top[1].device),
                        "b");
    assert_int_equal(bench->read.tcp.top[2].device, 0);
}

/* What is all of the ports is no contradiction. */
static void test_observation_from_json_takes_each_part_up_to_its_whole(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench,
                    CLOSED("54", "\"closed_known\":\"at_least\",\"ports_closed\":50,"
                                 "\"closed_asked\":0,\"odd_usable\":50,"
                                 "\"odd_used\":50,"));

    assert_int_equal(bench->read.tcp.closed_known, CLOSED_AT_LEAST);
    assert_int_equal(bench->read.tcp.ports_closed, 50);
}

#define COUNTS(sockets, time_wait, established)                                          \
    "{\"local\":\"10.0.0.1\",\"remote\":\"10.0.0.2\",\"port\":443,\"sockets\":" sockets  \
    ",\"reusable\":0,\"time_wait\":" time_wait ",\"established\":" established           \
    ",\"close_wait\":0}"

static void test_observation_from_json_takes_more_sockets_than_ports(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench, TOPS(COUNTS("101", "0", "101")));

    assert_int_equal(bench->read.tcp.top[0].sockets, 101);
}

static void test_observation_from_json_takes_counts_that_stopped(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench, TOPS(COUNTS("65535", "60000", "60000")));

    assert_int_equal(bench->read.tcp.top[0].established, 60000);
}

/* Recorded before closed ports, devices and questions were known. */
static void test_observation_from_json_takes_a_document_without_them(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench, TOPS(TO_C));

    assert_int_equal(bench->read.tcp.closed_known, CLOSED_NOT_COUNTED);
    assert_int_equal(bench->read.tcp.top[0].covered, 0);
    assert_int_equal(bench->read.tcp.device_count, 0);
    assert_int_equal(bench->read.asked.count, 0);
    assert_string_equal(bench->read.asked.not_asked, "");
}

#define FOUR(item) item AND item AND item AND item
#define ONE_ASK    "{" ASKED_BIND ",\"answer\":\"free\",\"microseconds\":1}"
#define SIXTEEN    FOUR(FOUR(ONE_ASK))

static void test_observation_from_json_rejects_too_many_asks(void **state)
{
    struct bench *bench = *state;

    expect_accepted(bench, "\"asked\":[" SIXTEEN "],");
    given_document(bench, "\"asked\":[" SIXTEEN AND ONE_ASK "],");

    expect_limit(bench, "asked: 17 entries, at most 16 are possible");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_bench, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_from_json_rejects_what_contradicts_itself_with_its_path),
        TEST(test_observation_from_json_tells_devices_apart),
        TEST(test_observation_from_json_takes_each_part_up_to_its_whole),
        TEST(test_observation_from_json_takes_more_sockets_than_ports),
        TEST(test_observation_from_json_takes_counts_that_stopped),
        TEST(test_observation_from_json_takes_a_document_without_them),
        TEST(test_observation_from_json_rejects_too_many_asks),
    };

    return cmocka_run_group_tests_name("model/observation_sockets_json", tests, NULL,
                                       NULL);
}
