/* SPDX-License-Identifier: MIT */
/* A check that tells the truth is passed; one that lies is noticed, whatever it lies
 * about. */
#include "tests/windows-kit/lib/truth_judge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

/* 200 connections, of them 150 toward the busiest, 20 bound, 10 listeners, 5 TIME_WAIT.
 */
static struct truth_made given_made(void)
{
    return (struct truth_made){ .range = { 50000, 50254 },
                                .excluded = { 5, 5 },
                                .ports = 235,
                                .bound = 20,
                                .listeners = 10,
                                .time_wait = 5,
                                .toward = 150,
                                .udp_ports = 125 };
}

static struct truth_said given_said(void)
{
    return (struct truth_said){ .range = { { 50000, 50254 }, { 50000, 50254 } },
                                .reserved = { 5, 5 },
                                .used = 235,
                                .blocked = 30,
                                .bound_known = true,
                                .bound = 20,
                                .listeners = 10,
                                .time_wait = 5,
                                .toward = 180,
                                .udp_hundredths = 5000 };
}

static size_t bad(const struct truth_made *made, const struct truth_said *said)
{
    struct truth_findings findings = { .count = 0 };

    truth_judge_numbers("W1 full", made, said, &findings);
    return truth_findings_bad(&findings);
}

static void test_the_truth_is_passed(void **state)
{
    const struct truth_made made = given_made();
    const struct truth_said said = given_said();
    struct truth_findings findings = { .count = 0 };
    (void)state;

    truth_judge_numbers("W1 full", &made, &said, &findings);

    assert_int_equal(truth_findings_bad(&findings), 0);
    assert_int_equal(findings.count, 9);
    assert_string_equal(findings.list[2].name, "W1 full: ports used");
}

/* Sockets that this Windows put outside the range are no ports of it. */
static void test_more_bound_than_ports_is_no_number_below_zero(void **state)
{
    struct truth_made made = given_made();
    struct truth_said said = given_said();
    struct truth_findings findings = { .count = 0 };
    (void)state;

    made.ports = 0;
    said.bound_known = false;
    said.used = 1;
    truth_judge_numbers("W3 half", &made, &said, &findings);
    assert_string_equal(findings.list[2].name, "W3 half: ports used");
    assert_string_equal(findings.list[2].wanted, "0");
}

/* Each number that is said, one too many and one too few. */
static void test_each_number_that_is_off_by_one_is_noticed(void **state)
{
    static const struct {
        const char *name;
        size_t offset;
    } rows[] = {
        { "used", offsetof(struct truth_said, used) },
        { "blocked", offsetof(struct truth_said, blocked) },
        { "bound", offsetof(struct truth_said, bound) },
        { "listeners", offsetof(struct truth_said, listeners) },
        { "time_wait", offsetof(struct truth_said, time_wait) },
        { "toward", offsetof(struct truth_said, toward) },
        { "reserved", offsetof(struct truth_said, reserved) },
        { "udp reserved", offsetof(struct truth_said, reserved[1]) },
        { "udp", offsetof(struct truth_said, udp_hundredths) },
    };
    const struct truth_made made = given_made();
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        for (int off = -1; off <= 1; off += 2) {
            struct truth_said said = given_said();
            uint32_t *number = (uint32_t *)(void *)((char *)&said + rows[i].offset);

            *number += (uint32_t)off;
            if (bad(&made, &said) != 1)
                fail_msg("%s off by %d is not noticed", rows[i].name, off);
        }
}

static void test_another_range_is_noticed(void **state)
{
    const struct truth_made made = given_made();
    struct truth_said said = given_said();
    (void)state;

    said.range[IP_PROTOCOL_TCP].last++;
    said.range[IP_PROTOCOL_UDP].first--;

    assert_int_equal(bad(&made, &said), 2);
}

static void test_a_number_that_is_left_out_is_noticed(void **state)
{
    const struct truth_made made = given_made();
    struct truth_said said = given_said();
    (void)state;

    said.listeners = 0;
    said.toward = 0;

    assert_int_equal(bad(&made, &said), 2);
}

