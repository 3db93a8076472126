/* SPDX-License-Identifier: MIT */
/* What /proc/PID/status says of a process's parent and user. */
#include "checks/decode/proc_status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

#define HEAD "Name:\tbash\nUmask:\t0022\nState:\tS (sleeping)\nPid:\t4711\n"

static void test_proc_status_number(void **state)
{
    static const struct {
        const char *name;
        const char *status;
        const char *field;
        int64_t number; /* -1 = not told */
    } rows[] = {
        { "a parent", HEAD "PPid:\t815\nUid:\t7\t8\t9\t10\n", "PPid", 815 },
        { "the real user comes first", HEAD "PPid:\t815\nUid:\t7\t8\t9\t10\n", "Uid", 7 },
        { "a field whose end is the end of another", HEAD "PPid:\t815\n", "Pid", 4711 },
        { "the first line", "Uid:\t7", "Uid", 7 },
        { "no blank", "Uid:7\n", "Uid", 7 },
        { "blanks", "Uid: \t 7 8\n", "Uid", 7 },
        { "the largest", "Uid:\t4294967295\t0\n", "Uid", UINT32_MAX },
        { "too large", "Uid:\t4294967296\t0\n", "Uid", -1 },
        { "too many digits", "Uid:\t00000000000000007\n", "Uid", -1 },
        { "a tail behind what fits", "Uid:\t0000000007     x\n", "Uid", 7 },
        { "a tail that does not fit", "Uid:\t7000000000000000000000x\n", "Uid", -1 },
        { "a long tail", "Uid:\t7xxxxxxxxxxxxxxxxxxxxx\n", "Uid", -1 },
        { "no number", "Uid:\t\nPid:\t7\n", "Uid", -1 },
        { "a sign", "Uid:\t-1\n", "Uid", -1 },
        { "a number with a tail", "Uid:\t7x\n", "Uid", -1 },
        { "another field", HEAD, "Uid", -1 },
        { "a name that only begins alike", "Uids:\t7\n", "Uid", -1 },
        { "a process that calls itself a line", "Name:\tx\\nUid:\t0\nUid:\t7\n", "Uid",
          7 },
        { "nothing", "", "Uid", -1 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        uint32_t number = 99;
        const bool told = proc_status_number(rows[i].status, rows[i].field, &number);

        if (told != (rows[i].number >= 0) || number != (told ? rows[i].number : 99))
            fail_msg("%s: %d, %lu", rows[i].name, told, (unsigned long)number);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_proc_status_number) };

    return cmocka_run_group_tests_name("decode/proc_status", tests, NULL, NULL);
}
