/* SPDX-License-Identifier: MIT */
/* The first lines of every screen for people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/headline.h"
#include "tests/support/given.h"
#include "tests/support/scene.h"

#define NO_WAY       "growth was not measured\n"
#define NOT_MEASURED "growth was not measured (check_port_exhaustion --look 1)\n"

static void expect(const char *lines)
{
    struct headline headline = { .seen = &scene.seen, .verdict = &scene.verdict };

    judged_by(&scene, METRICS_ALL);
    headline.metric = headline_metric(&scene.seen, &scene.verdict);
    text_clear(&printed);
    headline_lines(&headline, &printed);
    assert_string_equal(text_string(&printed), lines);
}

static struct destination *given_toward(uint16_t sockets)
{
    return given_destination(&scene.seen, "10.99.0.21", 5432, sockets);
}

static void test_headline_names_the_destination_the_number_and_the_limit(void **state)
{
    (void)state;
    given_toward(22646);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n" NOT_MEASURED);
}

static void test_headline_names_the_limit_that_is_passed(void **state)
{
    (void)state;
    given_toward(14934);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n" NOT_MEASURED);
}

static void test_headline_says_what_the_system_answered(void **state)
{
    struct ask *ask;
    (void)state;
    given_toward(22646);
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_NONE);
    ask = given_ask(&scene.seen, ASK_CONNECT, "10.99.0.21", 5432, ASK_FREE);
    ask->microseconds = 1600;

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n"
           "new connections there still find a port, but each costs 1.6 ms of CPU "
           "time\n" NOT_MEASURED);
}

static void test_headline_says_that_no_port_is_free(void **state)
{
    (void)state;
    given_toward(28231);
    given_ask(&scene.seen, ASK_CONNECT, "10.99.0.21", 5432, ASK_NONE);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "28,231 of 28,232 ports used (99%, limit 80%)\n"
           "new connections there fail: no port is free\n" NOT_MEASURED);
}

static void test_headline_of_an_answer_without_numbers_says_nothing(void **state)
{
    (void)state;
    given_toward(22646);
    given_ask(&scene.seen, ASK_CONNECT, "10.99.0.21", 5432, ASK_NONE);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n" NOT_MEASURED);
}

static void test_headline_of_attempts_names_who_does_not_answer(void **state)
{
    struct destination *to = given_toward(19613);
    (void)state;
    to->established = 0;
    to->syn_sent = 19613;

    expect("nobody answers at 10.99.0.21:5432: attempts to connect wait (SYN_SENT)\n"
           "19,613 of 28,232 ports used (69%, limit 50%)\n" NOT_MEASURED);
}

static void test_headline_of_attempts_is_no_comfort(void **state)
{
    struct destination *to = given_toward(19613);
    (void)state;
    to->established = 0;
    to->syn_sent = 19613;
    given_ask(&scene.seen, ASK_CONNECT, "10.99.0.21", 5432, ASK_FREE);

    expect(
        "nobody answers at 10.99.0.21:5432: attempts to connect wait (SYN_SENT)\n"
        "19,613 of 28,232 ports used (69%, limit 50%)\n"
        "connections there get no answer, though they still find a port\n" NOT_MEASURED);
}

static void test_headline_of_bound_sockets_has_no_there(void **state)
{
    (void)state;
    given_bound(&scene.seen, 15312);
    given_toward(900);
    given_ask(&scene.seen, ASK_CONNECT, "10.99.0.21", 5432, ASK_FREE);

    expect("ports are held by sockets that never connected: each is unusable for every "
           "destination\n"
           "16,212 of 28,232 ports used (57%, limit 50%)\n"
           "new connections still find a port\n" NOT_MEASURED);
}

static void test_headline_of_bound_sockets_names_no_destination(void **state)
{
    (void)state;
    given_bound(&scene.seen, 15312);
    given_toward(900);

    expect("ports are held by sockets that never connected: each is unusable for "
           "every destination\n"
           "16,212 of 28,232 ports used (57%, limit 50%)\n" NOT_MEASURED);
}

static void test_headline_of_listeners_names_no_destination(void **state)
{
    (void)state;
    given_listeners(&scene.seen, 15312);

    expect("listeners hold ports of the range: each is unusable for every destination\n"
           "15,312 of 28,232 ports used (54%, limit 50%)\n" NO_WAY);
}

static void test_headline_of_udp(void **state)
{
    (void)state;
    given_udp_ports(&scene.seen, 27500);
    given_ask(&scene.seen, ASK_UDP_CONNECT, NULL, 0, ASK_FREE);

    expect("UDP ports of this host are running out\n"
           "27,500 of 28,232 ports used (97%, limit 90%)\n"
           "new UDP sockets still find a port\n" NO_WAY);
}

static void test_headline_tells_what_raised_the_state(void **state)
{
    (void)state;
    given_range(&scene.seen, 40000, 40099, 0);
    given_destination(&scene.seen, "10.99.0.21", 5432, 95);
    given_ask(&scene.seen, ASK_CONNECT, NULL, 0, ASK_FREE);
    given_ask(&scene.seen, ASK_BIND, NULL, 0, ASK_NONE);
    judged_by(&scene, METRICS_ALL);
    headline_lines(&(struct headline){ .seen = &scene.seen,
                                       .verdict = &scene.verdict,
                                       .metric = METRIC_PORT_USAGE },
                   &printed);

    assert_string_equal(text_string(&printed),
                        "TCP ports of this host are running out\n"
                        "95 of 100 ports used (95%, limit 80%)\n"
                        "new connections still find a port\n"
                        "bind() to port 0 fails, connect() works\n" NO_WAY);
}

static void test_headline_of_windows_is_about_all_ports(void **state)
{
    (void)state;
    given_windows(&scene.seen);
    judged_defaults(&scene);
    given_toward(15900);

    expect("TCP ports of this host are running out\n"
           "15,900 of 16,384 ports used (97%, limit 80%)\n" NO_WAY);
}

static void test_headline_of_ok_is_one_line(void **state)
{
    (void)state;
    given_toward(20);
    scene.seen.look =
        (struct observed_look){ .span_ms = 1000, .ports_first = 20, .ports_last = 20 };

    expect("destination usage: 20 of 28,232 ports used (<1%, limit 50%)\n");
    scene.seen.look = (struct observed_look){ .span_ms = 1000, .ports_last = 20 };
    expect("destination usage: 20 of 28,232 ports used (<1%, limit 50%)\n"
           "toward 10.99.0.21:5432: growing 20/s\n");
}

static void test_headline_of_what_is_not_known_tells_why(void **state)
{
    (void)state;
    given_unread(&scene.seen.tcp.reading, "netlink failed");

    expect("destination usage is not known: netlink failed\n");
}

static void test_headline_of_a_lower_bound_says_so(void **state)
{
    (void)state;
    given_toward(22646);
    scene.seen.tcp.bound_known = false;
    scene.seen.tcp.bound_possible = 2000;

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "at least 22,646 of 28,232 ports used (80%, limit 80%)\n" NOT_MEASURED);
}

static void given_look(uint32_t first, uint32_t last, uint32_t closed)
{
    scene.seen.look = (struct observed_look){
        .span_ms = 1000, .ports_first = first, .ports_last = last, .closed = closed
    };
}

static void test_headline_tells_growth_and_when_it_is_full(void **state)
{
    (void)state;
    given_toward(22646);
    given_look(20706, 22646, 0);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n"
           "growing by 1,940/s: full in about 2 s, then new connections there fail "
           "(measured over 1.0 s)\n");
    given_look(22629, 22646, 0);
    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n"
           "growing by 17/s: full in about 328 s, then new connections there fail "
           "(measured over 1.0 s)\n");
}

static void test_headline_of_a_recording_asks_nobody_to_look(void **state)
{
    (void)state;
    given_toward(22646);
    judged_by(&scene, METRICS_ALL);
    headline_lines(&(struct headline){ .seen = &scene.seen,
                                       .verdict = &scene.verdict,
                                       .metric = METRIC_DESTINATION_USAGE,
                                       .replayed = true },
                   &printed);

    assert_string_equal(text_string(&printed),
                        "ports toward 10.99.0.21:5432 are running out\n"
                        "22,646 of 28,232 ports used (80%, limit 80%)\n" NO_WAY);
}

static void test_headline_extrapolates_no_hour_from_a_second(void **state)
{
    (void)state;
    given_toward(15000);
    given_look(14980, 15000, 0);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "15,000 of 28,232 ports used (53%, limit 50%)\n"
           "growing by 20/s (measured over 1.0 s)\n");
}

static void test_headline_of_coming_and_going_is_no_growth(void **state)
{
    (void)state;
    given_toward(22646);
    given_look(22600, 22646, 300);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "22,646 of 28,232 ports used (80%, limit 80%)\n"
           "not growing (measured over 1.0 s; a slow leak would not show)\n");
}

static void test_headline_tells_where_short_connections_lead_to(void **state)
{
    struct destination *to;
    (void)state;
    to = given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    given_look(14000, 14934, 1750);

    expect(
        "ports toward 10.99.0.21:5432 are running out\n"
        "14,934 of 28,232 ports used (52%, limit 50%)\n"
        "1,750 closed/s, each keeps its port 60 s: full in about 14 s if that goes on, "
        "then new connections there fail (measured over 1.0 s)\n");
    scene.seen.look.closed = 300;
    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "300 closed/s, each keeps its port 60 s: that leads to about 18,000 ports "
           "(measured over 1.0 s)\n");
    to->sockets = 15034;
    to->reusable = 100;
    given_look(14000, 14934, 1750);
    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "growing by 934/s: full in about 14 s, then new connections there fail "
           "(measured over 1.0 s)\n");
}

/* So many per second in each of the ages [first, end). */
static void given_closes(int first, int end, uint32_t per_s)
{
    struct observed_closings *closings = &scene.seen.tcp.closings;

    closings->known = closings->busiest_known = true;
    for (int i = first; i < end; i++)
        closings->busiest.by_age[i] = per_s * CLOSINGS_AGE_S;
}

