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

/* Whom an output that travels must not name. */
static bool is_hidden(const struct owner *owner, enum owners_shown shown)
{
    return owner->person && shown != OWNERS_FULL;
}

const char *owner_user_shown(const struct owner *owner, enum owners_shown shown)
{
    if (shown == OWNERS_NONE)
        return "";
    return is_hidden(owner, shown) ? "a login user" : owner->user;
}

const char *owner_program_shown(const struct owner *owner, enum owners_shown shown)
{
    if (shown == OWNERS_NONE || is_hidden(owner, shown))
        return "";
    return shown == OWNERS_FULL || owner->user[0] == '\0' ? owner->program : "";
}

bool owner_pids_shown(enum owners_shown shown)
{
    return shown == OWNERS_FULL;
}

static void add_user(const struct owner *owner, enum owners_shown shown, struct text *out)
{
    const char *user = owner_user_shown(owner, shown);
    const char *program = owner_program_shown(owner, shown);

    if (is_hidden(owner, shown))
        text_add(out, user);
    else if (user[0])
        add_name(kinds[OWNER_USER].before_name, user, out);
    else if (program[0])
        add_name("", program, out);
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
