/* SPDX-License-Identifier: MIT */
/* Whom a file of ours may belong to, and what others may do with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/host/acl_judgement.h"

#define SYSTEM            "S-1-5-18"
#define ADMINISTRATORS    "S-1-5-32-544"
#define TRUSTED_INSTALLER "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464"
#define EVERYONE          "S-1-1-0"
#define USERS             "S-1-5-32-545"
#define PERSON            "S-1-5-21-1004336348-1177238915-682003330-1001"

enum { FULL = 0x1F01FF, READ = 0x1200A9 };

/* Static: it is larger than a frame should be. */
static struct acl acl;

/* The list that we set ourselves: SYSTEM and Administrators all, Users read. */
static int given_own_list(void **state)
{
    (void)state;
    acl = (struct acl){ .owner = ADMINISTRATORS, .count = 3 };
    acl.entries[0] = (struct acl_entry){ .sid = SYSTEM, .mask = FULL };
    acl.entries[1] = (struct acl_entry){ .sid = ADMINISTRATORS, .mask = FULL };
    acl.entries[2] = (struct acl_entry){ .sid = USERS, .mask = READ };
    return 0;
}

static void given_entry(const char *sid, uint32_t mask)
{
    struct acl_entry *entry = &acl.entries[acl.count++];

    *entry = (struct acl_entry){ .mask = mask };
    (void)snprintf(entry->sid, sizeof entry->sid, "%s", sid);
}

static void assert_safe(enum acl_use use)
{
    struct error err = { 0 };

    assert_true(acl_judge(&acl, use, "C:\\x", &err));

    assert_int_equal(err.code, ERR_NONE);
}

static void assert_unsafe(enum acl_use use, const char *message)
{
    struct error err = { 0 };

    assert_false(acl_judge(&acl, use, "C:\\x", &err));

    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_DENIED);
}

static void test_acl_judge_takes_what_belongs_to_self(void **state)
{
    (void)state;

    given_entry(PERSON, FULL);
    (void)snprintf(acl.owner, sizeof acl.owner, "%s", PERSON);
    (void)snprintf(acl.self, sizeof acl.self, "%s", PERSON);

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_refuses_others_beside_self(void **state)
{
    (void)state;

    (void)snprintf(acl.self, sizeof acl.self, "%s", PERSON);
    (void)snprintf(acl.owner, sizeof acl.owner, "%s2", PERSON);
    assert_unsafe(ACL_READABLE,
                  "'C:\\x' is not safe: it belongs to " PERSON
                  "2, expected Administrators, SYSTEM, TrustedInstaller or the user who "
                  "runs this");

    (void)snprintf(acl.owner, sizeof acl.owner, "%s", PERSON);
    given_entry(USERS, FULL);
    assert_unsafe(
        ACL_READABLE,
        "'C:\\x' is not safe: Users may change it (rights 0x1f01ff): expected only "
        "administrators, SYSTEM and the user who runs this");
}

static void test_acl_judge_accepts_our_own_list(void **state)
{
    (void)state;

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_accepts_the_three_owners(void **state)
{
    (void)state;

    memcpy(acl.owner, SYSTEM, sizeof SYSTEM);
    assert_safe(ACL_READABLE);
    memcpy(acl.owner, TRUSTED_INSTALLER, sizeof TRUSTED_INSTALLER);
    assert_safe(ACL_READABLE);
}

static void test_acl_judge_refuses_another_owner(void **state)
{
    (void)state;

    memcpy(acl.owner, PERSON, sizeof PERSON);

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: it belongs to " PERSON
                                ", expected Administrators, SYSTEM or TrustedInstaller");
}

static void test_acl_judge_names_a_well_known_owner(void **state)
{
    (void)state;

    memcpy(acl.owner, USERS, sizeof USERS);

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: it belongs to Users, expected "
                                "Administrators, SYSTEM or TrustedInstaller");
}

static void test_acl_judge_refuses_no_owner(void **state)
{
    (void)state;

    acl.owner[0] = '\0';

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: it belongs to nobody, expected "
                                "Administrators, SYSTEM or TrustedInstaller");
}

static void test_acl_judge_refuses_owner_rights_as_owner(void **state)
{
    (void)state;

    memcpy(acl.owner, "S-1-3-4", sizeof "S-1-3-4");

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: it belongs to S-1-3-4, expected "
                                "Administrators, SYSTEM or TrustedInstaller");
}

static void test_acl_judge_refuses_a_sid_that_begins_like_a_trusted_one(void **state)
{
    (void)state;

    memcpy(acl.owner, SYSTEM "0", sizeof SYSTEM "0");

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: it belongs to S-1-5-180, expected "
                                "Administrators, SYSTEM or TrustedInstaller");
}

static void test_acl_judge_refuses_a_file_without_list(void **state)
{
    (void)state;

    acl.open = true;
    acl.count = 0;

    assert_unsafe(ACL_READABLE,
                  "'C:\\x' is not safe: it has no access list, so anyone may change it");
}

