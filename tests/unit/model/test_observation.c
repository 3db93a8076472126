/* SPDX-License-Identifier: MIT */
/* Notes of an observation, its devices, and the ports of the busiest destination. */
#include "checks/model/observation.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int given_observation(void **state)
{
    *state = calloc(1, sizeof(struct observation));
    return *state ? 0 : -1;
}

static int free_observation(void **state)
{
    free(*state);
    return 0;
}

static void test_observation_note_formats_and_keeps_the_order(void **state)
{
    struct observation *seen = *state;

    observation_note(seen, "%d of %s", 3, "these");
    observation_note(seen, "second");

    assert_int_equal(seen->note_count, 2);
    assert_string_equal(seen->notes[0], "3 of these");
    assert_string_equal(seen->notes[1], "second");
}

static void test_observation_note_drops_what_has_no_room(void **state)
{
    struct observation *seen = *state;

    for (int i = 0; i <= OBSERVED_NOTES_MAX; i++)
        observation_note(seen, "note %d", i);

    assert_int_equal(seen->note_count, OBSERVED_NOTES_MAX);
    assert_string_equal(seen->notes[OBSERVED_NOTES_MAX - 1], "note 15");
}

static void test_observation_note_cuts_a_long_one(void **state)
{
    struct observation *seen = *state;
    char longest[OBSERVED_NOTE_SIZE + 50];

    memset(longest, 'x', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    observation_note(seen, "%s", longest);

    assert_int_equal(strlen(seen->notes[0]), OBSERVED_NOTE_SIZE - 1);
}

static void test_observation_note_never_cuts_inside_a_character(void **state)
{
    struct observation *seen = *state;
    char longest[OBSERVED_NOTE_SIZE + 50];

    memset(longest, 'x', sizeof longest);
    memcpy(longest + OBSERVED_NOTE_SIZE - 3, "\xE2\x82\xAC", 3); /* the euro sign */
    longest[sizeof longest - 1] = '\0';
    observation_note(seen, "%s", longest);

    assert_int_equal(strlen(seen->notes[0]), OBSERVED_NOTE_SIZE - 3);
}

static void test_observation_note_keeps_a_character_that_just_fits(void **state)
{
    struct observation *seen = *state;
    char longest[OBSERVED_NOTE_SIZE + 50];

    memset(longest, 'x', sizeof longest);
    memcpy(longest + OBSERVED_NOTE_SIZE - 4, "\xE2\x82\xAC", 3);
    longest[sizeof longest - 1] = '\0';
    observation_note(seen, "%s", longest);

    assert_int_equal(strlen(seen->notes[0]), OBSERVED_NOTE_SIZE - 1);
}

static void test_observation_device_is_one_of_the_list(void **state)
{
    struct observation *seen = *state;

    seen->tcp.device_count = 1;
    seen->tcp.devices[0] = (struct observed_device){ .index = 3, .name = "wire" };
    seen->tcp.devices[1] = (struct observed_device){ .index = 4, .name = "gone" };

    assert_string_equal(observation_device(seen, 3), "wire");
    assert_string_equal(observation_device(seen, 4), "?");
    assert_string_equal(observation_device(seen, 0), "");
}

static void test_observation_busiest_ports_are_of_the_list(void **state)
{
    struct observation *seen = *state;

    seen->range[IP_PROTOCOL_TCP].usable = 100;
    seen->tcp.ports_blocked = 3;
    seen->tcp.untracked_bound = 2;
    seen->tcp.top[0].sockets = 50;

    assert_int_equal(observation_busiest_ports(seen), 2 + 3);
    seen->tcp.top_count = 1;
    assert_int_equal(observation_busiest_ports(seen), 50 + 3);
}

#define TEST(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, given_observation, free_observation)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_observation_note_formats_and_keeps_the_order),
        TEST(test_observation_note_drops_what_has_no_room),
        TEST(test_observation_note_cuts_a_long_one),
        TEST(test_observation_note_never_cuts_inside_a_character),
        TEST(test_observation_note_keeps_a_character_that_just_fits),
        TEST(test_observation_device_is_one_of_the_list),
        TEST(test_observation_busiest_ports_are_of_the_list),
    };

    return cmocka_run_group_tests_name("model/observation", tests, NULL, NULL);
}
