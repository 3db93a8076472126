/* SPDX-License-Identifier: MIT */
/* The functions of iphlpapi.dll, which is none of the KnownDLLs: by system32_find. */
#ifndef CHECKS_HOST_WINDOWS_IP_HELPER_H
#define CHECKS_HOST_WINDOWS_IP_HELPER_H

#include <stdint.h>

typedef void ip_helper_function(void);

/* A function that not every Windows has; NULL: this one does not. */
ip_helper_function *ip_helper_find(const char *name);

/*
 * GetExtendedTcpTable, GetTcp6Table and GetExtendedUdpTable, unsorted, as table_query
 * wants them; `family` is AF_INET or AF_INET6, `table_class` TCP_TABLE_... or
 * UDP_TABLE_.... A Windows without the function answers ERROR_DLL_NOT_FOUND.
 */
uint32_t ip_helper_tcp_table(void *bytes, uint32_t *size, uint32_t family,
                             int table_class);
uint32_t ip_helper_tcp6_table(void *bytes, uint32_t *size);
uint32_t ip_helper_udp_table(void *bytes, uint32_t *size, uint32_t family,
                             int table_class);

#endif
