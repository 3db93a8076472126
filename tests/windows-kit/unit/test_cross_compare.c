/* SPDX-License-Identifier: MIT */
/* The check is asked before and after each tool; what differs is tried five times, and
 * what is settled is not tried again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/cross_compare.h"

/* What check and tool say, look by look and run by run; the last one for ever. */
static const uint64_t *says;
static const uint64_t *tool_says;
static int looks;
static int runs;
static int other_runs;
static int tries_left;
static int answers_left;

static bool look_again(void *context, struct cross_look *look)
{
    (void)context;
    if (answers_left-- == 0)
        return false;
    looks++;
    cross_set_number(&look->facts, CROSS_ESTABLISHED, says[looks]);
    return true;
}

static bool may_try_again(void *context)
{
    (void)context;
    return tries_left-- > 0;
}

static void read_tool(const struct cross_look *look, struct cross_facts *out)
{
    (void)look;
    cross_set_number(out, CROSS_ESTABLISHED, tool_says[runs]);
    cross_set_number(out, CROSS_CLOSE_WAIT, (uint64_t)runs++);
}

static void read_other(const struct cross_look *look, struct cross_facts *out)
{
    (void)look;
    other_runs++;
    cross_set_number(out, CROSS_LISTEN, 4);
}

static const enum cross_name tool_names[] = { CROSS_ESTABLISHED, CROSS_CLOSE_WAIT };
static const enum cross_name other_names[] = { CROSS_LISTEN };
static const struct cross_tool tool = { "tool", tool_names, 2, read_tool };
static const struct cross_tool other = { "other", other_names, 1, read_other };
static const struct cross_tool *const both[] = { &tool, &other };
static const struct cross_asker asker = { look_again, may_try_again, NULL };

static struct cross_look look;
static struct cross_comparison found[CROSS_NAME_COUNT];

static int set_up(void **state)
{
    (void)state;
    looks = runs = other_runs = 0;
    tries_left = answers_left = 100;
    look = (struct cross_look){ 0 };
    cross_set_number(&look.facts, CROSS_LISTEN, 4);
    cross_set_number(&look.facts, CROSS_CLOSE_WAIT, 0);
    return 0;
}

static void compare(const uint64_t *check, const uint64_t *theirs)
{
    says = check;
    tool_says = theirs;
    cross_set_number(&look.facts, CROSS_ESTABLISHED, says[0]);
    assert_true(cross_compare(both, ARRAY_COUNT(both), &asker, &look, found));
}

static void test_same_at_once(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 8, 8 }, (const uint64_t[]){ 8 });

    assert_int_equal(found[CROSS_ESTABLISHED].verdict, CROSS_SAME);
    assert_int_equal(looks, 1);
    assert_int_equal(runs, 1);
}

static void test_same_at_the_fifth_try(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 8, 8, 8, 8, 8, 9 }, (const uint64_t[]){ 7, 7, 7, 7, 9 });

    assert_int_equal(found[CROSS_ESTABLISHED].verdict, CROSS_SAME);
    assert_int_equal(runs, 5);
}

static void test_different_after_five_tries(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 1, 2, 3, 4, 8, 8 },
            (const uint64_t[]){ 9, 9, 9, 9, 7, 8 });

    assert_int_equal(found[CROSS_ESTABLISHED].verdict, CROSS_DIFFERENT);
    assert_int_equal(runs, 5);
    assert_int_equal(looks, 5);
    assert_int_equal(found[CROSS_ESTABLISHED].before.number, 8);
    assert_int_equal(found[CROSS_ESTABLISHED].theirs.number, 7);
    assert_int_equal(found[CROSS_ESTABLISHED].after.number, 8);
}

/* Each try has the look that ended the one before it. */
static void test_the_number_lies_between_two_looks(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 20, 10, 5 }, (const uint64_t[]){ 4, 7 });

    assert_int_equal(found[CROSS_ESTABLISHED].verdict, CROSS_SAME);
    assert_int_equal(found[CROSS_ESTABLISHED].before.number, 10);
    assert_int_equal(found[CROSS_ESTABLISHED].after.number, 5);
}

static void test_settled_tools_are_not_run_again(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 8, 8, 8, 8, 8, 8 }, (const uint64_t[]){ 7, 7, 7, 7, 7 });

    assert_int_equal(found[CROSS_LISTEN].verdict, CROSS_SAME);
    assert_int_equal(other_runs, 1);
}

/* A tool's own facts, too: one that was the same once stays so. */
static void test_settled_facts_stay_settled(void **state)
{
    (void)state;

    compare((const uint64_t[]){ 8, 8, 8 }, (const uint64_t[]){ 7, 8 });

    assert_int_equal(runs, 2);
    assert_int_equal(found[CROSS_CLOSE_WAIT].verdict, CROSS_SAME);
    assert_int_equal(found[CROSS_CLOSE_WAIT].theirs.number, 0);
}

static void test_no_new_try_without_time(void **state)
{
    (void)state;
    tries_left = 1;

    compare((const uint64_t[]){ 8, 8, 8 }, (const uint64_t[]){ 7, 7 });

    assert_int_equal(found[CROSS_ESTABLISHED].verdict, CROSS_DIFFERENT);
    assert_int_equal(runs, 2);
}

static void test_a_check_that_does_not_answer_ends_it(void **state)
{
    (void)state;
    answers_left = 1;
    says = (const uint64_t[]){ 8, 8 };
    tool_says = (const uint64_t[]){ 7, 7 };

    assert_false(cross_compare(both, ARRAY_COUNT(both), &asker, &look, found));
    assert_int_equal(runs, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_same_at_once, set_up),
        cmocka_unit_test_setup(test_same_at_the_fifth_try, set_up),
        cmocka_unit_test_setup(test_different_after_five_tries, set_up),
        cmocka_unit_test_setup(test_the_number_lies_between_two_looks, set_up),
        cmocka_unit_test_setup(test_settled_tools_are_not_run_again, set_up),
        cmocka_unit_test_setup(test_settled_facts_stay_settled, set_up),
        cmocka_unit_test_setup(test_no_new_try_without_time, set_up),
        cmocka_unit_test_setup(test_a_check_that_does_not_answer_ends_it, set_up),
    };

    return cmocka_run_group_tests_name("windows-kit/cross_compare", tests, NULL, NULL);
}
