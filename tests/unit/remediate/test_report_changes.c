/* SPDX-License-Identifier: MIT */
/* One change as a line: a list of ports may be longer than a screen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/compiler.h"
#include "remediate/report.h"

/* What the change of the reserved ports from `from` to `to` reads. */
static char *line_of(const char *from, const char *to)
{
    static char line[512];
    const struct change change = { .kind = CHANGE_SYSCTL,
                                   .place = (char *)"net/ipv4/ip_local_reserved_ports",
                                   .from = (char *)from,
                                   .to = (char *)to };
    struct text out = { 0 };

    remediate_report_change(&change, &out);
    (void)snprintf(line, sizeof line, "%s", text_string(&out));
    text_clear(&out);
    return line;
}

static void test_remediate_report_change_names_an_empty_list(void **state)
{
    (void)state;
    assert_string_equal(line_of("", "8080"),
                        "net.ipv4.ip_local_reserved_ports: none -> 8080");
    assert_string_equal(line_of("8080", ""),
                        "net.ipv4.ip_local_reserved_ports: 8080 -> none");
    assert_string_equal(line_of(NULL, "8080"),
                        "net.ipv4.ip_local_reserved_ports: absent -> 8080");
}

/* Adds the ports from `first` on, every second one, to a list. */
static void add_ports(char *list, size_t size, int first, int count)
{
    for (int i = 0; i < count; i++)
        (void)snprintf(list + strlen(list), size - strlen(list), "%s%d", *list ? "," : "",
                       first + 2 * i);
}

static void test_remediate_report_change_tells_how_long_lists_differ(void **state)
{
    char from[400] = "9000";
    char to[400] = "";

    (void)state;
    add_ports(from, sizeof from, 10001, 20);
    add_ports(to, sizeof to, 10001, 20);
    (void)snprintf(to + strlen(to), sizeof to - strlen(to), ",15672");
    assert_string_equal(line_of(from, to),
                        "net.ipv4.ip_local_reserved_ports: 21 -> 21 ports, adds 15672, "
                        "removes 9000");
}

static void test_remediate_report_change_shows_the_begin_of_a_long_list(void **state)
{
    char list[400] = "";

    (void)state;
    add_ports(list, sizeof list, 10001, 13);
    assert_non_null(strstr(line_of("", list), list)); /* 77 characters */
    (void)snprintf(list + strlen(list), sizeof list - strlen(list), ",99");
    assert_non_null(strstr(line_of("", list), list));
    (void)snprintf(list + strlen(list), sizeof list - strlen(list), "9");
    assert_string_equal(line_of("", list),
                        "net.ipv4.ip_local_reserved_ports: none -> "
                        "10001,10003,10005,10007,10009,10011,10013,10015,10017,10019,... "
                        "(all of it: -o json)");
}

static void test_remediate_report_change_cuts_what_has_no_commas(void **state)
{
    char word[120] = "";

    (void)state;
    memset(word, 'x', sizeof word - 1);
    assert_string_equal(
        line_of("1", word),
        "net.ipv4.ip_local_reserved_ports: 1 -> "
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx... (all of it: -o "
        "json)");
    assert_non_null(strstr(line_of(word, word), "x... (all of it: -o json) -> xxx"));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remediate_report_change_names_an_empty_list),
        cmocka_unit_test(test_remediate_report_change_shows_the_begin_of_a_long_list),
        cmocka_unit_test(test_remediate_report_change_tells_how_long_lists_differ),
        cmocka_unit_test(test_remediate_report_change_cuts_what_has_no_commas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
