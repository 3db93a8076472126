/* SPDX-License-Identifier: MIT */
/* Who may change a file, by the text that Windows makes of its access list; and which
 * event, which MSI is ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/remedy_access.h"
#include "tests/windows-kit/lib/remedy_package.h"
#include "tests/windows-kit/lib/remedy_trace.h"

#define ADMINISTRATORS "(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

static bool is_safe(const char *sddl, enum acl_use use)
{
    struct error err = { 0 };
    const bool ok = remedy_judge_sddl(sddl, use, &err);

    assert_int_equal(err.code, ok ? ERR_NONE : ERR_DENIED);
    return ok;
}

static void test_what_the_product_makes_is_safe(void **state)
{
    (void)state;
    assert_true(is_safe("O:BAD:P" ADMINISTRATORS "(A;OICI;0x1200a9;;;BU)", ACL_READABLE));
    assert_true(
        is_safe("O:SYG:SYD:PAI" ADMINISTRATORS "(A;OICI;FRFX;;;BU)", ACL_READABLE));
    assert_true(is_safe("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)", ACL_PRIVATE));
    assert_true(
        is_safe("O:S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464G:BAD:P"
                "(A;;FA;;;S-1-5-18)(D;;FA;;;WD)",
                ACL_READABLE));
}

static void test_another_owner_is_told(void **state)
{
    (void)state;
    assert_false(is_safe("O:S-1-5-21-1-2-3-1001D:P" ADMINISTRATORS, ACL_READABLE));
    assert_false(is_safe("O:BUG:BAD:P" ADMINISTRATORS, ACL_READABLE));
    assert_false(is_safe("D:P" ADMINISTRATORS, ACL_READABLE));
}

static void test_another_writer_is_told(void **state)
{
    static const char *const writers[] = {
        "(A;OICI;FA;;;BU)",   "(A;;0x1301bf;;;AU)",
        "(A;;FRFW;;;WD)",     "(A;;CCDC;;;BU)",
        "(A;OICIIO;GA;;;CO)", "(A;;SD;;;BU)",
        "(A;;WD;;;BU)",       "(A;;FR;;;BU)(A;;0x2;;;BU)",
        "(OA;;FR;;;BU)",      "(A;;KA;;;BU)",
        "(A;;XYZ;;;BU)",      "(A;FR)",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(writers); i++) {
        char sddl[256];

        (void)snprintf(sddl, sizeof sddl, "O:BAD:P" ADMINISTRATORS "%s", writers[i]);
        if (is_safe(sddl, ACL_READABLE))
            fail_msg("%s is taken", sddl);
    }
}

static void test_what_is_inherited_is_told(void **state)
{
    (void)state;
    assert_false(is_safe("O:BAD:AI" ADMINISTRATORS, ACL_READABLE));
    assert_false(is_safe("O:BAD:" ADMINISTRATORS, ACL_READABLE));
    assert_false(is_safe("O:BAD:NO_ACCESS_CONTROL", ACL_READABLE));
    assert_false(is_safe("O:BA", ACL_READABLE));
}

static void test_a_lock_that_users_may_read_is_told(void **state)
{
    (void)state;
    assert_false(is_safe("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;BU)", ACL_PRIVATE));
    assert_true(is_safe("O:BAD:P(A;;FA;;;SY)(A;;FA;;;BA)(A;;RC;;;BU)", ACL_PRIVATE));
}

#define EVENT(identity, words)                                                           \
    "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"      \
    "<Provider Name='port-exhaustion'/><EventID Qualifiers='0'>" identity                \
    "</EventID></System><EventData><Data>" words "</Data></EventData></Event>"

static bool is_told(const char *xml)
{
    struct error err = { 0 };

    return remedy_judge_events(xml, "20261130T120432Z-668", &err);
}

static void test_the_event_of_the_run_is_found(void **state)
{
    (void)state;
    assert_true(is_told(EVENT("1", "UNDO DONE") EVENT(
        "1", "APPLY DONE: 6 changes (run 20261130T120432Z-668)")));
    assert_false(is_told(EVENT("2", "APPLY FAILED (run 20261130T120432Z-668)")));
    assert_false(is_told(EVENT("11", "APPLY DONE (run 20261130T120432Z-668)")));
    assert_false(is_told(EVENT("1", "APPLY DONE: (run 20261130T120432Z-667)")));
    assert_false(is_told(EVENT("1", "APPLY DONE") EVENT("2", "20261130T120432Z-668")));
    assert_false(is_told(""));
}

static void test_the_newest_package_upgrades_the_oldest(void **state)
{
    struct remedy_packages packages = { 0 };
    (void)state;

    assert_false(remedy_packages_can_upgrade(&packages));
    assert_true(remedy_packages_add(&packages, "port-exhaustion-0.10.0-windows-x64.msi"));
    assert_false(remedy_packages_can_upgrade(&packages));
    assert_true(remedy_packages_add(&packages, "port-exhaustion-0.9.1-windows-x64.msi"));
    assert_true(remedy_packages_add(&packages, "port-exhaustion-0.9.0-windows-x64.msi"));
    assert_true(remedy_packages_can_upgrade(&packages));
    assert_string_equal(packages.first.version, "0.9.0");
    assert_string_equal(packages.last.version, "0.10.0");
}

static void test_other_files_are_no_package_of_ours(void **state)
{
    static const char *const others[] = { "",
                                          "agent-1.2.3.msi",
                                          "port-exhaustion-1.2-windows-x64.msi",
                                          "port-exhaustion-1.2.3-windows-x64.zip",
                                          "port-exhaustion-01.2.3-windows-x64.msi",
                                          "port-exhaustion-1.2.3-windows-x64.msi.part" };
    struct remedy_packages packages = { 0 };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        assert_false(remedy_packages_add(&packages, others[i]));
    assert_string_equal(packages.first.name, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_the_product_makes_is_safe),
        cmocka_unit_test(test_another_owner_is_told),
        cmocka_unit_test(test_another_writer_is_told),
        cmocka_unit_test(test_what_is_inherited_is_told),
        cmocka_unit_test(test_a_lock_that_users_may_read_is_told),
        cmocka_unit_test(test_the_event_of_the_run_is_found),
        cmocka_unit_test(test_the_newest_package_upgrades_the_oldest),
        cmocka_unit_test(test_other_files_are_no_package_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
