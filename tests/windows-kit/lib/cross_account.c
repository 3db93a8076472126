/* SPDX-License-Identifier: MIT */
/* From the token of this process, by its SID. */
#include "tests/windows-kit/lib/cross_account.h"

#include <stdio.h>
#include <string.h>

#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"

const char *cross_account_name(const char *sid)
{
    /* "Well-known SIDs" at Microsoft. */
    static const struct {
        const char *sid;
        const char *name;
    } known[] = { { "S-1-5-18", "SYSTEM" },
                  { "S-1-5-19", "LocalService" },
                  { "S-1-5-20", "NetworkService" } };

    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (strcmp(sid, known[i].sid) == 0)
            return known[i].name;
    return "a user";
}

static bool read_name(HANDLE token, const char **name, struct error *err)
{
    union {
        TOKEN_USER user;
        char room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    } owner;
    DWORD size = 0;
    char *sid = NULL;

    if (!GetTokenInformation(token, TokenUser, &owner, sizeof owner, &size) ||
        !ConvertSidToStringSidA(owner.user.User.Sid, &sid))
        return win_error_set(err, GetLastError(), "the account of this process");
    *name = cross_account_name(sid);
    (void)LocalFree(sid);
    return true;
}

const char *cross_account(struct error *err)
{
    static char words[64];
    TOKEN_ELEVATION elevation = { 0 };
    const char *name = NULL;
    HANDLE token = NULL;
    DWORD size = 0;
    bool ok;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
        (void)win_error_set(err, GetLastError(), "the token of this process");
        return NULL;
    }
    ok = read_name(token, &name, err);
    if (ok &&
        !GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size))
        ok = win_error_set(err, GetLastError(), "the elevation of this process");
    (void)CloseHandle(token);
    if (!ok)
        return NULL;
    (void)snprintf(words, sizeof words, "%s, %selevated", name,
                   elevation.TokenIsElevated ? "" : "not ");
    return words;
}
