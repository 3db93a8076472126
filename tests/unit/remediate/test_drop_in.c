/* SPDX-License-Identifier: MIT */
/* Our own file in sysctl.d, there and back, and when someone else edited it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "remediate/drop_in.h"

static struct drop_in drop_in;

static int clear(void **state)
{
    (void)state;
    drop_in_clear(&drop_in);
    return 0;
}

static void given_text(const char *text)
{
    struct error err = { 0 };

    if (!drop_in_parse(text, &drop_in, &err))
        fail_msg("%s", err.message);
}

static void assert_refused(const char *text, enum error_code code, const char *message)
{
    struct error err = { 0 };

    assert_false(drop_in_parse(text, &drop_in, &err));

    assert_string_equal(err.message, message);
    assert_int_equal(err.code, code);
    assert_int_equal(drop_in.count, 0);
}

static void test_drop_in_format_writes_comments_and_keys_in_order(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_true(drop_in_set(&drop_in, "net.ipv4.tcp_tw_reuse", "1", NULL));
    assert_true(
        drop_in_set(&drop_in, "net.ipv4.ip_local_port_range", "10000 65535", NULL));
    drop_in_format(&drop_in, "written 2026-11-21 by remediate_port_exhaustion 0.1.0",
                   &out);

    assert_string_equal(text_string(&out),
                        "# written 2026-11-21 by remediate_port_exhaustion 0.1.0\n"
                        "# undo: remediate_port_exhaustion undo\n"
                        "net.ipv4.tcp_tw_reuse = 1\n"
                        "net.ipv4.ip_local_port_range = 10000 65535\n");
    text_clear(&out);
}

static void test_drop_in_format_keeps_a_note_on_its_comment_line(void **state)
{
    struct text out = { 0 };
    (void)state;

    drop_in_format(&drop_in, "# by\nnet.ipv4.tcp_syncookies = 0", &out);

    assert_string_equal(text_string(&out), "# by net.ipv4.tcp_syncookies = 0\n"
                                           "# undo: remediate_port_exhaustion undo\n");
    text_clear(&out);
}

static void test_drop_in_parse_reads_what_format_wrote(void **state)
{
    struct text out = { 0 };
    (void)state;

    assert_true(
        drop_in_set(&drop_in, "net.ipv4.ip_local_port_range", "10000 65535", NULL));
    assert_true(drop_in_set(&drop_in, "net.ipv4.tcp_tw_reuse", "1", NULL));
    drop_in_format(&drop_in, "note", &out);
    drop_in_clear(&drop_in);
    given_text(text_string(&out));

    assert_int_equal(drop_in.count, 2);
    assert_string_equal(drop_in.lines[0].key, "net.ipv4.ip_local_port_range");
    assert_string_equal(drop_in.lines[0].value, "10000 65535");
    assert_string_equal(drop_in.lines[1].key, "net.ipv4.tcp_tw_reuse");
    assert_string_equal(drop_in.lines[1].value, "1");
    text_clear(&out);
}

static void test_drop_in_parse_passes_over_blanks_and_comments(void **state)
{
    (void)state;

    given_text("\n  # comment\n; comment\n \t\n\tnet.ipv4.tcp_tw_reuse\t=\t1 \t\n"
               "# \xC3\xA4");

    assert_int_equal(drop_in.count, 1);
    assert_string_equal(drop_in.lines[0].key, "net.ipv4.tcp_tw_reuse");
    assert_string_equal(drop_in.lines[0].value, "1");
}

static void test_drop_in_parse_takes_an_empty_text(void **state)
{
    (void)state;

    given_text("");

    assert_int_equal(drop_in.count, 0);
}

static void test_drop_in_parse_lets_the_last_of_equal_keys_hold(void **state)
{
    (void)state;

    given_text("net.ipv4.tcp_tw_reuse = 1\nnet.ipv4.tcp_tw_reuse = 2\n");

    assert_int_equal(drop_in.count, 1);
    assert_string_equal(drop_in_find(&drop_in, "net.ipv4.tcp_tw_reuse"), "2");
}

struct refused_case {
    const char *name; /* printed on failure */
    const char *text;
    const char *message;
};

