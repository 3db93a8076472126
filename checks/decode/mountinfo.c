/* SPDX-License-Identifier: MIT */
/* "36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw": optional fields end with a
 * dash. */
#include "checks/decode/mountinfo.h"

#include <string.h>

enum { ROOT_FIELD = 3, PATH_FIELD = 4 };

/* The field that begins at *at, which goes to the next one; its length. */
static size_t take_field(const char **at, const char *end)
{
    const char *start = *at;
    size_t length;

    while (*at < end && **at != ' ')
        ++*at;
    length = (size_t)(*at - start);
    if (*at < end)
        ++*at;
    return length;
}

static bool is_field(const char *at, size_t length, const char *wanted)
{
    return strlen(wanted) == length && memcmp(at, wanted, length) == 0;
}

/* "\040" and the like, three octal digits, stand for one byte. */
static bool copy_path(const char *from, size_t length, char *path, size_t size)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        char c = from[i];

        if (c == '\\' && length - i > 3) {
            c = (char)((from[i + 1] - '0') << 6 | (from[i + 2] - '0') << 3 |
                       (from[i + 3] - '0'));
            i += 3;
        }
        if (out + 1 >= size)
            return false;
        path[out++] = c;
    }
    if (out >= size)
        return false;
    path[out] = '\0';
    return true;
}

static bool take_line(const char *at, const char *end, const char *type, char *path,
                      size_t size)
{
    const char *mounted = NULL;
    size_t mounted_length = 0;
    bool is_whole = false;
    size_t number = 0;

    for (; at < end; number++) {
        const char *field = at;
        const size_t length = take_field(&at, end);

        if (number == ROOT_FIELD)
            is_whole = is_field(field, length, "/");
        if (number == PATH_FIELD) {
            mounted = field;
            mounted_length = length;
        }
        if (number > PATH_FIELD && is_field(field, length, "-"))
            break;
    }
    if (!is_whole || !mounted || at == end)
        return false;
    return is_field(at, strcspn(at, " \n"), type) &&
           copy_path(mounted, mounted_length, path, size);
}

bool mountinfo_find(const char *mountinfo, const char *type, char *path, size_t size)
{
    const char *at = mountinfo;

    while (*at) {
        const char *end = at + strcspn(at, "\n");

        if (take_line(at, end, type, path, size))
            return true;
        at = *end ? end + 1 : end;
    }
    return false;
}
