/* SPDX-License-Identifier: MIT */
/* The questions to netsh, and its time limit. */
#include "checks/host/windows/netsh.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/decode/dynamic_range.h"
#include "checks/decode/netsh_text.h"
#include "checks/host/windows/child.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"

/* It answers within a second even on a busy host; the rest of the time is for others. */
enum { LIMIT_MS = 5000 };

enum family { FAMILY_IPV4 = 0, FAMILY_IPV6, FAMILY_COUNT };

static const char *const family_names[FAMILY_COUNT] = { "ipv4", "ipv6" };

static int64_t time_limit_ms(const struct deadline *deadline)
{
    int64_t half = deadline_left_ms(deadline) / 2;

    return half < LIMIT_MS ? half : LIMIT_MS;
}

/* Runs `netsh <arguments>` and demands exit code 0. */
static bool run(const char *arguments, const struct deadline *deadline, struct text *out,
                struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    wchar_t line[160];
    uint32_t exit_code = 0;

    if (!system32_path(L"netsh.exe", path, err))
        return false;
    (void)swprintf(line, ARRAY_COUNT(line), L"netsh.exe %hs", arguments);
    if (!child_run(path, line, time_limit_ms(deadline), out, &exit_code, err))
        return error_prefix(err, "netsh %s", arguments);
    if (exit_code != 0)
        return error_set(err, ERR_IO, "netsh %s: failed with exit code %" PRIu32,
                         arguments, exit_code);
    return true;
}

/* The same, but a netsh that hung once is not waited for again. */
static bool ask(struct windows_host *host, const char *arguments,
                const struct deadline *deadline, struct text *out, struct error *err)
{
    if (host->netsh_hangs.code != ERR_NONE) {
        if (err)
            *err = host->netsh_hangs;
        return false;
    }
    if (run(arguments, deadline, out, err))
        return true;
    if (err && err->code == ERR_TIMEOUT)
        host->netsh_hangs = *err;
    return false;
}

/* "interface ipv4 show dynamicportrange protocol=tcp" */
static void compose(char out[128], enum family family, const char *what,
                    enum ip_protocol protocol)
{
    (void)snprintf(out, 128, "interface %s show %s protocol=%s", family_names[family],
                   what, protocol == IP_PROTOCOL_TCP ? "tcp" : "udp");
}

bool netsh_dynamic_range(struct windows_host *host, enum ip_protocol protocol,
                         const struct deadline *deadline, struct port_range *out,
                         char note[OBSERVED_NOTE_SIZE], struct error *err)
{
    struct port_range ranges[FAMILY_COUNT] = { { 0 } };
    char v4[PORT_RANGE_TEXT_SIZE];
    char v6[PORT_RANGE_TEXT_SIZE];

    for (int i = 0; i < FAMILY_COUNT; i++) {
        struct text answer = { 0 };
        char arguments[128];
        bool ok;

        compose(arguments, (enum family)i, "dynamicportrange", protocol);
        ok = ask(host, arguments, deadline, &answer, err) &&
             netsh_text_dynamic_range(text_string(&answer), answer.length, &ranges[i],
                                      err);
        text_clear(&answer);
        if (!ok)
            return false;
    }
    *out = dynamic_range_narrower(ranges[FAMILY_IPV4], ranges[FAMILY_IPV6]);
    note[0] = '\0';
    port_range_format(ranges[FAMILY_IPV4], v4);
    port_range_format(ranges[FAMILY_IPV6], v6);
    if (!port_range_covers(ranges[FAMILY_IPV4], ranges[FAMILY_IPV6]) ||
        !port_range_covers(ranges[FAMILY_IPV6], ranges[FAMILY_IPV4]))
        (void)snprintf(note, OBSERVED_NOTE_SIZE,
                       "the %s range of IPv4 is %s, that of IPv6 %s: the narrower one "
                       "counts",
                       protocol == IP_PROTOCOL_TCP ? "TCP" : "UDP", v4, v6);
    return true;
}

bool netsh_excluded_ports(struct windows_host *host, enum ip_protocol protocol,
                          const struct deadline *deadline, struct port_set *out,
                          struct error *err)
{
    for (int i = 0; i < FAMILY_COUNT; i++) {
        struct text answer = { 0 };
        char arguments[128];
        bool ok;

        compose(arguments, (enum family)i, "excludedportrange", protocol);
        ok = ask(host, arguments, deadline, &answer, err) &&
             netsh_text_excluded_ranges(text_string(&answer), answer.length, out, err);
        text_clear(&answer);
        if (!ok)
            return false;
    }
    return true;
}
