/* SPDX-License-Identifier: MIT */
/* The JSON document: who is named in it, and who is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "checks/base/compiler.h"
#include "tests/support/given.h"
#include "tests/support/json_at.h"
#include "tests/support/printed_json.h"
#include "tests/support/scene.h"

/* "" when there is none. */
static const char *at(const char *path)
{
    return json_at(printed_json, path);
}

static void print_with(enum owners_shown shown)
{
    scene.policy.owners = shown;
    print_json(METRICS_ALL);
}

/* One who has all sockets, known to be a person or not. */
static struct owner *given_owner(enum owner_kind kind, const char *name, const char *user,
                                 const char *program)
{
    struct observed_owners *owners = &scene.seen.owners;
    struct owner *owner = &owners->list[0];

    owners->reading.known = true;
    owners->count = 1;
    owners->destination_count = 1;
    owners->destinations[0].count = owners->tcp.count = 1;
    owners->destinations[0].list[0].sockets = owners->tcp.list[0].sockets = 10;
    owners->destinations[0].list[0].states[CONN_ESTABLISHED] = 10;
    owner->kind = kind;
    (void)snprintf(owner->name, sizeof owner->name, "%s", name);
    (void)snprintf(owner->user, sizeof owner->user, "%s", user);
    (void)snprintf(owner->program, sizeof owner->program, "%s", program);
    owner->pid_count = 1;
    owner->pids[0].pid = 4711;
    return owner;
}

struct row {
    const char *name; /* printed on failure */
    enum owner_kind kind;
    const char *unit;
    const char *user;
    const char *program;
    bool person;
    const char *expected[2]; /* kind to processes: by OWNERS_SYSTEM, OWNERS_FULL */
};

#define NOBODY_TOLD "\"program\":null,\"pids\":null,\"processes\":null"
#define TOLD(program)                                                                    \
    "\"program\":\"" program "\",\"pids\":[{\"pid\":4711,\"sockets\":null}],"            \
    "\"processes\":1"

static const struct row rows[] = {
    { "a unit of the system",
      OWNER_UNIT,
      "web.service",
      "www-data",
      "nginx",
      false,
      { "\"kind\":\"unit\",\"name\":\"web.service\",\"user\":\"www-data\"," NOBODY_TOLD,
        "\"kind\":\"unit\",\"name\":\"web.service\",\"user\":\"www-data\"," TOLD(
            "nginx") } },
    { "a unit that a person's processes run in",
      OWNER_UNIT,
      "app.service",
      "alice",
      "app",
      true,
      { "\"kind\":\"unit\",\"name\":\"app.service\",\"user\":\"a login "
        "user\"," NOBODY_TOLD,
        "\"kind\":\"unit\",\"name\":\"app.service\",\"user\":\"alice\"," TOLD("app") } },
    { "a person",
      OWNER_USER,
      "",
      "alice",
      "python3",
      true,
      { "\"kind\":\"user\",\"name\":null,\"user\":\"a login user\"," NOBODY_TOLD,
        "\"kind\":\"user\",\"name\":null,\"user\":\"alice\"," TOLD("python3") } },
    { "a program of Windows",
      OWNER_USER,
      "",
      "",
      "w3wp.exe",
      false,
      { "\"kind\":\"user\",\"name\":null,\"user\":null,\"program\":\"w3wp.exe\","
        "\"pids\":null,\"processes\":null",
        "\"kind\":\"user\",\"name\":null,\"user\":null," TOLD("w3wp.exe") } },
    { "a program of somebody on Windows",
      OWNER_USER,
      "",
      "",
      "sync.exe",
      true,
      { "\"kind\":\"user\",\"name\":null,\"user\":\"a login user\"," NOBODY_TOLD,
        "\"kind\":\"user\",\"name\":null,\"user\":null," TOLD("sync.exe") } },
};

static void expect_at(const struct row *row, const char *path, const char *before,
                      const char *expected, const char *after)
{
    char all[300];

    (void)snprintf(all, sizeof all, "{%s%s%s}", before, expected, after);
    if (strcmp(at(path), all) != 0)
        fail_msg("%s: %s is %s, expected %s", row->name, path, at(path), all);
}

