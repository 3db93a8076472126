/* SPDX-License-Identifier: MIT */
/* Which process has a port. */
#include "remediate/writer/system.h"

#include <stddef.h>
#include <string.h>

#include "checks/host/deadline.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

/* It only makes a line friendlier. */
enum { LIMIT_MS = 2000 };

static uint32_t ask_tcp4(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET, TCP_TABLE_OWNER_PID_LISTENER);
}

static uint32_t ask_tcp6(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET6, TCP_TABLE_OWNER_PID_LISTENER);
}

static uint32_t ask_udp4(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET, UDP_TABLE_OWNER_PID);
}

static uint32_t ask_udp6(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET6, UDP_TABLE_OWNER_PID);
}

/* Where port and pid stand in a row; every table begins with a DWORD count. */
struct owner_table {
    struct table_query query;
    enum ip_protocol protocol;
    size_t first_row; /* bytes */
    size_t row_size;
    size_t port_at; /* of a DWORD, network order in its first two bytes */
    size_t pid_at;  /* of a DWORD */
};

static const struct owner_table tables[] = {
    { { "owners of IPv4 TCP listeners", ask_tcp4 },
      IP_PROTOCOL_TCP,
      offsetof(MIB_TCPTABLE_OWNER_PID, table),
      sizeof(MIB_TCPROW_OWNER_PID),
      offsetof(MIB_TCPROW_OWNER_PID, dwLocalPort),
      offsetof(MIB_TCPROW_OWNER_PID, dwOwningPid) },
    { { "owners of IPv6 TCP listeners", ask_tcp6 },
      IP_PROTOCOL_TCP,
      offsetof(MIB_TCP6TABLE_OWNER_PID, table),
      sizeof(MIB_TCP6ROW_OWNER_PID),
      offsetof(MIB_TCP6ROW_OWNER_PID, dwLocalPort),
      offsetof(MIB_TCP6ROW_OWNER_PID, dwOwningPid) },
    { { "owners of IPv4 UDP ports", ask_udp4 },
      IP_PROTOCOL_UDP,
      offsetof(MIB_UDPTABLE_OWNER_PID, table),
      sizeof(MIB_UDPROW_OWNER_PID),
      offsetof(MIB_UDPROW_OWNER_PID, dwLocalPort),
      offsetof(MIB_UDPROW_OWNER_PID, dwOwningPid) },
    { { "owners of IPv6 UDP ports", ask_udp6 },
      IP_PROTOCOL_UDP,
      offsetof(MIB_UDP6TABLE_OWNER_PID, table),
      sizeof(MIB_UDP6ROW_OWNER_PID),
      offsetof(MIB_UDP6ROW_OWNER_PID, dwLocalPort),
      offsetof(MIB_UDP6ROW_OWNER_PID, dwOwningPid) },
};

static uint16_t port_of(const unsigned char *row, const struct owner_table *table)
{
    const unsigned char *port = row + table->port_at;

    return (uint16_t)(port[0] << 8 | port[1]);
}

static bool find_in_bytes(const struct owner_table *table,
                          const struct fetched_table *fetched, uint16_t port, DWORD *pid)
{
    const unsigned char *bytes = fetched->bytes;
    DWORD count = 0;

    if (!bytes || fetched->size < table->first_row)
        return false;
    memcpy(&count, bytes, sizeof count);
    for (size_t i = 0; i < count; i++) {
        size_t at = table->first_row + i * table->row_size;

        if (fetched->size < at + table->row_size)
            return false;
        if (port_of(bytes + at, table) != port)
            continue;
        memcpy(pid, bytes + at + table->pid_at, sizeof *pid);
        return true;
    }
    return false;
}

static bool find_pid(enum ip_protocol protocol, uint16_t port, DWORD *pid)
{
    struct deadline deadline = deadline_in_ms(LIMIT_MS);
    bool found = false;

    for (size_t i = 0; !found && i < ARRAY_COUNT(tables); i++) {
        struct fetched_table fetched = { 0 };
        struct error ignored = { 0 };

        if (tables[i].protocol != protocol)
            continue;
        found = table_fetch(&tables[i].query, &deadline, &fetched, &ignored) &&
                find_in_bytes(&tables[i], &fetched, port, pid);
        fetched_table_clear(&fetched);
    }
    return found;
}

/* The kernel itself, for those who let it listen for them: WinRM and IIS by HTTP.sys. */
enum { PID_OF_SYSTEM = 4 };

/* Adds "sqlservr.exe, "; nothing for a process that shows no path (protected). */
static void add_program(DWORD pid, struct text *out)
{
    HANDLE process = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    wchar_t path[1024];
    DWORD length = ARRAY_COUNT(path);
    struct text name = { 0 };
    const wchar_t *base;

    if (pid == PID_OF_SYSTEM)
        text_add(out, "System, ");
    if (!process)
        return;
    if (pid != PID_OF_SYSTEM && QueryFullProcessImageNameW(process, 0, path, &length)) {
        base = wcsrchr(path, L'\\');
        win_text_add_wide(&name, base ? base + 1 : path);
        text_add_clean(out, text_string(&name), "");
        text_add(out, ", ");
        text_clear(&name);
    }
    (void)CloseHandle(process);
}

void system_port_owner(enum ip_protocol protocol, uint16_t port, struct text *out)
{
    DWORD pid = 0;

    if (!find_pid(protocol, port, &pid) || pid == 0)
        return; /* the system names nobody */
    add_program(pid, out);
    text_addf(out, "pid %lu", pid);
}