static void test_headline_tells_the_level_of_a_steady_rate_without_a_look(void **state)
{
    (void)state;
    given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    given_closes(0, 8, 350);
    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "350 closed/s, levels off at 77%\n");
    given_closes(0, 4, 600);
    given_closes(4, 8, 0);
    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "600 closed/s, full in about 22 s if that goes on, then new connections there "
           "fail\n");
}

static void test_headline_of_bursts_tells_no_level(void **state)
{
    (void)state;
    given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    given_closes(0, 2, 800);
    given_closes(6, 7, 800);
    given_look(14000, 14934, 1750);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "connections are closed in bursts, no level to tell\n");
}

/* A look of a second is no reason to tell a level that the last minute does not. */
static void test_headline_of_a_changing_rate_tells_no_level(void **state)
{
    (void)state;
    given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    given_closes(0, 2, 800);
    given_look(14134, 14934, 800);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "800 closed/s, the rate of closes is changing (measured over 1.0 s)\n");
}

static void test_headline_tells_why_ages_tell_no_level(void **state)
{
    (void)state;
    given_time_wait(&scene.seen, "10.99.0.21", 5432, 14934, 0);
    given_closes(0, 2, 800);

    expect("ports toward 10.99.0.21:5432 are running out\n"
           "14,934 of 28,232 ports used (52%, limit 50%)\n"
           "where it is heading is not known: the rate of closes is changing "
           "(check_port_exhaustion --look 1)\n");
}

