/* SPDX-License-Identifier: MIT */
/* Ranges, excluded ports, registry and log, as Windows' own tools tell them. */
#include "tests/windows-kit/lib/cross_tools.h"

#include <stdio.h>
#include <string.h>

#include "tests/windows-kit/lib/cross_csv.h"
#include "tests/windows-kit/lib/cross_run.h"
#include "tests/windows-kit/lib/cross_texts.h"

static const enum cross_name tcp_setting_names[] = { CROSS_RANGE_TCP, CROSS_AUTO_REUSE };
static const enum cross_name udp_setting_names[] = { CROSS_RANGE_UDP };

static void set_template_range(const char *text, const char *prefix, enum cross_name name,
                               struct cross_facts *out)
{
    struct port_range range = { 0 };
    struct error err = { 0 };

    if (cross_csv_range(text, prefix, &range, &err))
        cross_set_range(out, name, range);
    else
        cross_set_unknown(&name, 1, &err, out);
}

static void read_tcp_settings(const struct cross_look *look, struct cross_facts *out)
{
    static const char command[] =
        "Get-NetTCPSetting | Select-Object -Property "
        "SettingName,DynamicPortRangeStartPort,DynamicPortRangeNumberOfPorts,"
        "AutoReusePortRangeStartPort,AutoReusePortRangeNumberOfPorts | "
        "ConvertTo-Csv -NoTypeInformation";
    struct program_result result = { 0 };
    struct error err = { 0 };

    (void)look;
    if (cross_run_powershell(command, &result, &err)) {
        const char *text = text_string(&result.output);

        set_template_range(text, "DynamicPortRange", CROSS_RANGE_TCP, out);
        set_template_range(text, "AutoReusePortRange", CROSS_AUTO_REUSE, out);
    } else {
        cross_set_unknown(tcp_setting_names, ARRAY_COUNT(tcp_setting_names), &err, out);
    }
    program_result_clear(&result);
}

static void read_udp_settings(const struct cross_look *look, struct cross_facts *out)
{
    static const char command[] =
        "Get-NetUDPSetting | Select-Object -Property "
        "DynamicPortRangeStartPort,DynamicPortRangeNumberOfPorts | "
        "ConvertTo-Csv -NoTypeInformation";
    struct program_result result = { 0 };
    struct error err = { 0 };

    (void)look;
    if (cross_run_powershell(command, &result, &err))
        set_template_range(text_string(&result.output), "DynamicPortRange",
                           CROSS_RANGE_UDP, out);
    else
        cross_set_unknown(udp_setting_names, ARRAY_COUNT(udp_setting_names), &err, out);
    program_result_clear(&result);
}

static const char *const families[] = { "ipv4", "ipv6" };
static const char *const protocols[IP_PROTOCOL_COUNT] = { "protocol=tcp",
                                                          "protocol=udp" };

static bool run_netsh(const char *family, const char *table, const char *protocol,
                      struct program_result *out, struct error *err)
{
    const char *arguments[] = { "interface", family, "show", table, protocol };

    return cross_run(L"netsh.exe", arguments, ARRAY_COUNT(arguments), out, err);
}

static bool ask_range(const char *family, const char *protocol, struct port_range *out,
                      struct error *err)
{
    struct program_result result = { 0 };
    bool ok = run_netsh(family, "dynamicportrange", protocol, &result, err) &&
              cross_netsh_range(text_string(&result.output), out, err);

    program_result_clear(&result);
    return ok;
}

/* Both families together: a port is excluded for the check when it is in one of them. */
static bool ask_excluded(const char *protocol, struct port_set *out, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < ARRAY_COUNT(families); i++) {
        struct program_result result = { 0 };

        ok = run_netsh(families[i], "excludedportrange", protocol, &result, err) &&
             cross_netsh_excluded(text_string(&result.output), out, err);
        program_result_clear(&result);
    }
    return ok;
}

static const enum cross_name netsh_names[] = {
    CROSS_RANGE_TCP4, CROSS_RANGE_TCP6,   CROSS_RANGE_UDP4,
    CROSS_RANGE_UDP6, CROSS_EXCLUDED_TCP, CROSS_EXCLUDED_UDP,
};

/* The check has one range for both families, the narrower one. */
static void set_family_ranges(const enum cross_name names[2],
                              const struct port_range ranges[2], struct cross_facts *out)
{
    for (size_t i = 0; i < 2; i++) {
        const struct port_range other = ranges[1 - i];

        if (port_range_size(ranges[i]) > port_range_size(other))
            cross_set_words(out, names[i], CROSS_UNKNOWN,
                            "%s has a wider range, %u-%u, and the check takes the "
                            "narrower one",
                            families[i], ranges[i].first, ranges[i].last);
        else
            cross_set_range(out, names[i], ranges[i]);
    }
}

static void read_protocol(enum ip_protocol protocol, const struct cross_look *look,
                          struct cross_facts *out)
{
    const enum cross_name *names = &netsh_names[2 * protocol];
    const enum cross_name excluded_name = netsh_names[4 + protocol];
    struct port_range ranges[2] = { { 0 } };
    struct port_set excluded = { 0 };
    struct port_set inside = { 0 };
    struct error err = { 0 };

