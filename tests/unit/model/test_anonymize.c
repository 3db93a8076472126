/* SPDX-License-Identifier: MIT */
/* Nobody is named, equal stays equal, and numbers stay. */
#include "checks/model/anonymize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/bench.h"

/* In every name and every text. */
#define CANARY "canary7"

static struct ip_address address_of(const char *text)
{
    struct ip_address address = { { 0 } };

    assert_true(ip_address_parse(text, &address));
    return address;
}

#define SAY(field, ...) ((void)snprintf(field, sizeof(field), __VA_ARGS__))

static void given_owners(struct observed_owners *owners)
{
    static const enum owner_kind kinds[] = { OWNER_UNIT, OWNER_CONTAINER, OWNER_POD,
                                             OWNER_USER, OWNER_UNIT };

    owners->count = 5;
    for (size_t i = 0; i < owners->count; i++) {
        owners->list[i].kind = kinds[i];
        SAY(owners->list[i].user, "%s%s", CANARY, i == 4 ? "0" : "user");
        SAY(owners->list[i].program, "%s.exe", CANARY);
        owners->list[i].pid_count = 1;
        owners->list[i].pids[0].pid = 4711;
    }
    SAY(owners->list[0].name, CANARY "@.service");
    SAY(owners->list[1].name, "0123" CANARY);
    SAY(owners->list[2].name, CANARY "-pod");
    SAY(owners->list[4].name, CANARY ".scope");
    SAY(owners->reading.reason, "a " CANARY);
    SAY(owners->unread, "b " CANARY);
}

static void given_sockets(struct observation *seen)
{
    struct observed_tcp *tcp = &seen->tcp;

    tcp->top_count = 2;
    for (size_t i = 0; i < 2; i++) {
        tcp->top[i].local = address_of("203.0.113.77");
        tcp->top[i].remote = address_of(i == 0 ? "203.0.113.78" : "fe80::77");
        tcp->top[i].remote_port = 443;
        tcp->top[i].device = 7;
    }
    tcp->device_count = 2;
    tcp->devices[0].index = 7;
    tcp->devices[1].index = 8;
    SAY(tcp->devices[0].name, CANARY);
    SAY(tcp->devices[1].name, "lo");
    SAY(tcp->reading.reason, "c " CANARY);
    SAY(tcp->bound_unread, "d " CANARY);
    SAY(tcp->source, "e " CANARY);
    SAY(seen->udp.reading.reason, "f " CANARY);
    SAY(seen->conntrack.reading.reason, "F " CANARY);
    SAY(seen->events.reading.reason, "K " CANARY);
    SAY(seen->udp.source, "g " CANARY);
    seen->asked.count = 2;
    seen->asked.asks[0].local = address_of("203.0.113.77");
    seen->asked.asks[0].remote = address_of("127.99.99.99");
    seen->asked.asks[1].remote = address_of("2001:db8:77::77");
    SAY(seen->asked.asks[0].reason, "h " CANARY);
    SAY(seen->asked.not_asked, "i " CANARY);
}

static void given_all(struct observation *seen)
{
    SAY(seen->host, CANARY ".example.org");
    given_owners(&seen->owners);
    given_sockets(seen);
    SAY(seen->look.unread, "j " CANARY);
    for (size_t i = 0; i < IP_PROTOCOL_COUNT; i++) {
        SAY(seen->range[i].reading.reason, "k " CANARY);
        SAY(seen->range[i].unread, "l " CANARY);
        SAY(seen->range[i].source, "m " CANARY);
        SAY(seen->range[i].auto_reuse.unread, "n " CANARY);
        SAY(seen->wider[i].reading.reason, "q " CANARY);
    }
    seen->setting_count = 2;
    SAY(seen->settings[0].name, "tcp_tw_reuse");
    SAY(seen->settings[0].reason, "o " CANARY);
    SAY(seen->settings[0].boot_source, "/etc/sysctl.d/" CANARY ".conf");
    SAY(seen->settings[0].boot_refused,
        "/etc/sysctl.d/" CANARY ".conf:7: the kernel refuses '" CANARY "'");
    SAY(seen->settings[1].name, "tcp_timestamps");
    SAY(seen->settings[1].boot_source, "/home/" CANARY "/a.conf");
    observation_note(seen, "p " CANARY "user, 203.0.113.78 and 203.0.113.79");
}

static bool has_bytes(const void *in, size_t size, const char *wanted)
{
    const char *bytes = in;

    for (size_t i = 0; i + strlen(wanted) <= size; i++)
        if (memcmp(bytes + i, wanted, strlen(wanted)) == 0)
            return true;
    return false;
}

/* The memory behind the end of a shorter name, too. */
static void test_observation_anonymize_leaves_no_byte_of_a_name(void **state)
{
    struct bench *bench = *state;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    assert_true(has_bytes(&bench->seen, sizeof bench->seen, "canary"));
    assert_false(has_bytes(&bench->read, sizeof bench->read, "canary"));
    assert_false(has_bytes(&bench->read, sizeof bench->read, "example"));
    assert_false(has_bytes(&bench->read, sizeof bench->read, "\xCB\x00\x71"));
}

