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

/* What the next boot makes of the range when nothing is changed. False: not known. */
static bool range_at_boot(const struct plan_facts *facts,
                          const struct observed_setting *range, struct port_range *out)
{
    struct setting_value value = range->boot_value;

    if (range->boot == BOOT_UNKNOWN ||
        (range->boot == BOOT_UNSET &&
         !setting_kernel_default(range->name, &facts->seen->os, &value)))
        return false;
    *out = value.range;
    return true;
}

static bool listens(const struct plan_facts *facts, enum ip_protocol protocol,
                    uint32_t port)
{
    return facts->listeners[protocol] &&
           port_set_has(facts->listeners[protocol], (uint16_t)port);
}

/*
 * Who listens where the kernel will hand out ports now, or after the boot, and has not
 * done so: TCP and UDP share the list. A UDP socket without a peer looks the same whether
 * it serves or the kernel gave it its port for a question (a resolver has thousands of
 * them): in the range of now it is taken for the latter, whose port must not be lost.
 */
static void find_listeners(const struct plan_facts *facts,
                           const struct observed_setting *range, struct port_range wanted,
                           struct port_set *out)
{
    const struct port_range now = range->value.range;
    struct port_range boot = now;

    (void)range_at_boot(facts, range, &boot);
    *out = (struct port_set){ 0 };
    for (uint32_t port = wanted.first; port <= wanted.last; port++) {
        const bool new_now = !port_range_contains(now, (uint16_t)port);
        const bool new_at_boot = !port_range_contains(boot, (uint16_t)port);

        if ((listens(facts, IP_PROTOCOL_TCP, port) && (new_now || new_at_boot)) ||
            (listens(facts, IP_PROTOCOL_UDP, port) && new_now))
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
                    struct plan_item *item, struct port_range range, struct error *err)
{
    struct port_set listeners;
    struct port_set now = { 0 };
    struct port_set wanted;

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!facts->listeners[i])
            return plan_obstruct(item,
                                 "the listeners could not be read, so those in the new "
                                 "part cannot be protected",
                                 err);
    find_listeners(facts, item->result->seen, range, &listeners);
    if (port_set_count(&listeners) == 0)
        return true;
    if (!facts->reserved || !sysctl_text_port_list(facts->reserved, &now, NULL))
        return plan_obstruct(item,
                             "net.ipv4.ip_local_reserved_ports could not be read, so the "
                             "listeners in the new part cannot be protected",
                             err);
    wanted = now;
    for (size_t i = 0; i < ARRAY_COUNT(wanted.words); i++)
        wanted.words[i] |= listeners.words[i];
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
    char from[VALUE_SIZE];
    char to[VALUE_SIZE];

    if (port_range_covers(now, wanted))
        return plan_obstruct(item, "a range is never narrowed", err);
    if (!reserve(facts, plan, item, wanted, err))
        return false;
    format_range(now, from);
    format_range(wanted, to);
    return item->obstacle || add_live(plan, item, from, to, err);
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
           reserve(facts, plan, item, result->seen->value.range, err);
}

static bool plan_item(const struct plan_facts *facts, struct plan *plan,
                      struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;

    if (!result->advised)
        return !result->unsaved || plan_unsaved(facts, plan, item, err);
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
                   !change_of(plan, result->rule->location.path);
    return false;
}

/* The range that the plan brings or keeps. False: none. */
static bool range_to_persist(const struct composition *file,
                             const struct setting_result *result, struct port_range *out)
{
    const struct change *change = change_of(file->plan, result->rule->location.path);

    if (change)
        return sysctl_text_port_range(change->to, out, NULL);
    if (!is_to_keep(file->plan, result))
        return false;
    *out = result->seen->value.range;
    return true;
}

/* The reserved ports: those of now, where they protect listeners in the range. */
static bool compose_reserved(struct composition *file,
                             const struct setting_result *result, struct error *err)
{
    const struct plan_facts *facts = file->facts;
    struct port_set listeners = { 0 };
    struct port_set reserved = { 0 };
    struct port_range range;
    struct text list = { 0 };
    char key[SETTING_NAME_SIZE];
    bool ok;

    if (range_to_persist(file, result, &range))
        find_listeners(facts, result->seen, range, &listeners);
    if (port_set_count(&listeners) == 0 || change_of(file->plan, RESERVED_PORTS) ||
        !sysctl_text_port_list(facts->reserved, &reserved, NULL))
        return persist(file, RESERVED_PORTS, err);
    add_port_list(&reserved, &list);
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
        return persist(file, rule->location.path, err);
    drop_in_key(rule->location.path, key);
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
    const struct change *change = change_of(plan, result->rule->location.path);
    char boot[VALUE_SIZE];
    char wanted[VALUE_SIZE];

    format_value(&result->seen->boot_value, boot);
    format_value(&result->seen->value, wanted);
    return change_same_value(CHANGE_SYSCTL, boot, change ? change->to : wanted);
}

/* Files are read in the order of their names, tuned after all of them: what comes after
 * ours has the last word, and belongs to someone else. */
static bool name_winner(const struct plan_facts *facts, const struct plan *plan,
                        struct plan_item *item, struct error *err)
{
    const struct setting_result *result = item->result;
    const char *source = result->seen ? result->seen->boot_source : "";
    char obstacle[2 * OBSERVED_NOTE_SIZE];

    if (item->obstacle || (!result->advised && !result->unsaved) || source[0] == '\0' ||
        strcmp(source, facts->drop_in_path) == 0 ||
        (!strstr(source, "/tuned/") &&
         strcmp(name_of(source), name_of(facts->drop_in_path)) < 0) ||
        is_right_at_boot(plan, result))
        return true;
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
