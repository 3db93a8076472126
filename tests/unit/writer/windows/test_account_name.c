/* SPDX-License-Identifier: MIT */
/* An account's name, where it is known, where nobody knows it, and where a domain
 * controller that does not answer is asked for it. */
#include "remediate/writer/windows/account_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <wchar.h>

#include <cmocka.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/left_thread.h"

enum { LONG_MS = 60000, SHORT_MS = 50 };

/* S-1-5-18 */
static SID local_system = { SID_REVISION, 1, { SECURITY_NT_AUTHORITY }, { 18 } };

static HANDLE may_answer; /* the domain controller's */

static WINBOOL WINAPI answer(const wchar_t *system, PSID sid, wchar_t *name,
                             DWORD *name_size, wchar_t *domain, DWORD *domain_size,
                             SID_NAME_USE *use)
{
    assert_null(system);
    assert_true(EqualSid(sid, &local_system));
    assert_true(*name_size > 8 && *domain_size > 8);
    wcscpy(name, L"\u00fcser");
    wcscpy(domain, L"CORP");
    *use = SidTypeUser;
    return TRUE;
}

static WINBOOL WINAPI know_nobody(const wchar_t *system, PSID sid, wchar_t *name,
                                  DWORD *name_size, wchar_t *domain, DWORD *domain_size,
                                  SID_NAME_USE *use)
{
    (void)system;
    (void)sid;
    (void)name;
    (void)name_size;
    (void)domain;
    (void)domain_size;
    (void)use;
    SetLastError(ERROR_NONE_MAPPED);
    return FALSE;
}

static WINBOOL WINAPI hang(const wchar_t *system, PSID sid, wchar_t *name,
                           DWORD *name_size, wchar_t *domain, DWORD *domain_size,
                           SID_NAME_USE *use)
{
    (void)WaitForSingleObject(may_answer, LONG_MS);
    return answer(system, sid, name, name_size, domain, domain_size, use);
}

static void assert_named(int64_t limit_ms, account_lookup *lookup, const char *wanted)
{
    struct text out = { 0 };

    account_name_add(&local_system, limit_ms, lookup, &out);

    assert_string_equal(text_string(&out), wanted);
    text_clear(&out);
}

static void test_account_name_add_tells_domain_and_name(void **state)
{
    (void)state;
    assert_named(LONG_MS, answer, "CORP\\\303\274ser");
    assert_false(left_thread_any());
}

static void test_account_name_add_tells_the_sid_of_nobody(void **state)
{
    (void)state;
    assert_named(LONG_MS, know_nobody, "S-1-5-18");
    assert_false(left_thread_any());
}

static void test_account_name_add_does_not_wait_for_a_domain(void **state)
{
    const int64_t begin_ns = deadline_now_ns();
    (void)state;
    may_answer = CreateEventW(NULL, TRUE, FALSE, NULL);

    assert_named(SHORT_MS, hang, "S-1-5-18");

    assert_true(deadline_now_ns() - begin_ns < (int64_t)LONG_MS / 2 * DEADLINE_NS_PER_MS);
    assert_true(left_thread_any());
    (void)SetEvent(may_answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_account_name_add_tells_domain_and_name),
        cmocka_unit_test(test_account_name_add_tells_the_sid_of_nobody),
        cmocka_unit_test(test_account_name_add_does_not_wait_for_a_domain),
    };

    return cmocka_run_group_tests_name("writer/account_name", tests, NULL, NULL);
}
