/* SPDX-License-Identifier: MIT */
/* Which reading of a question holds, by what was tried. */
#include "tests/windows-kit/lib/truth_answer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { NONE = -1 };

#define FULL .usable = 255, .held = 255, .fill_error = 10055

#define DRAWERS .tried_draw = true, .held = 510, .drawers = 255

#define IN_TIME_WAIT .usable = 255, .held = 255, .time_wait = 255, .tried_other = true

static const struct {
    const char *name;
    const char *id;
    struct truth_tried tried;
    int reading;
} rows[] = {
    { "never full", "W1", { .usable = 255, .held = 4096 }, NONE },
    { "10055", "W1", { FULL }, 0 },
    { "10048", "W1", { .fill_error = 10048 }, 1 },
    { "10049", "W1", { .fill_error = 10049 }, 2 },
    { "machine",
      "W2",
      { FULL, .tried_other = true, .same_error = 10055, .other_error = 10055 },
      0 },
    { "connects again", "W2", { FULL, .tried_other = true, .other_error = 10055 }, NONE },
    { "nothing filled",
      "W2",
      { .usable = 255, .fill_error = 10055, .tried_other = true, .same_error = 10055 },
      NONE },
    { "destination", "W2", { FULL, .tried_other = true, .same_error = 10055 }, 1 },
    { "not tried", "W2", { FULL }, NONE },
    { "not full", "W2", { .held = 9, .tried_other = true, .same_error = 10055 }, NONE },
    { "bound spent", "W3", { FULL, .tried_other = true, .other_error = 10055 }, 0 },
    { "bound shared", "W3", { FULL, .tried_other = true }, 1 },
    { "not visible", "W4", { .live = { 60, 60 } }, NONE },
    { "not listed", "W4", { .bound_visible = true, .live = { 60, 60 } }, 0 },
    { "after bind()",
      "W4",
      { .bound_visible = true, .live = { 60, 60 }, .listed = { 0, 1 } },
      1 },
    { "all", "W4", { .bound_visible = true, .live = { 60, 60 }, .listed = { 1, 1 } }, 2 },
    { "stepped over", "W5", { FULL }, 0 },
    { "taken", "W5", { FULL, .stolen = 1 }, 1 },
    { "excluded kept", "W6", { FULL }, 0 },
    { "excluded taken", "W6", { FULL, .stolen = 1 }, 1 },
    { "excluded, not full", "W6", { .stolen = 0 }, NONE },
    { "for all", "W7", { IN_TIME_WAIT, .same_error = 10048, .other_error = 10055 }, 0 },
    { "for the same", "W7", { IN_TIME_WAIT, .same_error = 10048 }, 1 },
    { "for nobody", "W7", { IN_TIME_WAIT }, 2 },
    { "used again", "W7", { .time_wait = 9, .reused = true, .tried_other = true }, 2 },
    { "not full",
      "W7",
      { .usable = 9, .held = 8, .time_wait = 8, .tried_other = true },
      NONE },
    { "none made", "W7", { .tried_other = true }, NONE },
    { "not tried", "W7", { .usable = 9, .held = 9, .time_wait = 9 }, NONE },
    { "eleventh", "W8", { IN_TIME_WAIT, .same_error = 10048 }, 1 },
    { "shared",
      "W8",
      { .usable = 9, .held = 5, .time_wait = 9, .tried_other = true },
      1 },
    { "collision late", "W9", { .usable = 255, .time_wait = 255, .met = 255 }, 0 },
    { "no collision", "W9", { .usable = 255, .time_wait = 255 }, 0 },
    { "collision early", "W9", { .usable = 255, .time_wait = 255, .met = 189 }, 1 },
    { "logged", "W10", { FULL, .events = 1 }, 0 },
    { "not logged", "W10", { FULL }, 1 },
    { "nothing to log", "W10", { .events = 0 }, NONE },
    { "each", "W11", { DRAWERS, .drawn = 255, .shared = 1 }, 0 },
    { "once", "W11", { DRAWERS, .drawn = 128 }, 1 },
    { "by chance", "W11", { DRAWERS, .drawn = 127 }, NONE },
    { "not drawn", "W11", { DRAWERS, .shared = 9 }, 2 },
    { "no connection", "W11", { .tried_draw = true }, NONE },
    { "UDP 10055", "W12", { FULL }, 0 },
    { "UDP 10013", "W12", { .fill_error = 10013 }, 2 },
    { "both", "W13", { .pairs = { { 0, 0 }, { 10055, 10055 } }, .pair_count = 2 }, 0 },
    { "bind() alone",
      "W13",
      { .pairs = { { 0, 0 }, { 10055, 0 } }, .pair_count = 2 },
      1 },
    { "connect() alone",
      "W13",
      { .pairs = { { 0, 0 }, { 0, 10055 } }, .pair_count = 2 },
      2 },
    { "neither", "W13", { .pairs = { { 0, 0 } }, .pair_count = 1 }, NONE },
};

