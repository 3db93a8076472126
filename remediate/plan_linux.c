/* SPDX-License-Identifier: MIT */
/* The plan for Linux: protect who listens, then the live values, then our drop-in. */
#include "remediate/plan_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "remediate/drop_in.h"

#define RESERVED_PORTS "net/ipv4/ip_local_reserved_ports"

/* Room for an int64_t or "65535 65535". */
enum { VALUE_SIZE = 24 };

/* "8080,9000-9010", as the kernel prints it (kernel/sysctl.c, proc_do_large_bitmap). */
static void add_port_list(const struct port_set *set, struct text *out)
{
    for (uint32_t port = 0; port <= UINT16_MAX; port++) {
        const uint32_t first = port;

        if (!port_set_has(set, (uint16_t)port))
            continue;
        while (port < UINT16_MAX && port_set_has(set, (uint16_t)(port + 1)))
            port++;
        text_addf(out, "%s%" PRIu32, out->length > 0 ? "," : "", first);
        if (port > first)
            text_addf(out, "-%" PRIu32, port);
    }
}

/* Who listens where the kernel will now hand out ports: TCP and UDP share the list. */
static void find_listeners(const struct plan_facts *facts, struct port_range now,
                           struct port_range wanted, struct port_set *out)
{
    *out = (struct port_set){ 0 };
    for (uint32_t port = wanted.first; port <= wanted.last; port++) {
        bool listens = false;

        for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
            listens |= port_set_has(facts->listeners[i], (uint16_t)port);
        if (listens && !port_range_contains(now, (uint16_t)port))
            port_set_add(out, (uint16_t)port);
    }
}

/* Adds the change from one set of reserved ports to the other. */
static bool add_reserved(struct plan *plan, struct plan_item *item,
                         const struct port_set *now, const struct port_set *wanted,
                         struct error *err)
{
    struct text from = { 0 };
    struct text to = { 0 };
    bool ok;

    add_port_list(now, &from);
    add_port_list(wanted, &to);
    ok = text_ok(&from, err) && text_ok(&to, err) &&
         plan_add(plan, item,
                  &(struct change_words){ .kind = CHANGE_SYSCTL,
                                          .setting = item->result->rule->name,
                                          .place = RESERVED_PORTS,
                                          .from = text_string(&from),
                                          .to = text_string(&to) },
                  err);
    text_clear(&from);
    text_clear(&to);
    return ok;
}

/* Reserves the listeners; an obstacle when that cannot be done. */
static bool reserve(const struct plan_facts *facts, struct plan *plan,
                    struct plan_item *item, const struct port_set *listeners,
                    struct error *err)
{
    struct port_set now = { 0 };
    struct port_set wanted;

    if (port_set_count(listeners) == 0)
        return true;
    if (!facts->reserved || !sysctl_text_port_list(facts->reserved, &now, NULL))
        return plan_obstruct(item,
                             "net.ipv4.ip_local_reserved_ports could not be read, so the "
                             "listeners in the new part cannot be protected",
                             err);
    wanted = now;
    for (size_t i = 0; i < ARRAY_COUNT(wanted.words); i++)
        wanted.words[i] |= listeners->words[i];
    if (port_set_count(&wanted) == port_set_count(&now))
        return true;
    return add_reserved(plan, item, &now, &wanted, err);
}

static bool add_live(struct plan *plan, struct plan_item *item, const char *from,
                     const char *to, struct error *err)
{
    const struct policy_setting *rule = item->result->rule;

    return plan_add(plan, item,
                    &(struct change_words){ .kind = CHANGE_SYSCTL,
                                            .setting = rule->name,
                                            .place = rule->location.path,
                                            .from = from,
                                            .to = to },
                    err);
}

static void format_range(struct port_range range, char out[VALUE_SIZE])
{
    (void)snprintf(out, VALUE_SIZE, "%" PRIu16 " %" PRIu16, range.first, range.last);
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
    const struct port_range wanted =
        plan_hull(now, item->result->rule->recommended.range);
    struct port_set listeners;
    char from[VALUE_SIZE];
    char to[VALUE_SIZE];

    if (port_range_covers(now, wanted))
        return plan_obstruct(item, "a range is never narrowed", err);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!facts->listeners[i])
            return plan_obstruct(item,
                                 "the listeners could not be read, so those in the new "
                                 "part cannot be protected",
                                 err);
    find_listeners(facts, now, wanted, &listeners);
    if (!reserve(facts, plan, item, &listeners, err))
        return false;
    format_range(now, from);
    format_range(wanted, to);
    return item->obstacle || add_live(plan, item, from, to, err);
}

static bool plan_number(struct plan *plan, struct plan_item *item, struct error *err)
{
    char from[VALUE_SIZE];
    char to[VALUE_SIZE];

    (void)snprintf(from, sizeof from, "%" PRId64, item->result->seen->value.number);
    (void)snprintf(to, sizeof to, "%" PRId64, item->result->rule->recommended.number);
    return add_live(plan, item, from, to, err);
}

