/* SPDX-License-Identifier: MIT */
/* iphlpapi.dll by its full path. */
#include "checks/host/windows/ip_helper.h"

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"

/* As iphlpapi.h declares them. */
typedef DWORD WINAPI get_extended_table(PVOID table, PDWORD size, BOOL order,
                                        ULONG family, int table_class, ULONG reserved);
typedef ULONG WINAPI get_tcp6_table(PMIB_TCP6TABLE table, PULONG size, BOOL order);

ip_helper_function *ip_helper_find(const char *name)
{
    return (ip_helper_function *)system32_find(L"iphlpapi.dll", name);
}

static uint32_t get_table(const char *name, void *bytes, uint32_t *size, uint32_t family,
                          int table_class)
{
    get_extended_table *get = (get_extended_table *)ip_helper_find(name);
    DWORD told = *size;
    DWORD code;

    if (!get)
        return ERROR_DLL_NOT_FOUND;
    code = get(bytes, &told, FALSE, family, table_class, 0);
    *size = told;
    return code;
}

uint32_t ip_helper_tcp_table(void *bytes, uint32_t *size, uint32_t family,
                             int table_class)
{
    return get_table("GetExtendedTcpTable", bytes, size, family, table_class);
}

uint32_t ip_helper_udp_table(void *bytes, uint32_t *size, uint32_t family,
                             int table_class)
{
    return get_table("GetExtendedUdpTable", bytes, size, family, table_class);
}

uint32_t ip_helper_tcp6_table(void *bytes, uint32_t *size)
{
    get_tcp6_table *get = (get_tcp6_table *)ip_helper_find("GetTcp6Table");
    ULONG told = *size;
    ULONG code;

    if (!get)
        return ERROR_DLL_NOT_FOUND;
    code = get(bytes, &told, FALSE);
    *size = told;
    return code;
}
