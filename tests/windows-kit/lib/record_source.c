/* SPDX-License-Identifier: MIT */
/* Where a record comes from: no name of the host, its domain or its user. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "checks/host/host.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/kit_windows.h"
#include "tests/windows-kit/lib/say.h"

#define VERSION_KEY L"SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion"

static const char what[] =
    "netsh/FAMILY-WHAT-PROTOCOL.txt: what `netsh interface FAMILY show WHAT "
    "protocol=PROTOCOL` printed, bytes as they came; -persistent: with "
    "store=persistent.\n"
    "wmi/CLASS.txt: each instance as a line \"template\" and lines NAME TYPE VALUE; "
    "texts "
    "but SettingName are left out.\n"
    "registry/values.txt: KEY\\NAME, number of the type, size and bytes, with tabs "
    "between; the bytes of what is no DWORD are left out (\"-\"), but for the values "
    "that "
    "the check reads.\n"
    "mib/*.bin: the tables of the IP Helper API up to their last row: tcp4 MIB_TCPTABLE, "
    "tcp6 MIB_TCP6TABLE, tcp4-owners MIB_TCPTABLE2, tcp6-owners MIB_TCP6TABLE2, udp4 "
    "MIB_UDPTABLE, udp6 MIB_UDP6TABLE, *-pids the tables OWNER_PID, bound4 and bound6 "
    "those of bound ports.\n"
    "events/ID-NUMBER.xml: events of Tcpip in the log System, the newest first.\n"
    "observation.json: check_port_exhaustion -o observation --anonymize.\n"
    "Changed: addresses in mib/ are stand-ins from 192.0.2.0/24 and 2001:db8::/32 (all "
    "zero beyond the 254th), except loopback, any and 169.254.0.0/16; computer and user "
    "in events/.\n"
    "As they are: ports, pids, states, interface numbers of IPv6 addresses, and the data "
    "of events.\n";

static void add_number_or_text(const wchar_t *name, struct text *out)
{
    wchar_t words[128] = L"";
    DWORD number = 0;
    DWORD size = sizeof words - sizeof *words;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, name, RRF_RT_REG_SZ, NULL, words,
                     &size) == ERROR_SUCCESS) {
        text_add(out, ", ");
        win_text_add_wide(out, words);
        return;
    }
    size = sizeof number;
    if (RegGetValueW(HKEY_LOCAL_MACHINE, VERSION_KEY, name, RRF_RT_REG_DWORD, NULL,
                     &number, &size) == ERROR_SUCCESS)
        text_addf(out, ".%lu", number);
}

const char *record_wine_version(void)
{
    typedef const char *CDECL wine_get_version(void);
    wine_get_version *get =
        (wine_get_version *)system32_find(L"ntdll.dll", "wine_get_version");

    return get ? get() : NULL;
}

static void add_windows(struct text *out)
{
    struct host host = { 0 };
    struct host_identity identity = { 0 };
    struct error err = { 0 };
    const char *wine = record_wine_version();

    if (host_open(&host, &err))
        host.ops->identify(host.self, &identity);
    host_close(&host);
    text_addf(out, "Windows %" PRIu32 ".%" PRIu32 ".%" PRIu32, identity.os.major,
              identity.os.minor, identity.os.build);
    add_number_or_text(L"UBR", out);
    add_number_or_text(L"ProductName", out);
    add_number_or_text(L"DisplayVersion", out);
    if (wine)
        text_addf(out, ", which is Wine %s", wine);
    text_addf(out, ", %s, language 0x%04X, code page %u of the console, %u of the system",
              kit_windows_processor(), GetUserDefaultUILanguage(), GetOEMCP(), GetACP());
}

static void add_date(struct text *out)
{
    char words[16];
    time_t now = time(NULL);
    struct tm utc;

    if (gmtime_s(&utc, &now) == 0 && strftime(words, sizeof words, "%Y-%m-%d", &utc) > 0)
        text_addf(out, " on %s", words);
}

static bool is_elevated(void)
{
    TOKEN_ELEVATION elevation = { 0 };
    DWORD size = 0;
    HANDLE token;
    bool ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    ok =
        GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size) &&
        elevation.TokenIsElevated;
    (void)CloseHandle(token);
    return ok;
}

void record_source(struct record *record)
{
    struct text source = { 0 };
    struct text again = { 0 };

    text_add(&source, "Recorded with record_host of the Windows kit of "
                      "port-exhaustion " PORT_EXHAUSTION_VERSION);
    add_date(&source);
    text_add(&source, is_elevated() ? ", elevated" : ", not elevated");
    text_add(&source, ". System: ");
    add_windows(&source);
    text_addf(&source, ".\n%s", what);
    if (record_keep(record, "SOURCE", &source, &again))
        say_ok("SOURCE");
    text_clear(&source);
    text_clear(&again);
}