static void test_headline_of_ok_tells_what_ages_tell(void **state)
{
    (void)state;
    given_time_wait(&scene.seen, "10.99.0.21", 5432, 12000, 0);
    given_closes(0, 4, 600);

    expect("destination usage: 12,000 of 28,232 ports used (42%, limit 50%)\n"
           "toward 10.99.0.21:5432: 600 closed/s, full in about 27 s if that goes on\n");
}

static void test_headline_heading_is_one_line_or_none(void **state)
{
    struct headline headline = { .seen = &scene.seen,
                                 .verdict = &scene.verdict,
                                 .metric = METRIC_DESTINATION_USAGE };
    (void)state;
    given_toward(22646);
    judged_by(&scene, METRICS_ALL);
    assert_false(headline_heading(&headline, &printed));
    assert_int_equal(printed.length, 0);

    given_look(20706, 22646, 0);
    assert_true(headline_heading(&headline, &printed));
    assert_string_equal(text_string(&printed),
                        "toward 10.99.0.21:5432: growing 1,940/s, full in about 2 s");
    text_clear(&printed);
    given_look(22629, 22646, 0);
    scene.seen.look.span_ms = 10000;
    assert_true(headline_heading(&headline, &printed));
    assert_string_equal(text_string(&printed), "toward 10.99.0.21:5432: growing 1/s");
    headline.metric = METRIC_PORT_USAGE;
    assert_false(headline_heading(&headline, &printed));
}

