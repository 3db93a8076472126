/* SPDX-License-Identifier: MIT */
/* The plan for Linux: protect who listens, then the live values, then our drop-in. */
#include "remediate/plan_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "remediate/drop_in.h"
#include "remediate/plan_reserved.h"

/* Room for an int64_t or "65535 65535". */
enum { VALUE_SIZE = 24 };

static bool add_live(struct plan *plan, struct plan_item *item, const char *from,
                     const char *to, struct error *err)
{
    const struct policy_setting *rule = item->result->rule;

    return plan_add(plan, item,
                    &(struct change_words){ .kind = CHANGE_SYSCTL,
                                            .setting = rule->name,
                                            .place = rule->place.path,
                                            .from = from,
                                            .to = to },
                    err);
}

static void format_range(struct port_range range, char out[VALUE_SIZE])
{
    (void)snprintf(out, VALUE_SIZE, "%" PRIu16 " %" PRIu16, range.first, range.last);
}

/*
 * The kernel refuses a range that begins below net.ipv4.ip_unprivileged_port_start
 * (net/ipv4/sysctl_net_ipv4.c), as it refuses that setting above the range of now: ports
 * below it are kept for services.
 */
static bool limit_range(const struct plan_facts *facts, struct port_range now,
                        struct port_range *wanted)
{
    const uint16_t start = facts->unprivileged_start;

    if (start <= wanted->first)
        return false;
    wanted->first = start < now.first ? start : now.first;
    return true;
}

static bool obstruct_limited(const struct plan_facts *facts, struct plan_item *item,
                             struct error *err)
{
    char obstacle[OBSERVED_NOTE_SIZE];

    (void)snprintf(obstacle, sizeof obstacle,
                   "limited by net.ipv4.ip_unprivileged_port_start = %" PRIu16
                   ": the kernel takes no range that begins below it",
                   facts->unprivileged_start);
    return plan_obstruct(item, obstacle, err);
}

/*
 * The hull of the range now and the recommended one. The kernel prefers ends of different
 * parity (it warns once, net/ipv4/sysctl_net_ipv4.c); a hull that has them equal is kept:
 * a port fewer would narrow it.
 */
static bool plan_range(const struct plan_facts *facts, struct plan *plan,
                       struct plan_item *item, struct error *err)
{
    const struct port_range now = item->result->seen->value.range;
    struct port_range wanted = plan_hull(now, item->result->rule->recommended.range);
    const bool limited = limit_range(facts, now, &wanted);
    char from[VALUE_SIZE];
    char to[VALUE_SIZE];

    if (port_range_covers(now, wanted))
        return limited ? obstruct_limited(facts, item, err)
                       : plan_obstruct(item, "a range is never narrowed", err);
    if (!plan_reserve(facts, plan, item, wanted, err))
        return false;
    if (item->obstacle)
        return true;
    format_range(now, from);
    format_range(wanted, to);
    return add_live(plan, item, from, to, err) &&
           (!limited || obstruct_limited(facts, item, err));
}

static void format_value(const struct setting_value *value, char out[VALUE_SIZE])
{
    if (value->kind == SETTING_PORT_RANGE)
        format_range(value->range, out);
    else
        (void)snprintf(out, VALUE_SIZE, "%" PRId64, value->number);
}

static bool plan_number(struct plan *plan, struct plan_item *item, struct error *err)
{
    char from[VALUE_SIZE];
    char to[VALUE_SIZE];

    format_value(&item->result->seen->value, from);
    format_value(&item->result->rule->recommended, to);
    return add_live(plan, item, from, to, err);
}

/* A value that only has to be kept needs no change of itself; a range that is wider than
 * the next boot would make it needs its listeners protected. */
static bool plan_unsaved(const struct plan_facts *facts, struct plan *plan,
                         struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;

    return result->rule->kind != SETTING_PORT_RANGE || facts->container ||
           plan_reserve(facts, plan, item, result->seen->value.range, err);
}

static bool plan_item(const struct plan_facts *facts, struct plan *plan,
                      struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;

    if (!result->advised && !result->unsaved)
        return true;
    /* The writer would refuse it, and the whole run with it. */
    if (!place_sysctl_in_reach(result->rule->place.path))
        return plan_obstruct(
            item, "this program changes no sysctl but those below " PLACE_SYSCTL_REACH,
            err);
    if (!result->advised)
        return plan_unsaved(facts, plan, item, err);
    if (result->target != TARGET_VALUE)
        return plan_obstruct(item, "a sysctl cannot be taken away", err);
    if (!result->seen || result->seen->presence != SETTING_SET)
        return plan_obstruct(item, "the value now is not known", err);
    if (result->rule->kind == SETTING_PORT_RANGE)
        return plan_range(facts, plan, item, err);
    return plan_number(plan, item, err);
}

