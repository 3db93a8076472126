/* SPDX-License-Identifier: MIT */
/* Writes the socket tables of this Windows (or Wine) to files: fixtures of the decoder.
 *   record_tables.exe DIRECTORY */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "checks/host/windows/win.h"

static DWORD ask_tcp4(void *bytes, DWORD *size)
{
    return GetExtendedTcpTable(bytes, size, TRUE, AF_INET, TCP_TABLE_BASIC_ALL, 0);
}

static DWORD ask_tcp6(void *bytes, DWORD *size)
{
    return GetTcp6Table(bytes, size, TRUE);
}

static DWORD ask_tcp4_owners(void *bytes, DWORD *size)
{
    return GetTcpTable2(bytes, size, TRUE);
}

static DWORD ask_tcp6_owners(void *bytes, DWORD *size)
{
    return GetTcp6Table2(bytes, size, TRUE);
}

static DWORD ask_udp4(void *bytes, DWORD *size)
{
    return GetExtendedUdpTable(bytes, size, TRUE, AF_INET, UDP_TABLE_BASIC, 0);
}

static DWORD ask_udp6(void *bytes, DWORD *size)
{
    return GetExtendedUdpTable(bytes, size, TRUE, AF_INET6, UDP_TABLE_BASIC, 0);
}

static DWORD ask_tcp4_pids(void *bytes, DWORD *size)
{
    return GetExtendedTcpTable(bytes, size, TRUE, AF_INET, TCP_TABLE_OWNER_PID_ALL, 0);
}

static DWORD ask_tcp6_pids(void *bytes, DWORD *size)
{
    return GetExtendedTcpTable(bytes, size, TRUE, AF_INET6, TCP_TABLE_OWNER_PID_ALL, 0);
}

static DWORD ask_udp4_pids(void *bytes, DWORD *size)
{
    return GetExtendedUdpTable(bytes, size, TRUE, AF_INET, UDP_TABLE_OWNER_PID, 0);
}

static DWORD ask_udp6_pids(void *bytes, DWORD *size)
{
    return GetExtendedUdpTable(bytes, size, TRUE, AF_INET6, UDP_TABLE_OWNER_PID, 0);
}

static const struct {
    const char *file;
    DWORD (*ask)(void *bytes, DWORD *size);
} tables[] = {
    { "tcp4.bin", ask_tcp4 },
    { "tcp6.bin", ask_tcp6 },
    { "tcp4-owners.bin", ask_tcp4_owners },
    { "tcp6-owners.bin", ask_tcp6_owners },
    { "udp4.bin", ask_udp4 },
    { "udp6.bin", ask_udp6 },
    { "tcp4-pids.bin", ask_tcp4_pids },
    { "tcp6-pids.bin", ask_tcp6_pids },
    { "udp4-pids.bin", ask_udp4_pids },
    { "udp6-pids.bin", ask_udp6_pids },
};

static bool save(const char *directory, const char *name, const void *bytes, size_t size)
{
    char path[MAX_PATH];
    FILE *file;
    bool ok;

    (void)snprintf(path, sizeof path, "%s\\%s", directory, name);
    file = fopen(path, "wb");
    if (!file)
        return false;
    ok = fwrite(bytes, 1, size, file) == size;
    return fclose(file) == 0 && ok;
}

int main(int argc, char **argv)
{
    enum { ROOM = 1024 * 1024 };
    char *bytes = calloc(1, ROOM);

    if (argc != 2 || !bytes)
        return 2;
    for (size_t i = 0; i < ARRAYSIZE(tables); i++) {
        DWORD wanted = 0;
        DWORD room = ROOM;
        DWORD code;

        (void)tables[i].ask(NULL, &wanted);
        code = tables[i].ask(bytes, &room);
        if (code != NO_ERROR || !save(argv[1], tables[i].file, bytes, wanted)) {
            fprintf(stderr, "%s: error %lu\n", tables[i].file, code);
            return 1;
        }
    }
    free(bytes);
    return 0;
}
