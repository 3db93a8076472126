/* SPDX-License-Identifier: MIT */
/* Lines "PPid:\t1", "Uid:\t0\t0\t0\t0". A process gives itself a name, but the kernel
 * escapes the newlines of it, so that every line is the kernel's. */
#include "checks/decode/proc_status.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* What stands behind "FIELD:" on a line of its own; NULL when there is none. */
static const char *find(const char *status, const char *field)
{
    const size_t length = strlen(field);

    while (*status) {
        if (strncmp(status, field, length) == 0 && status[length] == ':')
            return status + length + 1;
        status += strcspn(status, "\n");
        status += *status == '\n';
    }
    return NULL;
}

bool proc_status_number(const char *status, const char *field, uint32_t *out)
{
    const char *at = find(status, field);
    char word[16];
    size_t length;

    if (!at)
        return false;
    at += strspn(at, " \t");
    length = strcspn(at, " \t\n");
    /* What does not fit is no number with its beginning alone either. */
    (void)snprintf(word, sizeof word, "%.*s", (int)length, at);
    return number_parse_u32(word, UINT32_MAX, out, NULL);
}
