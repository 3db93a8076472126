/* SPDX-License-Identifier: MIT */
/* Files of sysctl.d(5), tidy and hostile ones. */
#include "checks/decode/sysctl_conf.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"

/* One statement as "3 a/b=value", '~' for a pattern, '-' for ignored errors, no '=' for
 * an exclusion. */
static bool note(void *context, const struct sysctl_conf_line *line)
{
    text_addf(context, "%" PRIu32 " %s%s%s", line->number, line->ignore_errors ? "-" : "",
              line->pattern ? "~" : "", line->key);
    if (line->value)
        text_addf(context, "=%s", line->value);
    text_add(context, "\n");
    return true;
}

static void read_text(const char *bytes, size_t length, struct text *seen)
{
    struct error err = { 0 };

    if (!sysctl_conf_read(bytes, length, note, seen, &err))
        fail_msg("'%s': %s", bytes, err.message);
}

struct row {
    const char *name;
    const char *file;
    const char *seen;
};

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct text seen = { 0 };

        read_text(rows[i].file, strlen(rows[i].file), &seen);
        if (strcmp(text_string(&seen), rows[i].seen) != 0)
            fail_msg("%s: '%s'", rows[i].name, text_string(&seen));
        text_clear(&seen);
    }
}

static void test_read_takes_assignments(void **state)
{
    static const struct row rows[] = {
        { "dots", "net.ipv4.tcp_tw_reuse = 1\n", "1 net/ipv4/tcp_tw_reuse=1\n" },
        { "slashes", "net/ipv4/tcp_tw_reuse=1\n", "1 net/ipv4/tcp_tw_reuse=1\n" },
        { "no newline at the end", "a.b=1", "1 a/b=1\n" },
        { "blanks and TABs", " \ta.b\t = \t1  2\t\n", "1 a/b=1  2\n" },
        { "TABs inside the value stay", "a.b = 1\t2\n", "1 a/b=1\t2\n" },
        { "empty value", "a.b =\n", "1 a/b=\n" },
        { "equals sign in the value", "a.b = c=d\n", "1 a/b=c=d\n" },
        { "number sign in the value", "a.b = 1 # why\n", "1 a/b=1 # why\n" },
        { "one word", "domainname = x\n", "1 domainname=x\n" },
        { "ignored errors", "-a.b = 1\n- a.c=2\n", "1 -a/b=1\n2 -a/c=2\n" },
        { "exclusion", "-a.b\n", "1 -a/b\n" },
        { "only the first dash", "--a.b = 1\n", "1 --a/b=1\n" },
    };
    (void)state;

    check_rows(rows, ARRAY_COUNT(rows));
}

static void test_read_skips_what_states_nothing(void **state)
{
    static const struct row rows[] = {
        { "empty", "", "" },
        { "blank lines", "\n \n\t\na.b=1\n", "4 a/b=1\n" },
        { "comments", "# a.b=1\n; a.b=2\n  # a.b=3\na.b=4\n", "4 a/b=4\n" },
        { "no assignment", "a.b\na.c 1\n", "" },
        { "no key", "= 1\n -= 2\n-\n / = 3\n", "" },
    };
    (void)state;

    check_rows(rows, ARRAY_COUNT(rows));
}

static void test_read_gives_keys_the_form_of_the_kernel(void **state)
{
    static const struct row rows[] = {
        { "first a dot: both change places", "net.ipv4.conf.enp3s0/200.forwarding = 1",
          "1 net/ipv4/conf/enp3s0.200/forwarding=1\n" },
        { "first a slash: both stay", "net/ipv4/conf/enp3s0.200/forwarding = 1",
          "1 net/ipv4/conf/enp3s0.200/forwarding=1\n" },
        { "leading slash", "/net/ipv4/x = 1", "1 net/ipv4/x=1\n" },
        { "leading dot", ".net.ipv4.x = 1", "1 net/ipv4/x=1\n" },
        { "repeated slashes", "net//ipv4///x/ = 1", "1 net/ipv4/x=1\n" },
        { "names that are a dot", "net/./ipv4/./x = 1", "1 net/ipv4/x=1\n" },
        { "names that are two dots stay", "net/../x = 1", "1 net/../x=1\n" },
    };
    (void)state;

    check_rows(rows, ARRAY_COUNT(rows));
}