    if (ask_range(families[0], protocols[protocol], &ranges[0], &err) &&
        ask_range(families[1], protocols[protocol], &ranges[1], &err))
        set_family_ranges(names, ranges, out);
    else
        cross_set_unknown(names, 2, &err, out);
    error_clear(&err);
    if (!ask_excluded(protocols[protocol], &excluded, &err)) {
        cross_set_unknown(&excluded_name, 1, &err, out);
        return;
    }
    if (look->range[protocol].first != 0)
        port_set_add_range(&inside, look->range[protocol]);
    port_set_intersect(&excluded, &inside);
    cross_set_number(out, excluded_name, port_set_count(&excluded));
}

static void read_netsh(const struct cross_look *look, struct cross_facts *out)
{
    read_protocol(IP_PROTOCOL_TCP, look, out);
    read_protocol(IP_PROTOCOL_UDP, look, out);
}

void cross_scope_read(const struct cross_look *look, struct cross_scope *out)
{
    struct error err = { 0 };
    bool ok = true;

    *out = (struct cross_scope){ .counts_bound = look->sees_bound };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++) {
        out->range[i] = look->range[i];
        ok = ok && ask_excluded(protocols[i], &out->excluded[i], &err);
    }
    if (ok)
        return;
    memset(out->excluded, 0, sizeof out->excluded);
    if (look->reserved[IP_PROTOCOL_TCP] + look->reserved[IP_PROTOCOL_UDP] > 0)
        (void)snprintf(out->excluded_unread, sizeof out->excluded_unread,
                       "which ports are excluded is not known: netsh: %.120s",
                       err.message);
}

static const enum cross_name reg_names[] = { CROSS_TIMED_WAIT_DELAY,
                                             CROSS_STRICT_SEQ_CHECK,
                                             CROSS_MAX_USER_PORT };

static void read_reg(const struct cross_look *look, struct cross_facts *out)
{
    static const char *const arguments[] = {
        "query", "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters"
    };
    struct program_result result = { 0 };
    struct error err = { 0 };
    char words[CROSS_WORDS_SIZE];

    (void)look;
    if (!cross_run(L"reg.exe", arguments, ARRAY_COUNT(arguments), &result, &err))
        cross_set_unknown(reg_names, ARRAY_COUNT(reg_names), &err, out);
    for (size_t i = 0; err.code == ERR_NONE && i < ARRAY_COUNT(reg_names); i++) {
        if (cross_reg_value(text_string(&result.output), cross_names[reg_names[i]], words,
                            sizeof words, &err))
            cross_set_words(out, reg_names[i], CROSS_WORDS, "%s", words);
        else
            cross_set_unknown(reg_names, ARRAY_COUNT(reg_names), &err, out);
    }
    program_result_clear(&result);
}

static const enum cross_name event_names[] = { CROSS_EVENTS, CROSS_COLLISIONS };

/* No event is an empty text, and so is a wevtutil that does nothing: so it is asked for
 * the log's state, too. */
static bool run_wevtutil(struct program_result *out, struct error *err)
{
    static const char *const state[] = { "gli", "System" };
    static const char *const query[] = {
        "qe", "System",
        "/q:*[System[Provider[@Name='Tcpip'] and (EventID=4227 or EventID=4231 or "
        "EventID=4266) and TimeCreated[timediff(@SystemTime) <= 600000]]]"
    };
    struct error failure = { 0 };
    bool ok = cross_run(L"wevtutil.exe", state, ARRAY_COUNT(state), out, err);

    program_result_clear(out);
    if (!ok || cross_run(L"wevtutil.exe", query, ARRAY_COUNT(query), out, &failure) ||
        failure.code == ERR_ABSENT)
        return ok;
    if (err)
        *err = failure;
    return false;
}

static void read_events(const struct cross_look *look, struct cross_facts *out)
{
    static const uint32_t exhausted[] = { 4231, 4266 };
    static const uint32_t collided[] = { 4227 };
    struct program_result result = { 0 };
    struct error err = { 0 };

    (void)look;
    if (run_wevtutil(&result, &err)) {
        cross_set_number(out, CROSS_EVENTS,
                         cross_events_count(text_string(&result.output), exhausted,
                                            ARRAY_COUNT(exhausted)));
        cross_set_number(out, CROSS_COLLISIONS,
                         cross_events_count(text_string(&result.output), collided,
                                            ARRAY_COUNT(collided)));
    } else {
        cross_set_unknown(event_names, ARRAY_COUNT(event_names), &err, out);
    }
    program_result_clear(&result);
}

#define NAMES(list) .names = (list), .count = ARRAY_COUNT(list)

const struct cross_tool cross_netsh = { .name = "netsh",
                                        NAMES(netsh_names),
                                        .read = read_netsh };
const struct cross_tool cross_tcp_settings = { .name = "Get-NetTCPSetting",
                                               NAMES(tcp_setting_names),
                                               .read = read_tcp_settings };
const struct cross_tool cross_udp_settings = { .name = "Get-NetUDPSetting",
                                               NAMES(udp_setting_names),
                                               .read = read_udp_settings };
const struct cross_tool cross_reg = { .name = "reg", NAMES(reg_names), .read = read_reg };
const struct cross_tool cross_wevtutil = { .name = "wevtutil",
                                           NAMES(event_names),
                                           .read = read_events };
