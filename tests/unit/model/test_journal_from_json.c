/* SPDX-License-Identifier: MIT */
/* Records that make no sense, alone or where they stand: refused with their line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/journal.h"
#include "tests/support/journal_lines.h"

static void expect_refused(const struct text *bytes, const char *message)
{
    struct journal journal = { .torn_bytes = 77 };
    struct error err = { 0 };

    assert_false(journal_decode(text_string(bytes), bytes->length, &journal, &err));
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_MALFORMED);
    assert_int_equal(journal.torn_bytes, 77);
}

/* The second line, after the begin of run a-1 with one change, is refused. */
static void expect_second_refused(const char *json, const char *message)
{
    struct text bytes = { 0 };

    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_raw(&bytes, json);
    expect_refused(&bytes, message);
    text_clear(&bytes);
}

#define BEGIN(rest)                                                                      \
    "{\"record\":\"begin\",\"id\":\"b-2\",\"schema\":1,"                                 \
    "\"time\":\"2026-01-31T23:59:59Z\",\"boot\":\"\",\"user\":\"\",\"command\":\"\","    \
    "\"policy\":\"\",\"version\":\"\"," rest "}"
#define CHANGE(rest)                                                                     \
    "{\"kind\":\"sysctl\",\"setting\":\"s\",\"place\":\"p\",\"reboot\":false," rest "}"

