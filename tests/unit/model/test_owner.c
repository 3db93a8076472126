/* SPDX-License-Identifier: MIT */
/* Which of an owner's processes are listed, and whose program is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/owner.h"

static void add(struct owner *owner, uint32_t pid, uint32_t sockets, const char *program)
{
    owner_add_pid(owner, (struct owner_pid){ .pid = pid, .sockets = sockets }, program);
}

static void test_add_pid_keeps_those_with_most_and_counts_all(void **state)
{
    struct owner owner = { 0 };
    (void)state;

    for (uint32_t i = 1; i <= 6; i++)
        add(&owner, i, 10 * i, "p");

    assert_int_equal(owner.pid_count, 6);
    for (uint32_t i = 0; i < OWNER_PIDS_MAX; i++)
        assert_int_equal(owner.pids[i].pid, 6 - i);
}

static void test_add_pid_adds_up_the_sockets_of_a_process(void **state)
{
    struct owner owner = { 0 };
    (void)state;

    add(&owner, 1, 10, "one");
    add(&owner, 2, 8, "two");
    add(&owner, 2, 8, "two");

    assert_int_equal(owner.pid_count, 2);
    assert_int_equal(owner.pids[0].pid, 2);
    assert_int_equal(owner.pids[0].sockets, 16);
    assert_string_equal(owner.program, "two");
}

/* It has more descriptors than there was time for: more than any that was counted. */
static void test_add_pid_puts_who_was_not_counted_first(void **state)
{
    struct owner owner = { 0 };
    (void)state;

    for (uint32_t i = 1; i <= OWNER_PIDS_MAX; i++)
        add(&owner, i, 100, "counted");
    add(&owner, 9, 0, "large");
    add(&owner, 10, 99, "small");

    assert_int_equal(owner.pids[0].pid, 9);
    assert_int_equal(owner.pids[0].sockets, 0);
    assert_int_equal(owner.pids[1].pid, 1);
    assert_string_equal(owner.program, "large");
}

static void test_add_pid_of_a_part_makes_the_whole_uncounted(void **state)
{
    struct owner owner = { 0 };
    (void)state;

    add(&owner, 1, 10, "one");
    add(&owner, 1, 0, "one");
    add(&owner, 1, 7, "one");

    assert_int_equal(owner.pid_count, 1);
    assert_int_equal(owner.pids[0].sockets, 0);
}

static void test_add_pid_without_a_program_keeps_the_one_there_is(void **state)
{
    struct owner owner = { 0 };
    (void)state;

    add(&owner, 1, 10, "one");
    add(&owner, 2, 20, NULL);
    add(&owner, 3, 30, "");

    assert_string_equal(owner.program, "one");
    assert_int_equal(owner.pids[0].pid, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_add_pid_keeps_those_with_most_and_counts_all),
        cmocka_unit_test(test_add_pid_adds_up_the_sockets_of_a_process),
        cmocka_unit_test(test_add_pid_puts_who_was_not_counted_first),
        cmocka_unit_test(test_add_pid_of_a_part_makes_the_whole_uncounted),
        cmocka_unit_test(test_add_pid_without_a_program_keeps_the_one_there_is),
    };

    return cmocka_run_group_tests_name("model/owner", tests, NULL, NULL);
}
