/* SPDX-License-Identifier: MIT */
/* Access lists of Windows files: nobody but those who are trusted may change the file
 * that is judged safe. Lines: the owner, the user who is trusted as well, then entries
 * "KIND MASK SID". */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/compiler.h"
#include "checks/host/acl_judgement.h"
#include "tests/fuzz/lib/fuzz.h"

/* Large; one input at a time. */
static struct acl acl;
static struct acl other;

/* A digit stands for one of these; other text is a SID, made printable. */
static const char *const sids[] = {
    "",
    "S-1-5-18",
    "S-1-5-32-544",
    "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
    "S-1-3-4",
    "S-1-1-0",
    "S-1-5-32-545",
    "S-1-5-21-1004336348-1177238915-682003330-1001",
    "S-1-5-180",
    "S-1-5-21-0-0-0-1000",
};

static void take_sid(const char *word, char out[ACL_SID_SIZE])
{
    if (*word >= '0' && *word <= '9' && word[1] == '\0')
        word = sids[*word - '0'];
    (void)snprintf(out, ACL_SID_SIZE, "%s", word);
    for (char *c = out; *c; c++)
        if (*c <= ' ' || *c > '~')
            *c = '?';
}

/* The digit: its kind in the low bits, 4 = for what is made inside. */
static void take_entry(const char *line)
{
    struct acl_entry *entry = &acl.entries[acl.count++];
    char *end;

    *entry = (struct acl_entry){ .kind = ACL_ALLOW };
    if (*line) {
        entry->kind = (enum acl_entry_kind)((unsigned char)*line % 4 % 3);
        entry->inherit_only = (unsigned char)*line & 4;
        line++;
    }
    entry->mask = (uint32_t)strtoul(line, &end, 16);
    take_sid(end + strspn(end, " "), entry->sid);
}

static void take_acl(const uint8_t *data, size_t size)
{
    char *lines[ACL_ENTRIES_MAX + 3];
    size_t count = fuzz_words(data, size, lines, ACL_ENTRIES_MAX + 2);

    acl = (struct acl){ .open = count > 0 && lines[0][0] == '!' };
    if (count > 0)
        take_sid(lines[0] + acl.open, acl.owner);
    if (count > 1)
        take_sid(lines[1], acl.self);
    for (size_t i = 2; i < count; i++)
        take_entry(lines[i]);
    if (count > 0)
        free(lines[0]);
}

static bool is_trusted(const char *sid)
{
    return strcmp(sid, sids[1]) == 0 || strcmp(sid, sids[2]) == 0 ||
           strcmp(sid, sids[3]) == 0 || (acl.self[0] && strcmp(sid, acl.self) == 0);
}

/* By what the bits of an access mask mean (winnt.h): which of them only read. */
static bool only_reads(uint32_t mask, enum acl_use use)
{
    static const unsigned int at_all[] = { 3, 7, 17, 20 };   /* EA, attributes, list */
    static const unsigned int contents[] = { 0, 5, 29, 31 }; /* read, execute */

    for (size_t i = 0; i < ARRAY_COUNT(at_all); i++)
        mask &= ~(UINT32_C(1) << at_all[i]);
    for (size_t i = 0; use == ACL_READABLE && i < ARRAY_COUNT(contents); i++)
        mask &= ~(UINT32_C(1) << contents[i]);
    return mask == 0;
}

static bool is_harmless(const struct acl_entry *entry, enum acl_use use)
{
    if (entry->inherit_only || entry->kind == ACL_DENY)
        return true;
    return entry->kind == ACL_ALLOW &&
           (only_reads(entry->mask, use) || is_trusted(entry->sid) ||
            strcmp(entry->sid, sids[4]) == 0);
}

static bool expect(enum acl_use use)
{
    bool safe = is_trusted(acl.owner) && !acl.open;

    for (size_t i = 0; i < acl.count; i++)
        safe = safe && is_harmless(&acl.entries[i], use);
    return safe;
}

static bool judge(const struct acl *list, enum acl_use use)
{
    struct error err = { 0 };
    const bool safe = acl_judge(list, use, "C:\\x", &err);

    if (!fuzz_outcome(safe, &err)) {
        FUZZ_MUST(err.code == ERR_DENIED);
        FUZZ_MUST(strncmp(err.message, "'C:\\x' is not safe: ", 20) == 0);
    }
    return safe;
}

/* The order of the entries is no help, and a deny entry before all neither. */
static void turn_round(void)
{
    other = acl;
    for (size_t i = 0; i < acl.count; i++)
        other.entries[i] = acl.entries[acl.count - 1 - i];
    if (other.count == ACL_ENTRIES_MAX)
        return;
    memmove(&other.entries[1], &other.entries[0], other.count * sizeof other.entries[0]);
    other.count++;
    other.entries[0] = (struct acl_entry){ .kind = ACL_DENY, .mask = UINT32_MAX };
    (void)snprintf(other.entries[0].sid, ACL_SID_SIZE, "S-1-1-0");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool safe[2];

    take_acl(data, size);
    turn_round();
    for (int use = ACL_READABLE; use <= ACL_PRIVATE; use++) {
        safe[use] = judge(&acl, (enum acl_use)use);
        FUZZ_MUST(safe[use] == expect((enum acl_use)use));
        FUZZ_MUST(safe[use] == judge(&other, (enum acl_use)use));
    }
    FUZZ_MUST(safe[ACL_READABLE] || !safe[ACL_PRIVATE]);
    return 0;
}