static void test_read_marks_patterns(void **state)
{
    static const struct row rows[] = {
        { "star", "net.ipv4.conf.*.rp_filter = 2", "1 ~net/ipv4/conf/*/rp_filter=2\n" },
        { "question mark", "net/ipv?/x = 2", "1 ~net/ipv?/x=2\n" },
        { "set", "net/ipv[46]/x = 2", "1 ~net/ipv[46]/x=2\n" },
        { "star in the value", "net/x = *", "1 net/x=*\n" },
    };
    (void)state;

    check_rows(rows, ARRAY_COUNT(rows));
}

static void test_read_ends_lines_as_systemd_does(void **state)
{
    static const struct row rows[] = {
        { "CR LF counts once", "a.b = 1\r\na.c = 2\r\n", "1 a/b=1\n2 a/c=2\n" },
        { "CR alone", "a.b = 1\ra.c = 2", "1 a/b=1\n2 a/c=2\n" },
        { "CR at the end", "a.b = 1\r", "1 a/b=1\n" },
        { "CR LF after a comment", "#\r\n\r\na.c = 2", "3 a/c=2\n" },
    };
    (void)state;

    check_rows(rows, ARRAY_COUNT(rows));
}

static void test_read_ends_lines_at_nul_bytes(void **state)
{
    static const char file[] = "a.b = 1\0a.c = 2\n\0\0x\0a.d = 3";
    struct text seen = { 0 };
    (void)state;

    read_text(file, sizeof file - 1, &seen);

    assert_string_equal(text_string(&seen), "1 a/b=1\n2 a/c=2\n6 a/d=3\n");
    text_clear(&seen);
}

static void test_read_stays_inside_the_bytes(void **state)
{
    struct text seen = { 0 };
    char *bytes = malloc(7);
    (void)state;

    assert_non_null(bytes);
    memcpy(bytes, "a.b = 1", 7);
    read_text(bytes, 7, &seen);
    free(bytes);

    assert_string_equal(text_string(&seen), "1 a/b=1\n");
    text_clear(&seen);
}

static void test_read_takes_very_long_lines(void **state)
{
    enum { LENGTH = 300 * 1000 };
    struct text file = { 0 };
    struct text wanted = { 0 };
    struct text seen = { 0 };
    (void)state;

    text_add(&file, "a.b = ");
    text_add(&wanted, "1 a/b=");
    for (int i = 0; i < LENGTH; i++) {
        text_add(&file, "7");
        text_add(&wanted, "7");
    }
    text_add(&file, "\nc.d = 1\n");
    text_add(&wanted, "\n2 c/d=1\n");
    read_text(file.data, file.length, &seen);

    assert_true(strcmp(seen.data, wanted.data) == 0);
    text_clear(&file);
    text_clear(&wanted);
    text_clear(&seen);
}

static bool refuse_second(void *context, const struct sysctl_conf_line *line)
{
    int *calls = context;

    (void)line;
    return ++*calls < 2;
}

static void test_read_stops_when_the_visitor_says_so(void **state)
{
    static const char file[] = "a=1\nb=2\nc=3\n";
    struct error err = { 0 };
    int calls = 0;
    (void)state;

    assert_false(sysctl_conf_read(file, sizeof file - 1, refuse_second, &calls, &err));

    assert_int_equal(calls, 2);
    assert_int_equal(err.code, ERR_MEMORY);
    assert_string_equal(err.message, "out of memory");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read_takes_assignments),
        cmocka_unit_test(test_read_skips_what_states_nothing),
        cmocka_unit_test(test_read_gives_keys_the_form_of_the_kernel),
        cmocka_unit_test(test_read_marks_patterns),
        cmocka_unit_test(test_read_ends_lines_as_systemd_does),
        cmocka_unit_test(test_read_ends_lines_at_nul_bytes),
        cmocka_unit_test(test_read_stays_inside_the_bytes),
        cmocka_unit_test(test_read_takes_very_long_lines),
        cmocka_unit_test(test_read_stops_when_the_visitor_says_so),
    };

    return cmocka_run_group_tests_name("decode/sysctl_conf", tests, NULL, NULL);
}
