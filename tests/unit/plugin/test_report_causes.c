/* SPDX-License-Identifier: MIT */
/* What the line and -v say of each cause, and whom they name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plugin/report_details.h"
#include "plugin/report_summary.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

enum { TCP_USAGE = 1 << METRIC_PORT_USAGE | 1 << METRIC_DESTINATION_USAGE };

static const char *next_steps(uint32_t metrics)
{
    return print_part(report_next_steps, metrics, 0);
}

static const char *summary(enum owners_shown owners)
{
    judged_by(&scene, TCP_USAGE | 1U << METRIC_UDP_PORT_USAGE);
    scene.report.owners = owners;
    text_cut(&printed, 0);
    report_summary(&scene.report, REPORT_WORDS_MAX, &printed);
    return text_string(&printed);
}

static void given_windows_host(void)
{
    given_windows(&scene.seen);
    judged_defaults(&scene);
}

/* No state has half of the sockets. */
static void test_next_steps_of_a_full_destination(void **state)
{
    (void)state;

    given_destination(&scene.seen, "2001:db8::1", 443, 15000)->established = 7499;
    (void)next_steps(TCP_USAGE);

    assert_has_words(
        "why:  [2001:db8::1]:443: sockets in several states hold the ports, and no state "
        "stands out\n"
        "next: reuse connections (keep-alive, a connection pool), and limit how many are "
        "open at once\n"
        "next: check_port_exhaustion -o explain: who holds the ports, and what to do at "
        "once (root sees programs too)\n");
}

static void test_next_steps_of_established_limit_the_pool(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->established = 7501;
    (void)next_steps(TCP_USAGE);

    assert_has_words("why:  10.0.0.5:443: too many connections are open at once "
                     "(ESTABLISHED)");
    assert_has_words("\nnext: limit the number of connections (the size of the pool)");
    assert_has_not("reuse");
}

static void test_next_steps_of_time_wait_blame_nobody(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 15000, 0);
    (void)next_steps(TCP_USAGE);

    assert_has_words(
        "why:  10.0.0.5:443: many short connections: each one that this host "
        "closes first keeps its port for 60 s more (TIME_WAIT)\n"
        "next: reuse connections (keep-alive, a connection pool)");
    assert_has_not("ss -");
    assert_has_not("who:");
}

static void test_next_steps_of_close_wait_blame_the_program(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->close_wait = 14000;
    scene.seen.tcp.top[0].established = 0;
    (void)next_steps(TCP_USAGE);

    assert_has_words("why:  10.0.0.5:443: the other side has closed these connections, a "
                     "program on this host has not (CLOSE_WAIT)\n"
                     "next: fix that program");
}

static void given_owner(uint32_t at, const char *unit, uint32_t sockets)
{
    struct observed_owners *owners = &scene.seen.owners;
    struct owner_shares *to = &owners->destinations[0];

    owners->list[at].kind = OWNER_UNIT;
    (void)snprintf(owners->list[at].name, OWNER_NAME_SIZE, "%s", unit);
    owners->count++;
    to->list[to->count].owner = at;
    to->list[to->count++].states[CONN_CLOSE_WAIT] = sockets;
}

static void test_next_steps_name_who_has_the_sockets(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->close_wait = 15000;
    scene.seen.tcp.top[0].established = 0;
    given_owner(0, "mailer.service", 12000);
    (void)next_steps(TCP_USAGE);
    assert_has("\nwho:  mailer.service 12000 of 15000 sockets\nnext: fix");
    given_owner(1, "report.service", 2500);
    (void)next_steps(TCP_USAGE);
    assert_has("\nwho:  mailer.service 12000, report.service 2500, of 15000 sockets\n");

    judged_by(&scene, TCP_USAGE);
    scene.report.owners = OWNERS_NONE;
    text_cut(&printed, 0);
    report_next_steps(&scene.report, &printed);
    assert_has_not("who:");
}

static void test_next_steps_name_who_opens_the_connections(void **state)
{
    struct observed_look *look = &scene.seen.look;
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 15000, 0);
    given_owner(0, "etl.service", 0);
    look->exact = true;
    look->opened = 1500;
    look->openers[0].opened = 1400;
    look->count = 1;
    (void)next_steps(TCP_USAGE);

    assert_has("\nwho:  etl.service 1400 of 1500 connections opened\n");
}

static void test_next_steps_of_a_server_that_does_not_answer(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 15000)->syn_sent = 14000;
    scene.seen.tcp.top[0].established = 0;
    (void)next_steps(TCP_USAGE);

    assert_has_words("why:  10.0.0.5:443: nobody answers (SYN_SENT)");
    assert_has_words("\nnext: check that server and the firewalls on the way");
    assert_has_not("restart");
}

static void test_next_steps_of_blocked_ports(void **state)
{
    (void)state;

    given_bound(&scene.seen, 15000);
    (void)next_steps(TCP_USAGE);

    assert_has_words("why:  a program takes ports by bind() and does not connect");
    assert_has_words("\nnext: let that program close sockets that it does not use");
}

static void test_next_steps_of_destinations_not_told_apart(void **state)
{
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 10);
    scene.seen.tcp.untracked_bound = 15000;
    (void)next_steps(TCP_USAGE);

    assert_has("why:  too many destinations to tell which one is the busiest\n");
}

