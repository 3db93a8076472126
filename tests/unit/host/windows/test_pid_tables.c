/* SPDX-License-Identifier: MIT */
/* The decoder finds the pid where the headers of Windows' SDK have it. */
#include "checks/host/windows/pid_tables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "checks/decode/mib_table.h"
#include "checks/host/windows/win.h"

enum { PID = 0x00ABCDEF, STATE_ESTABLISHED = 5, PORT = 49152, REMOTE_PORT = 443 };

/* A port in network order. */
static DWORD in_network_order(unsigned port)
{
    return htons((u_short)port);
}

static bool remember(void *context, const struct socket_row *row)
{
    *(struct socket_row *)context = *row;
    return true;
}

/* The one row of a table. */
static struct socket_row row_of(enum mib_layout layout, const void *table, size_t size)
{
    struct socket_row row = { 0 };
    struct error err = { 0 };

    if (!mib_table_visit(layout, table, size, remember, &row, &err))
        fail_msg("%s", err.message);
    return row;
}

static void assert_connection(const struct socket_row *row)
{
    assert_int_equal(row->pid, PID);
    assert_int_equal(row->state, CONN_ESTABLISHED);
    assert_int_equal(row->local_port, PORT);
    assert_int_equal(row->remote_port, REMOTE_PORT);
}

static void test_tcp4(void **state)
{
    MIB_TCPTABLE_OWNER_PID table = { .dwNumEntries = 1 };
    MIB_TCPROW_OWNER_PID *row = &table.table[0];
    struct socket_row read;
    (void)state;
    row->dwState = STATE_ESTABLISHED;
    row->dwLocalPort = in_network_order(PORT);
    row->dwRemotePort = in_network_order(REMOTE_PORT);
    row->dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_TCP4_PIDS, &table, sizeof table);

    assert_connection(&read);
}

static void test_tcp6(void **state)
{
    MIB_TCP6TABLE_OWNER_PID table = { .dwNumEntries = 1 };
    MIB_TCP6ROW_OWNER_PID *row = &table.table[0];
    struct socket_row read;
    (void)state;
    row->dwState = STATE_ESTABLISHED;
    row->ucRemoteAddr[0] = 0x20;
    row->dwLocalPort = in_network_order(PORT);
    row->dwRemotePort = in_network_order(REMOTE_PORT);
    row->dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_TCP6_PIDS, &table, sizeof table);

    assert_connection(&read);
    assert_int_equal(read.remote.bytes[0], 0x20);
}

/* Of these there are the bound ports too. */
static void test_tcp4_with_offload(void **state)
{
    MIB_TCPTABLE2 table = { .dwNumEntries = 1 };
    MIB_TCPROW2 *row = &table.table[0];
    struct socket_row read;
    (void)state;
    row->dwState = STATE_ESTABLISHED;
    row->dwLocalPort = in_network_order(PORT);
    row->dwRemotePort = in_network_order(REMOTE_PORT);
    row->dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_TCP4_OWNERS, &table, sizeof table);

    assert_connection(&read);
}

static void test_tcp6_with_offload(void **state)
{
    MIB_TCP6TABLE2 table = { .dwNumEntries = 1 };
    MIB_TCP6ROW2 *row = &table.table[0];
    struct socket_row read;
    (void)state;
    row->State = STATE_ESTABLISHED;
    row->dwLocalPort = in_network_order(PORT);
    row->dwRemotePort = in_network_order(REMOTE_PORT);
    row->dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_TCP6_OWNERS, &table, sizeof table);

    assert_connection(&read);
}

static void test_udp4(void **state)
{
    MIB_UDPTABLE_OWNER_PID table = { .dwNumEntries = 1 };
    struct socket_row read;
    (void)state;
    table.table[0].dwLocalPort = in_network_order(PORT);
    table.table[0].dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_UDP4_PIDS, &table, sizeof table);

    assert_int_equal(read.pid, PID);
    assert_int_equal(read.local_port, PORT);
}

static void test_udp6(void **state)
{
    MIB_UDP6TABLE_OWNER_PID table = { .dwNumEntries = 1 };
    struct socket_row read;
    (void)state;
    table.table[0].ucLocalAddr[0] = 0x20;
    table.table[0].dwLocalPort = in_network_order(PORT);
    table.table[0].dwOwningPid = PID;

    read = row_of(MIB_LAYOUT_UDP6_PIDS, &table, sizeof table);

    assert_int_equal(read.pid, PID);
    assert_int_equal(read.local_port, PORT);
    assert_int_equal(read.local.bytes[0], 0x20);
}

