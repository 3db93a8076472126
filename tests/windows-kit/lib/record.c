/* SPDX-License-Identifier: MIT */
/* Files of a record: written, and read again. */
#include "tests/windows-kit/lib/record.h"

#include <direct.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "checks/host/program.h"
#include "checks/host/windows/win_text.h"
#include "tests/windows-kit/lib/say.h"

enum { PATH_SIZE = 1024 };

void record_path(const struct record *record, const char *name, char *out, size_t size)
{
    (void)snprintf(out, size, "%s/%s", record->directory, name);
}

static bool make_directory(const char *path, struct error *err)
{
    wchar_t *wide = win_text_to_wide(path, err);
    bool ok = wide && (_wmkdir(wide) == 0 || errno == EEXIST);

    if (wide && !ok)
        (void)error_set(err, ERR_IO, "cannot make the directory '%s': %s", path,
                        strerror(errno));
    free(wide);
    return ok;
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
    struct error err = { 0 };
    wchar_t *wide = win_text_to_wide(path, &err);
    /* "b": what was said, not what stdio makes of it */
    FILE *file = wide ? _wfopen(wide, L"wb") : NULL;
    bool ok;

    free(wide);
    if (!file)
        return false;
    ok = fwrite(text_string(bytes), 1, bytes->length, file) == bytes->length;
    return fclose(file) == 0 && ok;
}

bool record_keep(const struct record *record, const char *name, const struct text *bytes,
                 struct text *again)
{
    char path[PATH_SIZE];
    struct error err = { 0 };

    record_path(record, name, path, sizeof path);
    if (bytes->failed || !save(path, bytes)) {
        say_not_ok(name, "cannot be written", "a file");
        return false;
    }
    if (program_read_file(path, TEXT_MAX, again, &err) &&
        again->length == bytes->length &&
        memcmp(text_string(again), text_string(bytes), bytes->length) == 0)
        return true;
    say_not_ok(name, "other bytes on the disk", "those that were written");
    return false;
}
