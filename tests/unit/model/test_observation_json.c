/* SPDX-License-Identifier: MIT */
/* What is recorded can be read back exactly. */
#include "checks/model/observation_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/bench.h"

static struct ip_address address_of(const char *text)
{
    struct ip_address address = { { 0 } };

    if (!ip_address_parse(text, &address))
        fail_msg("'%s' is no address", text);
    return address;
}

/* Field by field, into zeroed memory: padding is compared too. */
static void given_full_ranges(struct observation *seen)
{
    struct observed_range *tcp = &seen->range[IP_PROTOCOL_TCP];

    tcp->reading.known = true;
    tcp->range.first = 32768;
    tcp->range.last = 60999;
    tcp->reserved = 2;
    tcp->usable = 28230;
    (void)snprintf(tcp->source, sizeof tcp->source, "net.ipv4.ip_local_port_range");
    tcp->auto_reuse.range.first = 22000;
    tcp->auto_reuse.range.last = 65535;
    tcp->auto_reuse.differ = true;
    (void)snprintf(seen->range[IP_PROTOCOL_UDP].reading.reason, ERR_TEXT_SIZE,
                   "excluded ranges: access denied");
}

static void given_full_destinations(struct observed_tcp *tcp)
{
    tcp->top_count = OBSERVED_DESTINATIONS_MAX;
    for (size_t i = 0; i < OBSERVED_DESTINATIONS_MAX; i++) {
        struct destination *top = &tcp->top[i];

        top->local = address_of(i % 2 ? "10.0.0.1" : "2001:db8::1");
        top->remote = address_of(i % 2 ? "255.255.255.255" : "fe80::1:2:3:4");
        top->remote_port = (uint16_t)(65535 - i);
        top->sockets = (uint16_t)(28232 - i);
        top->device = i % 3 == 0 ? 1 : i % 3 == 1 ? 2 : 0;
        top->reusable = 1;
        top->covered = 5;
        top->time_wait = 17;
        top->established = 23;
        top->close_wait = 29;
        top->syn_sent = 31;
    }
}

static void given_full_devices(struct observed_tcp *tcp)
{
    tcp->device_count = 2;
    for (uint32_t i = 0; i < 2; i++) {
        tcp->devices[i].index = i + 1;
        (void)snprintf(tcp->devices[i].name, OBSERVED_DEVICE_SIZE, "enp0s31f6.%04u",
                       (unsigned int)i);
    }
}

/* A question of each kind, an answer of each kind. */
static void given_full_asks(struct observed_asks *asked)
{
    struct ask *ask = asked->asks;

    asked->count = 4;
    ask[0] = (struct ask){ .kind = ASK_CONNECT,
                           .local = address_of("10.0.0.1"),
                           .remote = address_of("10.0.0.2"),
                           .remote_port = 443,
                           .device = 2,
                           .answer = ASK_NONE,
                           .confirmed = true,
                           .microseconds = 4294967295 };
    ask[1] = (struct ask){ .kind = ASK_BIND,
                           .local = address_of("0.0.0.0"),
                           .answer = ASK_NONE,
                           .microseconds = 3 };
    ask[2] = (struct ask){ .kind = ASK_UDP_CONNECT,
                           .remote = address_of("127.99.99.99"),
                           .remote_port = 9,
                           .unused = true,
                           .answer = ASK_FREE };
    ask[3] = (struct ask){ .kind = ASK_UDP_BIND, .local = address_of("::") };
    (void)snprintf(ask[3].reason, sizeof ask[3].reason, "bind: 10049");
    (void)snprintf(asked->not_asked, sizeof asked->not_asked,
                   "20 ms of CPU time were used up");
}

