/* SPDX-License-Identifier: MIT */
/* The dynamic range: from WMI, else from netsh, else nobody knows. */
#include "checks/host/windows/windows_host.h"

#include <stdio.h>

#include "checks/decode/dynamic_range.h"
#include "checks/host/windows/netsh_answers.h"
#include "checks/host/windows/win_text.h"
#include "checks/host/windows/wmi.h"

/* WMI starts a service and a provider when nobody used it for a while. */
enum { WMI_LIMIT_MS = 5000 };

/* A WMI that hung once is not waited for again. */
static bool read_wmi(struct windows_host *host, enum ip_protocol protocol,
                     const struct deadline *deadline, struct wmi_answer *read,
                     struct error *err)
{
    int64_t limit_ms = deadline_left_ms(deadline) / 2;

    if (host->wmi_hangs.code != ERR_NONE) {
        *err = host->wmi_hangs;
        return false;
    }
    if (limit_ms > WMI_LIMIT_MS)
        limit_ms = WMI_LIMIT_MS;
    if (wmi_read_settings(protocol, limit_ms, read, err))
        return true;
    if (err->code == ERR_TIMEOUT)
        host->wmi_hangs = *err;
    return false;
}

/* UDP has none, and so has a Windows before 8. */
static void keep_auto_reuse(const struct wmi_answer *read,
                            struct dynamic_range_answer *answer)
{
    struct observed_auto_reuse *reuse = &answer->auto_reuse;

    if (read->count == 0) {
        win_text_copy(reuse->unread, sizeof reuse->unread, "WMI returned no template");
        return;
    }
    answer->auto_reuse_nonsense =
        !dynamic_range_reuse_from_wmi(read->settings, read->count, &reuse->range,
                                      &reuse->differ, &answer->auto_reuse_err);
}

static bool ask_wmi(struct windows_host *host, enum ip_protocol protocol,
                    const struct deadline *deadline, struct dynamic_range_answer *answer,
                    struct error *err)
{
    bool has_reuse = protocol == IP_PROTOCOL_TCP && os_version_at_least(&host->os, 6, 2);
    struct wmi_answer read = { 0 };
    bool differ = false;

    if (!read_wmi(host, protocol, deadline, &read, err)) {
        if (has_reuse)
            win_text_copy(answer->auto_reuse.unread, sizeof answer->auto_reuse.unread,
                          err->message);
        return false;
    }
    if (has_reuse)
        keep_auto_reuse(&read, answer);
    if (!dynamic_range_from_wmi(read.settings, read.count, &answer->range, &differ, err))
        return false;
    win_text_copy(answer->source, sizeof answer->source,
                  protocol == IP_PROTOCOL_TCP ? "WMI MSFT_NetTCPSetting"
                                              : "WMI MSFT_NetUDPSetting");
    if (differ)
        (void)snprintf(answer->note, sizeof answer->note,
                       "the %s templates of this Windows have different dynamic ranges: "
                       "the narrowest one is used",
                       place_protocol_name(protocol));
    return true;
}

/* The rest of the time is for others. */
static int64_t netsh_limit_ms(const struct deadline *deadline)
{
    return deadline_left_ms(deadline) / 2;
}

/* Each takes a second on a busy host, some more, and one waits for none of the others. */
static void ask_ahead(enum ip_protocol protocol, const enum netsh_table *tables,
                      size_t count, const struct deadline *deadline)
{
    struct netsh_question questions[NETSH_ASKED_MAX];
    size_t asked = 0;

    for (size_t i = 0; i < count; i++)
        for (int family = 0; family < IP_FAMILY_COUNT; family++)
            questions[asked++] =
                (struct netsh_question){ tables[i], protocol, (enum ip_family)family };
    netsh_ask(questions, asked, netsh_limit_ms(deadline));
}

static bool read_families(enum ip_protocol protocol, const struct deadline *deadline,
                          struct port_range ranges[IP_FAMILY_COUNT], struct error *err)
{
    for (int i = 0; i < IP_FAMILY_COUNT; i++) {
        const struct netsh_question question = { NETSH_RANGE, protocol,
                                                 (enum ip_family)i };

        if (!netsh_dynamic_range(&question, netsh_limit_ms(deadline), &ranges[i], err))
            return false;
    }
    return true;
}

/* Below 6.2 netsh may lack the command (Windows 7 does without KB2665809), and then no
 * port is excluded. What it answers to it is a refusal: an exit code, ERR_IO. */
static bool has_no_exclusions(const struct windows_host *host, const struct error *err)
{
    return !os_version_at_least(&host->os, 6, 2) && err->code == ERR_IO;
}

static bool ask_excluded(const struct windows_host *host,
                         const struct netsh_question *question,
                         const struct deadline *deadline, struct port_set *out,
                         struct error *err)
{
    return netsh_excluded_ports(question, netsh_limit_ms(deadline), out, err) ||
           has_no_exclusions(host, err);
}