static void test_acl_judge_accepts_an_empty_list(void **state)
{
    (void)state;

    acl.count = 0;

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_refuses_each_right_to_change(void **state)
{
    static const struct {
        const char *name;
        uint32_t mask;
    } rows[] = {
        { "write data, add file", 0x2 },
        { "append data, add directory", 0x4 },
        { "write extended attributes", 0x10 },
        { "delete child", 0x40 },
        { "write attributes", 0x100 },
        { "delete", 0x10000 },
        { "write dac", 0x40000 },
        { "write owner", 0x80000 },
        { "system security", 0x1000000 },
        { "maximum allowed", 0x2000000 },
        { "generic all", 0x10000000 },
        { "generic write", 0x40000000 },
        { "a right that nobody knows", 0x800000 },
        { "with reading", READ | 0x2 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };

        (void)given_own_list(NULL);
        given_entry(EVERYONE, rows[i].mask);
        if (acl_judge(&acl, ACL_READABLE, "C:\\x", &err))
            fail_msg("accepted: %s", rows[i].name);
        assert_int_equal(err.code, ERR_DENIED);
    }
}

static void test_acl_judge_says_who_may_change_it(void **state)
{
    (void)state;

    given_entry(EVERYONE, FULL);

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: Everyone may change it (rights "
                                "0x1f01ff): expected only administrators and SYSTEM");
}

static void test_acl_judge_sees_each_entry(void **state)
{
    (void)state;

    for (size_t i = 0; i < 3; i++) {
        struct error err = { 0 };

        (void)given_own_list(NULL);
        acl.entries[i] = (struct acl_entry){ .sid = EVERYONE, .mask = FULL };
        assert_false(acl_judge(&acl, ACL_READABLE, "C:\\x", &err));
    }
}

static void test_acl_judge_lets_others_read(void **state)
{
    (void)state;

    given_entry(EVERYONE, UINT32_C(0xA0000000));
    given_entry(PERSON, READ);

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_sees_the_last_entry_behind_a_deny(void **state)
{
    (void)state;

    given_entry(PERSON, FULL);
    acl.entries[3].kind = ACL_DENY;
    given_entry(PERSON, 0x2);

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: " PERSON " may change it (rights "
                                "0x2): expected only administrators and SYSTEM");
}

static void test_acl_judge_ignores_deny_entries(void **state)
{
    (void)state;

    given_entry(EVERYONE, FULL);
    acl.entries[3].kind = ACL_DENY;

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_ignores_what_holds_for_children_only(void **state)
{
    (void)state;

    given_entry("S-1-3-0", UINT32_C(0x10000000));
    acl.entries[3].inherit_only = true;

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_refuses_an_unknown_kind_of_entry(void **state)
{
    (void)state;

    given_entry("", 0);
    acl.entries[3].kind = ACL_OTHER;

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: its access list has an entry of "
                                "an unknown kind");
}

static void test_acl_judge_lets_the_owner_have_its_rights(void **state)
{
    (void)state;

    given_entry("S-1-3-4", FULL);

    assert_safe(ACL_READABLE);
}

static void test_acl_judge_refuses_a_lock_that_others_can_read(void **state)
{
    (void)state;

    assert_unsafe(ACL_PRIVATE, "'C:\\x' is not safe: Users may lock it (rights "
                               "0x1200a9): expected only administrators and SYSTEM");
}

static void test_acl_judge_accepts_a_lock_of_administrators(void **state)
{
    (void)state;

    acl.count = 2;

    assert_safe(ACL_PRIVATE);
}

/* Programs that tests run under Wine are linked with another function. */
static void test_acl_judge_refuses_the_user_of_wine(void **state)
{
    (void)state;

    assert_null(acl_trusted_besides());
    memcpy(acl.owner, "S-1-5-21-0-0-0-1000", sizeof "S-1-5-21-0-0-0-1000");

    assert_unsafe(ACL_READABLE,
                  "'C:\\x' is not safe: it belongs to S-1-5-21-0-0-0-1000, expected "
                  "Administrators, SYSTEM or TrustedInstaller");

    memcpy(acl.owner, ADMINISTRATORS, sizeof ADMINISTRATORS);
    given_entry("S-1-5-21-0-0-0-1000", FULL);

    assert_unsafe(ACL_READABLE, "'C:\\x' is not safe: S-1-5-21-0-0-0-1000 may change "
                                "it (rights 0x1f01ff): expected only administrators and "
                                "SYSTEM");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_acl_judge_accepts_our_own_list, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_accepts_the_three_owners, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_another_owner, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_takes_what_belongs_to_self, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_others_beside_self, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_names_a_well_known_owner, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_no_owner, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_owner_rights_as_owner,
                               given_own_list),
        cmocka_unit_test_setup(
            test_acl_judge_refuses_a_sid_that_begins_like_a_trusted_one, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_a_file_without_list,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_accepts_an_empty_list, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_each_right_to_change,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_says_who_may_change_it, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_lets_others_read, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_sees_the_last_entry_behind_a_deny,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_sees_each_entry, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_ignores_deny_entries, given_own_list),
        cmocka_unit_test_setup(test_acl_judge_ignores_what_holds_for_children_only,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_an_unknown_kind_of_entry,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_lets_the_owner_have_its_rights,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_a_lock_that_others_can_read,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_accepts_a_lock_of_administrators,
                               given_own_list),
        cmocka_unit_test_setup(test_acl_judge_refuses_the_user_of_wine, given_own_list),
    };

    return cmocka_run_group_tests_name("host/acl_judgement", tests, NULL, NULL);
}
