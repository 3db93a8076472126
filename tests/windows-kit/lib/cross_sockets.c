/* SPDX-License-Identifier: MIT */
/* Sockets, as netstat and the cmdlets of NetTCPIP list them. */
#include "tests/windows-kit/lib/cross_tools.h"

#include <string.h>

#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/win.h"
#include "tests/windows-kit/lib/cross_csv.h"
#include "tests/windows-kit/lib/cross_netstat.h"
#include "tests/windows-kit/lib/cross_run.h"

static const enum cross_name netstat_names[] = {
    CROSS_TIME_WAIT,  CROSS_TIME_WAIT_IN_RANGE, CROSS_ESTABLISHED,
    CROSS_CLOSE_WAIT, CROSS_CONNECTIONS,        CROSS_LISTEN,
    CROSS_BOUND,      CROSS_PORTS_USED,         CROSS_UDP_PORTS_USED,
};

static bool run_netstat(const char *options, struct cross_rows *rows, struct error *err)
{
    const char *arguments[] = { options };
    struct program_result result = { 0 };
    bool ok =
        cross_run(L"netstat.exe", arguments, ARRAY_COUNT(arguments), &result, err) &&
        cross_netstat_parse(text_string(&result.output), rows, err);

    program_result_clear(&result);
    return ok;
}

/* -q, which shows bound ports, is younger than Windows 8.1. */
static bool ask_netstat(struct cross_rows *rows, struct error *err)
{
    if (run_netstat("-anoq", rows, NULL))
        return true;
    cross_rows_clear(rows);
    rows->says_nothing_of_bound = true;
    return run_netstat("-ano", rows, err);
}

/* Whether this Windows has rows of IPv6 in a table. */
static bool has_v6(enum ip_protocol protocol)
{
    static unsigned char table[64 * 1024];
    uint32_t size = sizeof table;
    const uint32_t code =
        protocol == IP_PROTOCOL_TCP
            ? ip_helper_tcp_table(table, &size, AF_INET6, TCP_TABLE_OWNER_PID_ALL)
            : ip_helper_udp_table(table, &size, AF_INET6, UDP_TABLE_OWNER_PID);
    uint32_t count = 0;

    memcpy(&count, table, sizeof count);
    return code == ERROR_INSUFFICIENT_BUFFER || (code == NO_ERROR && count > 0);
}

/* Wine's netstat knows IPv4 alone. */
static void note_lack_of_v6(struct cross_rows *rows)
{
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        rows->lacks_v6[i] = !rows->has_v6[i] && has_v6((enum ip_protocol)i);
}

static void read_netstat(const struct cross_look *look, struct cross_facts *out)
{
    struct cross_rows rows = { 0 };
    struct cross_scope scope;
    struct error err = { 0 };

    if (ask_netstat(&rows, &err)) {
        note_lack_of_v6(&rows);
        cross_scope_read(look, &scope);
        cross_rows_tcp(&rows, &scope, out);
        cross_rows_udp(&rows, &scope, out);
    } else {
        cross_set_unknown(netstat_names, ARRAY_COUNT(netstat_names), &err, out);
    }
    cross_rows_clear(&rows);
}

/* A cmdlet that lists sockets: how its table is read, and what is counted in it. */
struct cmdlet {
    const char *command;
    bool (*parse)(const char *text, struct cross_rows *out, struct error *err);
    void (*add)(const struct cross_rows *rows, const struct cross_scope *scope,
                struct cross_facts *facts);
    const enum cross_name *names;
    size_t count;
};

static void read_cmdlet(const struct cmdlet *cmdlet, const struct cross_look *look,
                        struct cross_facts *out)
{
    struct program_result result = { 0 };
    struct cross_rows rows = { 0 };
    struct cross_scope scope;
    struct error err = { 0 };

    if (cross_run_powershell(cmdlet->command, &result, &err) &&
        cmdlet->parse(text_string(&result.output), &rows, &err)) {
        cross_scope_read(look, &scope);
        cmdlet->add(&rows, &scope, out);
    } else {
        cross_set_unknown(cmdlet->names, cmdlet->count, &err, out);
    }
    cross_rows_clear(&rows);
    program_result_clear(&result);
}

/* Before 8.1 with its update of 2016 the cmdlet shows no bound ports either; there the
 * check does not see them, so nothing is compared. */
static const enum cross_name connection_names[] = {
    CROSS_TIME_WAIT,  CROSS_TIME_WAIT_IN_RANGE, CROSS_ESTABLISHED,
    CROSS_CLOSE_WAIT, CROSS_CONNECTIONS,        CROSS_LISTEN,
    CROSS_BOUND,      CROSS_PORTS_USED,
};

static void read_connections(const struct cross_look *look, struct cross_facts *out)
{
    static const struct cmdlet cmdlet = {
        "Get-NetTCPConnection | Select-Object -Property LocalPort,RemotePort,State | "
        "ConvertTo-Csv -NoTypeInformation",
        cross_csv_connections, cross_rows_tcp, connection_names,
        ARRAY_COUNT(connection_names)
    };

    read_cmdlet(&cmdlet, look, out);
}

static const enum cross_name endpoint_names[] = { CROSS_UDP_PORTS_USED };

static void read_endpoints(const struct cross_look *look, struct cross_facts *out)
{
    static const struct cmdlet cmdlet = {
        "Get-NetUDPEndpoint | Select-Object -Property LocalPort | "
        "ConvertTo-Csv -NoTypeInformation",
        cross_csv_endpoints, cross_rows_udp, endpoint_names, ARRAY_COUNT(endpoint_names)
    };

    read_cmdlet(&cmdlet, look, out);
}

#define NAMES(list) .names = (list), .count = ARRAY_COUNT(list)

const struct cross_tool cross_netstat = { .name = "netstat",
                                          NAMES(netstat_names),
                                          .read = read_netstat };
const struct cross_tool cross_connections = { .name = "Get-NetTCPConnection",
                                              NAMES(connection_names),
                                              .read = read_connections };
const struct cross_tool cross_endpoints = { .name = "Get-NetUDPEndpoint",
                                            NAMES(endpoint_names),
                                            .read = read_endpoints };
