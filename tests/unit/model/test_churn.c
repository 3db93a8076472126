/* SPDX-License-Identifier: MIT */
/* Who opened what, as looks see it, and what was closed, as ages tell it. */
#include "checks/model/churn.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/model/churn_closed.h"

enum { STEADY = 3, SLOW = 5, FAST = 7 };

/* A socket that the looks `first` to `last` see. */
struct life {
    uint64_t cookie;
    uint32_t owner;
    uint16_t first;
    uint16_t last;
};

static void look_at(const struct life *lives, size_t count, uint16_t looks,
                    struct churn *churn)
{
    assert_true(churn_make(churn, NULL));
    for (churn->look = 0; churn->look < looks; churn->look++)
        for (size_t i = 0; i < count; i++)
            if (churn->look >= lives[i].first && churn->look <= lives[i].last)
                churn_see(churn, lives[i].cookie, lives[i].owner);
}

static void add_up(const struct life *lives, size_t count, uint16_t looks,
                   struct churn_totals *totals)
{
    struct churn churn = { 0 };

    *totals = (struct churn_totals){ 0 };
    look_at(lives, count, looks, &churn);
    churn_add_up(&churn, totals);
    churn_clear(&churn);
}

static struct churn_totals totals;

static void test_churn_counts_who_is_new_and_seen_again(void **state)
{
    static const struct life lives[] = {
        { 1, SLOW, 1, 2 }, { 2, SLOW, 2, 4 }, { 3, SLOW, 3, 4 }, /* the last confirms */
        { 4, FAST, 2, 2 }, { 5, FAST, 4, 4 },
    };
    (void)state;

    add_up(lives, ARRAY_COUNT(lives), 5, &totals);

    assert_int_equal(totals.counted[SLOW], 3);
    assert_int_equal(totals.seen[SLOW], 0);
    assert_int_equal(totals.counted[FAST], 0);
    assert_int_equal(totals.seen[FAST], 2);
}

/* He holds many and opens none. */
static void test_churn_never_counts_who_was_there_before(void **state)
{
    static const struct life lives[] = {
        { 1, STEADY, 0, 4 },
        { 2, STEADY, 0, 0 },
        { 3, FAST, 3, 3 },
    };
    struct observed_look look = { 0 };
    (void)state;

    add_up(lives, ARRAY_COUNT(lives), 5, &totals);
    churn_list(&totals, &look);

    assert_int_equal(totals.counted[STEADY], 0);
    assert_int_equal(totals.seen[STEADY], 0);
    assert_int_equal(look.count, 1);
    assert_int_equal(look.openers[0].owner, FAST);
    assert_int_equal(look.openers[0].opened, 0);
}

static void test_churn_passes_over_who_has_no_place(void **state)
{
    static const struct life lives[] = { { 1, OWNER_KEYS_MAX, 1, 2 } };
    struct churn churn = { 0 };
    (void)state;

    add_up(lives, 1, 3, &totals);
    assert_int_equal(totals.counted[OWNER_KEYS_MAX - 1], 0);

    assert_true(churn_make(&churn, NULL));
    for (uint64_t i = 1; i <= CHURN_SOCKETS_MAX; i++)
        churn_see(&churn, i, FAST);
    assert_false(churn.full);
    churn_see(&churn, CHURN_SOCKETS_MAX + 1, FAST);
    assert_true(churn.full);
    churn_clear(&churn);
    churn_clear(&churn);
}

static void test_churn_list_is_of_the_first_ones(void **state)
{
    struct observed_look look = { 0 };
    (void)state;

    totals = (struct churn_totals){ 0 };
    for (uint32_t i = 0; i < OWNER_SHARES_MAX; i++)
        totals.counted[i] = 10 + i;
    totals.counted[100] = 1; /* no place for him */
    totals.counted[200] = 12;
    totals.seen[300] = 1000; /* he is not counted */
    churn_list(&totals, &look);

    assert_int_equal(look.count, OWNER_SHARES_MAX);
    assert_int_equal(look.openers[0].owner, 7);
    assert_int_equal(look.openers[0].opened, 17);
    assert_int_equal(look.openers[5].owner, 2); /* the first one of equals */
    assert_int_equal(look.openers[6].owner, 200);
    assert_int_equal(look.openers[7].owner, 1);
}

static void test_churn_list_of_those_only_seen(void **state)
{
    struct observed_look look = { .count = 2 };
    (void)state;

    totals =
        (struct churn_totals){ .seen = { [4] = 2, [6] = 9 }, .counted = { [8] = 1 } };
    churn_list(&totals, &look);

    assert_int_equal(look.count, 3);
    assert_int_equal(look.openers[0].owner, 8);
    assert_int_equal(look.openers[1].owner, 6);
    assert_int_equal(look.openers[2].owner, 4);
    assert_int_equal(look.openers[2].opened, 0);
}

/* --- What was closed ---- */

enum { BEGIN = 1000000 };

static struct churn_closed closed;

static void see(uint16_t port, int64_t entered_ms)
{
    churn_closed_see(&closed, port, BEGIN + entered_ms);
}

static void test_churn_closed_counts_each_once(void **state)
{
    (void)state;

    closed = (struct churn_closed){ .begin_ms = BEGIN, .end_ms = BEGIN + 900 };
    see(40000, -1); /* before the span */
    see(40001, 0);
    see(40002, 899);
    see(40003, 900); /* later than this look */
    closed.end_ms = BEGIN + 1800;
    see(40000, 0); /* an age is exact to a tick */
    see(40001, 499);
    see(40002, 891);
    see(40003, 904);
    see(40001, 1000); /* the port was used again */

    assert_int_equal(closed.count, 4);
}

static void test_churn_closed_of_clocks_that_are_young(void **state)
{
    (void)state;

    closed = (struct churn_closed){ .begin_ms = 5, .end_ms = 1000 };
    churn_closed_see(&closed, 65535, -60000);
    churn_closed_see(&closed, 65535, 60);
    churn_closed_see(&closed, 0, INT64_MIN / 2);
    churn_closed_see(&closed, 1, INT64_MAX / 2);

    assert_int_equal(closed.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_churn_counts_who_is_new_and_seen_again),
        cmocka_unit_test(test_churn_never_counts_who_was_there_before),
        cmocka_unit_test(test_churn_passes_over_who_has_no_place),
        cmocka_unit_test(test_churn_list_is_of_the_first_ones),
        cmocka_unit_test(test_churn_list_of_those_only_seen),
        cmocka_unit_test(test_churn_closed_counts_each_once),
        cmocka_unit_test(test_churn_closed_of_clocks_that_are_young),
    };

    return cmocka_run_group_tests_name("model/churn", tests, NULL, NULL);
}