static void test_what_nobody_made_is_noticed(void **state)
{
    const struct truth_made made = { .range = { 50000, 50254 }, .excluded = { 5, 5 } };
    struct truth_said said = { .range = { made.range, made.range },
                               .reserved = { 5, 5 },
                               .bound_known = true };
    (void)state;

    assert_int_equal(bad(&made, &said), 0);
    said.time_wait = 1;
    assert_int_equal(bad(&made, &said), 1);
}

/* Two ports of others: two more are right, three are not, and none may lack. */
static void test_ports_of_others_widen_what_is_right(void **state)
{
    struct truth_made made = given_made();
    struct truth_said said = given_said();
    (void)state;

    made.others[IP_PROTOCOL_TCP] = 2;
    said.used += 2;
    assert_int_equal(bad(&made, &said), 0);
    said.used++;
    assert_int_equal(bad(&made, &said), 1);
    said.used -= 4;
    assert_int_equal(bad(&made, &said), 1);
}

static void given_unseen_bound(struct truth_said *said)
{
    said->bound_known = false;
    said->bound = 0;
    said->used -= 20;
    said->blocked -= 20;
    said->toward -= 20;
    said->at_least = true;
    said->more = 20;
}

static void test_bound_ports_that_are_not_listed_are_a_lower_bound(void **state)
{
    const struct truth_made made = given_made();
    struct truth_findings findings = { .count = 0 };
    struct truth_said said = given_said();
    (void)state;

    given_unseen_bound(&said);
    truth_judge_numbers("W3 full", &made, &said, &findings);

    assert_int_equal(truth_findings_bad(&findings), 0);
    assert_int_equal(findings.list[findings.count - 3].outcome, TRUTH_SKIP);
    assert_string_equal(findings.list[findings.count - 3].name, "W3 full: bound ports");
}

static void test_a_lower_bound_that_does_not_reach_is_noticed(void **state)
{
    const struct truth_made made = given_made();
    struct truth_said said = given_said();
    (void)state;

    given_unseen_bound(&said);
    said.more = 19;
    assert_int_equal(bad(&made, &said), 1);
    said.more = 20;
    said.at_least = false;
    assert_int_equal(bad(&made, &said), 1);
}

/* What is said of an ask, where our own bind() ended with `error`. */
static enum truth_outcome asked(int error, struct truth_said said)
{
    const struct truth_made made = given_made();
    const struct truth_tried_bind tried = { IP_PROTOCOL_TCP, IP_FAMILY_V4, error };
    struct truth_findings findings = { .count = 0 };

    truth_judge_ask("W13 full", &tried, &made, &said, &findings);
    assert_int_equal(findings.count, 1);
    return findings.list[0].outcome;
}

static struct truth_said given_asked(enum truth_ask answer)
{
    struct truth_said said = given_said();

    said.asked[IP_PROTOCOL_TCP][IP_FAMILY_V4] = answer;
    said.confirmed[IP_PROTOCOL_TCP][IP_FAMILY_V4] = answer == TRUTH_NONE;
    return said;
}

static void test_an_ask_that_tells_the_truth_is_passed(void **state)
{
    (void)state;

    assert_int_equal(asked(0, given_asked(TRUTH_FREE)), TRUTH_OK);
    assert_int_equal(asked(10055, given_asked(TRUTH_NONE)), TRUTH_OK);
    assert_int_equal(asked(10048, given_asked(TRUTH_NONE)), TRUTH_OK);
    assert_int_equal(asked(10047, given_asked(TRUTH_UNKNOWN)), TRUTH_OK);
}

static void test_an_ask_that_is_answered_wrong_is_noticed(void **state)
{
    struct truth_said once = given_asked(TRUTH_NONE);
    (void)state;

    once.confirmed[IP_PROTOCOL_TCP][IP_FAMILY_V4] = false;

    assert_int_equal(asked(10055, given_asked(TRUTH_FREE)), TRUTH_NOT_OK);
    assert_int_equal(asked(0, given_asked(TRUTH_NONE)), TRUTH_NOT_OK);
    assert_int_equal(asked(10013, given_asked(TRUTH_NONE)), TRUTH_NOT_OK);
    assert_int_equal(asked(10055, given_asked(TRUTH_NOT_ASKED)), TRUTH_NOT_OK);
    assert_int_equal(asked(10055, once), TRUTH_NOT_OK);
}

