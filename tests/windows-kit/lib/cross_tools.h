/* SPDX-License-Identifier: MIT */
/* The tools of Windows that the check is held beside, each run by its full path, without
 * a shell, with a time limit. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_TOOLS_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_TOOLS_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "tests/windows-kit/lib/cross_fact.h"
#include "tests/windows-kit/lib/cross_json.h"
#include "tests/windows-kit/lib/cross_rows.h"

struct cross_tool {
    const char *name;  /* "netstat": the first part of the names of results */
    bool counts_ports; /* it needs the excluded ports of the scope */
    const enum cross_name *names;
    size_t count;
    /* Runs it and fills the facts of `names`; those that it does not tell are
     * CROSS_UNKNOWN, with the reason. */
    void (*read)(const struct cross_scope *scope, struct cross_facts *out);
};

extern const struct cross_tool cross_netsh; /* `interface ipv4|ipv6 show` */
extern const struct cross_tool cross_netstat;
extern const struct cross_tool cross_connections;  /* Get-NetTCPConnection */
extern const struct cross_tool cross_endpoints;    /* Get-NetUDPEndpoint */
extern const struct cross_tool cross_tcp_settings; /* Get-NetTCPSetting */
extern const struct cross_tool cross_udp_settings; /* Get-NetUDPSetting */
extern const struct cross_tool cross_reg;          /* `query` */
extern const struct cross_tool cross_wevtutil;     /* `qe System` */

/*
 * What counts as a port of the range: the range that the check has, and with `excluded`
 * the excluded ports that netsh tells now. Where netsh cannot be read but the check found
 * nothing excluded, nothing is.
 */
void cross_scope_read(const struct cross_look *look, bool excluded,
                      struct cross_scope *out);

#endif
