/* SPDX-License-Identifier: MIT */
/* Lines "HIERARCHY:CONTROLLERS:PATH". With both versions mounted a process of a container
 * is in its group of version 1, and in some unit's of version 2 or in none: a container
 * or a pod that any line names counts. */
#include "checks/decode/cgroup_line.h"

#include <stddef.h>
#include <string.h>

enum { PATH_SIZE = 4096 }; /* longer ones are cut */

/* How much a line tells: one that names a container counts most. */
enum telling { TELLS_NOTHING, TELLS_OTHER, TELLS_OF_SYSTEMD, TELLS_VERSION_2, CONTAINS };

static enum telling telling_of(const char *line, size_t controllers, size_t length,
                               const struct cgroup_owner *owner)
{
    static const char systemd[] = "name=systemd";

    if (owner->kind == OWNER_CONTAINER || owner->kind == OWNER_POD)
        return CONTAINS;
    if (owner->kind == OWNER_USER && !owner->has_uid)
        return TELLS_NOTHING;
    if (length == 0)
        return TELLS_VERSION_2;
    return length == strlen(systemd) && memcmp(line + controllers, systemd, length) == 0
               ? TELLS_OF_SYSTEMD
               : TELLS_OTHER;
}

/* A line without two colons tells nothing. */
static enum telling decode_line(const char *line, size_t length, struct cgroup_owner *out)
{
    const char *first = memchr(line, ':', length);
    const char *second =
        first ? memchr(first + 1, ':', length - (size_t)(first + 1 - line)) : NULL;
    char path[PATH_SIZE];
    size_t path_length;

    if (!second)
        return TELLS_NOTHING;
    path_length = length - (size_t)(second + 1 - line);
    if (path_length >= sizeof path)
        path_length = sizeof path - 1;
    memcpy(path, second + 1, path_length);
    path[path_length] = '\0';
    cgroup_path_decode(path, out);
    return telling_of(line, (size_t)(first + 1 - line), (size_t)(second - first - 1),
                      out);
}

void cgroup_line_decode(const char *text, struct cgroup_owner *out)
{
    enum telling best = TELLS_NOTHING;

    *out = (struct cgroup_owner){ 0 };
    while (*text) {
        const size_t length = strcspn(text, "\n");
        struct cgroup_owner owner;
        const enum telling telling = decode_line(text, length, &owner);

        if (telling > best) {
            best = telling;
            *out = owner;
        }
        text += length;
        text += *text == '\n';
    }
}
