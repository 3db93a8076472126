/* SPDX-License-Identifier: MIT */
/* When two identities are those of one boot. */
#include "checks/model/boot_id.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "checks/base/compiler.h"

static void test_is_same(void **state)
{
    static const struct {
        const char *name;
        const char *then;
        const char *now;
        bool same;
    } cases[] = {
        { "what the system tells", "boot 7", "boot 7", true },
        { "a word of one letter", "7", "7", true },
        { "another boot", "boot 7", "boot 8", false },
        { "a longer number", "boot 7", "boot 77", false },
        { "unknown then", "", "boot 7", false },
        { "unknown now", "boot 7", "", false },
        { "both unknown", "", "", false },
        { "the mark is still there", "boot 7; mark R-1", "boot 7; mark R-1", true },
        { "Fast Startup: the mark is there, the counter went on", "boot 7; mark R-1",
          "boot 8; mark R-1", true },
        { "the counter stands still: the mark is gone", "boot 7; mark R-1", "boot 7",
          false },
        { "another mark", "boot 7; mark R-1", "boot 7; mark R-2", false },
        { "a mark that begins alike", "boot 7; mark R-1", "boot 7; mark R-11", false },
        { "recorded before there were marks", "boot 7", "boot 7; mark R-1", true },
        { "recorded before, in another boot", "boot 6", "boot 7; mark R-1", false },
        { "the mark cannot be read", "boot 7; mark R-1", "boot 7; mark ?", true },
        { "nor can it in another boot", "boot 7; mark R-1", "boot 8; mark ?", false },
        { "nothing is told beside the marks", "; mark R-1", "; mark R-1", true },
        { "nothing is told beside unread marks", "; mark R-1", "; mark ?", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(cases); i++)
        if (boot_id_is_same(cases[i].then, cases[i].now) != cases[i].same)
            fail_msg("%s: expected %d", cases[i].name, cases[i].same);
}

static void test_add_mark(void **state)
{
    struct text id = { 0 };
    (void)state;

    text_add(&id, "boot 7");
    boot_id_add_mark("R-1", &id);

    assert_string_equal(text_string(&id), "boot 7; mark R-1");
    text_clear(&id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_is_same),
        cmocka_unit_test(test_add_mark),
    };

    return cmocka_run_group_tests_name("model/boot_id", tests, NULL, NULL);
}