#define RULE "; expected only lines KEY = VALUE"

static const struct refused_case refused[] = {
    { "no value", "# a\nnet.ipv4.tcp_tw_reuse\n",
      "line 2: no KEY = VALUE: 'net.ipv4.tcp_tw_reuse'" RULE },
    { "no key", "= 1\n", "line 1: no KEY = VALUE: '= 1'" RULE },
    { "failures ignored", "-net.ipv4.tcp_tw_reuse = 1",
      "line 1: no KEY = VALUE: '-net.ipv4.tcp_tw_reuse = 1'" RULE },
    { "pattern", "net.ipv4.conf.*.rp_filter = 1",
      "line 1: no KEY = VALUE: 'net.ipv4.conf.*.rp_filter = 1'" RULE },
    { "two words", "net.ipv4.x y = 1",
      "line 1: no KEY = VALUE: 'net.ipv4.x y = 1'" RULE },
    { "end of line of Windows", "net.ipv4.tcp_tw_reuse = 1\r\n",
      "line 1: a control character, or not UTF-8: 'net.ipv4.tcp_tw_reuse = 1 '" RULE },
    { "comment that is no UTF-8", "# \xE4\n",
      "line 1: a control character, or not UTF-8: '# \?'" RULE },
    { "the key is too long",
      "net.ipv4."
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaa=1",
      "line 1: the key is too long: "
      "'net.ipv4.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa...'" RULE },
};

static void test_drop_in_parse_refuses_what_it_would_lose(void **state)
{
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        struct error err = { 0 };

        if (drop_in_parse(refused[i].text, &drop_in, &err))
            fail_msg("%s: taken", refused[i].name);
        if (strcmp(err.message, refused[i].message) != 0)
            fail_msg("%s: says \"%s\"", refused[i].name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
    }
}

static void test_drop_in_parse_forgets_the_lines_before_a_bad_one(void **state)
{
    (void)state;

    assert_refused("net.ipv4.tcp_tw_reuse = 1\nrubbish\n", ERR_MALFORMED,
                   "line 2: no KEY = VALUE: 'rubbish'" RULE);
}

static void test_drop_in_parse_refuses_more_keys_than_it_holds(void **state)
{
    struct text text = { 0 };
    (void)state;

    for (int i = 0; i <= DROP_IN_KEYS_MAX; i++)
        text_addf(&text, "net.ipv4.key%d = 1\n", i);

    assert_refused(text_string(&text), ERR_LIMIT, "line 129: more than 128 keys");

    text_clear(&text);
}

static void test_drop_in_set_replaces_a_value_in_its_place(void **state)
{
    (void)state;

    given_text("net.ipv4.tcp_tw_reuse = 2\nnet.ipv4.tcp_timestamps = 0\n");
    assert_true(drop_in_set(&drop_in, "net.ipv4.tcp_tw_reuse", "1", NULL));

    assert_int_equal(drop_in.count, 2);
    assert_string_equal(drop_in.lines[0].value, "1");
}

static void test_drop_in_find_knows_no_other_key(void **state)
{
    (void)state;

    given_text("net.ipv4.tcp_tw_reuse = 2\n");

    assert_null(drop_in_find(&drop_in, "net.ipv4.tcp_tw"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(test_drop_in_format_writes_comments_and_keys_in_order,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_format_keeps_a_note_on_its_comment_line,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_parse_reads_what_format_wrote, clear),
        cmocka_unit_test_teardown(test_drop_in_parse_passes_over_blanks_and_comments,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_parse_takes_an_empty_text, clear),
        cmocka_unit_test_teardown(test_drop_in_parse_lets_the_last_of_equal_keys_hold,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_parse_refuses_what_it_would_lose, clear),
        cmocka_unit_test_teardown(test_drop_in_parse_forgets_the_lines_before_a_bad_one,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_parse_refuses_more_keys_than_it_holds,
                                  clear),
        cmocka_unit_test_teardown(test_drop_in_set_replaces_a_value_in_its_place, clear),
        cmocka_unit_test_teardown(test_drop_in_find_knows_no_other_key, clear),
    };

    return cmocka_run_group_tests_name("remediate/drop_in", tests, NULL, NULL);
}
