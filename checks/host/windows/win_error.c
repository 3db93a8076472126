/* SPDX-License-Identifier: MIT */
/* Codes and texts of Windows' errors. */
#include "checks/host/windows/win_error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

static enum error_code code_of(uint32_t code)
{
    switch (code) {
    case ERROR_ACCESS_DENIED:
    case ERROR_PRIVILEGE_NOT_HELD:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
        return ERR_DENIED;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
    case ERROR_BAD_PATHNAME:
        return ERR_ABSENT;
    case ERROR_NOT_SUPPORTED:
    case ERROR_CALL_NOT_IMPLEMENTED:
    case ERROR_PROC_NOT_FOUND:
    case ERROR_INVALID_FUNCTION:
        return ERR_UNSUPPORTED;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
    case ERROR_NO_SYSTEM_RESOURCES:
        return ERR_MEMORY;
    case ERROR_TIMEOUT:
    case ERROR_SEM_TIMEOUT:
    case WAIT_TIMEOUT:
        return ERR_TIMEOUT;
    default:
        return ERR_IO;
    }
}

static enum error_code code_of_hresult(uint32_t result)
{
    switch (result) {
    case 0x80041003: /* WBEM_E_ACCESS_DENIED */
        return ERR_DENIED;
    case 0x8004100E: /* WBEM_E_INVALID_NAMESPACE */
    case 0x80041010: /* WBEM_E_INVALID_CLASS */
    case 0x80040154: /* REGDB_E_CLASSNOTREG */
        return ERR_UNSUPPORTED;
    default:
        return HRESULT_FACILITY(result) == FACILITY_WIN32 ? code_of(result & 0xFFFF)
                                                          : ERR_IO;
    }
}

/* WMI keeps its texts in a DLL of its own, so that FormatMessage knows none of them. */
static const char *wmi_text(uint32_t code)
{
    switch (code) {
    case 0x80041003:
        return "access denied";
    case 0x8004100E:
        return "no such namespace";
    case 0x80041010:
        return "no such class";
    case 0x80041013:
        return "a provider did not load";
    case 0x80041001:
        return "failed";
    default:
        return "";
    }
}

/* The system's words for a code, in its language, as one line; "" when it has none. */
static void add_system_text(struct text *out, uint32_t code)
{
    struct text utf8 = { 0 };
    wchar_t wide[512] = { 0 };
    DWORD length =
        FormatMessageW(FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS |
                           FORMAT_MESSAGE_MAX_WIDTH_MASK,
                       NULL, code, 0, wide, ARRAY_COUNT(wide) - 1, NULL);

    while (length > 0 && wcschr(L" .\r\n", wide[length - 1]))
        wide[--length] = L'\0';
    win_text_add_wide(&utf8, wide);
    text_add_clean(out, length ? text_string(&utf8) : wmi_text(code), "");
    text_clear(&utf8);
}

static bool fill(struct error *err, enum error_code kind, uint32_t code, const char *what,
                 bool hexadecimal)
{
    struct text text = { 0 };

    add_system_text(&text, code);
    if (text.length > 0)
        text_add(&text, " ");
    if (hexadecimal)
        text_addf(&text, "(0x%08" PRIX32 ")", code);
    else
        text_addf(&text, "(error %" PRIu32 ")", code);
    (void)error_set(err, kind, "%s: %s", what, text_string(&text));
    text_clear(&text);
    return false;
}

bool win_error_set(struct error *err, uint32_t code, const char *what, ...)
{
    char line[ERR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, what);
    (void)vsnprintf(line, sizeof line, what, arguments);
    va_end(arguments);
    return fill(err, code_of(code), code, line, false);
}

bool win_error_set_hresult(struct error *err, int32_t result, const char *what, ...)
{
    char line[ERR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, what);
    (void)vsnprintf(line, sizeof line, what, arguments);
    va_end(arguments);
    return fill(err, code_of_hresult((uint32_t)result), (uint32_t)result, line, true);
}
