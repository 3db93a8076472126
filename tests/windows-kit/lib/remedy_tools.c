/* SPDX-License-Identifier: MIT */
/* Programs, files and access lists of Windows, for all stages. */
#include "tests/windows-kit/lib/remedy_tools.h"

#include <errno.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_security.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/place.h"
#include "tests/windows-kit/lib/run_program.h"

enum { LIMIT_MS = 300 * 1000, FILE_MAX = 1024 * 1024 };

void remedy_said_clear(struct remedy_said *said)
{
    text_clear(&said->output);
    text_clear(&said->errors);
    *said = (struct remedy_said){ 0 };
}

static size_t count_words(const char *const *words)
{
    size_t count = 0;

    while (words[count])
        count++;
    return count;
}

static bool run(const wchar_t *path, const char *const *words, struct remedy_said *out,
                struct error *err)
{
    const struct program_run wanted = { .path = path,
                                        .arguments = words + 1,
                                        .argument_count = count_words(words) - 1,
                                        .limit_ms = LIMIT_MS };
    struct program_result result = { 0 };
    char how[128];
    bool ok = run_program(&wanted, &result, err);

    if (ok && (result.end != PROGRAM_ENDED || program_result_crashed(&result)))
        ok = error_set(err, ERR_IO, "%s: %s", words[0],
                       program_result_words(&result, LIMIT_MS, how, sizeof how));
    if (ok) {
        remedy_said_clear(out);
        text_add(&out->output, text_string(&result.output));
        text_add(&out->errors, text_string(&result.errors));
        out->code = result.exit_code;
        ok = text_ok(&out->output, err) && text_ok(&out->errors, err);
    }
    program_result_clear(&result);
    return ok;
}

bool remedy_run(const char *const *words, struct remedy_said *out, struct error *err)
{
    wchar_t *path = win_text_to_wide(words[0], err);
    bool ok = path && run(path, words, out, err);

    free(path);
    return ok;
}

bool remedy_run_tool(const char *const *words, struct remedy_said *out, struct error *err)
{
    wchar_t path[SYSTEM32_PATH_SIZE];
    wchar_t *name = win_text_to_wide(words[0], err);
    bool ok = name && system32_path(name, path, err) && run(path, words, out, err);

    free(name);
    return ok;
}

/* It ran and ended with 0. */
static bool ask_tool(const char *const *words, struct remedy_said *out, struct error *err)
{
    return remedy_run_tool(words, out, err) &&
           (out->code == 0 ||
            error_set(err, ERR_IO, "%s ended with %u: %.300s%.300s", words[0], out->code,
                      text_string(&out->output), text_string(&out->errors)));
}

static bool read_registry(struct remedy_values *out, struct error *err)
{
    static const char *const words[] = { "reg.exe", "query", "HKLM\\" PLACE_TCPIP_KEY,
                                         NULL };
    struct remedy_said said = { 0 };
    bool ok = ask_tool(words, &said, err);

    for (size_t i = 0; ok && i < REMEDY_PLACES; i++)
        if (remedy_places[i].value)
            ok = remedy_parse_registry(text_string(&said.output), remedy_places[i].value,
                                       out->of[i], err);
    remedy_said_clear(&said);
    return ok;
}

static bool read_store(const struct remedy_place *place, const char *store,
                       char out[REMEDY_VALUE_SIZE], struct error *err)
{
    char protocol[32];
    const char *words[] = { "netsh.exe",        "interface", place->family, "show",
                            "dynamicportrange", protocol,    store,         NULL };
    struct remedy_said said = { 0 };
    bool ok;

    (void)snprintf(protocol, sizeof protocol, "protocol=%s", place->protocol);
    ok = ask_tool(words, &said, err) &&
         remedy_parse_range(text_string(&said.output), out, err);
    remedy_said_clear(&said);
    return ok;
}

static bool read_range(const struct remedy_place *place, char out[REMEDY_VALUE_SIZE],
                       struct error *err)
{
    char now[REMEDY_VALUE_SIZE];
    char then[REMEDY_VALUE_SIZE];

