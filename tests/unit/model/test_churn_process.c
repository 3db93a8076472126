/* SPDX-License-Identifier: MIT */
/* Whose the processes are that a tracepoint told of, when some are gone. */
#include "checks/model/churn_process.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct churn_totals totals;

struct judged {
    struct churn_processes processes;
    struct owner_census census;
    struct churn_sum sum;
};

static void given(struct judged *judged)
{
    *judged = (struct judged){ 0 };
    assert_true(churn_processes_make(&judged->processes, NULL));
}

static void given_process(struct judged *judged, uint32_t pid,
                          const struct churn_process *process)
{
    bool is_new = false;
    struct churn_process *found =
        churn_processes_find(&judged->processes, pid, process->cgroup, &is_new);

    assert_non_null(found);
    assert_int_equal(found->place, CHURN_GONE);
    *found = *process;
}

static void add_up(struct judged *judged)
{
    totals = (struct churn_totals){ 0 };
    assert_true(churn_processes_add_up(&judged->processes, &judged->census, &totals,
                                       &judged->sum, NULL));
}

static uint32_t counted(const struct judged *judged, uint32_t uid, uint64_t cgroup)
{
    uint32_t opened = 0;

    for (size_t i = 0; i < judged->census.count; i++)
        if (judged->census.tallies[i].key.uid == uid &&
            judged->census.tallies[i].key.cgroup == cgroup)
            opened += totals.counted[i];
    return opened;
}

static void clear(struct judged *judged)
{
    churn_processes_clear(&judged->processes);
    churn_processes_clear(&judged->processes);
    owner_census_clear(&judged->census);
}

static void test_processes_are_added_up_by_owner(void **state)
{
    struct judged judged;
    (void)state;

    given(&judged);
    given_process(&judged, 1, &(struct churn_process){ CHURN_HERE, 33, 700, 5, 0 });
    given_process(&judged, 2, &(struct churn_process){ CHURN_HERE, 33, 700, 6, 2 });
    given_process(&judged, 3, &(struct churn_process){ CHURN_HERE, 34, 700, 7, 0 });
    given_process(&judged, 4, &(struct churn_process){ CHURN_ELSEWHERE, 33, 701, 9, 9 });
    add_up(&judged);

    assert_int_equal(counted(&judged, 33, 700), 11);
    assert_int_equal(counted(&judged, 34, 700), 7);
    assert_int_equal(judged.census.count, 2);
    assert_int_equal(judged.sum.opened, 18);
    assert_int_equal(judged.sum.failed, 2);
    assert_int_equal(judged.sum.unplaced, 0);
    clear(&judged);
}

/* A program that connects and ends is judged by those of its control group. */
static void test_those_that_are_gone_are_judged_by_their_neighbours(void **state)
{
    struct judged judged;
    (void)state;

    given(&judged);
    given_process(&judged, 1,
                  &(struct churn_process){ CHURN_GONE, UINT32_MAX, 700, 5, 1 });
    given_process(&judged, 2, &(struct churn_process){ CHURN_ELSEWHERE, 40, 700, 1, 0 });
    given_process(&judged, 3,
                  &(struct churn_process){ CHURN_HERE, UINT32_MAX, 700, 1, 0 });
    given_process(&judged, 4, &(struct churn_process){ CHURN_HERE, 33, 700, 1, 0 });
    given_process(&judged, 5,
                  &(struct churn_process){ CHURN_GONE, UINT32_MAX, 701, 20, 0 });
    given_process(&judged, 6, &(struct churn_process){ CHURN_ELSEWHERE, 33, 701, 1, 0 });
    add_up(&judged);

    assert_int_equal(counted(&judged, 33, 700), 7);
    assert_int_equal(judged.sum.opened, 7);
    assert_int_equal(judged.sum.failed, 1);
    assert_int_equal(judged.sum.unplaced, 0);
    clear(&judged);
}