/* The live change of the place, NULL when it has none. */
static const struct change *change_of(const struct plan *plan, const char *place)
{
    for (size_t i = 0; i < plan->change_count; i++)
        if (strcmp(plan->changes[i].place, place) == 0)
            return &plan->changes[i];
    return NULL;
}

/* The file that is being put together. */
struct composition {
    const struct plan_facts *facts;
    const struct plan *plan;
    const struct drop_in *now;
    struct drop_in wanted;
};

/* Puts the key of the place into the file: with the value of its change, else the one
 * that the file has, else not at all. */
static bool persist(struct composition *file, const char *place, struct error *err)
{
    const struct change *change = change_of(file->plan, place);
    char key[SETTING_NAME_SIZE];
    const char *value;

    drop_in_key(place, key);
    value = change ? change->to : drop_in_find(file->now, key);
    return !value || drop_in_set(&file->wanted, key, value, err);
}

/* Whether the setting is good as it is and must be kept over the next boot; not one that
 * --only leaves out. */
static bool is_to_keep(const struct plan *plan, const struct setting_result *result)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].result == result)
            return result->unsaved && !plan->items[i].obstacle &&
                   !change_of(plan, result->rule->place.path);
    return false;
}

/* The range that the plan brings or keeps. False: none. */
static bool range_to_persist(const struct plan *plan, const struct setting_result *result,
                             struct port_range *out)
{
    const struct change *change = change_of(plan, result->rule->place.path);

    if (change)
        return sysctl_text_port_range(change->to, out, NULL);
    if (!is_to_keep(plan, result))
        return false;
    *out = result->seen->value.range;
    return true;
}

/* The reserved ports, where they protect listeners in the range. */
static bool compose_reserved(struct composition *file,
                             const struct setting_result *result, struct error *err)
{
    const struct change *change = change_of(file->plan, RESERVED_PORTS);
    struct port_set listeners = { 0 };
    struct port_range range;
    struct text list = { 0 };
    char key[SETTING_NAME_SIZE];
    bool ok;

    if (range_to_persist(file->plan, result, &range))
        plan_find_listeners(file->facts, result->seen, range, &listeners);
    if ((!change && port_set_count(&listeners) == 0) ||
        !plan_reserved_to_keep(file->facts, change ? change->to : file->facts->reserved,
                               &list))
        return persist(file, RESERVED_PORTS, err);
    drop_in_key(RESERVED_PORTS, key);
    ok = text_ok(&list, err) && drop_in_set(&file->wanted, key, text_string(&list), err);
    text_clear(&list);
    return ok;
}

static bool compose_setting(struct composition *file, const struct setting_result *result,
                            struct error *err)
{
    const struct policy_setting *rule = result->rule;
    char key[SETTING_NAME_SIZE];
    char value[VALUE_SIZE];

    if (rule->kind == SETTING_PORT_RANGE && !compose_reserved(file, result, err))
        return false;
    if (!is_to_keep(file->plan, result))
        return persist(file, rule->place.path, err);
    drop_in_key(rule->place.path, key);
    format_value(&result->seen->value, value);
    return drop_in_set(&file->wanted, key, value, err);
}

/* The settings in their order, the reserved ports before the range, then what else the
 * file has. */
static bool compose(struct composition *file, struct error *err)
{
    const struct verdict *verdict = file->facts->verdict;
    const struct drop_in *now = file->now;

    for (size_t i = 0; i < verdict->setting_count; i++)
        if (!compose_setting(file, &verdict->settings[i], err))
            return false;
    for (size_t i = 0; i < now->count; i++)
        if (!drop_in_find(&file->wanted, now->lines[i].key) &&
            !drop_in_set(&file->wanted, now->lines[i].key, now->lines[i].value, err))
            return false;
    return true;
}

