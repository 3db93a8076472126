/* SPDX-License-Identifier: MIT */
/* Rights, user, audit line and port owners on Windows. */
#include "remediate/writer/system.h"

#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win_security.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/windows/account_name.h"

/* Event identities of our source; the installer registers texts for them. */
enum { EVENT_DONE = 1, EVENT_FAILED = 2 };

/* An event's text may have at most 31,839 characters (ReportEventW). */
enum { EVENT_TEXT_MAX = 31000 };

static bool is_member(WELL_KNOWN_SID_TYPE which)
{
    union {
        SID sid;
        BYTE bytes[SECURITY_MAX_SID_SIZE];
    } sid;
    DWORD size = sizeof sid;
    BOOL member = FALSE;

    /* A membership that is there for denying only (no elevation) does not count. */
    return CreateWellKnownSid(which, NULL, &sid, &size) &&
           CheckTokenMembership(NULL, &sid, &member) && member;
}

bool system_may_change(struct error *err)
{
    if (is_member(WinBuiltinAdministratorsSid) || is_member(WinLocalSystemSid))
        return true;
    return error_set(err, ERR_DENIED,
                     "changing settings needs an elevated administrator: start the "
                     "prompt with 'Run as administrator', or run it as SYSTEM");
}

bool system_raise_limits(struct error *err)
{
    (void)err;
    return true;
}

void system_prepare_places(bool begins)
{
    (void)begins;
}

bool system_bound_privileges(struct error *err)
{
    (void)err;
    return true;
}

void system_confinement(struct text *out)
{
    text_add(out, "the rights of the caller are kept, since netsh needs them");
}

/* The TOKEN_USER of this process, freed by the caller; NULL when it is not told. */
static TOKEN_USER *token_user(void)
{
    HANDLE token = NULL;
    DWORD size = 0;
    TOKEN_USER *user = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return NULL;
    (void)GetTokenInformation(token, TokenUser, NULL, 0, &size);
    if (size > 0)
        user = malloc(size);
    if (user && !GetTokenInformation(token, TokenUser, user, size, &size)) {
        free(user);
        user = NULL;
    }
    (void)CloseHandle(token);
    return user;
}

/* The most that the name of an account is waited for, of a run that has time. */
enum { NAME_LIMIT_MS = 2000 };

void system_user(const struct deadline *deadline, struct text *out)
{
    const int64_t part_ms = deadline_left_ms(deadline) / 4;
    struct text account = { 0 };
    TOKEN_USER *user = token_user();

    if (user)
        account_name_add(user->User.Sid,
                         part_ms < NAME_LIMIT_MS ? part_ms : NAME_LIMIT_MS,
                         LookupAccountSidW, &account);
    text_add_clean(out, account.length ? text_string(&account) : "unknown", "");
    text_clear(&account);
    free(user);
}

bool system_may_keep(struct error *err)
{
    (void)err;
    return true;
}

bool system_may_change_live_only(struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED,
                     "it is for Linux: what Windows takes from the registry and from "
                     "netsh stays over a reboot");
}

void system_network(struct text *out)
{
    (void)out;
}

bool system_is_container(struct text *why)
{
    (void)why; /* a Windows container has a network stack of its own, with all of this */
    return false;
}

bool system_reserve_at_boot(struct boot_reserve *out, struct error *err)
{
    (void)out;
    return error_set(err, ERR_UNSUPPORTED, "no sysctls on this system");
}

/* Longer text is cut: an event that is too long would be lost. */
static wchar_t *event_text(const char *line)
{
    struct text clean = { 0 };
    struct error ignored = { 0 };
    wchar_t *wide;

    text_add_clean(&clean, line, "");
    wide = win_text_to_wide(text_string(&clean), &ignored);
    text_clear(&clean);
    if (wide && wcslen(wide) > EVENT_TEXT_MAX)
        wide[EVENT_TEXT_MAX] = L'\0';
    return wide;
}

void system_audit(bool failure, const char *line)
{
    /* Without a registered source the event appears all the same, only with a note that
     * its description was not found. */
    HANDLE log = RegisterEventSourceW(NULL, L"port-exhaustion");
    wchar_t *wide = log ? event_text(line) : NULL;
    const wchar_t *strings[1];

    strings[0] = wide;
    if (wide)
        (void)ReportEventW(
            log, failure ? EVENTLOG_WARNING_TYPE : EVENTLOG_INFORMATION_TYPE, 0,
            failure ? EVENT_FAILED : EVENT_DONE, NULL, 1, 0, strings, NULL);
    free(wide);
    if (log)
        (void)DeregisterEventSource(log);
}

unsigned long system_pid(void)
{
    return GetCurrentProcessId();
}

void system_ignore_interruptions(void)
{
    (void)SetConsoleCtrlHandler(NULL, TRUE);
}
