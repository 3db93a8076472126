/* SPDX-License-Identifier: MIT */
/* One value of the registry, with as much room as it takes. */
#include "checks/host/windows/registry_reader.h"

#include <stdlib.h>

#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

bool registry_open(const struct place *place, REGSAM rights, HKEY *key, struct error *err)
{
    wchar_t *path = win_text_to_wide(place->path, err);
    LSTATUS result;

    if (!path)
        return false;
    result = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0, rights | KEY_WOW64_64KEY, key);
    free(path);
    return result == ERROR_SUCCESS ||
           win_error_set(err, (uint32_t)result, "registry key 'HKLM\\%s'", place->path);
}

/* Once more for a value that is larger than the room, or grew meanwhile. */
static LSTATUS fetch(HKEY key, const wchar_t *name, struct registry_value *out)
{
    DWORD room = 64;

    for (int tries = 0; tries < 8; tries++) {
        uint8_t *buffer = malloc(room);
        DWORD size = room;
        DWORD type = REG_NONE;
        LSTATUS result;

        if (!buffer)
            return ERROR_NOT_ENOUGH_MEMORY;
        result = RegQueryValueExW(key, name, NULL, &type, buffer, &size);
        *out = (struct registry_value){ true, type, size, buffer };
        if (result == ERROR_SUCCESS && size <= REGISTRY_VALUE_MAX)
            return result;
        registry_value_clear(out);
        if (result != ERROR_SUCCESS && result != ERROR_MORE_DATA)
            return result;
        *out = (struct registry_value){ true, type, size, NULL };
        if (size > REGISTRY_VALUE_MAX)
            return ERROR_SUCCESS;
        room = size + 64;
    }
    return ERROR_MORE_DATA;
}

bool registry_read(const struct place *place, struct registry_value *out,
                   struct error *err)
{
    wchar_t *name = win_text_to_wide(place->value, err);
    struct registry_value read = { 0 };
    LSTATUS result = ERROR_SUCCESS;
    HKEY key = NULL;
    bool ok = name && registry_open(place, KEY_QUERY_VALUE, &key, err);

    if (ok) {
        result = fetch(key, name, &read);
        (void)RegCloseKey(key);
    }
    free(name);
    if (!ok)
        return false;
    if (result == ERROR_FILE_NOT_FOUND)
        read = (struct registry_value){ 0 };
    else if (result != ERROR_SUCCESS)
        return win_error_set(err, (uint32_t)result, "registry value '%s'", place->value);
    *out = read;
    return true;
}

void registry_value_clear(struct registry_value *value)
{
    free(value->bytes);
    *value = (struct registry_value){ 0 };
}
