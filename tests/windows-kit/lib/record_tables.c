/* SPDX-License-Identifier: MIT */
/* The tables of the IP Helper API that the check reads, and their kin. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/decode/mib_table.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "tests/windows-kit/lib/say.h"
#include "tests/windows-kit/lib/table_bytes.h"

enum { LIMIT_MS = 10000 };

/* As iphlpapi.h declares them, and for bound ports as System Informer does (netprv.h). */
typedef ULONG WINAPI get_table2(void *table, PULONG size, BOOL order);
typedef ULONG WINAPI get_bound_table(void **table, HANDLE heap, ULONG heap_flags);

static uint32_t ask_by_name(const char *name, void *bytes, uint32_t *size)
{
    get_table2 *get = (get_table2 *)ip_helper_find(name);
    ULONG told = *size;
    ULONG code;

    if (!get)
        return ERROR_DLL_NOT_FOUND;
    code = get(bytes, &told, FALSE);
    *size = told;
    return code;
}

#define BY_NAME(function, name)                                                          \
    static uint32_t function(void *bytes, uint32_t *size)                                \
    {                                                                                    \
        return ask_by_name(name, bytes, size);                                           \
    }
#define EXTENDED(function, of_protocol, family, table_class)                             \
    static uint32_t function(void *bytes, uint32_t *size)                                \
    {                                                                                    \
        return of_protocol(bytes, size, family, table_class);                            \
    }

EXTENDED(ask_tcp4, ip_helper_tcp_table, AF_INET, TCP_TABLE_BASIC_ALL)
BY_NAME(ask_tcp4_owners, "GetTcpTable2")
BY_NAME(ask_tcp6_owners, "GetTcp6Table2")
EXTENDED(ask_udp4, ip_helper_udp_table, AF_INET, UDP_TABLE_BASIC)
EXTENDED(ask_udp6, ip_helper_udp_table, AF_INET6, UDP_TABLE_BASIC)
EXTENDED(ask_tcp4_pids, ip_helper_tcp_table, AF_INET, TCP_TABLE_OWNER_PID_ALL)
EXTENDED(ask_tcp6_pids, ip_helper_tcp_table, AF_INET6, TCP_TABLE_OWNER_PID_ALL)
EXTENDED(ask_udp4_pids, ip_helper_udp_table, AF_INET, UDP_TABLE_OWNER_PID)
EXTENDED(ask_udp6_pids, ip_helper_udp_table, AF_INET6, UDP_TABLE_OWNER_PID)

/* Without `ask`: a table of bound ports, from the function `name`. */
static const struct host_table {
    const char *file;
    const char *name;
    enum mib_layout layout;
    uint32_t (*ask)(void *bytes, uint32_t *size);
} tables[] = {
    { "mib/tcp4.bin", "GetExtendedTcpTable", MIB_LAYOUT_TCP4, ask_tcp4 },
    { "mib/tcp6.bin", "GetTcp6Table", MIB_LAYOUT_TCP6, ip_helper_tcp6_table },
    { "mib/tcp4-owners.bin", "GetTcpTable2", MIB_LAYOUT_TCP4_OWNERS, ask_tcp4_owners },
    { "mib/tcp6-owners.bin", "GetTcp6Table2", MIB_LAYOUT_TCP6_OWNERS, ask_tcp6_owners },
    { "mib/udp4.bin", "GetExtendedUdpTable", MIB_LAYOUT_UDP4, ask_udp4 },
    { "mib/udp6.bin", "GetExtendedUdpTable", MIB_LAYOUT_UDP6, ask_udp6 },
    { "mib/tcp4-pids.bin", "GetExtendedTcpTable", MIB_LAYOUT_TCP4_PIDS, ask_tcp4_pids },
    { "mib/tcp6-pids.bin", "GetExtendedTcpTable", MIB_LAYOUT_TCP6_PIDS, ask_tcp6_pids },
    { "mib/udp4-pids.bin", "GetExtendedUdpTable", MIB_LAYOUT_UDP4_PIDS, ask_udp4_pids },
    { "mib/udp6-pids.bin", "GetExtendedUdpTable", MIB_LAYOUT_UDP6_PIDS, ask_udp6_pids },
    { "mib/bound4.bin", "InternalGetBoundTcpEndpointTable", MIB_LAYOUT_TCP4_OWNERS,
      NULL },
    { "mib/bound6.bin", "InternalGetBoundTcp6EndpointTable", MIB_LAYOUT_TCP6_OWNERS,
      NULL },
};

