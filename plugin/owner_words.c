/* SPDX-License-Identifier: MIT */
/* Names those whom an output may name, and of a cause those who are proven to have it. */
#include "plugin/owner_words.h"

#include <assert.h>

#include "checks/base/compiler.h"
#include "checks/cause_owners.h"

/* Begins perfdata, or is removed from an alert's line by Nagios, or mangled by Zabbix. */
static const char forbidden[] = "|~$&'\"<>;`\\";

static const struct {
    const char *before_name;
    const char *without_name;
} kinds[] = {
    [OWNER_USER] = { "user ", "an unknown user" },
    [OWNER_UNIT] = { "", "a unit" },
    [OWNER_CONTAINER] = { "container ", "a container" },
    [OWNER_POD] = { "pod ", "a pod" },
    [OWNER_ENDED_UNIT] = { "", "an ended unit" },
    [OWNER_OTHER_CONTAINER] = { "", "another container" },
    [OWNER_SYSTEM] = { "", "System (HTTP.sys)" },
};
static_assert(ARRAY_COUNT(kinds) == OWNER_KIND_COUNT, "every kind has words");

static void add_name(const char *before, const char *name, struct text *out)
{
    text_add(out, before);
    text_add_clean(out, name, forbidden);
}

static void add_user(const struct owner *owner, enum owners_shown shown, struct text *out)
{
    if (owner->person && shown != OWNERS_FULL)
        text_add(out, "a login user");
    else if (owner->user[0])
        add_name(kinds[OWNER_USER].before_name, owner->user, out);
    else if (owner->program[0])
        add_name("", owner->program, out);
    else
        text_add(out, kinds[OWNER_USER].without_name);
}

void owner_words(const struct owner *owner, enum owners_shown shown, struct text *out)
{
    if (shown == OWNERS_NONE)
        return;
    if (owner->kind == OWNER_USER)
        add_user(owner, shown, out);
    else if (owner->name[0])
        add_name(kinds[owner->kind].before_name, owner->name, out);
    else
        text_add(out, kinds[owner->kind].without_name);
}

void owner_words_of_cause(const struct observation *seen, enum metric_id metric,
                          enum cause cause, enum owners_shown shown, struct text *out)
{
    struct cause_owners owners;

    cause_owners(seen, metric, cause, &owners);
    if (owners.count == 0 || shown == OWNERS_NONE)
        return;
    owner_words(&seen->owners.list[owners.list[0].owner], shown, out);
    if (owners.count > 1)
        text_addf(out, " and %zu other%s", owners.count - 1, owners.count > 2 ? "s" : "");
}