    if (!read_store(place, "store=active", now, err) ||
        !read_store(place, "store=persistent", then, err))
        return false;
    if (strcmp(now, then) == 0)
        (void)snprintf(out, REMEDY_VALUE_SIZE, "%s", now);
    else
        (void)snprintf(out, REMEDY_VALUE_SIZE, "%.40s, then %.40s", now, then);
    return true;
}

bool remedy_read_values(struct remedy_values *out, struct error *err)
{
    struct remedy_values values = { 0 };

    if (!read_registry(&values, err))
        return false;
    for (size_t i = 0; i < REMEDY_PLACES; i++)
        if (!remedy_places[i].value && !read_range(&remedy_places[i], values.of[i], err))
            return false;
    *out = values;
    return true;
}

bool remedy_read_sddl(const char *path, struct text *out, struct error *err)
{
    const SECURITY_INFORMATION parts =
        OWNER_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    PSECURITY_DESCRIPTOR descriptor = NULL;
    wchar_t *wide = win_text_to_wide(path, err);
    wchar_t *sddl = NULL;
    DWORD code;

    if (!wide)
        return false;
    code = GetNamedSecurityInfoW(wide, SE_FILE_OBJECT, parts, NULL, NULL, NULL, NULL,
                                 &descriptor);
    free(wide);
    if (code == ERROR_SUCCESS && !ConvertSecurityDescriptorToStringSecurityDescriptorW(
                                     descriptor, SDDL_REVISION_1, parts, &sddl, NULL))
        code = GetLastError();
    if (sddl)
        win_text_add_wide(out, sddl);
    (void)LocalFree(sddl);
    (void)LocalFree(descriptor);
    if (code != ERROR_SUCCESS)
        return win_error_set(err, code, "access list of '%s'", path);
    return text_ok(out, err);
}

bool remedy_is_wine(void)
{
    HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");

    return ntdll && GetProcAddress(ntdll, "wine_get_version");
}

bool remedy_is_elevated(void)
{
    TOKEN_ELEVATION elevation = { 0 };
    DWORD size = 0;
    HANDLE token = NULL;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token))
        return false;
    if (!GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size))
        elevation.TokenIsElevated = 0;
    (void)CloseHandle(token);
    return elevation.TokenIsElevated != 0;
}

bool remedy_exists(const char *path)
{
    struct error ignored = { 0 };
    wchar_t *wide = win_text_to_wide(path, &ignored);
    bool exists = wide && GetFileAttributesW(wide) != INVALID_FILE_ATTRIBUTES;

    free(wide);
    return exists;
}

static FILE *open_file(const char *path, const wchar_t *mode, struct error *err)
{
    wchar_t *wide = win_text_to_wide(path, err);
    FILE *file = wide ? _wfopen(wide, mode) : NULL;

    if (wide && !file)
        (void)error_set(err, errno == ENOENT ? ERR_ABSENT : ERR_IO, "cannot open '%s'",
                        path);
    free(wide);
    return file;
}

bool remedy_read_file(const char *path, struct text *out, struct error *err)
{
    FILE *file = open_file(path, L"rb", err);
    char bytes[4096];
    size_t got;

    if (!file)
        return false;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0 && out->length < FILE_MAX)
        text_add_bytes(out, bytes, got);
    if (ferror(file)) {
        (void)fclose(file);
        return error_set(err, ERR_IO, "cannot read '%s'", path);
    }
    (void)fclose(file);
    return text_ok(out, err);
}

bool remedy_write_file(const char *path, const char *text, struct error *err)
{
    FILE *file = open_file(path, L"wb", err);
    bool ok;

    if (!file)
        return false;
    ok = fputs(text, file) >= 0 && fflush(file) == 0 && _commit(_fileno(file)) == 0;
    return (fclose(file) == 0 && ok) || error_set(err, ERR_IO, "cannot write '%s'", path);
}
