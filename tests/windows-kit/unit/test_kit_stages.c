/* SPDX-License-Identifier: MIT */
/* The table of the stages is whole, and each runs only where it may. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/windows-kit/lib/kit_stages.h"

static const struct kit_situation everything = {
    .elevated = true, .asks = true, .restart = true, .has_program = true
};

static void test_each_stage_says_what_it_is(void **state)
{
    (void)state;

    for (size_t i = 0; i < kit_stage_count; i++) {
        const struct kit_stage *stage = &kit_stages[i];

        assert_true(stage->name && stage->title && stage->program && stage->arguments &&
                    stage->length);
        assert_true(stage->limit_min > 0);
        assert_ptr_equal(kit_stage_find(stage->name), stage);
        assert_null(kit_stage_obstacle(stage, &everything));
    }
}

/* Whoever has no rights changes nothing, and no SYSTEM is had without them. */
static void test_what_changes_settings_needs_elevation(void **state)
{
    (void)state;

    for (size_t i = 0; i < kit_stage_count; i++) {
        const struct kit_stage *stage = &kit_stages[i];

        assert_true(stage->elevated || !stage->changes);
        assert_true(stage->elevated || stage->whom == KIT_AS_CALLER ||
                    stage->whom == KIT_AS_USER);
        assert_true(strstr(stage->arguments, "{list}") || !stage->changes);
        assert_true(stage->changes || stage->when == KIT_NOW);
    }
}

/* First what changes nothing, then TIME_WAIT, then a restart. */
static void test_the_order_of_the_table(void **state)
{
    const struct kit_stage *last = kit_stage_find("truth-time-wait");
    (void)state;

    for (size_t i = 1; i < kit_stage_count; i++) {
        const struct kit_stage *stage = &kit_stages[i];

        assert_true(stage->changes || !kit_stages[i - 1].changes);
        assert_true(stage->when >= kit_stages[i - 1].when);
        assert_true(stage <= last || stage->when != KIT_NOW);
    }
}

static void obstacle_is(const char *name, struct kit_situation situation,
                        const char *wanted)
{
    const char *got = kit_stage_obstacle(kit_stage_find(name), &situation);

    if (wanted)
        assert_string_equal(got, wanted);
    else
        assert_null(got);
}

static void test_kit_stage_obstacle_names_what_is_lacking(void **state)
{
    struct kit_situation here = everything;
    (void)state;

    here.has_program = false;
    obstacle_is("units", here, "its program is not in this kit");
    here = everything;
    here.user_only = true;
    obstacle_is("units", here, NULL);
    obstacle_is("truth", here, "needs elevation, and /user asks for none");
    here = everything;
    here.restart = false;
    obstacle_is("truth", here, NULL);
    obstacle_is("reuse-begin", here, "needs a restart, to which nobody agreed");
    here = everything;
    here.elevated = false;
    obstacle_is("truth", here, NULL);
    here.asks = false;
    obstacle_is("truth", here, "needs elevation, and nobody can be asked for it");
}

static void test_kit_stage_command_fills_in_the_places(void **state)
{
    const struct kit_places places = { .kit = "C:\\the kit",
                                       .out = "C:\\out",
                                       .list = "C:\\list" };
    struct text line = { 0 };
    (void)state;

    kit_stage_command(kit_stage_find("truth-time-wait"), &places, &line);
    assert_string_equal(text_string(&line), "\"C:\\the kit\\windows_truth.exe\" "
                                            "\"C:\\the kit\\check_port_exhaustion.exe\" "
                                            "\"C:\\list\" --time-wait");
    text_clear(&line);
    kit_stage_command(kit_stage_find("record"), &places, &line);
    assert_string_equal(text_string(&line), "\"C:\\the kit\\record_host.exe\" "
                                            "\"C:\\the kit\\check_port_exhaustion.exe\" "
                                            "\"C:\\out\\recordings\"");
    text_clear(&line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_stage_says_what_it_is),
        cmocka_unit_test(test_what_changes_settings_needs_elevation),
        cmocka_unit_test(test_the_order_of_the_table),
        cmocka_unit_test(test_kit_stage_obstacle_names_what_is_lacking),
        cmocka_unit_test(test_kit_stage_command_fills_in_the_places),
    };

    return cmocka_run_group_tests_name("windows-kit/kit_stages", tests, NULL, NULL);
}