static void test_each_observation_has_its_reading(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        const struct truth_question *question = truth_question(rows[i].id);
        int reading = question ? question->read(&rows[i].tried) : -2;

        if (reading != rows[i].reading)
            fail_msg("%s, %s: reading %d, expected %d", rows[i].id, rows[i].name, reading,
                     rows[i].reading);
    }
}

/* No reading is there that no observation leads to. */
static void test_each_reading_has_its_observation(void **state)
{
    static const char *const others[] = { "W8", "W10 UDP", "W10 TIME_WAIT", "W12" };
    (void)state;

    for (size_t i = 0; i < truth_question_count; i++) {
        const struct truth_question *question = &truth_questions[i];
        unsigned found = 0;
        int last = 0;

        for (size_t j = 0; j < ARRAY_COUNT(rows); j++)
            if (strcmp(rows[j].id, question->id) == 0 && rows[j].reading >= 0)
                found |= 1U << rows[j].reading;
        while (last < TRUTH_READINGS_MAX && question->readings[last].words)
            last++;
        for (size_t j = 0; j < ARRAY_COUNT(others); j++)
            if (strcmp(others[j], question->id) == 0)
                found = (1U << last) - 1; /* read as another question is */
        if (found != (1U << last) - 1)
            fail_msg("%s: readings %#x of %d", question->id, found, last);
    }
}

static void test_an_answer_names_what_to_change(void **state)
{
    const struct truth_tried tried = { FULL, .tried_other = true, .same_error = 10055 };
    char words[TRUTH_WORDS_SIZE];
    (void)state;

    truth_answer_words(truth_question("W2"), &tried, words);

    assert_string_equal(
        words, "yes, a port is spent once per destination (255 of 255 ports held, then: "
               "10055 WSAENOBUFS, the same destination: 10055 WSAENOBUFS, another one: "
               "works): assumed 'no, a port is spent once for the whole machine'; to "
               "change: checks/model/metric.c: metrics");
}

static void test_an_answer_that_is_assumed_changes_nothing(void **state)
{
    const struct truth_tried tried = { FULL };
    char words[TRUTH_WORDS_SIZE];
    (void)state;

    truth_answer_words(truth_question("W5"), &tried, words);

    assert_string_equal(
        words,
        "no, it steps over them (no wildcard listener was tried) (255 of 255 ports held, "
        "then: 10055 WSAENOBUFS): as assumed");
}

static void test_what_shows_nothing_is_not_decided(void **state)
{
    const struct truth_tried tried = { .usable = 255, .held = 4096 };
    char words[TRUTH_WORDS_SIZE];
    (void)state;

    truth_answer_words(truth_question("W2"), &tried, words);

    assert_string_equal(words, "not decided (4096 of 255 ports held)");
}

static void test_no_answer_is_longer_than_its_room(void **state)
{
    struct truth_tried tried = { .usable = UINT32_MAX,
                                 .held = UINT32_MAX,
                                 .fill_error = 10049,
                                 .tried_other = true,
                                 .other_error = 10049,
                                 .same_error = 10049,
                                 .stolen = UINT32_MAX,
                                 .live = { UINT32_MAX, UINT32_MAX },
                                 .tried_draw = true,
                                 .drawers = UINT32_MAX,
                                 .drawn = UINT32_MAX,
                                 .shared = UINT32_MAX,
                                 .time_wait = UINT32_MAX,
                                 .met = 1,
                                 .events = UINT32_MAX,
                                 .event_id = 4231,
                                 .event_ms = INT64_MAX,
                                 .pair_count = TRUTH_PAIRS_MAX };
    char words[TRUTH_WORDS_SIZE];
    (void)state;

    for (size_t i = 0; i < truth_question_count; i++) {
        truth_answer_words(&truth_questions[i], &tried, words);
        assert_true(strlen(words) < TRUTH_WORDS_SIZE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_observation_has_its_reading),
        cmocka_unit_test(test_each_reading_has_its_observation),
        cmocka_unit_test(test_an_answer_names_what_to_change),
        cmocka_unit_test(test_an_answer_that_is_assumed_changes_nothing),
        cmocka_unit_test(test_what_shows_nothing_is_not_decided),
        cmocka_unit_test(test_no_answer_is_longer_than_its_room),
    };

    return cmocka_run_group_tests_name("windows-kit/truth_answer", tests, NULL, NULL);
}
