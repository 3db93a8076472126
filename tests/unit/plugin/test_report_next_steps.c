/* SPDX-License-Identifier: MIT */
/* Next step and section of what the numbers do not show. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_details.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE };

static const char *next_steps(void)
{
    return print_part(report_next_steps, TCP_USAGE, 0);
}

static const char *section(void)
{
    return print_part(report_runbook, TCP_USAGE, 0);
}

static const char binders[] =
    "why:  bind() finds fewer ports than connect(): programs that call it first are slow "
    "or fail (those with a source address of their own: nginx proxy_bind, HAProxy "
    "source, "
    "a local address in Java)\n"
    "next: remove that address, or set IP_BIND_ADDRESS_NO_PORT there (current nginx and "
    "HAProxy do)\n";

static void test_next_steps_of_a_refusal_that_the_number_does_not_explain(void **state)
{
    (void)state;

    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)next_steps();

    assert_has_words(
        "why:  10.0.0.5:443: the system finds no port, and the sockets of this "
        "destination are too few to be the reason\n"
        "next: end other sockets on the range, or widen it\n");
    assert_string_equal(section(), "\nrunbook.md: A new connection finds no free port\n");
}

static void test_next_steps_of_time_wait_that_is_not_reused(void **state)
{
    (void)state;

    scene.seen.tcp.top_count = 0;
    given_time_wait(&scene.seen, "10.0.0.5", 443, 90, 80);
    scene.seen.tcp.ports_used = 95;
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)next_steps();

    assert_has_words(
        "why:  10.0.0.5:443: TIME_WAIT is not reused there (a server without "
        "TCP timestamps, or they were switched on later)\n"
        "next: reuse connections (keep-alive, a connection pool)");
    assert_string_equal(section(), "\nrunbook.md: A new connection finds no free port\n");
    scene.seen.tcp.top[0].sockets = scene.seen.tcp.top[0].time_wait = 49;
    scene.seen.tcp.top[0].reusable = 40;
    (void)next_steps();
    assert_has_words("too few to be the reason");
}

static void test_next_steps_name_the_device(void **state)
{
    (void)state;

    scene.seen.tcp.top[0].sockets = scene.seen.tcp.top[0].established = 90;
    scene.seen.tcp.top[0].device = 2;
    given_device(&scene.seen, 2, "eth0");

    assert_text_has(next_steps(), "why:  10.0.0.5:443 over eth0: too many connections");
}

static void test_next_steps_of_a_refusal_that_the_number_explains(void **state)
{
    (void)state;

    scene.seen.tcp.top[0].sockets = scene.seen.tcp.top[0].time_wait = 90;
    scene.seen.tcp.top[0].established = 0;
    given_ask(&scene.seen, ASK_CONNECT, "10.0.0.5", 443, ASK_NONE);
    (void)next_steps();

    assert_has("why:  10.0.0.5:443: many short connections");
    assert_string_equal(section(), "\nrunbook.md: Many short connections\n");
    scene.seen.tcp.top[0].sockets = 89;
    assert_string_equal(section(), "\nrunbook.md: A new connection finds no free port\n");
}

static void test_next_steps_of_closed_ports_name_the_option(void **state)
{
    (void)state;

    given_closed(&scene.seen, CLOSED_EXACT, 60);
    (void)next_steps();

    assert_has_words(
        "why:  10.0.0.5:443: programs with a source address of their own (nginx "
        "proxy_bind, HAProxy source, a local address in Java) take ports by bind() "
        "before "
        "connect(): unusable for every destination\n"
        "next: remove that address, or set IP_BIND_ADDRESS_NO_PORT there (current nginx "
        "and HAProxy do)\n"
        "next: check_port_exhaustion -o explain: who holds the ports, and what to do at "
        "once (root sees programs too)\n");
    assert_string_equal(section(), "\nrunbook.md: Programs take ports by bind()\n");
}

/* Of the ports that the busiest destination cannot use. */
static void test_next_steps_blame_what_fills_the_range_most(void **state)
{
    (void)state;

    set_limit(&scene.limits[METRIC_DESTINATION_USAGE].warning, "5");
    given_closed(&scene.seen, CLOSED_EXACT, 9);
    assert_text_has(next_steps(), "why:  10.0.0.5:443: too many connections are open");
    given_closed(&scene.seen, CLOSED_EXACT, 10);
    assert_text_has(next_steps(), "why:  10.0.0.5:443: programs with a source address");
    scene.seen.tcp.ports_blocked = 21;
    assert_text_has(next_steps(), "why:  10.0.0.5:443: listeners hold ports");
}

static void test_next_steps_of_a_slow_bind_name_the_option(void **state)
{
    (void)state;

    scene.seen.tcp.ports_used = 48;
    scene.seen.tcp.odd_usable = 50;
    scene.seen.tcp.odd_used = 48;

    (void)next_steps();

    assert_has_words(binders);
    assert_string_equal(section(), "\nrunbook.md: Programs take ports by bind()\n");
}

