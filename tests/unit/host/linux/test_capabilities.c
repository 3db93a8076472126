/* SPDX-License-Identifier: MIT */
/* Rights that are given up, by a child of the test, as the kernel tells it. */
#include "checks/host/linux/capabilities.h"

#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "checks/host/linux/linux_file.h"
#include "checks/host/program.h"

#define BIT(capability) (UINT32_C(1) << (capability))

enum { RIGHT = 0, WRONG = 1 };

/* A line "CapEff:\t0000000000280000" of our own status; ~0 = not there. */
static uint64_t set_of(const char *field)
{
    char status[8192];
    const char *at;

    if (!proc_file_slurp("/proc/self/status", status, sizeof status, NULL))
        return UINT64_MAX;
    at = strstr(status, field);
    return at ? strtoull(at + strlen(field), NULL, 16) : UINT64_MAX;
}

static bool are_all(uint64_t permitted, uint64_t bounding)
{
    return set_of("\nCapEff:") == permitted && set_of("\nCapPrm:") == permitted &&
           set_of("\nCapInh:") == 0 && set_of("\nCapAmb:") == 0 &&
           set_of("\nCapBnd:") == bounding && set_of("\nNoNewPrivs:") == 1;
}

static int give_up(void)
{
    const uint32_t both = BIT(CAP_SYS_ADMIN) | BIT(CAP_SYS_PTRACE);

    if (!program_keep_namespace_rights(NULL) || !are_all(both, both))
        return WRONG;
    if (!capabilities_have(both) || capabilities_have(both | BIT(CAP_NET_ADMIN)))
        return WRONG + 1;
    /* the bounding set needs CAP_SETPCAP to become smaller */
    if (!program_drop_namespace_rights(NULL) || !are_all(0, both))
        return WRONG + 2;
    if (capabilities_have(BIT(CAP_SYS_ADMIN)) || !capabilities_have(0))
        return WRONG + 3;
    return program_keep_namespace_rights(NULL) && are_all(0, both) ? RIGHT : WRONG + 4;
}

static int give_up_as_nobody(void)
{
    const uint64_t bounding = set_of("\nCapBnd:");

    if (setuid(65534) < 0)
        return WRONG;
    return program_keep_namespace_rights(NULL) && are_all(0, bounding) ? RIGHT
                                                                       : WRONG + 1;
}

/* As by a file with the two rights "+p": permitted, and not in effect. */
static int put_in_effect(void)
{
    const uint32_t both = BIT(CAP_SYS_ADMIN) | BIT(CAP_SYS_PTRACE);
    const uint64_t bounding = set_of("\nCapBnd:");

    if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 || setuid(65534) < 0 ||
        capabilities_have(both))
        return WRONG;
    return program_keep_namespace_rights(NULL) && are_all(both, bounding) ? RIGHT
                                                                          : WRONG + 1;
}

static void expect(int (*part)(void))
{
    int status = 0;
    const pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0)
        _exit(part());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), RIGHT);
}

static bool may(void)
{
    return capabilities_have(BIT(CAP_SYS_ADMIN) | BIT(CAP_SYS_PTRACE) | BIT(CAP_SETPCAP) |
                             BIT(CAP_SETUID));
}

static void test_program_keeps_two_rights_and_then_none(void **state)
{
    (void)state;
    if (!may())
        skip();
    expect(give_up);
}

static void test_program_without_rights_has_none_to_give_up(void **state)
{
    (void)state;
    if (!may())
        skip();
    expect(give_up_as_nobody);
}

static void test_program_puts_in_effect_what_is_permitted(void **state)
{
    (void)state;
    if (!may())
        skip();
    expect(put_in_effect);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_program_keeps_two_rights_and_then_none),
        cmocka_unit_test(test_program_without_rights_has_none_to_give_up),
        cmocka_unit_test(test_program_puts_in_effect_what_is_permitted),
    };

    return cmocka_run_group_tests_name("host/linux/capabilities", tests, NULL, NULL);
}