static void test_headline_metric_is_the_worst_one(void **state)
{
    (void)state;
    given_udp_ports(&scene.seen, 23000);
    judged_by(&scene, METRICS_ALL);
    assert_int_equal(headline_metric(&scene.seen, &scene.verdict), METRIC_UDP_PORT_USAGE);

    given_toward(15000);
    judged_by(&scene, METRICS_ALL);
    assert_int_equal(headline_metric(&scene.seen, &scene.verdict),
                     METRIC_DESTINATION_USAGE);
    judged_by(&scene, 1U << METRIC_PORT_USAGE);
    assert_int_equal(headline_metric(&scene.seen, &scene.verdict), METRIC_PORT_USAGE);
}

static void test_headline_percent_is_whole_and_never_all_or_nothing_for_less(void **state)
{
    struct measure measure = { .known = true, .part = 28231, .whole = 28232 };
    (void)state;

    headline_percent(&measure, &printed);
    measure.part = 1;
    headline_percent(&measure, &printed);
    measure.part = 0;
    headline_percent(&measure, &printed);
    measure.part = 28232;
    measure.at_least = true;
    headline_percent(&measure, &printed);

    assert_string_equal(text_string(&printed), "99%<1%0%at least 100%");
}

static void test_headline_seconds_may_be_less_than_one(void **state)
{
    (void)state;

    headline_seconds(0, &printed);
    headline_seconds(10, &printed);

    assert_string_equal(text_string(&printed), "in less than a secondin about 10 s");
}

static void test_headline_rate_below_one_a_second(void **state)
{
    (void)state;

    headline_rate(5, 10000, &printed);
    headline_rate(1, 0, &printed);
    headline_rate(500, 250, &printed);

    assert_string_equal(text_string(&printed), "under 1/sunder 1/s2,000/s");
}

#define TEST(function)                                                                   \
    cmocka_unit_test_setup_teardown(function, given_idle_linux, clear_scene)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_headline_names_the_destination_the_number_and_the_limit),
        TEST(test_headline_names_the_limit_that_is_passed),
        TEST(test_headline_says_what_the_system_answered),
        TEST(test_headline_says_that_no_port_is_free),
        TEST(test_headline_of_an_answer_without_numbers_says_nothing),
        TEST(test_headline_of_attempts_names_who_does_not_answer),
        TEST(test_headline_of_attempts_is_no_comfort),
        TEST(test_headline_of_bound_sockets_has_no_there),
        TEST(test_headline_of_bound_sockets_names_no_destination),
        TEST(test_headline_of_listeners_names_no_destination),
        TEST(test_headline_of_udp),
        TEST(test_headline_tells_what_raised_the_state),
        TEST(test_headline_of_windows_is_about_all_ports),
        TEST(test_headline_of_ok_is_one_line),
        TEST(test_headline_of_what_is_not_known_tells_why),
        TEST(test_headline_of_a_lower_bound_says_so),
        TEST(test_headline_tells_growth_and_when_it_is_full),
        TEST(test_headline_of_a_recording_asks_nobody_to_look),
        TEST(test_headline_extrapolates_no_hour_from_a_second),
        TEST(test_headline_of_coming_and_going_is_no_growth),
        TEST(test_headline_tells_where_short_connections_lead_to),
        TEST(test_headline_tells_the_level_of_a_steady_rate_without_a_look),
        TEST(test_headline_of_bursts_tells_no_level),
        TEST(test_headline_of_a_changing_rate_tells_no_level),
        TEST(test_headline_tells_why_ages_tell_no_level),
        TEST(test_headline_of_ok_tells_what_ages_tell),
        TEST(test_headline_heading_is_one_line_or_none),
        TEST(test_headline_metric_is_the_worst_one),
        TEST(test_headline_percent_is_whole_and_never_all_or_nothing_for_less),
        TEST(test_headline_seconds_may_be_less_than_one),
        TEST(test_headline_rate_below_one_a_second),
    };

    return cmocka_run_group_tests_name("checks/headline", tests, NULL, NULL);
}