static void test_next_steps_say_of_bind_once(void **state)
{
    const char *first;
    (void)state;

    given_closed(&scene.seen, CLOSED_EXACT, 60);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);
    first = strstr(next_steps(), "IP_BIND_ADDRESS_NO_PORT");

    assert_non_null(first);
    assert_text_has_not(first + 1, "IP_BIND_ADDRESS_NO_PORT");
}

static void test_next_steps_of_a_full_destination_beside_a_refused_bind(void **state)
{
    (void)state;

    scene.seen.tcp.top[0].sockets = scene.seen.tcp.top[0].established = 95;
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);
    (void)next_steps();

    assert_has("why:  10.0.0.5:443: too many connections are open at once");
    assert_has_words(binders);
    assert_string_equal(section(), "\nrunbook.md: Too many connections are open\n");
}

static void test_next_steps_of_a_refusal_on_windows(void **state)
{
    (void)state;

    scene.seen.os.kind = OS_WINDOWS;
    judged_defaults(&scene);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);

    assert_text_has(next_steps(), "why:  TCP ports: too many connections are open at");
    assert_has_words("\nnext: check_port_exhaustion -o explain: who holds the ports, and "
                     "what to do at once\n");
    assert_string_equal(section(), "\nrunbook.md: Too many connections are open\n");
}

/* One of each cause; where none stands out, of the metric. */
static void test_section_is_that_of_the_cause(void **state)
{
    struct destination *to = &scene.seen.tcp.top[0];
    (void)state;

    set_limit(&scene.limits[METRIC_DESTINATION_USAGE].warning, "5");
    scene.seen.tcp.ports_used = 10;
    assert_string_equal(section(), "\nrunbook.md: Too many connections are open\n");
    to->established = 0;
    assert_string_equal(section(), "\nrunbook.md: One destination has no ports left\n");
    to->time_wait = 10;
    assert_string_equal(section(), "\nrunbook.md: Many short connections\n");
    to->close_wait = 11;
    assert_string_equal(section(),
                        "\nrunbook.md: A program does not close its connections\n");
    to->syn_sent = 12;
    assert_string_equal(section(), "\nrunbook.md: Nobody answers\n");
    to->fin_wait_2 = 13;
    assert_string_equal(section(),
                        "\nrunbook.md: The other side does not close its connections\n");
    given_bound(&scene.seen, 30);
    assert_string_equal(section(), "\nrunbook.md: Ports are bound and not used\n");
    given_listeners(&scene.seen, 60);
    scene.seen.tcp.states[CONN_LISTEN] = 60;
    assert_string_equal(section(), "\nrunbook.md: Listeners are in the range\n");
    scene.limits[METRIC_DESTINATION_USAGE].warning.end = 100;
    scene.limits[METRIC_DESTINATION_USAGE].critical.end = 100;
    scene.limits[METRIC_PORT_USAGE].warning.end = 5;
    scene.seen.tcp.ports_used = 10;
    scene.seen.tcp.ports_blocked = 0;
    to->time_wait = to->close_wait = to->syn_sent = to->fin_wait_2 = 0;
    assert_string_equal(section(), "\nrunbook.md: The range has no ports left\n");
}

static void test_section_of_an_unknown_state_is_that_of_unknown(void **state)
{
    (void)state;

    scene.seen.tcp.ports_used = 10;
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 90;
    scene.seen.tcp.bound_unread[0] = '!';

    assert_string_equal(section(), "\nrunbook.md: The check says UNKNOWN\n");
}

#define ASKED_TEST(test)                                                                 \
    cmocka_unit_test_setup_teardown(test, given_used_linux, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ASKED_TEST(test_next_steps_of_a_refusal_that_the_number_does_not_explain),
        ASKED_TEST(test_next_steps_of_time_wait_that_is_not_reused),
        ASKED_TEST(test_next_steps_name_the_device),
        ASKED_TEST(test_next_steps_of_a_refusal_that_the_number_explains),
        ASKED_TEST(test_next_steps_of_closed_ports_name_the_option),
        ASKED_TEST(test_next_steps_blame_what_fills_the_range_most),
        ASKED_TEST(test_next_steps_of_a_slow_bind_name_the_option),
        ASKED_TEST(test_next_steps_say_of_bind_once),
        ASKED_TEST(test_next_steps_of_a_full_destination_beside_a_refused_bind),
        ASKED_TEST(test_next_steps_of_a_refusal_on_windows),
        ASKED_TEST(test_section_is_that_of_the_cause),
        ASKED_TEST(test_section_of_an_unknown_state_is_that_of_unknown),
    };

    return cmocka_run_group_tests_name("plugin/report_next_steps", tests, NULL, NULL);
}