static bool plan_item(const struct plan_facts *facts, struct plan *plan,
                      struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;

    if (!result->advised)
        return true;
    if (result->target != TARGET_VALUE)
        return plan_obstruct(item, "a sysctl cannot be taken away", err);
    if (!result->seen || result->seen->presence != SETTING_SET)
        return plan_obstruct(item, "the value now is not known", err);
    if (result->rule->kind == SETTING_PORT_RANGE)
        return plan_range(facts, plan, item, err);
    return plan_number(plan, item, err);
}

/*
 * The value that the file gets for the key; NULL = not in the file. The one place that
 * decides what is made to survive a boot.
 */
static const char *persistent_value(const struct plan *plan, const struct drop_in *now,
                                    const char *key)
{
    for (size_t i = 0; i < plan->change_count; i++) {
        const struct change *change = &plan->changes[i];
        char change_key[SETTING_NAME_SIZE];

        drop_in_key(change->place, change_key);
        if (strcmp(change_key, key) == 0)
            return change->to;
    }
    return drop_in_find(now, key);
}

/* Keeps a value that is good now over the next boot. */
static bool persist_unsaved(const struct setting_result *result, const char *key,
                            struct drop_in *wanted, struct error *err)
{
    const struct setting_value *value = &result->seen->value;
    struct text text = { 0 };
    bool ok;

    if (value->kind == SETTING_PORT_RANGE)
        text_addf(&text, "%" PRIu16 " %" PRIu16, value->range.first, value->range.last);
    else
        text_addf(&text, "%" PRId64, value->number);
    ok = text_ok(&text, err) && drop_in_set(wanted, key, text_string(&text), err);
    text_clear(&text);
    return ok;
}

/* Puts the key into the file, unless it has no place there. */
static bool persist(const struct plan *plan, const struct drop_in *now, const char *key,
                    struct drop_in *wanted, struct error *err)
{
    const char *value = persistent_value(plan, now, key);

    return !value || drop_in_set(wanted, key, value, err);
}

/* Whether the value now is what the file should hold; an item that is not in the plan
 * (--only) is not asked for. */
static bool is_unsaved(const struct plan *plan, const struct setting_result *result)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].result == result)
            return result->unsaved && plan->items[i].change_count == 0;
    return false;
}

/* The settings in their order, the reserved ports before the range, then what else the
 * file has. */
static bool compose(const struct verdict *verdict, const struct plan *plan,
                    const struct drop_in *now, struct drop_in *wanted, struct error *err)
{
    char key[SETTING_NAME_SIZE];
    bool ok = true;

    for (size_t i = 0; ok && i < verdict->setting_count; i++) {
        const struct policy_setting *rule = verdict->settings[i].rule;

        if (rule->kind == SETTING_PORT_RANGE) {
            drop_in_key(RESERVED_PORTS, key);
            ok = persist(plan, now, key, wanted, err);
        }
        drop_in_key(rule->location.path, key);
        if (ok && is_unsaved(plan, &verdict->settings[i]))
            ok = persist_unsaved(&verdict->settings[i], key, wanted, err);
        else
            ok = ok && persist(plan, now, key, wanted, err);
    }
    for (size_t i = 0; ok && i < now->count; i++)
        ok = persist(plan, now, now->lines[i].key, wanted, err);
    return ok;
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
    struct drop_in wanted = { 0 };
    bool ok;

    if (facts->drop_in && !drop_in_parse(facts->drop_in, &now, err))
        return error_prefix(err, "%s", facts->drop_in_path);
    ok = compose(facts->verdict, plan, &now, &wanted, err);
    if (ok && !same_values(&now, &wanted))
        ok = add_file(facts, plan, &wanted, err);
    drop_in_clear(&now);
    drop_in_clear(&wanted);
    return ok;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Files are read in the order of their names, tuned after all of them: what comes after
 * ours has the last word, and belongs to someone else. */
static bool name_winner(const struct plan_facts *facts, struct plan_item *item,
                        struct error *err)
{
    const struct setting_result *result = item->result;
    const char *source = result->seen ? result->seen->boot_source : "";
    char obstacle[2 * OBSERVED_NOTE_SIZE];

    if (item->obstacle || (!result->advised && !result->unsaved) || source[0] == '\0' ||
        strcmp(source, facts->drop_in_path) == 0 ||
        (!strstr(source, "/tuned/") &&
         strcmp(name_of(source), name_of(facts->drop_in_path)) < 0))
        return true;
    (void)snprintf(obstacle, sizeof obstacle,
                   "%s has the last word at boot: change it there", source);
    return plan_obstruct(item, obstacle, err);
}

static bool any_unsaved(const struct plan *plan)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (plan->items[i].result->unsaved)
            return true;
    return false;
}

bool plan_linux(const struct plan_facts *facts, struct plan *plan, struct error *err)
{
    for (size_t i = 0; i < plan->item_count; i++)
        if (!plan_item(facts, plan, &plan->items[i], err) ||
            (!facts->container && !name_winner(facts, &plan->items[i], err)))
            return false;
    return (plan->change_count == 0 && !any_unsaved(plan)) || facts->container ||
           plan_drop_in(facts, plan, err);
}
