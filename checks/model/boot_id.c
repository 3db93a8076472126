/* SPDX-License-Identifier: MIT */
/* Identities of boots, with a mark or without one. */
#include "checks/model/boot_id.h"

#include <stddef.h>
#include <string.h>

static const char before_mark[] = "; mark ";

void boot_id_add_mark(const char *mark, struct text *out)
{
    text_addf(out, "%s%s", before_mark, mark);
}

/* NULL when it has none. */
static const char *mark_of(const char *id)
{
    const char *found = strstr(id, before_mark);

    return found ? found + sizeof before_mark - 1 : NULL;
}

/* Length of what the system told, bytes. */
static size_t told_length(const char *id)
{
    const char *found = strstr(id, before_mark);

    return found ? (size_t)(found - id) : strlen(id);
}

static bool is_told_same(const char *then, const char *now)
{
    size_t length = told_length(then);

    return length > 0 && length == told_length(now) && memcmp(then, now, length) == 0;
}

bool boot_id_is_same(const char *then, const char *now)
{
    const char *recorded = mark_of(then);
    const char *present = mark_of(now);

    if (!recorded || (present && strcmp(present, BOOT_MARK_UNREAD) == 0))
        return is_told_same(then, now);
    return present && strcmp(recorded, present) == 0;
}
