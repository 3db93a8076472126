/* SPDX-License-Identifier: MIT */
/* What processes are called, and whose names may travel. */
#include "checks/host/windows/windows_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/windows/process_image.h"
#include "checks/host/windows/service_names.h"
#include "checks/host/windows/win.h"

enum { NO_PROCESS = 0x7FFFFFF0, PAUSE_MS = 100 };

static void test_below_compares_whole_components_in_any_case(void **state)
{
    static const struct {
        const wchar_t *path;
        const wchar_t *folder;
        bool below;
    } cases[] = {
        { L"C:\\Windows\\System32\\svchost.exe", L"C:\\Windows", true },
        { L"c:\\WINDOWS\\system32\\svchost.exe", L"C:\\Windows", true },
        { L"C:\\Windows\\a.exe", L"C:\\Windows\\", true },
        { L"C:\\Windows", L"C:\\Windows", true },
        { L"C:\\WindowsOld\\a.exe", L"C:\\Windows", false },
        { L"C:\\Window\\a.exe", L"C:\\Windows", false },
        { L"D:\\Windows\\a.exe", L"C:\\Windows", false },
        { L"C:\\Program Files (x86)\\a.exe", L"C:\\Program Files", false },
        { L"C:\\Users\\bob\\Windows\\a.exe", L"C:\\Windows", false },
        { L"C:\\PROGRAMME\\\xD6l\\a.exe", L"C:\\Programme\\\xF6L", true },
        { L"", L"C:\\Windows", false },
        { L"C:\\Windows\\a.exe", L"", false },
        { L"C:\\Windows\\a.exe", L"\\", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        if (process_image_is_below(cases[i].path, cases[i].folder) != cases[i].below)
            fail_msg("'%ls' below '%ls' is not %d", cases[i].path, cases[i].folder,
                     cases[i].below);
}

/* The caller's environment has no say. */
static void test_installed_by_the_system_s_own_knowledge(void **state)
{
    static const wchar_t *const names[] = { L"SystemRoot", L"windir", L"ProgramFiles",
                                            L"ProgramFiles(x86)", L"ProgramW6432" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        (void)SetEnvironmentVariableW(names[i], L"C:\\users");

    assert_true(process_image_is_installed(L"C:\\windows\\system32\\inetsrv\\w3wp.exe"));
    assert_true(process_image_is_installed(L"C:\\Program Files\\Contoso\\mail.exe"));
    assert_true(process_image_is_installed(L"C:\\Program Files (x86)\\Old\\mail.exe"));
    assert_false(process_image_is_installed(L"C:\\users\\bob\\mail.exe"));
    assert_false(process_image_is_installed(L"D:\\apps\\mail.exe"));
    assert_false(process_image_is_installed(L"mail.exe"));
}

static void assert_services(const struct service_names *names, uint32_t pid,
                            const char *wanted)
{
    char out[OWNER_NAME_SIZE];

    assert_true(service_names_of(names, pid, out));
    assert_string_equal(out, wanted);
}

static void test_services_of_one_process_are_named_together(void **state)
{
    struct service_name list[] = {
        { 8, "BFE" },      { 9, "Dnscache" },
        { 8, "mpssvc" },   { 7, "Appinfo" },
        { 7, "BITS" },     { 7, "CertPropSvc" },
        { 7, "gpsvc" },    { 7, "IKEEXT" },
        { 7, "iphlpsvc" }, { 6, "A_name_that_has_all_forty_characters_40x" },
        { 6, "B" },        { 5, "Exactly_thirty_characters_long" },
        { 5, "Four" },
    };
    const struct service_names names = { list, ARRAY_COUNT(list) };
    char out[OWNER_NAME_SIZE] = "x";
    (void)state;

    assert_services(&names, 9, "Dnscache");
    assert_services(&names, 8, "BFE/mpssvc");
    assert_services(&names, 7, "Appinfo/BITS/CertPropSvc/gpsvc/...");
    assert_services(&names, 6, "A_name_that_has_all_forty_characters/...");
    assert_services(&names, 5, "Exactly_thirty_characters_long/Four");
    assert_false(service_names_of(&names, 4, out));
    assert_string_equal(out, "");
}

/* The pid of a service; 0 = it does not run. */
static uint32_t pid_of_service(const char *name)
{
    struct service_names names = { 0 };
    struct error err = { 0 };
    uint32_t pid = 0;

    if (!service_names_read(&names, &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < names.count; i++) {
        assert_int_not_equal(names.list[i].pid, 0);
        if (strcmp(names.list[i].name, name) == 0)
            pid = names.list[i].pid;
    }
    service_names_clear(&names);
    service_names_clear(&names);
    return pid;
}

static void test_toolhelp_names_every_process(void **state)
{
    struct process_names names = { 0 };
    struct text name = { 0 };
    (void)state;

    process_names_add(&names, NO_PROCESS, &name);
    assert_string_equal(text_string(&name), "");
    process_names_add(&names, GetCurrentProcessId(), &name);
    assert_string_equal(text_string(&name), "test_owners.exe");
    process_names_clear(&names);
    process_names_clear(&names);
    text_clear(&name);
}

/* The pid of a process by its program; 0 = none. */
static uint32_t pid_of(const wchar_t *program)
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    PROCESSENTRY32W entry = { .dwSize = sizeof entry };
    BOOL more = Process32FirstW(snapshot, &entry);

    while (more && _wcsicmp(entry.szExeFile, program) != 0)
        more = Process32NextW(snapshot, &entry);
    (void)CloseHandle(snapshot);
    return more ? entry.th32ProcessID : 0;
}

/* Names the owner of 3 TCP sockets and 2 UDP sockets. */
static struct owner name_process(uint32_t pid, const struct deadline *deadline,
                                 struct observed_owners *out)
{
    struct owner_tally tally = { .key.pid = pid, .udp = 2 };
    const struct owner_census census = { .tallies = &tally, .count = 1 };
    struct owner named = { 0 };
    struct error err = { 0 };

    tally.tcp[CONN_CLOSE_WAIT] = 2;
    tally.tcp[CONN_LISTEN] = 1;
    if (!windows_name_owners(NULL, &census, deadline, &named, out, &err))
        fail_msg("%s", err.message);
    return named;
}

static void assert_named(const struct owner *named, uint32_t pid,
                         const struct owner *wanted)
{
    assert_int_equal(named->kind, wanted->kind);
    assert_string_equal(named->name, wanted->name);
    assert_string_equal(named->user, "");
    assert_string_equal(named->program, wanted->program);
    assert_int_equal(named->person, wanted->person);
    assert_int_equal(named->pid_count, 1);
    assert_int_equal(named->pids[0].pid, pid);
    assert_int_equal(named->pids[0].sockets, 5);
}

static void assert_owner(uint32_t pid, const struct owner *wanted)
{
    const struct deadline deadline = deadline_in_ms(60000);
    struct observed_owners out = { 0 };
    const struct owner named = name_process(pid, &deadline, &out);

    assert_named(&named, pid, wanted);
    assert_true(out.programs);
    assert_string_equal(out.unread, "");
}

static void test_a_program_of_a_person(void **state)
{
    static const struct owner wanted = { .kind = OWNER_USER,
                                         .program = "test_owners.exe",
                                         .person = true };
    (void)state;

    assert_owner(GetCurrentProcessId(), &wanted);
}

static void test_a_program_of_the_system(void **state)
{
    static const struct owner wanted = { .kind = OWNER_USER, .program = "services.exe" };
    (void)state;

    assert_owner(pid_of(L"services.exe"), &wanted);
}

/* One of Wine's own, which runs soon after the first program. */
static void test_a_service(void **state)
{
    static const struct owner wanted = { .kind = OWNER_UNIT,
                                         .name = "PlugPlay",
                                         .program = "plugplay.exe" };
    const struct deadline deadline = deadline_in_ms(120000);
    struct observed_owners out = { 0 };
    struct owner named;
    uint32_t pid;
    (void)state;

    while ((pid = pid_of_service("PlugPlay")) == 0 && !deadline_passed(&deadline))
        Sleep(PAUSE_MS);
    named = name_process(pid, &deadline, &out);

    assert_named(&named, pid, &wanted);
}

static void test_the_system_itself(void **state)
{
    static const struct owner wanted = { .kind = OWNER_SYSTEM };
    (void)state;

    assert_owner(PROCESS_OF_SYSTEM, &wanted);
}

static void test_a_process_that_has_ended(void **state)
{
    static const struct owner wanted = { .kind = OWNER_USER };
    (void)state;

    assert_owner(NO_PROCESS, &wanted);
}

static void test_out_of_time(void **state)
{
    const struct deadline deadline = deadline_in_ms(0);
    struct observed_owners out = { 0 };
    const struct owner named = name_process(GetCurrentProcessId(), &deadline, &out);
    (void)state;

    assert_string_equal(named.program, "");
    assert_string_equal(out.unread, "not every program was looked up: out of time");
}

static void test_a_look_is_not_possible(void **state)
{
    const struct destination to = { .remote_port = 1 };
    const struct look_request wanted = { .to = &to,
                                         .span_ms = 1000,
                                         .deadline = deadline_in_ms(60000) };
    struct owner_census census = { 0 };
    struct observed_look look = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(windows_look(NULL, &wanted, &census, &look, &err));

    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_string_equal(err.message, "Windows does not tell who opens connections");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_below_compares_whole_components_in_any_case),
        cmocka_unit_test(test_installed_by_the_system_s_own_knowledge),
        cmocka_unit_test(test_services_of_one_process_are_named_together),
        cmocka_unit_test(test_toolhelp_names_every_process),
        cmocka_unit_test(test_a_program_of_a_person),
        cmocka_unit_test(test_a_program_of_the_system),
        cmocka_unit_test(test_a_service),
        cmocka_unit_test(test_the_system_itself),
        cmocka_unit_test(test_a_process_that_has_ended),
        cmocka_unit_test(test_out_of_time),
        cmocka_unit_test(test_a_look_is_not_possible),
    };

    return cmocka_run_group_tests_name("host/windows/owners", tests, NULL, NULL);
}
