/* SPDX-License-Identifier: MIT */
/* Who opens connections, once it is known what he is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/model/owner_census.h"

enum { NAMED_MAX = 4 };

static struct owner named[NAMED_MAX];
static struct observed_owners owners;
static struct observed_look look;

static int start(void **state)
{
    (void)state;
    for (size_t i = 0; i < NAMED_MAX; i++)
        named[i] = (struct owner){ 0 };
    owners = (struct observed_owners){ 0 };
    look = (struct observed_look){ .span_ms = 1000 };
    return 0;
}

static void given_opener(uint32_t tally, const char *unit, const char *user,
                         uint32_t opened)
{
    struct owner *owner = &named[tally];

    owner->kind = unit[0] ? OWNER_UNIT : OWNER_USER;
    (void)snprintf(owner->name, sizeof owner->name, "%s", unit);
    (void)snprintf(owner->user, sizeof owner->user, "%s", user);
    look.openers[look.count++] =
        (struct observed_opener){ .owner = tally, .opened = opened };
}

static void test_settle_look_adds_up_those_of_one_name(void **state)
{
    (void)state;

    given_opener(0, "a.service", "www-data", 5);
    given_opener(1, "b.service", "www-data", 4);
    given_opener(2, "b.service", "www-data", 3);

    owner_census_settle_look(named, &owners, &look);

    assert_int_equal(look.count, 2);
    assert_string_equal(owners.list[look.openers[0].owner].name, "b.service");
    assert_int_equal(look.openers[0].opened, 7);
    assert_string_equal(owners.list[look.openers[1].owner].name, "a.service");
}

/* Orphans of a unit have no user; they are its own, whoever comes first. */
static void test_settle_look_finds_the_user_of_a_unit(void **state)
{
    (void)state;

    given_opener(0, "a.service", "", 5);
    given_opener(1, "a.service", "www-data", 4);
    given_opener(2, "a.service", "", 3);
    named[1].person = true;

    owner_census_settle_look(named, &owners, &look);

    assert_int_equal(owners.count, 1);
    assert_string_equal(owners.list[0].user, "www-data");
    assert_true(owners.list[0].person);
    assert_int_equal(look.count, 1);
    assert_int_equal(look.openers[0].opened, 12);
}

static void test_settle_look_leaves_out_whom_nobody_can_name(void **state)
{
    (void)state;

    given_opener(0, "", "", 5);
    given_opener(1, "", "", 0);
    given_opener(2, "", "www-data", 0);

    owner_census_settle_look(named, &owners, &look);

    assert_int_equal(look.count, 2);
    assert_string_equal(owners.list[look.openers[0].owner].user, "");
    assert_int_equal(look.openers[0].opened, 5); /* these were counted */
    assert_string_equal(owners.list[look.openers[1].owner].user, "www-data");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_settle_look_adds_up_those_of_one_name, start),
        cmocka_unit_test_setup(test_settle_look_finds_the_user_of_a_unit, start),
        cmocka_unit_test_setup(test_settle_look_leaves_out_whom_nobody_can_name, start),
    };

    return cmocka_run_group_tests_name("model/owner_settle_look", tests, NULL, NULL);
}
