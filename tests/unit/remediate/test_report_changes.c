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

static void test_remediate_report_change_shows_the_begin_of_a_long_list(void **state)
{
    char list[400] = "10000";
    char *shown;

    (void)state;
    for (int port = 10001; port < 10013; port++)
        (void)snprintf(list + strlen(list), sizeof list - strlen(list), ",%d", port);
    assert_int_equal(strlen(list), 77);
    assert_non_null(strstr(line_of("", list), list));
    (void)snprintf(list + strlen(list), sizeof list - strlen(list), ",99");
    assert_non_null(strstr(line_of("", list), list));
    (void)snprintf(list + strlen(list), sizeof list - strlen(list), "9");
    shown = line_of("", list);
    assert_null(strstr(shown, list));
    assert_string_equal(strstr(shown, "10008"), "10008,10009,... (all of it: -o json)");
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
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_remediate_report_change_names_an_empty_list),
        cmocka_unit_test(test_remediate_report_change_shows_the_begin_of_a_long_list),
        cmocka_unit_test(test_remediate_report_change_cuts_what_has_no_commas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