/* Nobody is accused for his neighbour. */
static void test_those_that_are_gone_get_no_user_where_users_differ(void **state)
{
    struct judged judged;
    (void)state;

    given(&judged);
    given_process(&judged, 1,
                  &(struct churn_process){ CHURN_GONE, UINT32_MAX, 700, 5, 0 });
    given_process(&judged, 2, &(struct churn_process){ CHURN_HERE, 33, 700, 1, 0 });
    given_process(&judged, 3, &(struct churn_process){ CHURN_HERE, 34, 700, 2, 0 });
    given_process(&judged, 4, &(struct churn_process){ CHURN_HERE, 33, 700, 1, 0 });
    add_up(&judged);

    assert_int_equal(counted(&judged, UINT32_MAX, 700), 5);
    assert_int_equal(counted(&judged, 33, 700), 2);
    assert_int_equal(counted(&judged, 34, 700), 2);
    assert_int_equal(judged.sum.unplaced, 0);
    clear(&judged);
}

static void test_those_that_nobody_knows_count_and_are_told(void **state)
{
    struct judged judged;
    (void)state;

    given(&judged);
    given_process(&judged, 1,
                  &(struct churn_process){ CHURN_GONE, UINT32_MAX, 700, 5, 1 });
    given_process(&judged, 2, &(struct churn_process){ CHURN_GONE, UINT32_MAX, 0, 3, 0 });
    given_process(&judged, 3, &(struct churn_process){ CHURN_ELSEWHERE, 33, 0, 1, 0 });
    add_up(&judged);

    assert_int_equal(counted(&judged, UINT32_MAX, 700), 5);
    assert_int_equal(counted(&judged, UINT32_MAX, 0), 3);
    assert_int_equal(judged.sum.opened, 8);
    assert_int_equal(judged.sum.unplaced, 9);
    clear(&judged);
}

static void test_find_knows_a_process_again(void **state)
{
    struct judged judged;
    struct churn_process *first;
    bool is_new = false;
    (void)state;

    given(&judged);
    first = churn_processes_find(&judged.processes, 7, 700, &is_new);
    assert_true(is_new);
    assert_int_equal(first->uid, UINT32_MAX);
    assert_true(first->cgroup == 700);
    assert_ptr_equal(churn_processes_find(&judged.processes, 7, 700, &is_new), first);
    assert_false(is_new);

    /* of another pid namespace: its control group alone is known, nothing to look at */
    first = churn_processes_find(&judged.processes, 0, 700, &is_new);
    assert_false(is_new);
    assert_ptr_equal(churn_processes_find(&judged.processes, 0, 700, &is_new), first);
    assert_ptr_not_equal(churn_processes_find(&judged.processes, 0, 701, &is_new), first);
    clear(&judged);
}

static void test_find_keeps_room_for_control_groups(void **state)
{
    struct judged judged;
    bool is_new = false;
    (void)state;

    given(&judged);
    for (uint32_t pid = 1; pid <= 2 * CHURN_PROCESSES_MAX; pid++)
        assert_non_null(churn_processes_find(&judged.processes, pid, 700, &is_new));
    assert_false(is_new);
    assert_int_equal(judged.processes.ids.count, CHURN_PROCESSES_MAX / 2 + 1);
    for (uint32_t i = 1; i < CHURN_PROCESSES_MAX / 2; i++)
        assert_non_null(churn_processes_find(&judged.processes, 1, 700 + i, &is_new));
    assert_null(churn_processes_find(&judged.processes, 1, 7, &is_new));
    clear(&judged);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_processes_are_added_up_by_owner),
        cmocka_unit_test(test_those_that_are_gone_are_judged_by_their_neighbours),
        cmocka_unit_test(test_those_that_are_gone_get_no_user_where_users_differ),
        cmocka_unit_test(test_those_that_nobody_knows_count_and_are_told),
        cmocka_unit_test(test_find_knows_a_process_again),
        cmocka_unit_test(test_find_keeps_room_for_control_groups),
    };

    return cmocka_run_group_tests_name("model/churn_process", tests, NULL, NULL);
}
