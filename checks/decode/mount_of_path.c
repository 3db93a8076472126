/* SPDX-License-Identifier: MIT */
/* Lines "36 35 98:0 /mnt1 /mnt2 rw,noatime - ext3 /dev/root rw": of the mounts above a
 * path the longest counts, of equally long ones the last. */
#include "checks/decode/mount_of_path.h"

#include <stddef.h>
#include <string.h>

/* The fields that count; lengths in bytes, nothing ends with a NUL. */
struct mount {
    const char *device; /* "98:0" */
    size_t device_length;
    const char *root; /* "/mnt1", in the file system */
    size_t root_length;
    const char *point; /* "/mnt2" */
    size_t point_length;
};

/* Goes over one field and the blanks behind it. */
static const char *take(const char *at, const char **field, size_t *length)
{
    *field = at;
    *length = strcspn(at, " \n");
    at += *length;
    return at + strspn(at, " ");
}

/* A line that ends too early has no point, and is nobody's mount. */
static void read_line(const char *line, struct mount *out)
{
    const char *ignored;
    size_t length;

    line = take(line, &ignored, &length);
    line = take(line, &ignored, &length);
    line = take(line, &out->device, &out->device_length);
    line = take(line, &out->root, &out->root_length);
    (void)take(line, &out->point, &out->point_length);
}

/* A path without the slash at its end: "/" is "". */
static size_t without_slash(const char *path, size_t length)
{
    return length > 0 && path[length - 1] == '/' ? length - 1 : length;
}

static bool is_above(const struct mount *mount, const char *path)
{
    const size_t length = without_slash(mount->point, mount->point_length);

    return strncmp(path, mount->point, length) == 0 &&
           (path[length] == '/' || path[length] == '\0');
}

bool mount_of_path(const char *mountinfo, const char *path, struct text *out)
{
    struct mount found = { 0 };

    for (const char *line = mountinfo; *line; line += line[0] == '\n') {
        struct mount mount = { 0 };

        read_line(line, &mount);
        if (is_above(&mount, path) && mount.point_length >= found.point_length)
            found = mount;
        line += strcspn(line, "\n");
    }
    if (found.point_length == 0)
        return false;
    text_add_bytes(out, found.device, found.device_length);
    text_add(out, " ");
    text_add_bytes(out, found.root, without_slash(found.root, found.root_length));
    text_add(out, path + without_slash(found.point, found.point_length));
    return !out->failed;
}
