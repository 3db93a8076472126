/* SPDX-License-Identifier: MIT */
/* What SYSTEM runs at the next restart: who may change it, and who may open it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_state.h"
#include "tests/windows-kit/lib/remedy_access.h"

static void test_only_administrators_may_write(void **state)
{
    struct error err = { 0 };
    (void)state;

    if (!remedy_judge_sddl(KIT_STATE_SDDL, ACL_READABLE, &err))
        fail_msg("%s", err.message);
}

/* A lock that a user holds open with no sharing would keep the kit from restoring. */
static void test_no_user_may_open_what_lies_there(void **state)
{
    const char *entry = KIT_STATE_SDDL;
    int users = 0;
    (void)state;

    while ((entry = strchr(entry, '(')) != NULL) {
        const size_t length = strcspn(entry, ")");

        assert_true(length > 4 && entry[length] == ')');
        if (memcmp(entry + length - 2, "BU", 2) == 0) {
            assert_memory_equal(entry, "(A;;", 4);
            users++;
        }
        entry += length;
    }
    assert_int_equal(users, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_administrators_may_write),
        cmocka_unit_test(test_no_user_may_open_what_lies_there),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_state", tests, NULL, NULL);
}
