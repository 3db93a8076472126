/* SPDX-License-Identifier: MIT */
/* Profiles of tuned. */
#include "checks/decode/tuned_conf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"

/* One line as "3 section|name|value". */
static bool note(void *context, const struct tuned_conf_line *line)
{
    text_addf(context, "%" PRIu32 " %s|%s|%s\n", line->number, line->section, line->name,
              line->value);
    return true;
}

static void test_read_takes_lines_of_sections(void **state)
{
    static const struct {
        const char *name;
        const char *file;
        const char *seen;
    } rows[] = {
        { "empty", "", "" },
        { "before a section", "a=1\n", "1 |a|1\n" },
        { "in sections", "[main]\ninclude=base\n\n[ sysctl ]\n a.b = 1 2 \n",
          "2 main|include|base\n5 sysctl|a.b|1 2\n" },
        { "no newline at the end", "[s]\na=1", "2 s|a|1\n" },
        { "comments", "# x=1\n; x=2\n[s] # x=3\na=1\t# x=4\nb=1#2\n",
          "4 s|a|1\n5 s|b|1#2\n" },
        { "quotes", "a=\"1 2\"\nb='3'\nc=\"4'\nd=\"\ne=\"\"\n",
          "1 |a|1 2\n2 |b|3\n3 |c|\"4'\n4 |d|\"\n5 |e|\n" },
        { "CR LF", "[s]\r\na=1\r\n", "2 s|a|1\n" },
        { "an equals sign in the value", "a=b=c\n", "1 |a|b=c\n" },
        { "no name", "=1\n = 2\n", "" },
        { "no value", "a\n", "" },
        { "an open head", "[s\na=1\n", "2 |a|1\n" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct error err = { 0 };
        struct text seen = { 0 };

        if (!tuned_conf_read(rows[i].file, strlen(rows[i].file), note, &seen, &err) ||
            strcmp(text_string(&seen), rows[i].seen) != 0)
            fail_msg("%s: '%s' %s", rows[i].name, text_string(&seen), err.message);
        text_clear(&seen);
    }
}

static void test_read_cuts_lines_at_nul_bytes(void **state)
{
    static const char file[] = "[s]\na=1\0b\nc=2\0";
    struct error err = { 0 };
    struct text seen = { 0 };
    (void)state;

    assert_true(tuned_conf_read(file, sizeof file - 1, note, &seen, &err));

    assert_string_equal(text_string(&seen), "2 s|a|1\n3 s|c|2\n");
    text_clear(&seen);
}

static bool refuse(void *context, const struct tuned_conf_line *line)
{
    (void)context;
    (void)line;
    return false;
}

static void test_read_stops_when_the_visitor_says_so(void **state)
{
    struct error err = { 0 };
    (void)state;

    assert_false(tuned_conf_read("a=1\n", 4, refuse, NULL, &err));

    assert_int_equal(err.code, ERR_MEMORY);
    assert_string_equal(err.message, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_takes_lines_of_sections),
        cmocka_unit_test(test_read_cuts_lines_at_nul_bytes),
        cmocka_unit_test(test_read_stops_when_the_visitor_says_so),
    };

    return cmocka_run_group_tests_name("decode/tuned_conf", tests, NULL, NULL);
}