static void test_nobody_is_asked_below_nine_tenths(void **state)
{
    struct truth_said free_ports = given_asked(TRUTH_NOT_ASKED);
    struct truth_said too_early = given_asked(TRUTH_FREE);
    (void)state;

    free_ports.used = too_early.used = 224;

    assert_int_equal(asked(0, free_ports), TRUTH_OK);
    assert_int_equal(asked(0, too_early), TRUTH_NOT_OK);
}

static size_t bad_full(uint32_t held, uint32_t others)
{
    struct truth_made made = given_made();
    struct truth_findings findings = { .count = 0 };

    made.ports = held;
    made.others[IP_PROTOCOL_TCP] = others;
    truth_judge_full("W1 full", &made, IP_PROTOCOL_TCP, &findings);
    assert_int_equal(findings.count, 1);
    return truth_findings_bad(&findings);
}

/* 250 ports are usable. */
static void test_a_range_that_is_full_before_all_are_taken_is_noticed(void **state)
{
    (void)state;

    assert_int_equal(bad_full(250, 0), 0);
    assert_int_equal(bad_full(249, 0), 1);
    assert_int_equal(bad_full(249, 1), 0);
    assert_int_equal(bad_full(251, 0), 1);
}

static size_t bad_events(uint32_t before, uint32_t after, int64_t said)
{
    struct truth_findings findings = { .count = 0 };

    truth_judge_events("W10", before, after, said, &findings);
    return truth_findings_bad(&findings);
}

static void test_a_wrong_number_of_events_is_noticed(void **state)
{
    (void)state;

    assert_int_equal(bad_events(3, 3, 3), 0);
    assert_int_equal(bad_events(3, 4, 4), 0);
    assert_int_equal(bad_events(3, 3, 2), 1);
    assert_int_equal(bad_events(3, 3, 4), 1);
    assert_int_equal(bad_events(3, 3, -1), 1);
    assert_int_equal(bad_events(0, 0, 1), 1);
}

static void test_events_that_the_check_could_not_count_are_no_number(void **state)
{
    struct truth_findings findings = { .count = 0 };
    (void)state;

    truth_judge_events("W10", 3, 3, -1, &findings);

    assert_int_equal(findings.list[0].outcome, TRUTH_NOT_OK);
    assert_string_equal(findings.list[0].got, "none");
}

static void test_more_findings_than_there_is_room_for_are_bad(void **state)
{
    const struct truth_made made = given_made();
    const struct truth_said said = given_said();
    struct truth_findings findings = { .count = 0 };
    (void)state;

    truth_judge_numbers("one", &made, &said, &findings);
    truth_judge_numbers("two", &made, &said, &findings);

    assert_int_equal(truth_findings_bad(&findings), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_truth_is_passed),
        cmocka_unit_test(test_more_bound_than_ports_is_no_number_below_zero),
        cmocka_unit_test(test_each_number_that_is_off_by_one_is_noticed),
        cmocka_unit_test(test_another_range_is_noticed),
        cmocka_unit_test(test_a_number_that_is_left_out_is_noticed),
        cmocka_unit_test(test_what_nobody_made_is_noticed),
        cmocka_unit_test(test_ports_of_others_widen_what_is_right),
        cmocka_unit_test(test_bound_ports_that_are_not_listed_are_a_lower_bound),
        cmocka_unit_test(test_a_lower_bound_that_does_not_reach_is_noticed),
        cmocka_unit_test(test_an_ask_that_tells_the_truth_is_passed),
        cmocka_unit_test(test_an_ask_that_is_answered_wrong_is_noticed),
        cmocka_unit_test(test_nobody_is_asked_below_nine_tenths),
        cmocka_unit_test(test_a_range_that_is_full_before_all_are_taken_is_noticed),
        cmocka_unit_test(test_a_wrong_number_of_events_is_noticed),
        cmocka_unit_test(test_events_that_the_check_could_not_count_are_no_number),
        cmocka_unit_test(test_more_findings_than_there_is_room_for_are_bad),
    };

    return cmocka_run_group_tests_name("windows-kit/truth_judge", tests, NULL, NULL);
}