static void given_full_sockets(struct observation *seen)
{
    struct observed_tcp *tcp = &seen->tcp;

    tcp->reading.known = true;
    tcp->time_wait = 20123;
    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        tcp->states[i] = 1000 + i;
    tcp->ports_used = 28230;
    tcp->time_wait_only_known = true;
    tcp->ports_time_wait_only = 9000;
    tcp->closings = (struct observed_closings){
        .known = true, .busiest_known = true, .young_ms = 1000, .limit = 262144
    };
    for (uint32_t i = 0; i < CLOSINGS_AGES; i++) {
        tcp->closings.all.by_age[i] = 1000 + i;
        tcp->closings.busiest.by_age[i] = 100 + i;
    }
    tcp->closings.all.young = 23;
    tcp->closings.busiest.young = 21;
    tcp->ports_blocked = 7;
    tcp->closed_known = CLOSED_SAMPLED;
    tcp->ports_closed = 28223;
    tcp->closed_asked = 1024;
    tcp->odd_usable = 14116;
    tcp->odd_used = 14116;
    tcp->bound_known = true;
    tcp->bound_possible = 11;
    (void)snprintf(tcp->bound_unread, sizeof tcp->bound_unread, "the walk failed");
    tcp->destinations_seen = 786432;
    tcp->untracked_bound = 19;
    given_full_devices(tcp);
    given_full_destinations(tcp);
    given_full_asks(&seen->asked);
    (void)snprintf(tcp->source, sizeof tcp->source, "sock_diag");
    seen->udp.reading.known = true;
    seen->udp.ports_used = 12;
    (void)snprintf(seen->udp.source, sizeof seen->udp.source, "/proc/net/udp");
}

static struct observed_setting *given_setting(struct observation *seen, const char *name,
                                              enum setting_presence presence,
                                              const char *reason)
{
    struct observed_setting *setting = &seen->settings[seen->setting_count++];

    (void)snprintf(setting->name, sizeof setting->name, "%s", name);
    (void)snprintf(setting->reason, sizeof setting->reason, "%s", reason);
    setting->presence = presence;
    return setting;
}

static void given_file(struct observed_setting *setting, const char *path)
{
    setting->boot = BOOT_SET;
    (void)snprintf(setting->boot_source, sizeof setting->boot_source, "%s", path);
}

static void given_full_settings(struct observation *seen)
{
    struct observed_setting *range =
        given_setting(seen, "ip_local_port_range", SETTING_SET, "");
    struct observed_setting *number = given_setting(seen, "net.ipv4.x", SETTING_SET, "");
    struct observed_setting *unread = given_setting(
        seen, "DynamicPortRangeTcp", SETTING_UNREAD, "netsh prints nothing");

    range->value.kind = SETTING_PORT_RANGE;
    range->value.range.first = 32768;
    range->value.range.last = 60999;
    number->value.number = -9007199254740993;
    unread->value.kind = SETTING_PORT_RANGE;
    given_file(range, "/etc/sysctl.d/90-port-exhaustion.conf");
    range->boot_value.kind = SETTING_PORT_RANGE;
    range->boot_value.range.first = 10000;
    range->boot_value.range.last = 65535;
    given_file(number, "/etc/sysctl.d/\xC3\xAB.conf");
    number->boot_value.number = 9007199254740993;
    given_setting(seen, "tcp_timestamps", SETTING_SET, "")->boot = BOOT_UNSET;
    given_setting(seen, "TcpTimedWaitDelay", SETTING_OS_DEFAULT, "")->waiting_since_s =
        1769903000;
    given_file(given_setting(seen, "tcp_tw_recycle", SETTING_MISSING, ""), "/x.conf");
    (void)given_setting(seen, "StrictTimeWaitSeqCheck", SETTING_WRONG_TYPE, "REG_SZ");
}

static void given_full(struct observation *seen)
{
    seen->os.kind = OS_LINUX;
    seen->os.major = 6;
    seen->os.minor = 1;
    seen->os.build = 4294967295;
    (void)snprintf(seen->host, sizeof seen->host, "w\xC3\xAB-1.example.org");
    seen->time_s = 1769903999;
    given_full_ranges(seen);
    given_full_sockets(seen);
    given_full_settings(seen);
    seen->time_wait_overflow_known = true;
    seen->time_wait_overflow = INT64_MAX;
    for (int i = 0; i < OBSERVED_NOTES_MAX; i++)
        observation_note(seen, "note %d with \"quotes\" and \\", i);
    seen->interrupted_since_s = 1769903001;
    seen->rows = 1234567;
    seen->duration_us = 127000;
}

