/* SPDX-License-Identifier: MIT */
/* Which "no port is free" is exhaustion, which is only a note, and its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"
#include "tests/support/given.h"

static struct observation seen;
static char words[OBSERVED_NOTE_SIZE];

static int given_idle_linux(void **state)
{
    (void)state;
    given_linux(&seen);
    return 0;
}

/* `used` of 100 ports, and connect() finds none. */
static const struct ask *given_refused(uint32_t used)
{
    given_range(&seen, 40000, 40099, 0);
    seen.tcp.ports_used = used;
    return given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
}

static const char *doubt(const struct ask *ask)
{
    return ask_judgement_doubt(&seen, ask, words) ? words : "none";
}

static void test_exhaustion_needs_sockets_on_nine_tenths_of_the_ports(void **state)
{
    const struct ask *ask = given_refused(90);
    (void)state;

    assert_true(ask_is_exhaustion(&seen, ask));
    seen.tcp.ports_used = 89;

    assert_false(ask_is_exhaustion(&seen, ask));
}

static void test_exhaustion_of_few_ports_needs_all_but_two(void **state)
{
    const struct ask *ask = given_refused(6);
    (void)state;

    given_range(&seen, 40000, 40007, 0);
    assert_true(ask_is_exhaustion(&seen, ask));
    seen.tcp.ports_used = 5;

    assert_false(ask_is_exhaustion(&seen, ask));
}

static void test_exhaustion_counts_usable_ports_alone(void **state)
{
    const struct ask *ask = given_refused(45);
    (void)state;

    given_range(&seen, 40000, 40099, 50);
    assert_true(ask_is_exhaustion(&seen, ask));
    given_range(&seen, 40000, 40099, 100);

    assert_true(ask_is_exhaustion(&seen, ask));
}

static void test_exhaustion_counts_those_that_could_not_be_listed(void **state)
{
    const struct ask *ask = given_refused(50);
    (void)state;

    seen.tcp.bound_possible = 39;
    assert_false(ask_is_exhaustion(&seen, ask));
    seen.tcp.bound_possible = 40;
    assert_true(ask_is_exhaustion(&seen, ask));
    seen.tcp.bound_possible = UINT32_MAX;

    assert_true(ask_is_exhaustion(&seen, ask));
}

static void test_exhaustion_has_to_be_confirmed(void **state)
{
    const struct ask *ask = given_refused(100);
    (void)state;

    seen.asked.asks[0].confirmed = false;

    assert_false(ask_is_exhaustion(&seen, ask));
    assert_string_equal(
        doubt(ask),
        "a new connection to 10.0.0.5:443 found no free port, which was not confirmed");
}

static void test_exhaustion_is_no_other_answer(void **state)
{
    (void)state;

    given_refused(100);
    seen.asked.asks[0].answer = ASK_UNKNOWN;
    assert_false(ask_is_exhaustion(&seen, &seen.asked.asks[0]));
    assert_string_equal(doubt(&seen.asked.asks[0]), "none");
    seen.asked.asks[0].answer = ASK_FREE;

    assert_false(ask_is_exhaustion(&seen, &seen.asked.asks[0]));
    assert_string_equal(doubt(&seen.asked.asks[0]), "none");
}

static void test_exhaustion_needs_numbers(void **state)
{
    const struct ask *ask = given_refused(100);
    (void)state;

    given_unread(&seen.tcp.reading, "no netlink");
    assert_false(ask_is_exhaustion(&seen, ask));
    assert_string_equal(doubt(ask),
                        "connect() is refused, and how many ports are free is "
                        "not known");
    seen.tcp.reading.known = true;
    given_unread(&seen.range[IP_PROTOCOL_TCP].reading, "no range");

    assert_false(ask_is_exhaustion(&seen, ask));
}

static void test_exhaustion_of_udp_is_held_against_the_ports_of_udp(void **state)
{
    const struct ask *ask;
    (void)state;

    given_refused(100);
    ask = given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_NONE);
    given_udp_ports(&seen, 89);
    assert_false(ask_is_exhaustion(&seen, ask));
    assert_string_equal(doubt(ask),
                        "UDP connect() is refused though 11 of 100 ports are free: not "
                        "exhaustion");
    seen.tcp.bound_possible = 100;
    assert_false(ask_is_exhaustion(&seen, ask));
    given_udp_ports(&seen, 90);

    assert_true(ask_is_exhaustion(&seen, ask));
    given_unread(&seen.udp.reading, "no UDP");
    assert_false(ask_is_exhaustion(&seen, ask));
}

static void test_doubt_says_how_many_ports_are_free(void **state)
{
    const struct ask *ask = given_refused(30);
    (void)state;

    assert_string_equal(
        doubt(ask),
        "connect() is refused though 70 of 100 ports are free: not exhaustion");
    ask = given_ask(&seen, ASK_BIND, NULL, 0, ASK_NONE);
    assert_string_equal(
        doubt(ask),
        "bind() to port 0 is refused though 70 of 100 ports are free: not exhaustion");
    seen.tcp.ports_used = 100;
    assert_string_equal(doubt(ask), "none");
    assert_string_equal(words, "");
}

