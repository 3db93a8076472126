/* SPDX-License-Identifier: MIT */
/* The rule about owners and access lists of Windows files. */
#include "checks/host/acl_judgement.h"

#include <inttypes.h>
#include <string.h>

/* Rights that change nothing (winnt.h). Everything that is not named here counts as a
 * way to change the file: WRITE_DATA, DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, ... */
enum {
    RIGHT_READ_DATA = 0x1,
    RIGHT_READ_EA = 0x8,
    RIGHT_EXECUTE = 0x20,
    RIGHT_READ_ATTRIBUTES = 0x80,
    RIGHT_READ_CONTROL = 0x20000,
    RIGHT_SYNCHRONIZE = 0x100000,
    RIGHTS_PRIVATE =
        RIGHT_READ_EA | RIGHT_READ_ATTRIBUTES | RIGHT_READ_CONTROL | RIGHT_SYNCHRONIZE,
    RIGHT_GENERIC_EXECUTE = 0x20000000
};
#define RIGHT_GENERIC_READ UINT32_C(0x80000000) /* no int holds it */

struct known_sid {
    const char *sid;
    const char *name;
};

static const struct known_sid trusted[] = {
    { "S-1-5-18", "SYSTEM" },
    { "S-1-5-32-544", "Administrators" },
    { "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
      "TrustedInstaller" },
};

/* Only for messages; names differ by language, these do not. */
static const struct known_sid others[] = {
    { "S-1-1-0", "Everyone" },
    { "S-1-3-0", "Creator Owner" },
    { "S-1-5-4", "Interactive" },
    { "S-1-5-7", "Anonymous" },
    { "S-1-5-11", "Authenticated Users" },
    { "S-1-5-19", "Local Service" },
    { "S-1-5-20", "Network Service" },
    { "S-1-5-32-545", "Users" },
    { "S-1-5-32-547", "Power Users" },
};

static bool is_trusted(const struct acl *acl, const char *sid)
{
    const char *besides = acl_trusted_besides();

    if (acl->self[0] && strcmp(acl->self, sid) == 0)
        return true;
    if (besides && strcmp(besides, sid) == 0)
        return true;
    for (size_t i = 0; i < ARRAY_COUNT(trusted); i++)
        if (strcmp(trusted[i].sid, sid) == 0)
            return true;
    return false;
}

/* Whose rights are no danger. "Owner Rights" is whoever owns the file: the owner is
 * judged. */
static bool may_have_rights(const struct acl *acl, const char *sid)
{
    return is_trusted(acl, sid) || strcmp(sid, "S-1-3-4") == 0;
}

static const char *name_of(const char *sid)
{
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        if (strcmp(others[i].sid, sid) == 0)
            return others[i].name;
    return sid[0] ? sid : "nobody";
}

static uint32_t allowed_rights(enum acl_use use)
{
    uint32_t rights = RIGHTS_PRIVATE;

    if (use == ACL_READABLE)
        rights |=
            RIGHT_READ_DATA | RIGHT_EXECUTE | RIGHT_GENERIC_EXECUTE | RIGHT_GENERIC_READ;
    return rights;
}

static bool judge_entry(const struct acl *acl, const struct acl_entry *entry,
                        enum acl_use use, const char *path, struct error *err)
{
    uint32_t excess = entry->mask & ~allowed_rights(use);

    if (entry->inherit_only || entry->kind == ACL_DENY)
        return true;
    if (entry->kind == ACL_OTHER)
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: its access list has an entry of an unknown "
                         "kind",
                         path);
    if (excess == 0 || may_have_rights(acl, entry->sid))
        return true;
    return error_set(
        err, ERR_DENIED,
        "'%s' is not safe: %s may %s it (rights 0x%" PRIx32 "): expected only %s", path,
        name_of(entry->sid),
        entry->mask & ~allowed_rights(ACL_READABLE) ? "change" : "lock", entry->mask,
        acl->self[0] ? "administrators, SYSTEM and the user who runs this"
                     : "administrators and SYSTEM");
}

bool acl_judge(const struct acl *acl, enum acl_use use, const char *path,
               struct error *err)
{
    if (!is_trusted(acl, acl->owner))
        return error_set(err, ERR_DENIED,
                         "'%s' is not safe: it belongs to %s, expected Administrators, "
                         "SYSTEM%s",
                         path, name_of(acl->owner),
                         acl->self[0] ? ", TrustedInstaller or the user who runs this"
                                      : " or TrustedInstaller");
    if (acl->open)
        return error_set(
            err, ERR_DENIED,
            "'%s' is not safe: it has no access list, so anyone may change it", path);
    for (size_t i = 0; i < acl->count; i++)
        if (!judge_entry(acl, &acl->entries[i], use, path, err))
            return false;
    return true;
}
