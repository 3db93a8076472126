/* SPDX-License-Identifier: MIT */
/* Values of Tcpip\Parameters and Tcpip6\Parameters. Beside numbers there are names in
 * these keys, of the host, its domain and its name servers: of those, only the size. */
#include "tests/windows-kit/lib/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/decode/registry_value.h"
#include "checks/host/host.h"
#include "checks/host/windows/registry_reader.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/setting.h"
#include "tests/windows-kit/lib/say.h"

#define FILE_NAME "registry/values.txt"

enum { LIMIT_MS = 30000, BYTES_MAX = 4096, NAME_MAX_LENGTH = 256 };

static const char *const keys[] = {
    PLACE_TCPIP_KEY, "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters"
};

/* A setting of this project that is a value of the registry. */
static bool is_ours(const struct setting *setting)
{
    return setting->os == OS_WINDOWS && setting->place.kind == PLACE_REGISTRY;
}

static bool is_read_by_the_check(const char *key, const char *name)
{
    size_t count = 0;
    const struct setting *settings = setting_table(&count);

    for (size_t i = 0; i < count; i++)
        if (is_ours(&settings[i]) && strcmp(settings[i].place.path, key) == 0 &&
            ascii_same(settings[i].place.value, name))
            return true;
    return false;
}

/* "KEY\NAME<tab>TYPE<tab>SIZE<tab>BYTES", the bytes in hexadecimal, or "-". */
static void add_value(const char *key, const wchar_t *wide, DWORD type,
                      const uint8_t *bytes, DWORD size, struct text *out)
{
    struct text name = { 0 };

    win_text_add_wide(&name, wide);
    text_addf(out, "%s\\", key);
    text_add_clean(out, text_string(&name), "\t");
    text_addf(out, "\t%lu\t%lu\t", type, size);
    if (size <= BYTES_MAX &&
        (type == REG_DWORD || is_read_by_the_check(key, text_string(&name))))
        for (DWORD i = 0; i < size; i++)
            text_addf(out, "%02x", bytes[i]);
    else
        text_add(out, "-");
    text_add(out, "\n");
    text_clear(&name);
}

static void add_key(const char *path, struct text *out)
{
    struct place place = { .kind = PLACE_REGISTRY };
    struct error err = { 0 };
    HKEY key;

    (void)snprintf(place.path, sizeof place.path, "%s", path);
    if (!registry_open(&place, KEY_QUERY_VALUE, &key, &err)) {
        say_skip(path, err.message);
        return;
    }
    for (DWORD i = 0;; i++) {
        wchar_t name[NAME_MAX_LENGTH] = { 0 };
        uint8_t bytes[BYTES_MAX] = { 0 };
        DWORD length = ARRAY_COUNT(name);
        DWORD size = sizeof bytes;
        DWORD type = 0;
        LONG code = RegEnumValueW(key, i, name, &length, NULL, &type, bytes, &size);

        if (code != ERROR_SUCCESS && code != ERROR_MORE_DATA)
            break;
        add_value(path, name, type, bytes, size, out);
    }
    (void)RegCloseKey(key);
}

/* What stands behind the name of the value in the file; NULL: it has none. */
static const char *find(const char *text, const struct place *place)
{
    char name[PLACE_NAME_SIZE];

    place_registry_name(place, name);
    while (*text) {
        const size_t length = strcspn(text, "\t\n");

        if (length == strlen(name) && ascii_after(text, name))
            return text + length + 1;
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return NULL;
}

/* From "TYPE<tab>SIZE<tab>BYTES". */
static void decode(const char *line, struct observed_setting *out)
{
    uint8_t bytes[BYTES_MAX];
    unsigned long type = 0;
    unsigned long size = 0;
    int at = 0;
    size_t got = 0;
    unsigned int byte;

    (void)sscanf(line, "%lu\t%lu\t%n", &type, &size, &at);
    for (line += at; got < sizeof bytes && sscanf(line, "%2x", &byte) == 1; line += 2)
        bytes[got++] = (uint8_t)byte;
    registry_value_decode((uint32_t)type, bytes, got == size ? got : 0, out);
}

static void describe(const struct observed_setting *seen, struct text *out)
{
    if (seen->presence == SETTING_SET)
        setting_value_format(&seen->value, out);
    else
        text_add(out, seen->presence == SETTING_OS_DEFAULT ? "not set" : seen->reason);
}

static void read_again(struct host *host, const char *text, const struct setting *setting)
{
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    const char *line = find(text, &setting->place);
    struct observed_setting kept = { .presence = SETTING_OS_DEFAULT };
    struct observed_setting seen = { 0 };
    struct text wanted = { 0 };
    struct text got = { 0 };

    host->ops->read_setting(host->self, &setting->place, setting->kind, &deadline, &seen);
    if (line)
        decode(line, &kept);
    describe(&seen, &wanted);
    describe(&kept, &got);
    if (say_same(setting->place.value, text_string(&wanted), text_string(&got)))
        say_note(FILE_NAME " reads %s: %s", setting->place.value, text_string(&got));
    text_clear(&wanted);
    text_clear(&got);
}

void record_registry(struct record *record)
{
    struct text values = { 0 };
    struct text again = { 0 };
    struct host host = { 0 };
    struct error err = { 0 };
    size_t count = 0;
    const struct setting *settings = setting_table(&count);

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        add_key(keys[i], &values);
    if (!host_open(&host, &err))
        say_not_ok(FILE_NAME, err.message, "this host");
    else if (record_keep(record, FILE_NAME, &values, &again))
        for (size_t i = 0; i < count; i++)
            if (is_ours(&settings[i]))
                read_again(&host, text_string(&again), &settings[i]);
    host_close(&host);
    text_clear(&values);
    text_clear(&again);
}