/* Every key of `now` is in `wanted` too. */
static bool same_values(const struct drop_in *now, const struct drop_in *wanted)
{
    for (size_t i = 0; i < wanted->count; i++) {
        const char *value = drop_in_find(now, wanted->lines[i].key);

        if (!value || !change_same_value(CHANGE_SYSCTL, value, wanted->lines[i].value))
            return false;
    }
    return true;
}

static bool add_file(const struct plan_facts *facts, struct plan *plan,
                     const struct drop_in *wanted, struct error *err)
{
    struct text contents = { 0 };
    bool ok;

    drop_in_format(wanted, facts->drop_in_note, &contents);
    ok = text_ok(&contents, err) &&
         plan_add(plan, NULL,
                  &(struct change_words){ .kind = CHANGE_FILE,
                                          .setting = PLAN_DROP_IN,
                                          .place = facts->drop_in_path,
                                          .from = facts->drop_in,
                                          .to = text_string(&contents) },
                  err);
    text_clear(&contents);
    return ok;
}

static bool plan_drop_in(const struct plan_facts *facts, struct plan *plan,
                         struct error *err)
{
    struct drop_in now = { 0 };
    struct composition file = { .facts = facts, .plan = plan, .now = &now };
    bool ok;

    if (facts->drop_in && !drop_in_parse(facts->drop_in, &now, err))
        return error_prefix(err, "%s", facts->drop_in_path);
    ok = compose(&file, err);
    if (ok && !same_values(&now, &file.wanted))
        ok = add_file(facts, plan, &file.wanted, err);
    drop_in_clear(&now);
    drop_in_clear(&file.wanted);
    return ok;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Whether the next boot brings what the plan makes of the setting, whoever sees to it. */
static bool is_right_at_boot(const struct plan *plan, const struct setting_result *result)
{
    const struct change *change = change_of(plan, result->rule->place.path);
    char boot[VALUE_SIZE];
    char wanted[VALUE_SIZE];

    format_value(&result->seen->boot_value, boot);
    format_value(&result->seen->value, wanted);
    return change_same_value(CHANGE_SYSCTL, boot, change ? change->to : wanted);
}

/* Files are read in the order of their names, tuned after all of them: what comes after
 * ours has the last word, and belongs to someone else. `source` "" or NULL = no file. */
static bool has_last_word(const struct plan_facts *facts, const char *source)
{
    if (!source || source[0] == '\0' || strcmp(source, facts->drop_in_path) == 0)
        return false;
    return strstr(source, "/tuned/") ||
           strcmp(name_of(source), name_of(facts->drop_in_path)) >= 0;
}

/* A later file may take the reserved ports away, which ours brings along with the range:
 * the range would then be wide, and its listeners without protection. */
static bool name_reserved_winner(const struct plan_facts *facts, const struct plan *plan,
                                 struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;
    struct port_set listeners = { 0 };
    struct port_range range;

    if (item->obstacle || result->rule->kind != SETTING_PORT_RANGE || !result->seen ||
        result->seen->presence != SETTING_SET ||
        !has_last_word(facts, facts->reserved_source))
        return true;
    if (range_to_persist(plan, result, &range))
        plan_find_listeners(facts, result->seen, range, &listeners);
    return plan_add_kept_listeners(facts, result->seen, &listeners, err) &&
           plan_obstruct_unreserved(facts, item, &listeners, err);
}

static bool name_winner(const struct plan_facts *facts, const struct plan *plan,
                        struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;
    const char *source = result->seen ? result->seen->boot_source : "";
    char obstacle[2 * OBSERVED_NOTE_SIZE];

    if (item->obstacle || (!result->advised && !result->unsaved) ||
        !has_last_word(facts, source) || is_right_at_boot(plan, result))
        return name_reserved_winner(facts, plan, item, err);
    (void)snprintf(obstacle, sizeof obstacle,
                   "%s has the last word at boot: change it there", source);
    return plan_obstruct(item, obstacle, err);
}

/* Whether the file has something to keep that no change would bring there. */
static bool any_to_keep(const struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (is_to_keep(plan, plan->items[i].result))
            return true;
    return false;
}

bool plan_linux(const struct plan_facts *facts, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (!plan_item(facts, plan, &plan->items[i], err))
            return false;
    if (facts->container)
        return true;
    if ((plan->change_count > 0 || any_to_keep(plan)) && !plan_drop_in(facts, plan, err))
        return false;
    for (size_t i = 0; i < plan->item_count; i++)
        if (!name_winner(facts, plan, &plan->items[i], err))
            return false;
    return true;
}