static void test_journal_decode_refuses_what_makes_no_sense_after_a_begin(void **state)
{
    static const struct {
        const char *json;
        const char *message;
    } rows[] = {
        { "[]", "line 2: expected an object, not an array" },
        { "{\"id\":\"a-1\"}", "line 2: record: missing" },
        { "{\"record\":\"start\",\"id\":\"\",\"change\":0}",
          "line 2: id: expected letters, digits and '-'" },
        { "{\"record\":\"start\",\"id\":\"../x\",\"change\":0}",
          "line 2: id: expected letters, digits and '-'" },
        { "{\"record\":\"start\",\"id\":\"x-9\",\"change\":0}",
          "line 2: run 'x-9' has no begin record" },
        { "{\"record\":\"start\",\"id\":\"a-1\",\"change\":1}",
          "line 2: run 'a-1' has no change 1" },
        { "{\"record\":\"start\",\"id\":\"a-1\",\"change\":32}",
          "line 2: change: expected an integer from 0 to 31" },
        { "{\"record\":\"start\",\"id\":\"a-1\",\"change\":-1}",
          "line 2: change: expected an integer from 0 to 31" },
        { "{\"record\":\"back\",\"id\":\"a-1\",\"change\":0}",
          "line 2: 'back' of change 0 is out of order" },
        { "{\"record\":\"start\",\"id\":\"a-1\",\"change\":0,\"x\":1}",
          "line 2: x: unknown key (record, id, change)" },
        { "{\"record\":\"end\",\"id\":\"x-9\",\"time\":\"2026-01-31T23:59:59Z\","
          "\"outcome\":\"applied\",\"message\":\"\"}",
          "line 2: run 'x-9' has no begin record" },
        { "{\"record\":\"end\",\"id\":\"a-1\",\"time\":\"2026-01-31T23:59:59Z\","
          "\"outcome\":\"open\",\"message\":\"\"}",
          "line 2: outcome: expected applied, restored, incomplete or foreign" },
        { "{\"record\":\"end\",\"id\":\"a-1\",\"time\":\"yesterday\","
          "\"outcome\":\"applied\",\"message\":\"\"}",
          "line 2: time: expected a time like 2026-01-31T23:59:59Z" },
        { BEGIN("\"undoes\":\"\",\"changes\":[]"),
          "line 2: run 'b-2' begins before run 'a-1' ended" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        expect_second_refused(rows[i].json, rows[i].message);
}

static void test_journal_decode_refuses_a_begin_that_makes_no_sense(void **state)
{
    static const struct {
        const char *json;
        const char *message;
    } rows[] = {
        { "{\"record\":\"begin\",\"id\":\"b-2\"}", "line 1: schema: missing" },
        { "{\"record\":\"begin\",\"id\":\"b-2\",\"schema\":0}",
          "line 1: schema: expected an integer 1 or more" },
        { "{\"record\":\"begin\",\"id\":\"b-2\",\"schema\":\"2\"}",
          "line 1: schema: expected an integer 1 or more" },
        { "{\"record\":\"start\",\"id\":\"b-2\",\"change\":0}",
          "line 1: run 'b-2' has no begin record" },
        { "{\"record\":\"end\",\"id\":\"b-2\",\"time\":\"2026-01-31T23:59:59Z\","
          "\"outcome\":\"applied\",\"message\":\"\"}",
          "line 1: run 'b-2' has no begin record" },
        { BEGIN("\"changes\":[]"), "line 1: undoes: missing" },
        { BEGIN("\"undoes\":\"\\n\",\"changes\":[]"),
          "line 1: undoes: control characters are not allowed" },
        { BEGIN("\"undoes\":\"\",\"changes\":[{\"kind\":\"sysctl\",\"setting\":\"x\","
                "\"place\":\"net/ipv\xC2\x85x\",\"from\":null,\"to\":\"1\","
                "\"reboot\":false}]"), /* C1: found by fuzzing */
          "line 1: changes[0].place: control characters are not allowed" },
        { BEGIN("\"undoes\":\"\",\"changes\":[{\"kind\":\"sysctl\",\"setting\":\"x\","
                "\"place\":\"\",\"from\":null,\"to\":\"1\",\"reboot\":false}]"),
          "line 1: changes[0].place: expected a name, not an empty string" },
        { BEGIN("\"undoes\":\"\",\"changes\":[{\"kind\":\"sysctl\",\"setting\":\"\","
                "\"place\":\"x\",\"from\":null,\"to\":\"1\",\"reboot\":false}]"),
          "line 1: changes[0].setting: expected a name, not an empty string" },
        { BEGIN("\"undoes\":\"a-1\",\"changes\":[]"),
          "line 1: run 'b-2' undoes the unknown run 'a-1'" },
        { BEGIN("\"undoes\":\"\",\"changes\":[1]"),
          "line 1: changes[0]: expected an object, not a number" },
        { BEGIN("\"undoes\":\"\",\"changes\":[" CHANGE("\"from\":\"1\"") "]"),
          "line 1: changes[0].to: missing" },
        { BEGIN("\"undoes\":\"\",\"changes\":[" CHANGE("\"from\":1,\"to\":null") "]"),
          "line 1: changes[0].from: expected a string, not a number" },
        { BEGIN("\"undoes\":\"\",\"changes\":[" CHANGE(
              "\"from_hex\":\"4\",\"to\":null") "]"),
          "line 1: changes[0].from_hex: expected pairs of hex digits, never 00" },
        { BEGIN("\"undoes\":\"\",\"changes\":[" CHANGE(
              "\"from_hex\":\"4100\",\"to\":null") "]"),
          "line 1: changes[0].from_hex: expected pairs of hex digits, never 00" },
        { BEGIN("\"undoes\":\"\",\"changes\":[" CHANGE(
              "\"from\":\"1\",\"to\":\"2\"") "," CHANGE("\"from\":\"2\",\"to\":"
                                                        "\"3\"") "]"),
          "line 1: changes[1]: changes a place a second time" },
        { BEGIN("\"undoes\":\"\",\"changes\":[{\"kind\":\"magic\"}]"),
          "line 1: changes[0].kind: unknown kind" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct text bytes = { 0 };

        lines_raw(&bytes, rows[i].json);
        expect_refused(&bytes, rows[i].message);
        text_clear(&bytes);
    }
}

static void test_journal_decode_refuses_a_run_that_goes_on_after_its_end(void **state)
{
    struct text bytes = { 0 };
    (void)state;
    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                &given_reuse, 1);
    lines_end(&bytes, "a-1", RUN_RESTORED, LINES_TIME_S, "");
    lines_step(&bytes, "start", "a-1", 0);

    expect_refused(&bytes, "line 3: run 'a-1' has records after its end");
    text_clear(&bytes);
}

static void test_journal_decode_refuses_an_id_used_twice(void **state)
{
    struct text bytes = { 0 };
    (void)state;
    lines_applied(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                  &given_reuse);
    lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                &given_reuse, 1);

    expect_refused(&bytes, "line 5: run 'a-1' begins a second time");
    text_clear(&bytes);
}

static void test_journal_decode_refuses_the_same_step_twice(void **state)
{
    static const char *const steps[] = { "start", "done", "back" };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(steps); i++) {
        struct text bytes = { 0 };
        struct journal journal = { 0 };

        lines_begin(&bytes, &(struct lines_run){ "a-1", "apply", "", "", LINES_TIME_S },
                    &given_reuse, 1);
        for (size_t n = 0; n <= i; n++)
            lines_step(&bytes, steps[n], "a-1", 0);
        lines_decode(&bytes, &journal);
        journal_clear(&journal);
        lines_step(&bytes, steps[i], "a-1", 0);
        if (journal_decode(bytes.data, bytes.length, &journal, NULL))
            fail_msg("'%s' twice was read", steps[i]);
        text_clear(&bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_journal_decode_refuses_what_makes_no_sense_after_a_begin),
        cmocka_unit_test(test_journal_decode_refuses_a_begin_that_makes_no_sense),
        cmocka_unit_test(test_journal_decode_refuses_a_run_that_goes_on_after_its_end),
        cmocka_unit_test(test_journal_decode_refuses_an_id_used_twice),
        cmocka_unit_test(test_journal_decode_refuses_the_same_step_twice),
    };

    return cmocka_run_group_tests_name("model/journal_from_json", tests, NULL, NULL);
}
