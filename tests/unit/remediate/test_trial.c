/* SPDX-License-Identifier: MIT */
/* What became of a trial, and when it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "remediate/trial.h"

#define BOOT "11111111-2222-3333-4444-555555555555"

enum { UNTIL_S = 7200 };

/* A trial, and the run behind it that may have ended or confirmed it. */
struct scene {
    struct journal_run runs[2];
    struct journal journal;
};

static char boot[] = BOOT;
static char none[] = "";
static char apply[] = "apply";
static char undo[] = "undo";
static char expire[] = "expire";
static char trial_id[] = "t-1";
static char other_id[] = "t-0";

static void scene_init(struct scene *scene)
{
    *scene = (struct scene){
        .runs = { { .id = "t-1",
                    .boot = boot,
                    .command = apply,
                    .undoes = none,
                    .confirms = none,
                    .outcome = RUN_APPLIED,
                    .trial_until_s = UNTIL_S },
                  { .id = "r-2",
                    .boot = boot,
                    .command = undo,
                    .undoes = none,
                    .confirms = none,
                    .outcome = RUN_APPLIED } },
    };
    scene->journal = (struct journal){ .runs = scene->runs, .count = 2 };
}

static void assert_state(const struct scene *scene, const char *now,
                         enum trial_state state, const char *name)
{
    const struct journal_run *run = &scene->runs[0];
    const char *word = trial_state_name(run, &scene->journal, now);

    assert_int_equal(trial_state(run, &scene->journal, now), state);
    if (name)
        assert_string_equal(word, name);
    else
        assert_null(word);
}

static void test_trial_state_of_a_run_without_a_trial(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene.runs[0].trial_until_s = 0;
    assert_state(&scene, BOOT, TRIAL_NONE, NULL);
    scene.runs[0].outcome = RUN_OPEN;
    assert_state(&scene, BOOT, TRIAL_NONE, NULL);
    scene.runs[0].undone = true;
    assert_state(&scene, BOOT, TRIAL_NONE, NULL);
}

static void test_trial_state_before_it_is_in_force(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene.runs[0].outcome = RUN_OPEN;
    assert_state(&scene, BOOT, TRIAL_OPEN, "open");
    scene.runs[0].outcome = RUN_RESTORED;
    assert_state(&scene, BOOT, TRIAL_FAILED, NULL);
    scene.runs[0].outcome = RUN_INCOMPLETE;
    assert_state(&scene, BOOT, TRIAL_FAILED, NULL);
}

static void test_trial_state_on_and_after_a_reboot(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    assert_state(&scene, BOOT, TRIAL_ON, "trial");
    assert_state(&scene, "another", TRIAL_REBOOTED, "ended by a reboot");
    assert_state(&scene, "", TRIAL_ON, "trial");
}

static void test_trial_state_confirmed(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene.runs[0].confirmed = true;
    assert_state(&scene, BOOT, TRIAL_CONFIRMED, "confirmed");
    assert_state(&scene, "another", TRIAL_CONFIRMED, "confirmed");
    scene.runs[0].undone = true;
    assert_state(&scene, BOOT, TRIAL_UNDONE, "undone");
}

static void test_trial_state_tells_expired_from_undone(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    scene.runs[0].undone = true;
    scene.runs[1].undoes = trial_id;
    assert_state(&scene, BOOT, TRIAL_UNDONE, "undone");
    scene.runs[1].command = expire;
    assert_state(&scene, BOOT, TRIAL_EXPIRED, "expired");
    assert_state(&scene, "another", TRIAL_EXPIRED, "expired");
    /* What is behind the last run is none. */
    scene.journal.count = 1;
    assert_state(&scene, BOOT, TRIAL_UNDONE, "undone");
    scene.journal.count = 2;
    /* An attempt that was rolled back ended nothing. */
    scene.runs[1].outcome = RUN_RESTORED;
    assert_state(&scene, BOOT, TRIAL_UNDONE, "undone");
    scene.runs[1].outcome = RUN_APPLIED;
    scene.runs[1].undoes = other_id;
    assert_state(&scene, BOOT, TRIAL_UNDONE, "undone");
}

static void test_trial_is_overdue_from_its_end_on(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    assert_false(trial_is_overdue(&scene.runs[0], UNTIL_S - 1));
    assert_true(trial_is_overdue(&scene.runs[0], UNTIL_S));
    assert_true(trial_is_overdue(&scene.runs[0], UNTIL_S + 1));
    assert_false(trial_is_overdue(&scene.runs[0], -1));
}

static void assert_end(int64_t uptime_s, const char *wanted)
{
    struct scene scene;
    struct text out = { 0 };

    scene_init(&scene);
    trial_add_end(&scene.runs[0], uptime_s, INT64_C(1798761600), &out);
    assert_string_equal(text_string(&out), wanted);
    text_clear(&out);
}

static void test_trial_add_end(void **state)
{
    (void)state;

    assert_end(UNTIL_S - 1798, "ends in 29m 58s (2027-01-01T00:29:58Z)");
    assert_end(UNTIL_S - 1, "ends in 1s (2027-01-01T00:00:01Z)");
    assert_end(UNTIL_S, "overdue for 0s");
    assert_end(UNTIL_S + 125, "overdue for 2m 5s");
    assert_end(0, "ends in 2h (2027-01-01T02:00:00Z)");
    assert_end(-1, "ends at an unknown time");
}

static void test_trial_to_undo_is_the_trial_of_a_confirmation(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    assert_null(trial_to_undo(&scene.journal, NULL));
    assert_ptr_equal(trial_to_undo(&scene.journal, &scene.runs[0]), &scene.runs[0]);
    assert_ptr_equal(trial_to_undo(&scene.journal, &scene.runs[1]), &scene.runs[1]);
    scene.runs[1].confirms = trial_id;
    assert_ptr_equal(trial_to_undo(&scene.journal, &scene.runs[1]), &scene.runs[0]);
}

static void test_trial_confirmation_is_an_applied_one(void **state)
{
    struct scene scene;
    (void)state;

    scene_init(&scene);
    assert_null(trial_confirmation(&scene.journal, "t-1"));
    scene.runs[1].confirms = trial_id;
    assert_ptr_equal(trial_confirmation(&scene.journal, "t-1"), &scene.runs[1]);
    assert_null(trial_confirmation(&scene.journal, "t-2"));
    scene.runs[1].outcome = RUN_RESTORED;
    assert_null(trial_confirmation(&scene.journal, "t-1"));
}

static void test_trial_limits_are_a_minute_and_a_day(void **state)
{
    (void)state;

    assert_int_equal(trial_limits.least, 60);
    assert_int_equal(trial_limits.most, 86400);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trial_state_of_a_run_without_a_trial),
        cmocka_unit_test(test_trial_state_before_it_is_in_force),
        cmocka_unit_test(test_trial_state_on_and_after_a_reboot),
        cmocka_unit_test(test_trial_state_confirmed),
        cmocka_unit_test(test_trial_state_tells_expired_from_undone),
        cmocka_unit_test(test_trial_is_overdue_from_its_end_on),
        cmocka_unit_test(test_trial_add_end),
        cmocka_unit_test(test_trial_to_undo_is_the_trial_of_a_confirmation),
        cmocka_unit_test(test_trial_confirmation_is_an_applied_one),
        cmocka_unit_test(test_trial_limits_are_a_minute_and_a_day),
    };

    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
