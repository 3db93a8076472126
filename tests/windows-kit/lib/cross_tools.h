/* SPDX-License-Identifier: MIT */
/* The tools of Windows that the check is held beside, each run by its full path, without
 * a shell, with a time limit. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_TOOLS_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_TOOLS_H

#include <stddef.h>

#include "checks/base/compiler.h"
#include "tests/windows-kit/lib/cross_fact.h"
#include "tests/windows-kit/lib/cross_json.h"
#include "tests/windows-kit/lib/cross_rows.h"

struct cross_tool {
    const char *name; /* "netstat": the first part of the names of results */
    const enum cross_name *names;
    size_t count;
    /* Runs it and fills the facts of `names`, for the ranges of the last look; those that
     * it does not tell are CROSS_UNKNOWN, with the reason. */
    void (*read)(const struct cross_look *look, struct cross_facts *out);
};

extern const struct cross_tool cross_netsh; /* `interface ipv4|ipv6 show` */
extern const struct cross_tool cross_netstat;
extern const struct cross_tool cross_connections;  /* Get-NetTCPConnection */
extern const struct cross_tool cross_endpoints;    /* Get-NetUDPEndpoint */
extern const struct cross_tool cross_tcp_settings; /* Get-NetTCPSetting */
extern const struct cross_tool cross_udp_settings; /* Get-NetUDPSetting */
extern const struct cross_tool cross_reg;          /* `query` */
extern const struct cross_tool cross_wevtutil;     /* `qe System` */

/* There are no more. */
enum { CROSS_TOOLS_MAX = 8 };

/*
 * What counts as a port of the range: the range that the check has, without the ports
 * that netsh excludes now. Where netsh cannot be read but the check found nothing
 * excluded, nothing is.
 */
void cross_scope_read(const struct cross_look *look, struct cross_scope *out);

#endif
