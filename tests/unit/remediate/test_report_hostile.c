/* SPDX-License-Identifier: MIT */
/* Every output of the remediation, with hostile text in every field that others can fill.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "remediate/report.h"
#include "tests/support/given.h"
#include "tests/support/hostile.h"
#include "tests/support/planned.h"

enum { RUNS = 2, CHANGES = CHANGE_KIND_COUNT };

/* What a report shows, all of it made of one text. */
struct told {
    struct planned planned;
    struct outcome outcome;
    struct change changes[RUNS][CHANGES];
    struct journal_run runs[RUNS];
    struct journal journal;
    struct remediate_report report;
};

/* Large. */
static struct told hostile;
static struct told harmless;

#define FILL(field, with) (void)snprintf(field, sizeof(field), "%s", with)

static void fill_plan(struct told *told, const char *with)
{
    struct planned *planned = &told->planned;
    struct error err = { 0 };

    planned_init(planned, OS_LINUX);
    given_linux_settings(&planned->seen);
    for (size_t i = 0; i < planned->seen.setting_count; i++) {
        struct observed_setting *setting = &planned->seen.settings[i];

        setting->boot = BOOT_SET;
        FILL(setting->reason, with);
        FILL(setting->boot_source, with);
        FILL(setting->boot_refused, with);
    }
    planned_make(planned);
    for (size_t i = 0; i < planned->plan.item_count; i++) {
        struct plan_item *item = &planned->plan.items[i];

        FILL(planned->verdict.settings[i].why, with);
        free(item->obstacle);
        assert_true(plan_obstruct(item, with, &err));
    }
    told->report.plan = &planned->plan;
    told->report.after = &planned->verdict;
}

/* Borrows: nothing here is cleared. */
static void fill_journal(struct told *told, const char *with)
{
    static char yes[] = "1";
    char *text = (char *)with;

    for (size_t r = 0; r < RUNS; r++) {
        struct journal_run *run = &told->runs[r];

        *run = (struct journal_run){ .time_s = GIVEN_TIME_S,
                                     .boot = text,
                                     .user = text,
                                     .command = text,
                                     .undoes = text,
                                     .confirms = text,
                                     .policy = text,
                                     .version = text,
                                     .message = text,
                                     .changes = told->changes[r],
                                     .change_count = CHANGES,
                                     .started = 3,
                                     .done = 1,
                                     .outcome = r == 0 ? RUN_APPLIED : RUN_OPEN };
        FILL(run->id, "20261121T040000Z-1");
        for (int kind = 0; kind < CHANGES; kind++)
            told->changes[r][kind] = (struct change){ .kind = (enum change_kind)kind,
                                                      .setting = text,
                                                      .place = text,
                                                      .from = text,
                                                      .to = yes,
                                                      .reboot = true };
    }
    told->journal = (struct journal){ .runs = told->runs, .count = RUNS };
    told->journal.refusals.count = 2;
    FILL(told->journal.refusals.reason, with);
    told->report.journal = &told->journal;
    told->report.undo = &told->runs[0];
    told->report.interrupted = &told->runs[1];
}

static void fill(struct told *told, const char *with, const char *notes)
{
    told->report = (struct remediate_report){ .command = "apply",
                                              .outcome = &told->outcome,
                                              .ran = true,
                                              .made = 1,
                                              .notes = notes,
                                              .policy_source = with,
                                              .verbosity = 2 };
    (void)outcome_set(&told->outcome, EXIT_MANUAL, "%s", with);
    told->outcome.reboot = true;
    text_add(&told->outcome.details, notes);
    fill_plan(told, with);
    fill_journal(told, with);
}

static void clear(struct told *told)
{
    planned_clear(&told->planned);
    outcome_clear(&told->outcome);
}

/* A note is cleaned where it is made: here it only has no line feed. */
static const char hostile_note[] = "\x1B[2J\xE2\x80\xAE\xC2\x9B\xFF\n";

static void test_remediate_report_text_is_printable(void **state)
{
    struct text is = { 0 };
    struct text wanted = { 0 };
    (void)state;
    fill(&hostile, hostile_text, hostile_note);
    fill(&harmless, harmless_text, "x\n");

    remediate_report_text(&hostile.report, &is);
    remediate_report_text(&harmless.report, &wanted);

    assert_as_printable("text", &is, &wanted);
    text_clear(&is);
    text_clear(&wanted);
    clear(&hostile);
    clear(&harmless);
}

static void test_remediate_report_json_is_printable(void **state)
{
    struct text is = { 0 };
    struct text wanted = { 0 };
    struct error err = { 0 };
    (void)state;
    fill(&hostile, hostile_text, hostile_note);
    fill(&harmless, harmless_text, "x\n");

    assert_true(remediate_report_json(&hostile.report, &is, &err));
    assert_true(remediate_report_json(&harmless.report, &wanted, &err));

    assert_as_printable("json", &is, &wanted);
    text_clear(&is);
    text_clear(&wanted);
    clear(&hostile);
    clear(&harmless);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remediate_report_text_is_printable),
        cmocka_unit_test(test_remediate_report_json_is_printable),
    };

    return cmocka_run_group_tests_name("remediate/report_hostile", tests, NULL, NULL);
}
