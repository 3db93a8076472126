/* SPDX-License-Identifier: MIT */
/* Every recorded observation is judged the same when nobody is named in it any more. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "checks/base/compiler.h"
#include "checks/model/anonymize.h"
#include "checks/model/observation_json.h"
#include "tests/support/fixture_file.h"
#include "tests/support/judged.h"

#define CASES "../cases/observations"

enum { PAIRS_MAX = 1024, PAIR_SIZE = OBSERVED_HOST_SIZE };

/* Who became whom. */
struct pair {
    char before[PAIR_SIZE];
    char after[PAIR_SIZE];
};

static struct pair pairs[PAIRS_MAX];
static size_t pair_count;
static struct judged before;
static struct judged after;

static void add_pair(const char *from, const char *to)
{
    for (size_t i = 0; i < pair_count; i++)
        if (strcmp(pairs[i].before, from) == 0 && strcmp(pairs[i].after, to) == 0)
            return;
    assert_true(pair_count < PAIRS_MAX);
    (void)snprintf(pairs[pair_count].before, PAIR_SIZE, "%s", from);
    (void)snprintf(pairs[pair_count++].after, PAIR_SIZE, "%s", to);
}

/* Both ways: nobody is two, and no two are one. */
static void add_address_pair(const struct ip_address *from, const struct ip_address *to)
{
    char text[2][IP_ADDRESS_TEXT_SIZE];

    ip_address_format(from, text[0]);
    ip_address_format(to, text[1]);
    for (size_t i = 0; i < pair_count; i++)
        if ((strcmp(pairs[i].before, text[0]) == 0) !=
            (strcmp(pairs[i].after, text[1]) == 0))
            fail_msg("%s became %s, and %s %s", pairs[i].before, pairs[i].after, text[0],
                     text[1]);
    assert_true(ip_address_is_v4(from) == ip_address_is_v4(to));
    assert_true(ip_address_is_loopback(from) == ip_address_is_loopback(to));
    if (strcmp(text[0], text[1]) != 0)
        add_pair(text[0], text[1]);
}

/* The number of a user is no name in a text. */
static void add_name_pair(const char *from, const char *to)
{
    if (*from != '\0' && strcmp(from, to) == 0)
        fail_msg("'%s' stays", from);
    if (from[strspn(from, "0123456789")] != '\0')
        add_pair(from, to);
}

static void add_pairs(const struct observation *from, const struct observation *to)
{
    pair_count = 0;
    for (size_t i = 0; i < from->tcp.top_count; i++) {
        add_address_pair(&from->tcp.top[i].local, &to->tcp.top[i].local);
        add_address_pair(&from->tcp.top[i].remote, &to->tcp.top[i].remote);
    }
    for (size_t i = 0; i < from->asked.count; i++) {
        add_address_pair(&from->asked.asks[i].local, &to->asked.asks[i].local);
        add_address_pair(&from->asked.asks[i].remote, &to->asked.asks[i].remote);
    }
    add_name_pair(from->host, to->host);
    for (size_t i = 0; i < from->tcp.device_count; i++)
        add_name_pair(from->tcp.devices[i].name, to->tcp.devices[i].name);
    for (size_t i = 0; i < from->setting_count; i++)
        add_name_pair(from->settings[i].boot_source, to->settings[i].boot_source);
    for (size_t i = 0; i < from->owners.count; i++) {
        add_name_pair(from->owners.list[i].name, to->owners.list[i].name);
        add_name_pair(from->owners.list[i].user, to->owners.list[i].user);
        add_name_pair(from->owners.list[i].program, to->owners.list[i].program);
    }
}

static bool is_in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The longest name that stands at `at` as a word of `text`; NULL: none does. */
static const struct pair *named_at(const char *text, const char *at)
{
    const struct pair *longest = NULL;

    if (at > text && is_in_word(at[-1]))
        return NULL;
    for (size_t i = 0; i < pair_count; i++) {
        const size_t length = strlen(pairs[i].before);

        if (strncmp(at, pairs[i].before, length) == 0 && !is_in_word(at[length]) &&
            (!longest || length > strlen(longest->before)))
            longest = &pairs[i];
    }
    return longest;
}

/* The text with everybody's stand-in. */
static void translate(const char *text, struct text *out)
{
    const char *at = text;

    while (*at) {
        const struct pair *name = named_at(text, at);

        text_add_bytes(out, name ? name->after : at, name ? strlen(name->after) : 1);
        at += name ? strlen(name->before) : 1;
    }
}

/* The number of a user has a stand-in where it is told as a user. */
static bool is_number_of_user(const char *path, const char *name)
{
    const size_t length = strlen(path);

    return length > 5 && strcmp(path + length - 5, ".user") == 0 &&
           name[strspn(name, "0123456789")] == '\0';
}