/* What decoding tells of a table; `ports` mixes ports, states and pids of all rows. */
struct tally {
    size_t rows;
    size_t states[CONN_STATE_COUNT];
    uint64_t ports;
};

static bool count_row(void *context, const struct socket_row *row)
{
    struct tally *tally = context;

    tally->rows++;
    tally->states[row->state]++;
    tally->ports = tally->ports * 31 + row->local_port;
    tally->ports = tally->ports * 31 + row->remote_port + row->pid;
    return true;
}

static bool fetch_bound(const struct host_table *table, struct text *out,
                        struct error *err)
{
    get_bound_table *get = (get_bound_table *)ip_helper_find(table->name);
    void *bytes = NULL;
    ULONG code;

    if (!get)
        return error_set(err, ERR_UNSUPPORTED, "this Windows has no %s", table->name);
    code = get(&bytes, GetProcessHeap(), 0);
    if (code != NO_ERROR)
        return win_error_set(err, code, "%s", table->name);
    if (!bytes)
        return error_set(err, ERR_ABSENT, "%s returned no table", table->name);
    text_add_bytes(
        out, bytes,
        table_bytes_length(table->layout, bytes, HeapSize(GetProcessHeap(), 0, bytes)));
    HeapFree(GetProcessHeap(), 0, bytes);
    return true;
}

static bool fetch(const struct host_table *table, struct text *out, struct error *err)
{
    const struct table_query query = { table->name, table->ask };
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct fetched_table fetched = { 0 };

    if (!table->ask)
        return fetch_bound(table, out, err);
    if (!table_fetch(&query, &deadline, &fetched, err))
        return false;
    if (fetched.size > 0)
        text_add_bytes(out, fetched.bytes,
                       table_bytes_length(table->layout, fetched.bytes, fetched.size));
    fetched_table_clear(&fetched);
    return out->length > 0 || error_set(err, ERR_ABSENT, "this Windows has no such row");
}

static void note_tally(const struct host_table *table, const struct tally *tally)
{
    struct text words = { 0 };

    for (int state = 0; state < CONN_STATE_COUNT; state++)
        if (tally->states[state] > 0)
            text_addf(&words, ", %zu %s", tally->states[state], conn_state_names[state]);
    say_note("%s reads %zu rows%s", table->file, tally->rows, text_string(&words));
    text_clear(&words);
}

static void read_again(const struct host_table *table, const struct tally *before,
                       const struct text *again)
{
    struct tally after = { 0 };
    struct error err = { 0 };

    if (!mib_table_visit(table->layout, text_string(again), again->length, count_row,
                         &after, &err)) {
        say_not_ok(table->file, err.message, "a table that the check can read");
    } else if (memcmp(before, &after, sizeof after) != 0) {
        say_not_ok(table->file, "other rows than before",
                   "the same ports, states and pids with stand-ins for addresses");
    } else {
        say_ok(table->file);
        note_tally(table, &after);
    }
}

static void record_table(struct record *record, const struct host_table *table)
{
    struct text bytes = { 0 };
    struct text again = { 0 };
    struct tally before = { 0 };
    struct error err = { 0 };

    if (!fetch(table, &bytes, &err)) {
        say_skip(table->file, err.message);
    } else if (!mib_table_visit(table->layout, text_string(&bytes), bytes.length,
                                count_row, &before, &err)) {
        say_not_ok(table->file, err.message, "a table that the check can read");
    } else {
        table_bytes_hide(table->layout, bytes.data, bytes.length, &record->known);
        if (record_keep(record, table->file, &bytes, &again))
            read_again(table, &before, &again);
    }
    text_clear(&bytes);
    text_clear(&again);
}

void record_tables(struct record *record)
{
    for (size_t i = 0; i < ARRAY_COUNT(tables); i++)
        record_table(record, &tables[i]);
}
