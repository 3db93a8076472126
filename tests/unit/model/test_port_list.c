/* SPDX-License-Identifier: MIT */
/*
 * Every text here was written to net.ipv4.ip_local_reserved_ports of a kernel 6.18 and
 * read back from it: what it takes is taken, as the same ports, and nothing else.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"
#include "checks/model/port_range.h"

static bool has(const struct port_set *ports, uint32_t port)
{
    return port <= UINT16_MAX && port_set_has(ports, (uint16_t)port);
}

/* As the kernel prints it: ascending, neighbours joined. */
static void print_list(const struct port_set *ports, struct text *out)
{
    for (uint32_t port = 0; port <= UINT16_MAX; port++) {
        const uint32_t first = port;

        if (!has(ports, port))
            continue;
        while (has(ports, port + 1))
            port++;
        text_addf(out, "%s%" PRIu32, out->length > 0 ? "," : "", first);
        if (port > first)
            text_addf(out, "-%" PRIu32, port);
    }
}

static void test_port_list_parse_takes_what_the_kernel_takes(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *read_back;
    } rows[] = {
        { "nothing", "", "" },
        { "an end of line", "\n", "" },
        { "one port", "8080", "8080" },
        { "its line", "8080\n", "8080" },
        { "ports and a range", "8080,9000-9010,65535\n", "8080,9000-9010,65535" },
        { "comma at the end", "8080,", "8080" },
        { "comma behind a range", "8080-8090,", "8080-8090" },
        { "comma at the end of the line", "8080,9090,\n", "8080,9090" },
        { "end of line as a comma", "8080\n9090", "8080,9090" },
        { "end of line behind a range", "8080-8090\n9", "9,8080-8090" },
        { "ends of line and a comma", "8080\n\n9090,1", "1,8080,9090" },
        { "end of line in front", "\n8080", "8080" },
        { "port 0", "0", "0" },
        { "all ports", "0-65535", "0-65535" },
        { "a range of one", "8080-8080", "8080" },
        { "octal", "010", "8" },
        { "octal in 18 digits", "000000000000000010", "8" },
        { "octal in 20 digits", "00000000000000000010", "8" },
        { "hexadecimal", "0x50", "80" },
        { "hexadecimal in capitals", "0X1F90", "8080" },
        { "the last port", "0xffff", "65535" },
        { "hexadecimal range", "0x1f90-0x1f9a", "8080-8090" },
        { "neighbours join", "5,4,3", "3-5" },
        { "ranges that overlap", "1-5,3-9", "1-9" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct port_set ports = { { 2, [1023] = 1 } };
        struct error err = { 0 };
        struct text printed = { 0 };

        if (!port_list_parse(rows[i].text, &ports, &err))
            fail_msg("%s: %s", rows[i].name, err.message);
        print_list(&ports, &printed);
        if (strcmp(text_string(&printed), rows[i].read_back) != 0)
            fail_msg("%s: %s", rows[i].name, text_string(&printed));
        text_clear(&printed);
    }
}

static void test_port_list_parse_rejects_what_the_kernel_rejects(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        const char *message;
    } rows[] = {
        { "word", "http", "'http' is not a whole number" },
        { "a decimal zero in front", "08080", "'08080' is not a whole number" },
        { "the same in a range", "80-08080", "'08080' is not a whole number" },
        { "22 digits", "0000000000000000008080",
          "'0000000000000000008080' is not a "
          "whole number" },
        { "21 digits", "000000000000000000010",
          "'000000000000000000010' is not a whole "
          "number" },
        { "only 0x", "0x", "'0x' is not a whole number" },
        { "binary", "0b10", "'0b10' is not a whole number" },
        { "beyond a port", "65536", "'65536' is above 65535" },
        { "beyond 32 bits", "4294967297", "'4294967297' is above 65535" },
        { "beyond 64 bits", "18446744073709551617",
          "'18446744073709551617' is above "
          "65535" },
        { "no start", "-10", "'' is not a whole number" },
        { "no end", "10-", "'' is not a whole number" },
        { "two dashes", "10-20-30", "'20-30' is not a whole number" },
        { "turned round", "20-10", "'20-10' is not a range, expected the lower first" },
        { "by one port", "20-19", "'20-19' is not a range, expected the lower first" },
        { "plus", "+5", "'+5' is not a whole number" },
        { "comma in front", ",8080", "'' is not a whole number" },
        { "only a comma", ",", "'' is not a whole number" },
        { "no port between", "8080,,9090", "'' is not a whole number" },
        { "comma in the next line", "8080\n,9090", "'' is not a whole number" },
        { "blank in front", " 8080", "' 8080' is not a whole number" },
        { "blank at the end", "8080 ", "'8080 ' is not a whole number" },
        { "blank behind the comma", "8080, 9090", "' 9090' is not a whole number" },
        { "blank between", "8080 9090", "'8080 9090' is not a whole number" },
        { "carriage return", "8080\r\n", "'8080 ' is not a whole number" },
        { "comment", "8080 # x", "'8080 # x' is not a whole number" },
        { "a second port that is none", "8080,70000", "'70000' is above 65535" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        struct port_set ports = { { 2, [1023] = 1 } };
        struct error err = { 0 };

        if (port_list_parse(rows[i].text, &ports, &err) ||
            strcmp(err.message, rows[i].message) != 0)
            fail_msg("%s: '%s'", rows[i].name, err.message);
        if (ports.words[0] != 2 || ports.words[1023] != 1)
            fail_msg("%s: changed", rows[i].name);
    }
}

static void test_port_list_parse_quotes_the_beginning_of_a_long_word(void **state)
{
    char text[200];
    struct port_set ports = { 0 };
    struct error err = { 0 };
    (void)state;

    memset(text, '7', sizeof text - 1);
    text[sizeof text - 1] = '\0';

    assert_false(port_list_parse(text, &ports, &err));

    assert_string_equal(err.message,
                        "'777777777777777777777777777777777777777777777777777777777777"
                        "...' is not a whole number");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_port_list_parse_takes_what_the_kernel_takes),
        cmocka_unit_test(test_port_list_parse_rejects_what_the_kernel_rejects),
        cmocka_unit_test(test_port_list_parse_quotes_the_beginning_of_a_long_word),
    };

    return cmocka_run_group_tests_name("model/port_list", tests, NULL, NULL);
}
