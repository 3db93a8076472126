/* SPDX-License-Identifier: MIT */
/* Lists of processors. */
#include "checks/decode/cpu_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static uint16_t cpus[CPU_LIST_MAX];

static void test_cpu_list_decode(void **state)
{
    static const struct {
        const char *text;
        size_t count; /* 0 = refused */
        uint16_t last;
    } rows[] = {
        { "0\n", 1, 0 },      { "0-1\n", 2, 1 },          { "0-3,8-11\n", 8, 11 },
        { "0,2,4", 3, 4 },    { "0-8191\n", 8192, 8191 }, { "0-8191,0\n", 0, 0 },
        { "0-8192\n", 0, 0 }, { "3-1\n", 0, 0 },          { "\n", 0, 0 },
        { "", 0, 0 },         { "0-\n", 0, 0 },           { "0,\n", 0, 0 },
        { "0-1 \n", 0, 0 },   { "0-1\n\n", 0, 0 },        { "x", 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        size_t count = 0;
        const bool ok = cpu_list_decode(rows[i].text, cpus, &count, NULL);

        if (ok != (rows[i].count > 0) || count != rows[i].count ||
            (ok && cpus[count - 1] != rows[i].last))
            fail_msg("'%s': %u", rows[i].text, (unsigned int)count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cpu_list_decode),
    };

    return cmocka_run_group_tests_name("decode/cpu_list", tests, NULL, NULL);
}