static void test_observation_json_brings_a_full_one_back_to_the_byte(void **state)
{
    struct bench *bench = *state;

    given_full(&bench->seen);
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_json_brings_an_empty_one_back_to_the_byte(void **state)
{
    struct bench *bench = *state;

    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_to_json_stays_below_the_size_of_a_file(void **state)
{
    struct bench *bench = *state;

    given_full(&bench->seen);
    go_round(bench);

    assert_in_range(bench->json.length, 1000, OBSERVATION_FILE_MAX / 8);
}

static void test_observation_to_json_leaves_out_what_nobody_asked_for(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    bench->seen.os.kind = OS_WINDOWS;
    assert_true(observation_to_json(&bench->seen, &bench->json, &err));

    assert_string_equal(text_string(&bench->json),
                        "{\n"
                        "  \"schema\": 1,\n"
                        "  \"program\": \"check_port_exhaustion\",\n"
                        "  \"version\": \"" PORT_EXHAUSTION_VERSION "\",\n"
                        "  \"os\": {\n"
                        "    \"kind\": \"windows\",\n"
                        "    \"major\": 0,\n"
                        "    \"minor\": 0,\n"
                        "    \"build\": 0\n"
                        "  },\n"
                        "  \"host\": \"\",\n"
                        "  \"time\": \"1970-01-01T00:00:00Z\",\n"
                        "  \"range\": {},\n"
                        "  \"settings\": {},\n"
                        "  \"notes\": [],\n"
                        "  \"cost\": {\n"
                        "    \"rows\": 0,\n"
                        "    \"microseconds\": 0\n"
                        "  }\n"
                        "}\n");
}

/* An answer without a reason has none. */
static void test_observation_to_json_leaves_out_a_reason_that_is_none(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    bench->seen.asked.count = 1;
    bench->seen.asked.asks[0] = (struct ask){ .kind = ASK_BIND, .answer = ASK_FREE };
    assert_true(observation_to_json(&bench->seen, &bench->json, &err));

    assert_non_null(strstr(text_string(&bench->json), "\"answer\": \"free\""));
    assert_null(strstr(text_string(&bench->json), "\"reason\""));
}

static void test_observation_to_json_says_why_a_part_could_not_be_read(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    (void)snprintf(bench->seen.tcp.reading.reason, ERR_TEXT_SIZE, "access denied");
    assert_true(observation_to_json(&bench->seen, &bench->json, &err));

    assert_non_null(
        strstr(text_string(&bench->json),
               "  \"tcp\": {\n    \"unreadable\": \"access denied\"\n  },\n"));
}

static void test_observation_json_brings_back_which_part_was_unreadable(void **state)
{
    struct bench *bench = *state;
    struct observed_range *range = &bench->seen.range[IP_PROTOCOL_UDP];

    (void)snprintf(range->reading.reason, ERR_TEXT_SIZE, "exit code 1");
    (void)snprintf(range->unread, OBSERVED_PART_SIZE, "excluded UDP ports of IPv6");
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_json_brings_back_an_unread_auto_reuse_range(void **state)
{
    struct bench *bench = *state;
    struct observed_range *range = &bench->seen.range[IP_PROTOCOL_TCP];

    given_full_ranges(&bench->seen);
    memset(&range->auto_reuse, 0, sizeof range->auto_reuse);
    (void)snprintf(range->auto_reuse.unread, ERR_TEXT_SIZE, "WMI did not answer");
    go_round(bench);

    assert_memory_equal(&bench->read, &bench->seen, sizeof bench->seen);
}

static void test_observation_to_json_tells_what_the_next_boot_brings(void **state)
{
    struct bench *bench = *state;
    struct observed_setting *file =
        given_setting(&bench->seen, "tcp_tw_reuse", SETTING_SET, "");
    struct observed_setting *nothing =
        given_setting(&bench->seen, "tcp_timestamps", SETTING_SET, "");

    file->value.number = 1;
    file->boot_value.number = 2;
    given_file(file, "/etc/sysctl.d/x.conf");
    file->waiting_since_s = 1;
    nothing->boot = BOOT_UNSET;
    assert_true(observation_to_json(&bench->seen, &bench->json, NULL));

    assert_non_null(strstr(text_string(&bench->json),
                           "    \"tcp_tw_reuse\": {\n"
                           "      \"state\": \"set\",\n"
                           "      \"value\": 1,\n"
                           "      \"at_boot\": 2,\n"
                           "      \"at_boot_source\": \"/etc/sysctl.d/x.conf\",\n"
                           "      \"waiting_since\": \"1970-01-01T00:00:01Z\"\n"
                           "    },\n"
                           "    \"tcp_timestamps\": {\n"
                           "      \"state\": \"set\",\n"
                           "      \"value\": 0,\n"
                           "      \"at_boot\": null\n"
                           "    }\n"));
}

static void test_observation_to_json_leaves_out_states_without_sockets(void **state)
{
    struct bench *bench = *state;
    struct error err = { 0 };

    bench->seen.tcp.reading.known = true;
    bench->seen.tcp.states[CONN_ESTABLISHED] = 3;
    assert_true(observation_to_json(&bench->seen, &bench->json, &err));

    assert_non_null(strstr(text_string(&bench->json),
                           "    \"states\": {\n      \"established\": 3\n    },\n"));
}

static void test_observation_to_json_cleans_foreign_bytes(void **state)
{
    struct bench *bench = *state;

    (void)snprintf(bench->seen.host, sizeof bench->seen.host, "h\xFFst\n1");
    observation_note(&bench->seen, "interface \x01\xC3");
    go_round(bench);

    assert_string_equal(bench->read.host, "h?st 1");
    assert_string_equal(bench->read.notes[0], "interface  ?");
}

static void test_observation_to_json_cuts_counts_beyond_json_integers(void **state)
{
    struct bench *bench = *state;

    bench->seen.time_wait_overflow_known = true;
    bench->seen.time_wait_overflow = UINT64_MAX;
    bench->seen.duration_us = -1;
    go_round(bench);

    assert_true(bench->read.time_wait_overflow == INT64_MAX);
    assert_int_equal(bench->read.duration_us, 0);
}

static void test_observation_from_json_survives_every_cut(void **state)
{
    struct bench *bench = *state;

    given_full(&bench->seen);
    bench->seen.tcp.top_count = 2;
    go_round(bench);

    /* The last byte is the newline, which may go. */
    for (size_t length = 0; length + 1 < bench->json.length; length++)
        if (observation_from_json(text_string(&bench->json), length, &bench->read, NULL))
            fail_msg("accepted when cut after %u bytes", (unsigned int)length);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_bench, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_json_brings_a_full_one_back_to_the_byte),
        TEST(test_observation_json_brings_an_empty_one_back_to_the_byte),
        TEST(test_observation_to_json_stays_below_the_size_of_a_file),
        TEST(test_observation_to_json_leaves_out_what_nobody_asked_for),
        TEST(test_observation_to_json_leaves_out_a_reason_that_is_none),
        TEST(test_observation_to_json_says_why_a_part_could_not_be_read),
        TEST(test_observation_json_brings_back_which_part_was_unreadable),
        TEST(test_observation_json_brings_back_an_unread_auto_reuse_range),
        TEST(test_observation_to_json_tells_what_the_next_boot_brings),
        TEST(test_observation_to_json_leaves_out_states_without_sockets),
        TEST(test_observation_to_json_cleans_foreign_bytes),
        TEST(test_observation_to_json_cuts_counts_beyond_json_integers),
        TEST(test_observation_from_json_survives_every_cut),
    };

    return cmocka_run_group_tests_name("model/observation_json", tests, NULL, NULL);
}
