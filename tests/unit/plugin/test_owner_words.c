/* SPDX-License-Identifier: MIT */
/* Who is named, and to whom: people are not in what travels. */
#include "plugin/owner_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/given.h"

static struct text out;
static struct observation seen;

static int start(void **state)
{
    (void)state;
    given_linux(&seen);
    return 0;
}

static int clear(void **state)
{
    (void)state;
    text_clear(&out);
    return 0;
}

static const char *words(const struct owner *owner, enum owners_shown shown)
{
    text_clear(&out);
    owner_words(owner, shown, &out);
    return text_string(&out);
}

static void test_owner_words_name_what_may_travel(void **state)
{
    static const struct {
        const char *name;
        struct owner owner;
        const char *system;
        const char *full;
    } rows[] = {
        { "unit",
          { .kind = OWNER_UNIT, .name = "mailer.service", .user = "mailer" },
          "mailer.service",
          "mailer.service" },
        { "container",
          { .kind = OWNER_CONTAINER, .name = "0123456789ab", .user = "33" },
          "container 0123456789ab",
          "container 0123456789ab" },
        { "pod",
          { .kind = OWNER_POD, .name = "8f2e9c5e-1b1f-4b0e-9d7c-0a5f6a7b8c9d" },
          "pod 8f2e9c5e-1b1f-4b0e-9d7c-0a5f6a7b8c9d",
          "pod 8f2e9c5e-1b1f-4b0e-9d7c-0a5f6a7b8c9d" },
        { "system user", { .user = "www-data" }, "user www-data", "user www-data" },
        { "person",
          { .user = "alice", .person = true, .program = "curl" },
          "a login user",
          "user alice" },
        { "person without a name",
          { .person = true },
          "a login user",
          "an unknown user" },
        { "nothing told", { .kind = OWNER_USER }, "an unknown user", "an unknown user" },
        { "program of Windows", { .program = "w3wp.exe" }, "w3wp.exe", "w3wp.exe" },
        { "program of a person",
          { .program = "game.exe", .person = true },
          "a login user",
          "game.exe" },
        { "ended unit", { .kind = OWNER_ENDED_UNIT }, "an ended unit", "an ended unit" },
        { "other container",
          { .kind = OWNER_OTHER_CONTAINER },
          "another container",
          "another container" },
        { "system", { .kind = OWNER_SYSTEM }, "System (HTTP.sys)", "System (HTTP.sys)" },
        { "unit without a name", { .kind = OWNER_UNIT }, "a unit", "a unit" },
        { "container without a name",
          { .kind = OWNER_CONTAINER },
          "a container",
          "a container" },
        { "pod without a name", { .kind = OWNER_POD }, "a pod", "a pod" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        if (strcmp(words(&rows[i].owner, OWNERS_SYSTEM), rows[i].system) != 0)
            fail_msg("%s: '%s'", rows[i].name, text_string(&out));
        if (strcmp(words(&rows[i].owner, OWNERS_FULL), rows[i].full) != 0)
            fail_msg("%s, full: '%s'", rows[i].name, text_string(&out));
        if (strcmp(words(&rows[i].owner, OWNERS_NONE), "") != 0)
            fail_msg("%s, none: '%s'", rows[i].name, text_string(&out));
    }
}

/* An old observation, or one that somebody made, may hold any name. */
static void test_owner_words_keep_foreign_text_harmless(void **state)
{
    const struct owner unit = { .kind = OWNER_UNIT, .name = "a|b`c;\x1b[1m$(x)" };
    const struct owner user = { .user = "x|'\"<>&~\\" };
    const struct owner program = { .program = "y|z\n" };
    (void)state;

    assert_null(strpbrk(words(&unit, OWNERS_FULL), "|`;$\x1b"));
    assert_non_null(strstr(text_string(&out), "a b c "));
    assert_null(strpbrk(words(&user, OWNERS_FULL), "|'\"<>&~\\"));
    assert_null(strpbrk(words(&program, OWNERS_SYSTEM), "|\n"));
}

static void given_owner(enum owner_kind kind, const char *name, uint32_t sockets)
{
    struct observed_owners *owners = &seen.owners;
    struct owner_share *share = &owners->tcp.list[owners->tcp.count++];
    struct owner *owner = &owners->list[owners->count];

    owner->kind = kind;
    (void)snprintf(owner->name, sizeof owner->name, "%s", name);
    share->owner = (uint32_t)owners->count++;
    share->sockets = share->states[CONN_CLOSE_WAIT] = sockets;
    seen.tcp.states[CONN_CLOSE_WAIT] += sockets;
}

static const char *words_of_cause(enum owners_shown shown)
{
    text_clear(&out);
    owner_words_of_cause(&seen, METRIC_PORT_USAGE, CAUSE_NOT_CLOSED_HERE, shown, &out);
    return text_string(&out);
}

static void test_owner_words_of_cause_name_the_first_and_count_the_others(void **state)
{
    (void)state;

    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "");
    given_owner(OWNER_UNIT, "mailer.service", 800);
    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "mailer.service");
    given_owner(OWNER_UNIT, "report.service", 100);
    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "mailer.service and 1 other");
    given_owner(OWNER_UNIT, "web.service", 900);
    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "web.service and 1 other");
    given_owner(OWNER_UNIT, "etl.service", 300);
    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "web.service and 2 others");
}

static void test_owner_words_of_cause_keep_the_privacy_of_one_owner(void **state)
{
    (void)state;

    given_owner(OWNER_USER, "", 800);
    given_owner(OWNER_UNIT, "report.service", 100);
    seen.owners.list[0].person = true;
    (void)snprintf(seen.owners.list[0].user, OWNER_NAME_SIZE, "alice");

    assert_string_equal(words_of_cause(OWNERS_SYSTEM), "a login user and 1 other");
    assert_string_equal(words_of_cause(OWNERS_FULL), "user alice and 1 other");
    assert_string_equal(words_of_cause(OWNERS_NONE), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_owner_words_name_what_may_travel, clear),
        cmocka_unit_test_teardown(test_owner_words_keep_foreign_text_harmless, clear),
        cmocka_unit_test_setup_teardown(
            test_owner_words_of_cause_name_the_first_and_count_the_others, start, clear),
        cmocka_unit_test_setup_teardown(
            test_owner_words_of_cause_keep_the_privacy_of_one_owner, start, clear),
    };

    return cmocka_run_group_tests_name("plugin/owner_words", tests, NULL, NULL);
}
