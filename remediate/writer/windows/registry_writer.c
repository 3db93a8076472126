/* SPDX-License-Identifier: MIT */
/* Reading, writing and deleting one registry value. */
#include "remediate/writer/windows/registry_writer.h"

#include <stdlib.h>

#include "checks/host/windows/registry_reader.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/registry_text.h"

bool registry_writer_read(const char *name, bool *present, struct text *out,
                          struct error *err)
{
    struct registry_value value = { 0 };
    struct place place = { 0 };
    bool ok =
        place_registry_parse(name, &place, err) && registry_read(&place, &value, err);

    if (ok && value.present && !value.bytes)
        ok = error_set(err, ERR_LIMIT, "registry value '%s' is larger than %d bytes",
                       place.value, REGISTRY_VALUE_MAX);
    if (ok && value.present)
        registry_text_add(value.type, value.bytes, value.size, out);
    *present = ok ? value.present : *present;
    registry_value_clear(&value);
    return ok && text_ok(out, err);
}

static LSTATUS set_or_delete(HKEY key, const wchar_t *name, const char *value,
                             uint32_t type, const struct text *bytes)
{
    LSTATUS result;

    if (value)
        return RegSetValueExW(key, name, 0, type, (const BYTE *)text_string(bytes),
                              (DWORD)bytes->length);
    result = RegDeleteValueW(key, name);
    return result == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : result; /* is absent */
}

bool registry_writer_write(const char *name, const char *value, struct error *err)
{
    struct place place = { 0 };
    struct text bytes = { 0 };
    uint32_t type = REG_NONE;
    wchar_t *wide = NULL;
    HKEY key = NULL;
    LSTATUS result = ERROR_SUCCESS;
    bool ok = place_registry_parse(name, &place, err) &&
              (!value || registry_text_parse(value, &type, &bytes, err)) &&
              (wide = win_text_to_wide(place.value, err)) != NULL &&
              registry_open(&place, KEY_SET_VALUE, &key, err);

    if (ok)
        result = set_or_delete(key, wide, value, type, &bytes);
    if (ok && result == ERROR_SUCCESS)
        result = RegFlushKey(key); /* else it reaches the disk seconds later */
    if (key)
        (void)RegCloseKey(key);
    free(wide);
    text_clear(&bytes);
    if (ok && result != ERROR_SUCCESS)
        return win_error_set(err, (uint32_t)result, "cannot %s registry value '%s'",
                             value ? "write" : "delete", place.value);
    return ok;
}
