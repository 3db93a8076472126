/* SPDX-License-Identifier: MIT */
/* Settings: registry values and the dynamic range. */
#include "checks/host/windows/windows_host.h"

#include <stdlib.h>

#include "checks/decode/registry_value.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

/* Larger than any number; a longer value is of another type anyway. */
enum { VALUE_SIZE = 16 };

static void set_unread(struct observed_setting *out, const struct error *why)
{
    out->presence = SETTING_UNREAD;
    win_text_copy(out->reason, sizeof out->reason, why->message);
}

/* `result` of opening the key or reading the value. */
static void judge(LSTATUS result, uint32_t type, const uint8_t *bytes, DWORD size,
                  struct observed_setting *out)
{
    struct error why = { 0 };

    if (result == ERROR_FILE_NOT_FOUND || result == ERROR_PATH_NOT_FOUND) {
        out->presence = SETTING_OS_DEFAULT;
    } else if (result == ERROR_SUCCESS || result == ERROR_MORE_DATA) {
        registry_value_decode(type, bytes, size, out);
    } else {
        (void)win_error_set(&why, (uint32_t)result, "registry");
        set_unread(out, &why);
    }
}

static void read_value(const wchar_t *path, const wchar_t *name,
                       struct observed_setting *out)
{
    uint8_t bytes[VALUE_SIZE] = { 0 };
    DWORD size = sizeof bytes;
    DWORD type = REG_NONE;
    HKEY key = NULL;
    /* The 64-bit view whatever we are built as. */
    LSTATUS result = RegOpenKeyExW(HKEY_LOCAL_MACHINE, path, 0,
                                   KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key);

    if (result == ERROR_SUCCESS) {
        result = RegQueryValueExW(key, name, NULL, &type, bytes, &size);
        (void)RegCloseKey(key);
    }
    judge(result, type, bytes, size, out);
}

static void read_registry(const struct setting_location *location,
                          struct observed_setting *out)
{
    struct error why = { 0 };
    wchar_t *path = win_text_to_wide(location->path, &why);
    wchar_t *name = win_text_to_wide(location->value, &why);

    if (path && name)
        read_value(path, name, out);
    else
        set_unread(out, &why);
    free(path);
    free(name);
}

static void read_dynamic_range(struct windows_host *host, enum ip_protocol protocol,
                               const struct deadline *deadline,
                               struct observed_setting *out)
{
    const struct dynamic_range_answer *answer =
        windows_dynamic_range(host, protocol, deadline);

    if (!answer->known) {
        set_unread(out, &answer->err);
        return;
    }
    out->presence = SETTING_SET;
    out->value.range = answer->range;
}

void windows_read_setting(void *self, const struct setting_location *location,
                          enum setting_kind kind, const struct deadline *deadline,
                          struct observed_setting *out)
{
    struct error why = { 0 };

    out->presence = SETTING_UNREAD;
    out->reason[0] = '\0';
    out->value = (struct setting_value){ .kind = kind };
    switch (location->store) {
    case STORE_REGISTRY:
        read_registry(location, out);
        break;
    case STORE_DYNAMIC_RANGE:
        read_dynamic_range(self, location->protocol, deadline, out);
        break;
    case STORE_SYSCTL:
        (void)error_set(&why, ERR_UNSUPPORTED, "Windows has no sysctl");
        set_unread(out, &why);
        break;
    }
}