/* Lines of a report may lack words, which "?" stands for; nothing else differs. */
static void expect_text(const char *path, const char *from, const char *to)
{
    struct text expected = { 0 };

    if (is_number_of_user(path, from)) {
        assert_int_equal(strncmp(to, "user-", 5), 0);
        return;
    }
    translate(from, &expected);
    if (strcmp(text_string(&expected), to) != 0 && !strchr(to, '?'))
        fail_msg("%s: '%s' became '%s', expected '%s'", path, from, to,
                 text_string(&expected));
    text_clear(&expected);
}

static void expect_alike(const char *path, const json_t *from, const json_t *to);

static void expect_same_members(const char *path, const json_t *from, json_t *to)
{
    const char *key;
    const json_t *value;
    char place[200];

    assert_int_equal(json_object_size(from), json_object_size(to));
    json_object_foreach((json_t *)from, key, value)
    {
        (void)snprintf(place, sizeof place, "%.120s.%.60s", path, key);
        expect_alike(place, value, json_object_get(to, key));
    }
}

static void expect_alike(const char *path, const json_t *from, const json_t *to)
{
    if (!to || json_typeof(from) != json_typeof(to))
        fail_msg("%s: of another type", path);
    if (json_is_object(from))
        expect_same_members(path, from, (json_t *)to);
    else if (json_is_string(from))
        expect_text(path, json_string_value(from), json_string_value(to));
    else if (!json_is_array(from) && !json_equal(from, to))
        fail_msg("%s: another number", path);
    assert_int_equal(json_array_size(from), json_array_size(to));
    for (size_t i = 0; i < json_array_size(from); i++)
        expect_alike(path, json_array_get(from, i), json_array_get(to, i));
}

static json_t *report_of(struct judged *judged)
{
    struct text out = { 0 };
    json_error_t broken;
    json_t *report;

    judged_by_default(judged);
    assert_true(report_json(&judged->report, &out, NULL));
    report = json_loads(text_string(&out), 0, &broken);
    assert_non_null(report);
    text_clear(&out);
    return report;
}

/* Addresses for documentation are in recordings, too. */
static bool is_stand_in(const char *name)
{
    for (size_t i = 0; i < pair_count; i++)
        if (strcmp(pairs[i].after, name) == 0)
            return true;
    return false;
}

static void expect_nobody(const char *file, const char *document)
{
    for (const char *at = document; *at; at++) {
        const struct pair *name = named_at(document, at);

        if (name && !is_stand_in(name->before))
            fail_msg("%s: '%s' is left at '%.40s'", file, name->before, at);
    }
}

/* The values alone: a user may be called as a key is. */
static void expect_nobody_in(const char *file, const json_t *value)
{
    const char *key;
    json_t *member;
    size_t i;

    if (json_is_string(value))
        expect_nobody(file, json_string_value(value));
    json_object_foreach((json_t *)value, key, member) expect_nobody_in(file, member);
    json_array_foreach(value, i, member) expect_nobody_in(file, member);
}

static void expect_anonymous(const char *file, struct observation *seen)
{
    struct text out = { 0 };
    static struct observation again;
    json_t *document;

    assert_true(observation_to_json(seen, &out, NULL));
    assert_true(observation_from_json(out.data, out.length, &again, NULL));
    document = json_loads(out.data, 0, NULL);
    assert_non_null(document);
    expect_nobody_in(file, document);
    json_decref(document);
    text_clear(&out);
}

static void try_one(const char *file)
{
    struct text bytes = { 0 };
    json_t *reports[2];

    fixture_read(file, &bytes);
    assert_true(observation_from_json(bytes.data, bytes.length, &before.seen, NULL));
    text_clear(&bytes);
    observation_anonymize(&before.seen, &after.seen);
    add_pairs(&before.seen, &after.seen);
    reports[0] = report_of(&before);
    reports[1] = report_of(&after);
    expect_alike(file, reports[0], reports[1]);
    expect_anonymous(file, &after.seen);
    json_decref(reports[0]);
    json_decref(reports[1]);
}

static void test_anonymous_observations_have_the_same_verdict(void **state)
{
    DIR *folder = opendir("tests/cases/observations");
    size_t tried = 0;
    (void)state;

    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        char file[512];

        if (!strstr(entry->d_name, ".json"))
            continue;
        (void)snprintf(file, sizeof file, "%s/%s", CASES, entry->d_name);
        try_one(file);
        tried++;
    }
    (void)closedir(folder);

    assert_true(tried >= 60);
}

static void test_an_anonymous_one_of_a_release_has_the_same_verdict(void **state)
{
    (void)state;

    try_one("compatibility/0.1.0-0a6a99b/observation.json");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_anonymous_observations_have_the_same_verdict),
        cmocka_unit_test(test_an_anonymous_one_of_a_release_has_the_same_verdict),
    };

    return cmocka_run_group_tests_name("plugin/anonymize_replay", tests, NULL, NULL);
}
