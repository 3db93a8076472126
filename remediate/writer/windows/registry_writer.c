/* SPDX-License-Identifier: MIT */
/* Reading, writing and deleting one registry value. */
#include "remediate/writer/windows/registry_writer.h"

#include <stdlib.h>

#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"
#include "remediate/writer/registry_text.h"

/* Our values have 4 bytes; whatever else stands there must come back as it was. */
enum { VALUE_MAX = 64 * 1024 };

/* An open key and the value's name. Zeroed = closed. */
struct open_place {
    HKEY key;
    wchar_t *name; /* owned */
};

static void open_place_close(struct open_place *place)
{
    if (place->key)
        (void)RegCloseKey(place->key);
    free(place->name);
    *place = (struct open_place){ 0 };
}

static bool open_key(const struct registry_place *place, REGSAM rights,
                     struct open_place *out, struct error *err)
{
    wchar_t *path = win_text_to_wide(place->key, err);
    LSTATUS result;

    if (!path)
        return false;
    /* The 64-bit view whatever we are built as; a link in place of the key is followed
     * only where an administrator made one. */
    result =
        RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, rights | KEY_WOW64_64KEY, &out->key);
    free(path);
    return result == ERROR_SUCCESS ||
           win_error_set(err, (uint32_t)result, "registry key 'HKLM\\%s'", place->key);
}

static bool open_place(const struct registry_place *place, REGSAM rights,
                       struct open_place *out, struct error *err)
{
    out->name = win_text_to_wide(place->name, err);
    if (out->name && open_key(place, rights, out, err))
        return true;
    open_place_close(out);
    return false;
}

/* Owns *bytes on success. A value that grows meanwhile is asked for again. */
static LSTATUS fetch(const struct open_place *place, DWORD *type, void **bytes,
                     DWORD *size)
{
    DWORD room = 64;

    for (int tries = 0; tries < 8; tries++) {
        void *buffer = malloc(room);
        LSTATUS result;

        if (!buffer)
            return ERROR_NOT_ENOUGH_MEMORY;
        *size = room;
        result = RegQueryValueExW(place->key, place->name, NULL, type, buffer, size);
        if (result == ERROR_SUCCESS) {
            *bytes = buffer;
            return result;
        }
        free(buffer);
        if (result != ERROR_MORE_DATA || *size > VALUE_MAX)
            return result;
        room = *size + 64;
    }
    return ERROR_MORE_DATA;
}

static bool read_value(const struct registry_place *place, const struct open_place *open,
                       bool *present, struct text *out, struct error *err)
{
    DWORD type = REG_NONE;
    DWORD size = 0;
    void *bytes = NULL;
    LSTATUS result = fetch(open, &type, &bytes, &size);

    if (result == ERROR_FILE_NOT_FOUND) {
        *present = false;
        return true;
    }
    if (result == ERROR_MORE_DATA || (result == ERROR_SUCCESS && size > VALUE_MAX)) {
        free(bytes);
        return error_set(err, ERR_LIMIT, "registry value '%s' is larger than %d bytes",
                         place->name, VALUE_MAX);
    }
    if (result != ERROR_SUCCESS)
        return win_error_set(err, (uint32_t)result, "registry value '%s'", place->name);
    registry_text_add(type, bytes, size, out);
    free(bytes);
    *present = true;
    return text_ok(out, err);
}

bool registry_writer_read(const char *place, bool *present, struct text *out,
                          struct error *err)
{
    struct registry_place parsed;
    struct open_place open = { 0 };
    bool ok;

    if (!registry_place_parse(place, &parsed, err) ||
        !open_place(&parsed, KEY_QUERY_VALUE, &open, err))
        return false;
    ok = read_value(&parsed, &open, present, out, err);
    open_place_close(&open);
    return ok;
}

static LSTATUS set_or_delete(const struct open_place *open, const char *value,
                             uint32_t type, const struct text *bytes)
{
    LSTATUS result;

    if (value)
        return RegSetValueExW(open->key, open->name, 0, type,
                              (const BYTE *)text_string(bytes), (DWORD)bytes->length);
    result = RegDeleteValueW(open->key, open->name);
    return result == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : result; /* is absent */
}

bool registry_writer_write(const char *place, const char *value, struct error *err)
{
    struct registry_place parsed;
    struct open_place open = { 0 };
    struct text bytes = { 0 };
    uint32_t type = REG_NONE;
    LSTATUS result = ERROR_SUCCESS;
    bool ok = registry_place_parse(place, &parsed, err) &&
              (!value || registry_text_parse(value, &type, &bytes, err)) &&
              open_place(&parsed, KEY_SET_VALUE, &open, err);

    if (ok)
        result = set_or_delete(&open, value, type, &bytes);
    if (ok && result == ERROR_SUCCESS)
        result = RegFlushKey(open.key); /* else it reaches the disk seconds later */
    open_place_close(&open);
    text_clear(&bytes);
    if (ok && result != ERROR_SUCCESS)
        return win_error_set(err, (uint32_t)result, "cannot %s registry value '%s'",
                             value ? "write" : "delete", parsed.name);
    return ok;
}
