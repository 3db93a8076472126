/* SPDX-License-Identifier: MIT */
/* Files of a record: written, and read again. */
#include "tests/windows-kit/lib/record.h"

#include <direct.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tests/windows-kit/lib/say.h"

enum { PATH_SIZE = 1024 };

void record_path(const struct record *record, const char *name, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/%s", record->directory, name);
}

static bool make_directory(const char *path, struct error *err)
{
    return _mkdir(path) == 0 || errno == EEXIST ||
           error_set(err, ERR_IO, "cannot make the directory '%s': %s", path,
                     strerror(errno));
}

bool record_open(struct record *record, const char *directory, struct error *err)
{
    static const char *const parts[] = { "netsh", "wmi", "registry", "mib", "events" };
    char path[PATH_SIZE];

    *record = (struct record){ .directory = directory };
    if (!make_directory(directory, err))
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        record_path(record, parts[i], path, sizeof path);
        if (!make_directory(path, err))
            return false;
    }
    return true;
}

static bool save(const char *path, const struct text *bytes)
{
    FILE *file = fopen(path, "wb"); /* "b": what was said, not what stdio makes of it */
    bool ok;

    if (!file)
        return false;
    ok = fwrite(text_string(bytes), 1, bytes->length, file) == bytes->length;
    return fclose(file) == 0 && ok;
}

static bool load(const char *path, struct text *out)
{
    FILE *file = fopen(path, "rb");
    char bytes[4096];
    size_t got;
    bool ok;

    if (!file)
        return false;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add_bytes(out, bytes, got);
    ok = !ferror(file) && !out->failed;
    (void)fclose(file);
    return ok;
}

bool record_keep(const struct record *record, const char *name, const struct text *bytes,
                 struct text *again)
{
    char path[PATH_SIZE];

    record_path(record, name, path, sizeof path);
    if (bytes->failed || !save(path, bytes)) {
        say_not_ok(name, "cannot be written", "a file");
        return false;
    }
    if (load(path, again) && again->length == bytes->length &&
        memcmp(text_string(again), text_string(bytes), bytes->length) == 0)
        return true;
    say_not_ok(name, "other bytes on the disk", "those that were written");
    return false;
}