static void test_observation_anonymize_keeps_equal_names_equal(void **state)
{
    struct bench *bench = *state;
    const struct owner *list = bench->read.owners.list;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    assert_string_equal(bench->read.host, "host-1");
    assert_string_equal(list[0].name, "unit-1.service");
    assert_string_equal(list[1].name, "container-1");
    assert_string_equal(list[2].name, "pod-1");
    assert_string_equal(list[3].name, "");
    assert_string_equal(list[4].name, "unit-2.scope");
    assert_string_equal(list[0].user, "user-1");
    assert_string_equal(list[3].user, "user-1");
    assert_string_equal(list[4].user, "user-2");
    assert_string_equal(list[4].program, "program-1");
    assert_string_equal(bench->read.tcp.devices[0].name, "device-1");
    assert_string_equal(bench->read.tcp.devices[1].name, "lo");
    assert_string_equal(bench->read.settings[0].boot_source, "/etc/sysctl.d/file-1");
    assert_string_equal(bench->read.settings[1].boot_source, "file-2");
}

static void expect_address(const struct ip_address *address, const char *expected)
{
    char text[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(address, text);
    assert_string_equal(text, expected);
}

static void test_observation_anonymize_numbers_addresses_of_each_family(void **state)
{
    struct bench *bench = *state;
    const struct observation *out = &bench->read;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    expect_address(&out->tcp.top[0].local, "192.0.2.1");
    expect_address(&out->tcp.top[0].remote, "192.0.2.2");
    expect_address(&out->tcp.top[1].local, "192.0.2.1");
    expect_address(&out->tcp.top[1].remote, "fe80::3");
    expect_address(&out->asked.asks[0].local, "192.0.2.1");
    expect_address(&out->asked.asks[0].remote, "127.99.99.99");
    expect_address(&out->asked.asks[1].remote, "2001:db8::4");
}

static void test_observation_anonymize_names_nobody_in_texts(void **state)
{
    struct bench *bench = *state;
    const struct observation *out = &bench->read;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    assert_string_equal(out->notes[0], "p user-1, 192.0.2.2 and 192.0.2.5");
    assert_int_equal(out->notes[0][OBSERVED_NOTE_SIZE - 1], 0);
    assert_string_equal(out->tcp.bound_unread, "d host-1");
    assert_string_equal(out->settings[0].boot_refused,
                        "/etc/sysctl.d/file-1:7: the kernel refuses ?");
}

static void test_observation_anonymize_keeps_numbers_and_settings(void **state)
{
    struct bench *bench = *state;
    const struct observation *out = &bench->read;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    assert_int_equal(out->tcp.top[1].remote_port, 443);
    assert_int_equal(out->tcp.top[1].device, 7);
    assert_int_equal(out->owners.list[3].pids[0].pid, 4711);
    assert_string_equal(out->settings[1].name, "tcp_timestamps");
}

static void test_observation_anonymize_of_one_that_is_changes_nothing(void **state)
{
    struct bench *bench = *state;
    static struct observation again;

    given_all(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);
    observation_anonymize(&bench->read, &again);

    assert_memory_equal(&again, &bench->read, sizeof again);
}

/* As many as an observation can have, and all different. */
static void given_many_addresses(struct observation *seen)
{
    seen->tcp.top_count = OBSERVED_DESTINATIONS_MAX;
    for (size_t i = 0; i < OBSERVED_DESTINATIONS_MAX; i++) {
        seen->tcp.top[i].local.bytes[14] = 1;
        seen->tcp.top[i].local.bytes[15] = (uint8_t)(i + 10);
        seen->tcp.top[i].remote.bytes[14] = 2;
        seen->tcp.top[i].remote.bytes[15] = (uint8_t)(i + 10);
    }
    seen->asked.count = ASKS_MAX;
    for (size_t i = 0; i < ASKS_MAX; i++) {
        seen->asked.asks[i].local.bytes[14] = 3;
        seen->asked.asks[i].local.bytes[15] = (uint8_t)(i + 10);
        seen->asked.asks[i].remote.bytes[14] = 4;
        seen->asked.asks[i].remote.bytes[15] = (uint8_t)(i + 10);
    }
}

static void test_observation_anonymize_has_a_number_for_each_address(void **state)
{
    struct bench *bench = *state;
    const struct observation *out = &bench->read;

    given_many_addresses(&bench->seen);
    observation_anonymize(&bench->seen, &bench->read);

    expect_address(&out->tcp.top[99].remote, "2001:db8::c8");
    expect_address(&out->asked.asks[ASKS_MAX - 1].remote, "2001:db8::e8");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_bench, free_bench)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_anonymize_leaves_no_byte_of_a_name),
        TEST(test_observation_anonymize_keeps_equal_names_equal),
        TEST(test_observation_anonymize_numbers_addresses_of_each_family),
        TEST(test_observation_anonymize_names_nobody_in_texts),
        TEST(test_observation_anonymize_keeps_numbers_and_settings),
        TEST(test_observation_anonymize_of_one_that_is_changes_nothing),
        TEST(test_observation_anonymize_has_a_number_for_each_address),
    };

    return cmocka_run_group_tests_name("model/anonymize", tests, NULL, NULL);
}
