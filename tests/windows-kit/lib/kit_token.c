/* SPDX-License-Identifier: MIT */
/* Tokens of Windows, and the shell's "runas". */
#include "tests/windows-kit/lib/kit_token.h"

#include <stdlib.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

enum { OWN_PATH_SIZE = 1024 };

bool kit_is_elevated(void)
{
    TOKEN_ELEVATION elevation = { 0 };
    HANDLE token = NULL;
    DWORD size = 0;
    bool elevated =
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) &&
        GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size) &&
        elevation.TokenIsElevated != 0;

    if (token)
        (void)CloseHandle(token);
    return elevated;
}

/* What an elevated process makes belongs to Administrators, whom a user is none of. */
static bool set_owner(HANDLE token, HANDLE restricted, struct error *err)
{
    BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    TOKEN_OWNER owner;
    DWORD size = 0;

    if (!GetTokenInformation(token, TokenUser, buffer, sizeof buffer, &size))
        return win_error_set(err, GetLastError(), "user of the token");
    owner.Owner = ((TOKEN_USER *)(void *)buffer)->User.Sid;
    /* Wine knows no owner of a token, and makes nothing that belongs to one. */
    return SetTokenInformation(restricted, TokenOwner, &owner, sizeof owner) ||
           GetLastError() == ERROR_INVALID_FUNCTION ||
           win_error_set(err, GetLastError(), "owner of the token");
}

static bool restrict_token(HANDLE token, HANDLE *out, struct error *err)
{
    BYTE administrators[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof administrators;
    SID_AND_ATTRIBUTES denied = { .Sid = administrators };

    if (!CreateWellKnownSid(WinBuiltinAdministratorsSid, NULL, administrators, &size) ||
        !CreateRestrictedToken(token, DISABLE_MAX_PRIVILEGE, 1, &denied, 0, NULL, 0, NULL,
                               out))
        return win_error_set(err, GetLastError(), "token of a user");
    return set_owner(token, *out, err);
}

bool kit_token_of_user(HANDLE *out, struct error *err)
{
    HANDLE token = NULL;
    bool ok = OpenProcessToken(GetCurrentProcess(),
                               TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_ASSIGN_PRIMARY |
                                   TOKEN_ADJUST_DEFAULT,
                               &token) ||
              win_error_set(err, GetLastError(), "own token");

    ok = ok && restrict_token(token, out, err);
    if (token)
        (void)CloseHandle(token);
    return ok;
}

bool kit_start_elevated(const char *words, HANDLE *out, struct error *err)
{
    wchar_t path[OWN_PATH_SIZE];
    wchar_t directory[SYSTEM32_PATH_SIZE] = L"";
    wchar_t *wide = win_text_to_wide(words, err);
    SHELLEXECUTEINFOW request = { .cbSize = sizeof request,
                                  .fMask = SEE_MASK_NOCLOSEPROCESS | SEE_MASK_FLAG_NO_UI |
                                           SEE_MASK_NOASYNC | SEE_MASK_NOZONECHECKS,
                                  .hwnd = GetConsoleWindow(),
                                  .lpVerb = L"runas",
                                  .lpFile = path,
                                  .lpParameters = wide,
                                  .lpDirectory = directory,
                                  .nShow = SW_HIDE };
    DWORD length = GetModuleFileNameW(NULL, path, OWN_PATH_SIZE);
    bool ok = wide && system32_path(L"", directory, err) && length > 0 &&
              length < OWN_PATH_SIZE && ShellExecuteExW(&request);

    if (ok)
        *out = request.hProcess;
    else if (wide)
        (void)win_error_set(err, GetLastError(), "elevation");
    free(wide);
    return ok;
}
