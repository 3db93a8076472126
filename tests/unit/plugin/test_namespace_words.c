/* SPDX-License-Identifier: MIT */
/* What a namespace is called depends on who reads it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "plugin/namespace_words.h"

static void assert_called(const struct net_namespace *target, enum owners_shown shown,
                          const char *expected)
{
    struct text name = { 0 };

    namespace_words(target, shown, &name);
    assert_string_equal(text_string(&name), expected);
    text_clear(&name);
}

static void test_names_are_as_good_as_their_reader_may_know(void **state)
{
    struct net_namespace target = { .inode = 4026532290, .pid = 4711 };
    struct owner *owner = &target.names.owner;

    (void)state;
    (void)snprintf(owner->program, sizeof owner->program, "nginx");
    assert_called(&target, OWNERS_FULL, "pid 4711 (nginx)");
    assert_called(&target, OWNERS_SYSTEM, "namespace 4026532290");

    owner->kind = OWNER_UNIT;
    (void)snprintf(owner->name, sizeof owner->name, "web.service");
    assert_called(&target, OWNERS_SYSTEM, "web.service");
    assert_called(&target, OWNERS_NONE, "namespace 4026532290");

    (void)snprintf(target.names.netns, sizeof target.names.netns, "blue");
    assert_called(&target, OWNERS_SYSTEM, "namespace blue");
    assert_called(&target, OWNERS_NONE, "namespace blue");

    owner->kind = OWNER_CONTAINER;
    (void)snprintf(owner->name, sizeof owner->name, "0123456789ab");
    assert_called(&target, OWNERS_SYSTEM, "container 0123456789ab");

    (void)snprintf(target.names.pod, sizeof target.names.pod, "default/web;rm -rf|x");
    assert_called(&target, OWNERS_SYSTEM, "pod default/web rm -rf x");
    assert_called(&target, OWNERS_NONE, "namespace blue");
}

static void test_the_end_of_a_pods_name_is_not_lost(void **state)
{
    struct net_namespace target = { .inode = 4026532290 };

    (void)state;
    (void)snprintf(target.names.pod, sizeof target.names.pod,
                   "customer-a-production/checkout-worker-7d9f5c6b8d-x2x4q");

    assert_called(&target, OWNERS_SYSTEM, "pod customer-a-product...er-7d9f5c6b8d-x2x4q");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_are_as_good_as_their_reader_may_know),
        cmocka_unit_test(test_the_end_of_a_pods_name_is_not_lost),
    };

    return cmocka_run_group_tests_name("plugin/namespace_words", tests, NULL, NULL);
}
