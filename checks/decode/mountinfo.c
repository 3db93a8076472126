/* SPDX-License-Identifier: MIT */
/* "36 35 98:0 / /mnt rw,noatime master:1 - ext3 /dev/root rw": optional fields end with a
 * dash. */
#include "checks/decode/mountinfo.h"

#include <string.h>

#include "checks/base/number.h"

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

/* What "\040" and the like, three octal digits, stand for; -1 = it is no such thing. */
static int escaped_byte(const char *at, size_t length)
{
    int byte = 0;

    if (length < 4 || at[0] != '\\')
        return -1;
    for (int i = 1; i < 4; i++) {
        if (at[i] < '0' || at[i] > '7')
            return -1;
        byte = byte * 8 + (at[i] - '0');
    }
    return byte;
}

static bool copy_path(const char *from, size_t length, char *path, size_t size)
{
    size_t out = 0;

    for (size_t i = 0; i < length; i++) {
        const int byte = escaped_byte(from + i, length - i);

        if (out + 1 >= size)
            return false;
        path[out] = from[i];
        if (byte >= 0) {
            path[out] = (char)byte;
            i += 3;
        }
        out++;
    }
    if (out >= size)
        return false;
    path[out] = '\0';
    return true;
}

/* The fields that count; lengths in bytes, nothing ends with a NUL. */
struct mount_line {
    const char *root; /* in the file system: "/", "net:[4026531840]" */
    size_t root_length;
    const char *path; /* where it is mounted, with escapes */
    size_t path_length;
    const char *type; /* of the file system */
    size_t type_length;
};

/* False for a line that is none. */
static bool read_line(const char *at, const char *end, struct mount_line *out)
{
    size_t number = 0;

    *out = (struct mount_line){ 0 };
    for (; at < end; number++) {
        const char *field = at;
        const size_t length = take_field(&at, end);

        if (number == ROOT_FIELD) {
            out->root = field;
            out->root_length = length;
        }
        if (number == PATH_FIELD) {
            out->path = field;
            out->path_length = length;
        }
        if (number > PATH_FIELD && is_field(field, length, "-"))
            break;
    }
    out->type = at;
    out->type_length = strcspn(at, " \n");
    return out->path && at < end;
}

/* The line after that one, or the final NUL. */
static const char *next_line(const char *end)
{
    return *end ? end + 1 : end;
}

bool mountinfo_find(const char *mountinfo, const char *type, char *path, size_t size)
{
    for (const char *at = mountinfo, *end; *at; at = next_line(end)) {
        struct mount_line line;

        end = at + strcspn(at, "\n");
        if (read_line(at, end, &line) && is_field(line.root, line.root_length, "/") &&
            is_field(line.type, line.type_length, type) &&
            copy_path(line.path, line.path_length, path, size))
            return true;
    }
    return false;
}

/* "net:[4026532281]" */
static bool read_inode(const struct mount_line *line, uint64_t *out)
{
    static const char start[] = "net:[";
    const size_t around = strlen(start) + 1;
    char digits[21];
    uint32_t inode;

    if (line->root_length <= around || line->root_length - around >= sizeof digits ||
        strncmp(line->root, start, strlen(start)) != 0 ||
        line->root[line->root_length - 1] != ']')
        return false;
    memcpy(digits, line->root + strlen(start), line->root_length - around);
    digits[line->root_length - around] = '\0';
    if (!number_parse_u32(digits, UINT32_MAX, &inode, NULL))
        return false;
    *out = inode;
    return true;
}

bool mountinfo_net_namespaces(const char *mountinfo, net_mount_visitor *visit,
                              void *context)
{
    for (const char *at = mountinfo, *end; *at; at = next_line(end)) {
        struct mount_line line;
        uint64_t inode;
        char path[MOUNT_PATH_SIZE];

        end = at + strcspn(at, "\n");
        if (read_line(at, end, &line) && is_field(line.type, line.type_length, "nsfs") &&
            read_inode(&line, &inode) &&
            copy_path(line.path, line.path_length, path, sizeof path) &&
            !visit(context, inode, path))
            return false;
    }
    return true;
}