static void test_next_steps_on_windows(void **state)
{
    (void)state;

    given_windows_host();
    given_destination(&scene.seen, "10.0.0.5", 443, 15900)->established = 0;
    scene.seen.tcp.top[0].close_wait = 15900;
    (void)next_steps(TCP_USAGE);

    assert_has_words(
        "why:  TCP ports: the other side has closed these connections, a program on this "
        "host has not (CLOSE_WAIT)\n"
        "next: fix that program: it must close a connection when the other side has "
        "closed it (a larger range only delays the next failure)\n"
        "next: check_port_exhaustion -o explain: who holds the ports, and what to do at "
        "once\n");
    assert_has_not("reuse");
    assert_has_not("widen");
}

static void test_next_steps_of_two_usages_with_one_cause_say_it_once(void **state)
{
    const char *first;
    (void)state;

    given_destination(&scene.seen, "10.0.0.5", 443, 28000);
    first = strstr(next_steps(TCP_USAGE), "why:");

    assert_non_null(first);
    assert_text_has_not(first + 1, "why:");
}

static void test_next_steps_of_udp(void **state)
{
    (void)state;

    given_udp_ports(&scene.seen, 28000);
    (void)next_steps(1U << METRIC_UDP_PORT_USAGE);

    assert_has_words("why:  UDP ports: open UDP sockets hold their ports");
    assert_has_words("\nnext: fix that program: close sockets after use");
}

static void test_next_steps_of_a_time_wait_threshold(void **state)
{
    (void)state;

    given_time_wait(&scene.seen, "10.0.0.5", 443, 200, 0);
    assert_true(threshold_parse("100", &scene.limits[METRIC_TIME_WAIT].warning, NULL));

    (void)next_steps(1U << METRIC_TIME_WAIT);

    assert_has_words("why:  many short connections: each one that this host closes first "
                     "keeps its port for 60 s more (TIME_WAIT)\n"
                     "next: reuse connections (keep-alive, a connection pool), or spread "
                     "them over more addresses\n");
}

/* What a server removes, mangles or takes for the begin of perfdata. */
static void test_summary_of_every_cause_has_no_character_that_servers_mangle(void **state)
{
    static const struct {
        const char *name;
        enum conn_state conn;
        uint16_t offset; /* of its count in a destination */
    } rows[] = {
        { "short", CONN_TIME_WAIT, offsetof(struct destination, time_wait) },
        { "open", CONN_ESTABLISHED, offsetof(struct destination, established) },
        { "leak", CONN_CLOSE_WAIT, offsetof(struct destination, close_wait) },
        { "no answer", CONN_SYN_SENT, offsetof(struct destination, syn_sent) },
        { "there", CONN_FIN_WAIT_2, offsetof(struct destination, fin_wait_2) },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct observed_owners *owners = &scene.seen.owners;
        const uint16_t sockets = 28000;
        struct destination *to;

        (void)given_idle_linux(NULL);
        to = given_destination(&scene.seen, "10.0.0.5", 443, sockets);
        to->established = 0;
        memcpy((char *)to + rows[i].offset, &sockets, sizeof sockets);
        given_udp_ports(&scene.seen, 28000);
        owners->list[0].kind = OWNER_UNIT;
        (void)snprintf(owners->list[0].name, OWNER_NAME_SIZE, "a;b`c$|d'\"<>&~\\");
        owners->destinations[0].count = owners->udp.count = 1;
        owners->destinations[0].list[0].states[rows[i].conn] = sockets;
        owners->udp.list[0].sockets = sockets;
        if (strpbrk(summary(OWNERS_SYSTEM), "`~$&|'\"<>;\\"))
            fail_msg("%s: %s", rows[i].name, summary(OWNERS_SYSTEM));
    }
}

static void test_summary_names_whoever_nobody_answers_without_blame(void **state)
{
    struct observed_owners *owners = &scene.seen.owners;
    struct destination *to;
    (void)state;

    to = given_destination(&scene.seen, "10.0.0.5", 443, 15000);
    to->established = 0;
    to->syn_sent = 15000;
    owners->list[0].kind = OWNER_UNIT;
    (void)snprintf(owners->list[0].name, OWNER_NAME_SIZE, "web.service");
    owners->destinations[0].count = 1;
    owners->destinations[0].list[0].states[CONN_SYN_SENT] = 15000;

    assert_string_equal(summary(OWNERS_SYSTEM),
                        "PORTS WARNING: 10.0.0.5:443 53.13% used (15000 of 28232, limit "
                        "50%), nobody answers web.service");
    assert_text_has(summary(OWNERS_NONE), "limit 50%), nobody answers");
    assert_text_has_not(summary(OWNERS_NONE), "web");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, given_idle_linux, clear_scene)
    const struct CMUnitTest tests[] = {
        TEST(test_summary_of_every_cause_has_no_character_that_servers_mangle),
        TEST(test_summary_names_whoever_nobody_answers_without_blame),
        TEST(test_next_steps_of_a_full_destination),
        TEST(test_next_steps_of_established_limit_the_pool),
        TEST(test_next_steps_of_time_wait_blame_nobody),
        TEST(test_next_steps_of_close_wait_blame_the_program),
        TEST(test_next_steps_name_who_has_the_sockets),
        TEST(test_next_steps_name_who_opens_the_connections),
        TEST(test_next_steps_of_a_server_that_does_not_answer),
        TEST(test_next_steps_of_blocked_ports),
        TEST(test_next_steps_of_destinations_not_told_apart),
        TEST(test_next_steps_on_windows),
        TEST(test_next_steps_of_two_usages_with_one_cause_say_it_once),
        TEST(test_next_steps_of_udp),
        TEST(test_next_steps_of_a_time_wait_threshold),
    };

    return cmocka_run_group_tests_name("plugin/report_causes", tests, NULL, NULL);
}
