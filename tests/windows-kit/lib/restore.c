/* SPDX-License-Identifier: MIT */
/* A line a place, read and written through the write seam. */
#include "tests/windows-kit/lib/restore.h"

#include <errno.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/host/windows/win_text.h"
#include "checks/model/wider_range.h"
#include "remediate/writer/setting_writer.h"

enum { LIMIT_MS = 60000, LINE_MAX_SIZE = 2048, LINES_MAX = 64, NETSH_PORTS_LOWEST = 255 };

static const char *const kinds[CHANGE_KIND_COUNT] = {
    [CHANGE_REGISTRY] = "registry", [CHANGE_DYNAMIC_RANGE] = "range"
};
static const char absent[] = "absent";

struct entry {
    enum change_kind kind;
    char line[LINE_MAX_SIZE]; /* cut into words; place and value point into it */
    const char *place;
    const char *value; /* NULL = absent */
};

struct list {
    struct entry entries[LINES_MAX];
    size_t count;
};

static bool parse(const char *line, struct entry *out)
{
    char *place;
    char *value;

    if (strlen(line) >= sizeof out->line)
        return false;
    (void)strcpy(out->line, line);
    out->line[strcspn(out->line, "\r\n")] = '\0';
    place = strchr(out->line, ' ');
    value = place ? strchr(place + 1, ' ') : NULL;
    if (!value)
        return false;
    *place++ = '\0';
    *value++ = '\0';
    out->place = place;
    out->value = strcmp(value, absent) == 0 ? NULL : value;
    for (int kind = 0; kind < CHANGE_KIND_COUNT; kind++)
        if (kinds[kind] && strcmp(kinds[kind], out->line) == 0) {
            out->kind = (enum change_kind)kind;
            return true;
        }
    return false;
}

bool restore_netsh_takes(struct port_range range)
{
    return range.first >= WIDER_RANGE_WINDOWS_FIRST &&
           port_range_size(range) >= NETSH_PORTS_LOWEST;
}

/* NULL with errno. */
static FILE *open_list(const char *path, const wchar_t *mode)
{
    struct error ignored = { 0 };
    wchar_t *wide = win_text_to_wide(path, &ignored);
    FILE *file = wide ? _wfopen(wide, mode) : NULL;

    if (!wide)
        errno = EINVAL;
    free(wide);
    return file;
}

static bool remove_list(const char *path, struct error *err)
{
    wchar_t *wide = win_text_to_wide(path, err);
    bool ok = wide && (_wremove(wide) == 0 || errno == ENOENT ||
                       error_set(err, ERR_IO, "cannot remove '%s'", path));

    free(wide);
    return ok;
}

/* A last line without its end was cut short before its change was made: it is left out.
 */
static bool read_list(const char *path, struct list *out, struct error *err)
{
    char line[LINE_MAX_SIZE];
    FILE *file = open_list(path, L"rb");
    bool ok = true;

    out->count = 0;
    if (!file)
        return errno == ENOENT || error_set(err, ERR_IO, "cannot read '%s'", path);
    while (ok && fgets(line, sizeof line, file) && strchr(line, '\n')) {
        ok = out->count < LINES_MAX && parse(line, &out->entries[out->count]);
        out->count += ok;
    }
    (void)fclose(file);
    return ok ||
           error_set(err, ERR_MALFORMED, "%s: line %zu is none of a list to restore",
                     path, out->count + 1);
}

static bool append(const char *path, const char *line, struct error *err)
{
    FILE *file = open_list(path, L"ab");
    bool ok = file && fputs(line, file) >= 0 && fflush(file) == 0 &&
              _commit(_fileno(file)) == 0;

    if (file && fclose(file) != 0)
        ok = false;
    return ok || error_set(err, ERR_IO, "cannot write '%s'", path);
}

static bool has(const struct list *list, enum change_kind kind, const char *place)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->entries[i].kind == kind && strcmp(list->entries[i].place, place) == 0)
            return true;
    return false;
}

/* The value now; "absent" where there is none. */
static bool read_now(const struct setting_writer *writer, enum change_kind kind,
                     const char *place, struct text *out, struct error *err)
{
    struct deadline deadline = deadline_in_ms(LIMIT_MS);
    bool present = false;

    if (!writer->ops->read(writer->self, kind, place, &deadline, &present, out, err))
        return false;
    if (!present)
        text_add(out, absent);
    return text_ok(out, err);
}

bool restore_note(const char *path, enum change_kind kind, const char *place,
                  struct error *err)
{
    struct setting_writer writer = { 0 };
    struct list *list = calloc(1, sizeof *list);
    struct text value = { 0 };
    struct text line = { 0 };
    bool ok = kinds[kind] && list
                  ? read_list(path, list, err)
                  : error_set(err, ERR_MEMORY, "no memory, or no such kind");

    if (ok && !has(list, kind, place)) {
        ok = setting_writer_open(&writer, err) &&
             read_now(&writer, kind, place, &value, err);
        if (ok) {
            text_addf(&line, "%s %s %s\n", kinds[kind], place, value.data);
            ok = text_ok(&line, err) && append(path, line.data, err);
        }
        setting_writer_close(&writer);
    }
    text_clear(&value);
    text_clear(&line);
    free(list);
    return ok;
}

static bool put_back(const struct setting_writer *writer, const struct entry *entry,
                     struct error *err)
{
    const char *wanted = entry->value ? entry->value : absent;
    struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct text now = { 0 };
    bool ok = read_now(writer, entry->kind, entry->place, &now, err);

    if (ok && strcmp(now.data, wanted) != 0) {
        text_clear(&now);
        ok = writer->ops->write(writer->self, entry->kind, entry->place, entry->value,
                                &deadline, err) &&
             read_now(writer, entry->kind, entry->place, &now, err);
        if (ok && strcmp(now.data, wanted) != 0)
            ok = error_set(err, ERR_IO, "%s is %s, expected %s", entry->place, now.data,
                           wanted);
    }
    text_clear(&now);
    return ok;
}

bool restore_all(const char *path, struct error *err)
{
    struct setting_writer writer = { 0 };
    struct list *list = calloc(1, sizeof *list);
    bool ok = list ? read_list(path, list, err) && setting_writer_open(&writer, err)
                   : error_set(err, ERR_MEMORY, "out of memory");

    for (size_t i = ok ? list->count : 0; i > 0; i--) {
        struct error failed = { 0 };

        if (put_back(&writer, &list->entries[i - 1], &failed))
            continue;
        if (ok)
            *err = failed;
        ok = false;
    }
    setting_writer_close(&writer);
    free(list);
    return ok && remove_list(path, err);
}
