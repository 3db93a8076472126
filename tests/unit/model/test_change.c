/* SPDX-License-Identifier: MIT */
/* Changes as owned data, and which values mean the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/change.h"

static void test_change_make_copies_every_string(void **state)
{
    char from[] = "0";
    struct change lent = { .kind = CHANGE_REGISTRY,
                           .setting = "TcpTimedWaitDelay",
                           .place = "SYSTEM\\X\\TcpTimedWaitDelay",
                           .from = from,
                           .to = "30",
                           .reboot = true };
    struct change made = { 0 };

    (void)state;

    assert_true(change_make(&lent, &made, NULL));
    from[0] = '9';

    assert_int_equal(made.kind, CHANGE_REGISTRY);
    assert_string_equal(made.setting, "TcpTimedWaitDelay");
    assert_string_equal(made.place, "SYSTEM\\X\\TcpTimedWaitDelay");
    assert_string_equal(made.from, "0");
    assert_string_equal(made.to, "30");
    assert_true(made.reboot);
    change_clear(&made);
}

static void test_change_make_keeps_absent_absent(void **state)
{
    struct change lent = { .setting = "s", .place = "p" };
    struct change made = { 0 };
    (void)state;

    assert_true(change_make(&lent, &made, NULL));

    assert_null(made.from);
    assert_null(made.to);
    change_clear(&made);
}

static void test_change_make_refuses_a_value_over_the_limit(void **state)
{
    struct change lent = { .setting = "s", .place = "p" };
    struct change made = { .reboot = true };
    struct error err = { 0 };
    (void)state;
    lent.to = calloc(1, CHANGE_VALUE_MAX + 2);
    assert_non_null(lent.to);
    memset(lent.to, 'x', CHANGE_VALUE_MAX + 1);

    assert_false(change_make(&lent, &made, &err));

    assert_int_equal(err.code, ERR_LIMIT);
    assert_string_equal(err.message,
                        "a change with 262145 bytes, at most 262144 are possible");
    assert_null(made.setting);
    assert_true(made.reboot);
    free(lent.to);
}

static void test_change_make_takes_a_value_at_the_limit(void **state)
{
    struct change lent = { .setting = "s", .place = "p" };
    struct change made = { 0 };
    (void)state;
    lent.to = calloc(1, CHANGE_VALUE_MAX + 1);
    assert_non_null(lent.to);
    memset(lent.to, 'x', CHANGE_VALUE_MAX);

    assert_true(change_make(&lent, &made, NULL));

    assert_int_equal(strlen(made.to), CHANGE_VALUE_MAX);
    change_clear(&made);
    free(lent.to);
}

static void test_change_reverse_swaps_the_values(void **state)
{
    struct change lent = { .kind = CHANGE_DYNAMIC_RANGE,
                           .setting = "DynamicPortRangeTcp",
                           .place = "tcp/ipv4",
                           .from = "49152-65535",
                           .to = "32768-65535",
                           .reboot = true };
    struct change turned = { 0 };
    (void)state;

    assert_true(change_reverse(&lent, &turned, NULL));

    assert_int_equal(turned.kind, CHANGE_DYNAMIC_RANGE);
    assert_string_equal(turned.place, "tcp/ipv4");
    assert_string_equal(turned.from, "32768-65535");
    assert_string_equal(turned.to, "49152-65535");
    assert_true(turned.reboot);
    change_clear(&turned);
}

static void test_change_clear_is_safe_twice(void **state)
{
    struct change made = { 0 };
    struct change lent = { .setting = "s", .place = "p", .from = "1", .to = "2" };
    (void)state;
    assert_true(change_make(&lent, &made, NULL));

    change_clear(&made);
    change_clear(&made);

    assert_null(made.place);
}

static void test_change_same_value_compares_by_kind(void **state)
{
    static const struct {
        const char *name;
        enum change_kind kind;
        const char *a;
        const char *b;
        bool same;
    } rows[] = {
        { "both absent", CHANGE_SYSCTL, NULL, NULL, true },
        { "one absent", CHANGE_SYSCTL, NULL, "", false },
        { "other absent", CHANGE_FILE, "", NULL, false },
        { "equal numbers", CHANGE_SYSCTL, "1", "1", true },
        { "other numbers", CHANGE_SYSCTL, "1", "2", false },
        { "tab and newline", CHANGE_SYSCTL, "32768\t60999\n", "32768 60999", true },
        { "other order", CHANGE_SYSCTL, "60999 32768", "32768 60999", false },
        { "one number more", CHANGE_SYSCTL, "1 2", "1", false },
        { "a prefix", CHANGE_SYSCTL, "1", "10", false },
        { "negative", CHANGE_SYSCTL, "-1\n", "-1", true },
        { "octal for the kernel", CHANGE_SYSCTL, "010", "10 ", false },
        { "empty list with newline", CHANGE_SYSCTL, "\n", "", true },
        { "joined neighbours", CHANGE_SYSCTL, "8080,8081,8082", "8080-8082", true },
        { "list in another order", CHANGE_SYSCTL, "9000,8080\n", "8080,9000", true },
        { "overlapping ranges", CHANGE_SYSCTL, "1-5,3-9", "1-9", true },
        { "a port more", CHANGE_SYSCTL, "8080,9000", "8080", false },
        { "empty and a port", CHANGE_SYSCTL, "", "8080", false },
        { "port 0", CHANGE_SYSCTL, "0,1", "0-1", true },
        { "beyond the ports", CHANGE_SYSCTL, "65536,1", "1,65536", false },
        { "range backwards", CHANGE_SYSCTL, "9-1,5", "5,9-1", false },
        { "comma at the end", CHANGE_SYSCTL, "8080,", "8080", true },
        { "a decimal zero in front", CHANGE_SYSCTL, "08080", "8080", false },
        { "octal and decimal", CHANGE_SYSCTL, "010", "8", true },
        { "hexadecimal and decimal", CHANGE_SYSCTL, "0x1F90", "8080", true },
        { "end of line as a comma", CHANGE_SYSCTL, "8080\n9000", "8080,9000", true },
        { "words", CHANGE_SYSCTL, "cubic\n", "cubic", true },
        { "text after a list", CHANGE_SYSCTL, "1,2 x", "2,1 x", false },
        { "file to the byte", CHANGE_FILE, "a\n", "a", false },
        { "equal files", CHANGE_FILE, "a\n", "a\n", true },
        { "registry to the byte", CHANGE_REGISTRY, "30", "30 ", false },
        { "registry of other types", CHANGE_REGISTRY, "30", "3:30", false },
        { "ranges", CHANGE_DYNAMIC_RANGE, "1-2", "1-2", true },
        { "other ranges", CHANGE_DYNAMIC_RANGE, "1-2", "1-3", false },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (change_same_value(rows[i].kind, rows[i].a, rows[i].b) != rows[i].same ||
            change_same_value(rows[i].kind, rows[i].b, rows[i].a) != rows[i].same)
            fail_msg("%s: expected %d", rows[i].name, rows[i].same);
}

static void test_change_value_words_tells_empty_from_absent(void **state)
{
    (void)state;

    assert_string_equal(change_value_words(NULL), "absent");
    assert_string_equal(change_value_words(""), "none");
    assert_string_equal(change_value_words("8080"), "8080");
}

static void test_change_place_is_new_looks_at_those_before(void **state)
{
    struct change changes[] = { { .kind = CHANGE_SYSCTL, .place = "a" },
                                { .kind = CHANGE_FILE, .place = "a" },
                                { .kind = CHANGE_SYSCTL, .place = "b" },
                                { .kind = CHANGE_SYSCTL, .place = "a" } };
    (void)state;

    assert_true(change_place_is_new(changes, 0));
    assert_true(change_place_is_new(changes, 1));
    assert_true(change_place_is_new(changes, 2));
    assert_false(change_place_is_new(changes, 3));
}

static void test_change_place_name_is_the_one_notation(void **state)
{
    static const struct {
        enum change_kind kind;
        const char *place;
        const char *name;
    } rows[] = {
        { CHANGE_SYSCTL, "net/ipv4/tcp_tw_reuse", "net.ipv4.tcp_tw_reuse" },
        { CHANGE_SYSCTL, "net/ipv4/conf/eth0.1/x", "net.ipv4.conf.eth0/1.x" },
        { CHANGE_FILE, "/etc/sysctl.d/90-x.conf", "/etc/sysctl.d/90-x.conf" },
        { CHANGE_REGISTRY, "SYSTEM\\X.y", "SYSTEM\\X.y" },
        { CHANGE_DYNAMIC_RANGE, "tcp/ipv4", "tcp/ipv4" },
        { CHANGE_FILE, "/a\n\x1B\xE2\x80\xAE", "/a  ?" },
    };
    char longest[2 * CHANGE_NAME_SIZE];
    char name[CHANGE_NAME_SIZE];
    struct change change = { .kind = CHANGE_FILE, .place = longest };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        char place[64];

        (void)snprintf(place, sizeof place, "%s", rows[i].place);
        change = (struct change){ .kind = rows[i].kind, .place = place };
        assert_string_equal(change_place_name(&change, name), rows[i].name);
    }
    /* Cut before the character of two bytes that has no room. */
    memset(longest, 'a', sizeof longest);
    (void)snprintf(longest + CHANGE_NAME_SIZE - 2, 4, "\xC3\xA9");
    change = (struct change){ .kind = CHANGE_FILE, .place = longest };
    assert_int_equal(strlen(change_place_name(&change, name)), CHANGE_NAME_SIZE - 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_change_make_copies_every_string),
        cmocka_unit_test(test_change_make_keeps_absent_absent),
        cmocka_unit_test(test_change_make_refuses_a_value_over_the_limit),
        cmocka_unit_test(test_change_make_takes_a_value_at_the_limit),
        cmocka_unit_test(test_change_reverse_swaps_the_values),
        cmocka_unit_test(test_change_place_name_is_the_one_notation),
        cmocka_unit_test(test_change_clear_is_safe_twice),
        cmocka_unit_test(test_change_same_value_compares_by_kind),
        cmocka_unit_test(test_change_value_words_tells_empty_from_absent),
        cmocka_unit_test(test_change_place_is_new_looks_at_those_before),
    };

    return cmocka_run_group_tests_name("model/change", tests, NULL, NULL);
}
