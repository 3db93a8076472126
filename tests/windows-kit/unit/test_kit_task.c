/* SPDX-License-Identifier: MIT */
/* A task runs as whom it should, starts on a battery too, and is well-formed XML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_task.h"

static void has(const struct text *xml, const char *wanted)
{
    if (!strstr(text_string(xml), wanted))
        fail_msg("no '%s' in %s", wanted, text_string(xml));
}

static void test_kit_task_xml_at_the_next_start(void **state)
{
    const struct kit_task_words words = { .program = "C:\\R&D\\kit.exe",
                                          .arguments = "/resume",
                                          .sid = "S-1-5-18",
                                          .at_start = true };
    struct text xml = { 0 };
    (void)state;

    kit_task_xml(&words, &xml);

    has(&xml, "<BootTrigger>");
    has(&xml, "<UserId>S-1-5-18</UserId>");
    has(&xml, "<Command>C:\\R&amp;D\\kit.exe</Command><Arguments>/resume</Arguments>");
    has(&xml, "<DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>");
    has(&xml, "<Priority>5</Priority>");
    has(&xml, "<StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>");
    text_clear(&xml);
}

static void test_kit_task_xml_of_a_stage_waits_for_nothing(void **state)
{
    const struct kit_task_words words = { .program = "C:\\kit.exe",
                                          .arguments = "/as-is",
                                          .sid = "S-1-5-20" };
    struct text xml = { 0 };
    (void)state;

    kit_task_xml(&words, &xml);

    has(&xml, "<Triggers></Triggers>");
    has(&xml, "<UserId>S-1-5-20</UserId>");
    text_clear(&xml);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kit_task_xml_at_the_next_start),
        cmocka_unit_test(test_kit_task_xml_of_a_stage_waits_for_nothing),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_task", tests, NULL, NULL);
}