static void test_json_names_whom_its_readers_may_know(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        for (int shown = OWNERS_SYSTEM; shown <= OWNERS_FULL; shown++) {
            const struct row *row = &rows[i];

            given_owner(row->kind, row->unit, row->user, row->program)->person =
                row->person;
            print_with((enum owners_shown)shown);
            expect_at(row, "destinations.0.owners.0", "", row->expected[shown],
                      ",\"sockets\":10,\"states\":{\"established\":10}");
            expect_at(row, "owners.0", "\"protocol\":\"tcp\",", row->expected[shown],
                      ",\"sockets\":10,\"states\":{}");
        }
}

static void test_json_names_nobody_where_the_policy_says_so(void **state)
{
    (void)state;

    (void)given_owner(OWNER_UNIT, "web.service", "www-data", "nginx");
    scene.seen.look.span_ms = 1000;
    scene.seen.look.count = 1;
    (void)snprintf(scene.seen.owners.unread, OBSERVED_NOTE_SIZE, "nginx was not reached");
    print_with(OWNERS_NONE);

    assert_string_equal(at("owners"), "null");
    assert_string_equal(at("destinations.0.owners"), "null");
    assert_string_equal(at("look.openers"), "[]");
    assert_has_not("nginx");
    assert_has_not("web.service");
}

static void test_json_tells_why_owners_are_not_known(void **state)
{
    (void)state;

    given_unread(&scene.seen.owners.reading, "no permission");
    print_with(OWNERS_SYSTEM);

    assert_string_equal(at("owners"), "null");
    assert_string_equal(at("owners_unread"), "\"no permission\"");
    assert_string_equal(at("look"), "null");
}

/* Only the busiest destinations are looked at. */
static void test_json_of_a_destination_that_nobody_looked_at_has_no_owners(void **state)
{
    (void)state;

    (void)given_destination(&scene.seen, "10.0.0.6", 443, 3);
    (void)given_owner(OWNER_UNIT, "web.service", "www-data", "nginx");
    print_with(OWNERS_SYSTEM);

    assert_string_equal(at("destinations.1.owners"), "null");
    scene.seen.owners.destination_count = 2;
    print_with(OWNERS_SYSTEM);
    assert_string_equal(at("destinations.1.owners"), "[]");
    scene.seen.owners.destinations[1].nobody = 1;
    print_with(OWNERS_SYSTEM);
    assert_string_equal(at("destinations.1.owners.0.kind"), "\"nobody\"");
    assert_string_equal(at("destinations.1.owners.0.sockets"), "1");
}

static void test_json_of_a_look_that_was_not_exact_has_no_sum(void **state)
{
    struct observed_look *look = &scene.seen.look;
    (void)state;

    (void)given_owner(OWNER_UNIT, "web.service", "www-data", "nginx");
    look->span_ms = 1000;
    look->closed = 1790;
    look->shortest_ms = 33;
    look->ports_first = look->ports_last = 10;
    look->count = 1;
    print_with(OWNERS_SYSTEM);

    assert_string_equal(at("look.opened"), "null");
    assert_string_equal(at("look.closed"), "1790");
    assert_string_equal(at("look.shortest_milliseconds"), "33");
    assert_string_equal(at("look.openers.0.name"), "\"web.service\"");
    assert_string_equal(at("look.openers.0.opened"), "null");
    look->exact = true;
    look->opened = look->openers[0].opened = 3;
    print_with(OWNERS_SYSTEM);
    assert_string_equal(at("look.opened"), "3");
    assert_string_equal(at("look.failed"), "0");
    assert_string_equal(at("look.openers.0.opened"), "3");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, given_used_linux, clear_json)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_json_names_whom_its_readers_may_know),
        TEST(test_json_names_nobody_where_the_policy_says_so),
        TEST(test_json_tells_why_owners_are_not_known),
        TEST(test_json_of_a_destination_that_nobody_looked_at_has_no_owners),
        TEST(test_json_of_a_look_that_was_not_exact_has_no_sum),
    };

    return cmocka_run_group_tests_name("plugin/report_owners_json", tests, NULL, NULL);
}
