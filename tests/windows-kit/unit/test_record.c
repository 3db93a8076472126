/* SPDX-License-Identifier: MIT */
/* What is given away names nobody, and is otherwise what it was. */
#include "tests/windows-kit/lib/event_xml.h"
#include "tests/windows-kit/lib/table_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/host/windows/win.h"
#include "tests/support/fixture_file.h"

static void assert_hidden(const char *xml, const char *wanted)
{
    struct text out = { 0 };

    event_xml_hide(xml, &out);
    assert_string_equal(text_string(&out), wanted);
    text_clear(&out);
}

static void test_event_xml_hide_leaves_no_name(void **state)
{
    (void)state;

    assert_hidden("<System><Provider Name='Tcpip'/><EventID>4231</EventID>"
                  "<Computer>web01.corp.example</Computer>"
                  "<Security UserID='S-1-5-21-1-2-3-1001'/></System>",
                  "<System><Provider Name='Tcpip'/><EventID>4231</EventID>"
                  "<Computer>computer</Computer>"
                  "<Security UserID='S-1-0-0'/></System>");
    assert_hidden("<Security UserID=\"S-1-5-18\" /><Computer>a</Computer>",
                  "<Security UserID=\"S-1-0-0\" /><Computer>computer</Computer>");
}

static void test_event_xml_hide_keeps_all_else(void **state)
{
    (void)state;

    assert_hidden("<Security/><EventData><Data></Data><Binary>00AB</Binary></EventData>",
                  "<Security/><EventData><Data></Data><Binary>00AB</Binary></EventData>");
    assert_hidden("", "");
}

static void test_event_xml_hide_cuts_a_name_without_its_end(void **state)
{
    (void)state;

    assert_hidden("<a/><Computer>web01", "<a/><Computer>computer");
}

/* "10.1.2.3:5001 10.9.9.9:80" of each row. */
static bool add_row(void *context, const struct socket_row *row)
{
    char local[IP_ADDRESS_TEXT_SIZE];
    char remote[IP_ADDRESS_TEXT_SIZE];

    ip_address_format(&row->local, local);
    ip_address_format(&row->remote, remote);
    text_addf(context, "%s:%u %s:%u\n", local, row->local_port, remote, row->remote_port);
    return true;
}

static void assert_rows(enum mib_layout layout, const void *bytes, size_t size,
                        const char *wanted)
{
    struct text rows = { 0 };
    struct error err = { 0 };

    if (!mib_table_visit(layout, bytes, size, add_row, &rows, &err))
        fail_msg("%s", err.message);
    assert_string_equal(text_string(&rows), wanted);
    text_clear(&rows);
}

static MIB_TCPROW row4(const char *local, const char *remote)
{
    return (MIB_TCPROW){ .dwState = MIB_TCP_STATE_ESTAB,
                         .dwLocalAddr = inet_addr(local),
                         .dwLocalPort = htons(5001),
                         .dwRemoteAddr = inet_addr(remote),
                         .dwRemotePort = htons(80) };
}

static void test_table_bytes_hide_gives_an_address_one_stand_in(void **state)
{
    struct stand_ins known = { 0 };
    struct {
        DWORD count;
        MIB_TCPROW rows[3];
    } table = { 3,
                { row4("10.1.2.3", "10.9.9.9"), row4("10.1.2.3", "127.0.0.1"),
                  row4("0.0.0.0", "10.9.9.9") } };
    (void)state;

    table_bytes_hide(MIB_LAYOUT_TCP4, &table, sizeof table, &known);

    assert_rows(MIB_LAYOUT_TCP4, &table, sizeof table,
                "192.0.2.1:5001 192.0.2.2:80\n192.0.2.1:5001 127.0.0.1:80\n"
                "0.0.0.0:5001 192.0.2.2:80\n");
}

/* What a table of this layout shows once each of its addresses was foreign. */
static void assert_layout(enum mib_layout layout, const char *file, bool is_v6)
{
    struct stand_ins known = { 0 };
    struct text bytes = { 0 };
    struct text rows = { 0 };
    struct error err = { 0 };

    fixture_read(file, &bytes);
    for (size_t i = 0; i + 4 <= bytes.length; i++)
        if (memcmp(bytes.data + i, "\x7f\0\0\1", 4) == 0)
            memcpy(bytes.data + i, "\x0a\1\2\3", 4);
        else if (is_v6 && i + 16 <= bytes.length &&
                 memcmp(bytes.data + i, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 16) == 0)
            memcpy(bytes.data + i, "\x20\1\x0a\1\0\0\0\0\0\0\0\0\0\0\0\1", 16);

    table_bytes_hide(layout, bytes.data, bytes.length, &known);

    if (!mib_table_visit(layout, bytes.data, bytes.length, add_row, &rows, &err))
        fail_msg("%s: %s", file, err.message);
    if (strstr(text_string(&rows), "10.1.2.3") || strstr(text_string(&rows), "2001:a01:"))
        fail_msg("%s still has an address:\n%s", file, text_string(&rows));
    if (!strstr(text_string(&rows), is_v6 ? "2001:db8::" : "192.0.2."))
        fail_msg("%s has no stand-in:\n%s", file, text_string(&rows));
    text_clear(&rows);
    text_clear(&bytes);
}

static void test_table_bytes_hide_knows_every_layout(void **state)
{
    (void)state;

    assert_layout(MIB_LAYOUT_TCP4, "mib/mixture/tcp4.bin", false);
    assert_layout(MIB_LAYOUT_TCP6, "mib/mixture/tcp6.bin", true);
    assert_layout(MIB_LAYOUT_TCP4_OWNERS, "mib/mixture/tcp4-owners.bin", false);
    assert_layout(MIB_LAYOUT_TCP6_OWNERS, "mib/mixture/tcp6-owners.bin", true);
    assert_layout(MIB_LAYOUT_UDP4, "mib/mixture/udp4.bin", false);
    assert_layout(MIB_LAYOUT_UDP6, "mib/mixture/udp6.bin", true);
    assert_layout(MIB_LAYOUT_TCP4_PIDS, "mib/pids/tcp4.bin", false);
    assert_layout(MIB_LAYOUT_TCP6_PIDS, "mib/pids/tcp6.bin", true);
}

static void test_table_bytes_length_leaves_out_what_is_behind_the_rows(void **state)
{
    const struct {
        DWORD count;
        MIB_UDPROW rows[2];
        char slack[40];
    } table = { .count = 2 };
    (void)state;

    assert_int_equal(table_bytes_length(MIB_LAYOUT_UDP4, &table, sizeof table),
                     sizeof table.count + sizeof table.rows);
    assert_int_equal(table_bytes_length(MIB_LAYOUT_UDP4, &table, 12), 12);
    assert_int_equal(table_bytes_length(MIB_LAYOUT_UDP4, &table, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_event_xml_hide_leaves_no_name),
        cmocka_unit_test(test_event_xml_hide_keeps_all_else),
        cmocka_unit_test(test_event_xml_hide_cuts_a_name_without_its_end),
        cmocka_unit_test(test_table_bytes_hide_gives_an_address_one_stand_in),
        cmocka_unit_test(test_table_bytes_hide_knows_every_layout),
        cmocka_unit_test(test_table_bytes_length_leaves_out_what_is_behind_the_rows),
    };

    return cmocka_run_group_tests_name("windows-kit/record", tests, NULL, NULL);
}
