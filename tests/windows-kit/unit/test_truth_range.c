/* SPDX-License-Identifier: MIT */
/* Which ports a stage takes. */
#include "tests/windows-kit/lib/truth_range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct port_set excluded;
static struct port_set used;

static int set_up(void **state)
{
    (void)state;
    excluded = (struct port_set){ { 0 } };
    used = (struct port_set){ { 0 } };
    return 0;
}

static void test_the_first_ports_are_taken_where_all_are_free(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(truth_range_choose(50000, &excluded, &used, &range, &err));

    assert_int_equal(range.first, 50000);
    assert_int_equal(range.last, 50254);
}

static void test_excluded_and_used_ports_are_stepped_over(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    port_set_add(&excluded, 50254);
    port_set_add(&used, 50300);
    assert_true(truth_range_choose(50000, &excluded, &used, &range, &err));

    assert_int_equal(range.first, 50301);
}

static void test_used_ports_are_taken_where_no_others_are_left(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    port_set_add(&excluded, 50010);
    port_set_add_range(&used, (struct port_range){ 50000, 65535 });
    assert_true(truth_range_choose(50000, &excluded, &used, &range, &err));

    assert_int_equal(range.first, 50011);
}

static void test_excluded_ports_are_never_taken(void **state)
{
    struct port_range range = { 1, 2 };
    struct error err = { 0 };
    (void)state;

    for (uint32_t port = 50000; port <= 65535; port += 200)
        port_set_add(&excluded, (uint16_t)port);
    assert_false(truth_range_choose(50000, &excluded, &used, &range, &err));

    assert_int_equal(err.code, ERR_ABSENT);
    assert_int_equal(range.first, 1);
}

static void test_the_last_ports_are_taken_too(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_true(truth_range_choose(65281, &excluded, &used, &range, &err));
    assert_int_equal(range.last, 65535);
    assert_false(truth_range_choose(65282, &excluded, &used, &range, &err));
}

static void test_around_takes_excluded_ports_in(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    port_set_add_range(&excluded, (struct port_range){ 51000, 51099 });
    assert_true(truth_range_choose_around(50000, &excluded, &range, &err));

    assert_int_equal(range.first, 50845);
    assert_int_equal(truth_range_count(range, &excluded), 100);
}

static void test_around_leaves_more_than_half(void **state)
{
    struct port_range range = { 0 };
    struct error err = { 0 };
    (void)state;

    port_set_add_range(&excluded, (struct port_range){ 50000, 50199 });
    assert_true(truth_range_choose_around(50000, &excluded, &range, &err));
    assert_int_equal(truth_range_count(range, &excluded), 127);
    excluded = (struct port_set){ { 0 } };
    assert_false(truth_range_choose_around(50000, &excluded, &range, &err));
    assert_int_equal(err.code, ERR_ABSENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_the_first_ports_are_taken_where_all_are_free, set_up),
        cmocka_unit_test_setup(test_excluded_and_used_ports_are_stepped_over, set_up),
        cmocka_unit_test_setup(test_used_ports_are_taken_where_no_others_are_left,
                               set_up),
        cmocka_unit_test_setup(test_excluded_ports_are_never_taken, set_up),
        cmocka_unit_test_setup(test_the_last_ports_are_taken_too, set_up),
        cmocka_unit_test_setup(test_around_takes_excluded_ports_in, set_up),
        cmocka_unit_test_setup(test_around_leaves_more_than_half, set_up),
    };

    return cmocka_run_group_tests_name("windows-kit/truth_range", tests, NULL, NULL);
}