/* Fills the reserved ports of *out, or what could not be read and why. */
static void read_excluded(const struct windows_host *host, enum ip_protocol protocol,
                          const struct deadline *deadline, struct host_range *out)
{
    const enum netsh_table table = NETSH_EXCLUDED;

    ask_ahead(protocol, &table, 1, deadline);
    for (int i = 0; i < IP_FAMILY_COUNT; i++) {
        const struct netsh_question question = { NETSH_EXCLUDED, protocol,
                                                 (enum ip_family)i };
        struct error failure = { 0 };

        if (ask_excluded(host, &question, deadline, &out->reserved, &failure))
            continue;
        (void)snprintf(out->unread, sizeof out->unread, "excluded %s ports of %s",
                       place_protocol_name(protocol),
                       i == IP_FAMILY_V4 ? "IPv4" : "IPv6");
        (void)snprintf(out->reserved_reason, sizeof out->reserved_reason, "%s: %.250s",
                       out->unread, failure.message);
        return;
    }
    out->reserved_known = true;
}

/* The narrower one counts, and a note tells when they differ. Excluded ports are asked
 * for in the same breath, where `excluded` says that they will be needed. */
static bool ask_netsh(enum ip_protocol protocol, bool excluded,
                      const struct deadline *deadline,
                      struct dynamic_range_answer *answer, struct error *err)
{
    static const enum netsh_table tables[] = { NETSH_RANGE, NETSH_EXCLUDED };
    struct port_range ranges[IP_FAMILY_COUNT] = { { 0 } };
    const struct port_range *const v4 = &ranges[IP_FAMILY_V4];
    const struct port_range *const v6 = &ranges[IP_FAMILY_V6];
    char text4[PORT_RANGE_TEXT_SIZE];
    char text6[PORT_RANGE_TEXT_SIZE];

    ask_ahead(protocol, tables, excluded ? 2 : 1, deadline);
    if (!read_families(protocol, deadline, ranges, err))
        return false;
    win_text_copy(answer->source, sizeof answer->source, "netsh");
    answer->range = dynamic_range_narrower(*v4, *v6);
    port_range_format(*v4, text4);
    port_range_format(*v6, text6);
    if (!port_range_covers(*v4, *v6) || !port_range_covers(*v6, *v4))
        (void)snprintf(
            answer->note, sizeof answer->note,
            "the %s range of IPv4 is %s, that of IPv6 %s: the narrower one is used",
            place_protocol_name(protocol), text4, text6);
    return true;
}

static const struct dynamic_range_answer *read_dynamic(struct windows_host *host,
                                                       enum ip_protocol protocol,
                                                       bool excluded,
                                                       const struct deadline *deadline)
{
    struct dynamic_range_answer *answer = &host->ranges[protocol];
    struct error wmi = { 0 };
    struct error netsh = { 0 };

    if (answer->asked && answer->age == netsh_age())
        return answer;
    *answer = (struct dynamic_range_answer){ .asked = true, .age = netsh_age() };
    answer->known = ask_wmi(host, protocol, deadline, answer, &wmi) ||
                    ask_netsh(protocol, excluded, deadline, answer, &netsh);
    if (!answer->known)
        (void)error_set(&answer->err, netsh.code, "%s; %s", wmi.message, netsh.message);
    return answer;
}

const struct dynamic_range_answer *windows_dynamic_range(struct windows_host *host,
                                                         enum ip_protocol protocol,
                                                         const struct deadline *deadline)
{
    return read_dynamic(host, protocol, false, deadline);
}

static bool find_range(struct windows_host *host, enum ip_protocol protocol,
                       struct port_range fixed, const struct deadline *deadline,
                       struct host_range *out, struct error *err)
{
    const struct dynamic_range_answer *answer;

    if (port_range_size(fixed) > 0) {
        out->range = fixed;
        win_text_copy(out->source, sizeof out->source, "--range");
        return true;
    }
    answer = read_dynamic(host, protocol, true, deadline);
    if (!answer->known || answer->auto_reuse_nonsense) {
        if (err)
            *err = answer->known ? answer->auto_reuse_err : answer->err;
        return false;
    }
    out->auto_reuse = answer->auto_reuse;
    out->range = answer->range;
    win_text_copy(out->source, sizeof out->source, answer->source);
    win_text_copy(out->note, sizeof out->note, answer->note);
    return true;
}

bool windows_read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                        const struct deadline *deadline, struct host_range *out,
                        struct error *err)
{
    struct host_range range = { 0 };

    if (!find_range(self, protocol, fixed, deadline, &range, err))
        return false;
    read_excluded(self, protocol, deadline, &range);
    *out = range;
    return true;
}