/* What a walk is looking for, and how often it was asked. */
struct looked_for {
    uint16_t port;
    uint32_t pid;
    unsigned rows;
};

static bool look(void *context, const struct socket_row *row)
{
    struct looked_for *wanted = context;

    wanted->rows++;
    if (row->local_port == wanted->port)
        wanted->pid = row->pid;
    return wanted->pid == 0;
}

/* A UDP socket of this process; its port is found in *port. */
static SOCKET open_udp(uint16_t *port)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    int size = sizeof at;
    u_long waiting = 0;
    SOCKET opened;
    WSADATA started;

    assert_int_equal(WSAStartup(MAKEWORD(2, 2), &started), 0);
    opened = socket(AF_INET, SOCK_DGRAM, 0);
    assert_int_equal(bind(opened, (struct sockaddr *)&at, size), 0);
    assert_int_equal(getsockname(opened, (struct sockaddr *)&at, &size), 0);
    (void)ioctlsocket(opened, FIONREAD, &waiting); /* Wine hands it out then */
    *port = ntohs(at.sin_port);
    return opened;
}

static void test_fetch_reads_this_process(void **state)
{
    const struct deadline deadline = deadline_in_ms(60000);
    struct pid_tables tables = { 0 };
    struct looked_for wanted = { 0 };
    struct error err = { 0 };
    SOCKET opened = open_udp(&wanted.port);
    (void)state;

    assert_true(pid_tables_fetch(IP_PROTOCOL_UDP, &deadline, &tables, &err));
    assert_true(pid_tables_visit(&tables, look, &wanted, &err));

    assert_int_equal(wanted.pid, GetCurrentProcessId());
    pid_tables_clear(&tables);
    pid_tables_clear(&tables);
    (void)closesocket(opened);
}

static void test_fetch_keeps_the_deadline(void **state)
{
    const struct deadline deadline = deadline_in_ms(0);
    struct pid_tables tables = { 0 };
    struct error err = { 0 };
    (void)state;

    assert_false(pid_tables_fetch(IP_PROTOCOL_TCP, &deadline, &tables, &err));

    assert_int_equal(err.code, ERR_TIMEOUT);
    pid_tables_clear(&tables);
}

/* One row in each table. */
static void test_visit_stops_in_both_tables(void **state)
{
    MIB_UDPTABLE_OWNER_PID v4[2] = { { .dwNumEntries = 1 } };
    MIB_UDP6TABLE_OWNER_PID v6[2] = { { .dwNumEntries = 1 } };
    const struct pid_tables tables = { IP_PROTOCOL_UDP,
                                       { v4, sizeof v4 },
                                       { v6, sizeof v6 } };
    struct looked_for first = { .port = PORT };
    struct looked_for both = { .port = PORT };
    struct error err = { 0 };
    (void)state;
    v4[0].table[0].dwOwningPid = PID;
    v4[0].table[0].dwLocalPort = in_network_order(PORT);
    v6[0].table[0].dwOwningPid = PID + 1;
    v6[0].table[0].dwLocalPort = in_network_order(PORT);

    assert_true(pid_tables_visit(&tables, look, &first, &err));
    v4[0].table[0].dwLocalPort = 0;
    assert_true(pid_tables_visit(&tables, look, &both, &err));

    assert_int_equal(first.rows, 1);
    assert_int_equal(first.pid, PID);
    assert_int_equal(both.rows, 2);
    assert_int_equal(both.pid, PID + 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tcp4),
        cmocka_unit_test(test_tcp6),
        cmocka_unit_test(test_tcp4_with_offload),
        cmocka_unit_test(test_tcp6_with_offload),
        cmocka_unit_test(test_udp4),
        cmocka_unit_test(test_udp6),
        cmocka_unit_test(test_fetch_reads_this_process),
        cmocka_unit_test(test_fetch_keeps_the_deadline),
        cmocka_unit_test(test_visit_stops_in_both_tables),
    };

    return cmocka_run_group_tests_name("host/windows/pid_tables", tests, NULL, NULL);
}