static const char *subject(const struct ask *ask)
{
    static char out[ASK_WORDS_SIZE];

    ask_words_subject(&seen, ask, out);
    return out;
}

static void test_subject_names_the_connection(void **state)
{
    (void)state;

    assert_string_equal(subject(given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE)),
                        "a new connection to 10.0.0.5:443");
    assert_string_equal(
        subject(given_ask(&seen, ASK_CONNECT, "2001:db8::5", 443, ASK_FREE)),
        "a new connection to [2001:db8::5]:443");
    assert_string_equal(subject(given_ask(&seen, ASK_CONNECT, NULL, 0, ASK_FREE)),
                        "a new connection to an unused destination");
}

static void test_subject_names_the_source_where_there_are_two(void **state)
{
    struct destination *other;
    const struct ask *ask = given_ask(&seen, ASK_CONNECT, "10.0.0.5", 443, ASK_FREE);
    (void)state;

    given_destination(&seen, "10.0.0.5", 443, 10);
    other = given_destination(&seen, "10.0.0.5", 444, 5);
    other->local.bytes[15] = 2;
    assert_string_equal(subject(ask), "a new connection to 10.0.0.5:443");
    other->remote_port = 443;

    assert_string_equal(subject(ask), "a new connection to 10.0.0.5:443 from 10.0.0.1");
    seen.tcp.top_count = 1; /* what is behind the list is not of it */
    assert_string_equal(subject(ask), "a new connection to 10.0.0.5:443");
    seen.tcp.top_count = 2;
    other->remote.bytes[15] = 6;
    assert_string_equal(subject(ask), "a new connection to 10.0.0.5:443");
}

static void test_subject_names_the_device(void **state)
{
    struct ask *ask = given_ask(&seen, ASK_CONNECT, "fe80::1", 443, ASK_FREE);
    (void)state;

    ask->device = 2;
    given_device(&seen, 2, "eth0");
    assert_string_equal(subject(ask), "a new connection to [fe80::1]:443 over eth0");
    ask->device = 3;

    assert_string_equal(subject(ask), "a new connection to [fe80::1]:443 over ?");
}

static void test_subject_of_the_longest_names_fits(void **state)
{
    const char *remote = "1111:2222:3333:4444:5555:6666:7777:8888";
    struct ask *ask = given_ask(&seen, ASK_CONNECT, remote, 65535, ASK_FREE);
    (void)state;

    ask->device = 2;
    given_device(&seen, 2, "fifteen-letters");
    given_destination(&seen, remote, 65535, 1)->local = ask->remote;
    ask->local = ask->remote;
    ask->local.bytes[15] ^= 1;

    assert_string_equal(subject(ask),
                        "a new connection to [1111:2222:3333:4444:5555:6666:7777:8888]"
                        ":65535 from 1111:2222:3333:4444:5555:6666:7777:8889 over "
                        "fifteen-letters");
}

static void test_subject_names_the_call_without_a_destination(void **state)
{
    struct ask *ask = given_ask(&seen, ASK_BIND, NULL, 0, ASK_FREE);
    (void)state;

    assert_string_equal(subject(ask), "bind() to port 0");
    memset(ask->local.bytes, 0, sizeof ask->local.bytes);
    assert_string_equal(subject(ask), "bind() to port 0 (IPv6)");
    assert_string_equal(subject(given_ask(&seen, ASK_UDP_BIND, NULL, 0, ASK_FREE)),
                        "UDP bind() to port 0");
    assert_string_equal(subject(given_ask(&seen, ASK_UDP_CONNECT, NULL, 0, ASK_FREE)),
                        "a UDP connect()");
}

#define ASK_TEST(test) cmocka_unit_test_setup(test, given_idle_linux)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASK_TEST(test_exhaustion_needs_sockets_on_nine_tenths_of_the_ports),
        ASK_TEST(test_exhaustion_of_few_ports_needs_all_but_two),
        ASK_TEST(test_exhaustion_counts_usable_ports_alone),
        ASK_TEST(test_exhaustion_counts_those_that_could_not_be_listed),
        ASK_TEST(test_exhaustion_has_to_be_confirmed),
        ASK_TEST(test_exhaustion_is_no_other_answer),
        ASK_TEST(test_exhaustion_needs_numbers),
        ASK_TEST(test_exhaustion_of_udp_is_held_against_the_ports_of_udp),
        ASK_TEST(test_doubt_says_how_many_ports_are_free),
        ASK_TEST(test_subject_names_the_connection),
        ASK_TEST(test_subject_names_the_source_where_there_are_two),
        ASK_TEST(test_subject_names_the_device),
        ASK_TEST(test_subject_of_the_longest_names_fits),
        ASK_TEST(test_subject_names_the_call_without_a_destination),
    };

    return cmocka_run_group_tests_name("checks/ask_judgement", tests, NULL, NULL);
}
