/* SPDX-License-Identifier: MIT */
/* Reads the text of an access list, entry by entry. */
#include "tests/windows-kit/lib/remedy_access.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Rights that read (winnt.h): FILE_GENERIC_READ, FILE_GENERIC_EXECUTE, GENERIC_READ and
 * GENERIC_EXECUTE; without the data: FILE_READ_EA, FILE_READ_ATTRIBUTES, READ_CONTROL,
 * SYNCHRONIZE. */
#define READING UINT32_C(0xa01200a9)
#define LOOKING UINT32_C(0x00120088)

enum { SID_SIZE = 192, ACE_PARTS = 6 };

/* What an SDDL string writes in two letters; any other two are everything. */
static const struct {
    char letters[3];
    uint32_t mask;
} rights[] = {
    { "GR", 0x80000000 }, { "GX", 0x20000000 }, { "RC", 0x20000 },
    { "FR", 0x120089 },   { "FX", 0x1200a0 },   { "CC", 0x1 },
    { "SW", 0x8 },        { "WP", 0x20 },       { "LO", 0x80 },
};

static const char *const trusted[] = {
    "SY",
    "BA",
    "S-1-5-18",
    "S-1-5-32-544",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
};

static bool is_trusted(const char *sid, size_t length)
{
    for (size_t i = 0; i < ARRAY_COUNT(trusted); i++)
        if (strlen(trusted[i]) == length && strncmp(trusted[i], sid, length) == 0)
            return true;
    return false;
}

static uint32_t mask_of_letters(const char *letters)
{
    for (size_t i = 0; i < ARRAY_COUNT(rights); i++)
        if (strncmp(rights[i].letters, letters, 2) == 0)
            return rights[i].mask;
    return UINT32_MAX;
}

static uint32_t mask_of(const char *words, size_t length)
{
    uint32_t mask = 0;

    if (length > 2 && strncmp(words, "0x", 2) == 0)
        return (uint32_t)strtoul(words, NULL, 16);
    if (length % 2 != 0)
        return UINT32_MAX;
    for (size_t i = 0; i < length; i += 2)
        mask |= mask_of_letters(words + i);
    return mask;
}

static bool denied(const char *part, size_t length, const char *why, struct error *err)
{
    return error_set(err, ERR_DENIED, "%.*s: %s", (int)(length < 200 ? length : 200),
                     part, why);
}

/* One entry between its parentheses: "A;OICI;0x1200a9;;;BU". */
static bool judge_entry(const char *entry, size_t length, enum acl_use use,
                        struct error *err)
{
    const uint32_t allowed = use == ACL_READABLE ? READING : LOOKING;
    const char *parts[ACE_PARTS] = { entry };
    size_t count = 1;
    const char *end = entry + length;

    for (const char *at = entry; at < end && count < ACE_PARTS; at++)
        if (*at == ';')
            parts[count++] = at + 1;
    if (count < ACE_PARTS)
        return denied(entry, length, "an entry that nobody understands", err);
    if (strncmp(entry, "D;", 2) == 0)
        return true;
    if (strncmp(entry, "A;", 2) != 0)
        return denied(entry, length, "an entry of another kind than allow and deny", err);
    if ((mask_of(parts[2], (size_t)(parts[3] - parts[2] - 1)) & ~allowed) == 0 ||
        is_trusted(parts[5], (size_t)(end - parts[5])))
        return true;
    return denied(entry, length,
                  "more than is allowed to others than SYSTEM and administrators", err);
}

static bool judge_list(const char *list, enum acl_use use, struct error *err)
{
    const size_t flags = strcspn(list, "(");

    if (flags == 0 || !memchr(list, 'P', flags))
        return denied(list, strlen(list), "rights are inherited from above", err);
    for (const char *at = list + flags; *at == '(';) {
        size_t length = strcspn(at + 1, ")");

        if (!judge_entry(at + 1, length, use, err))
            return false;
        at += 1 + length + (at[1 + length] == ')');
    }
    return true;
}

bool remedy_judge_sddl(const char *sddl, enum acl_use use, struct error *err)
{
    const char *list = strstr(sddl, "D:");
    size_t owner;

    if (strncmp(sddl, "O:", 2) != 0 || !list || strncmp(list, "D:NO_ACCESS", 11) == 0)
        return denied(sddl, strlen(sddl), "no owner, or no access list", err);
    owner = strcspn(sddl + 2, ":") - 1; /* the letter of what follows */
    if (!is_trusted(sddl + 2, owner))
        return denied(sddl, owner + 2, "belongs to neither SYSTEM nor administrators",
                      err);
    return judge_list(list + 2, use, err);
}
