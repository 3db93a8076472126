/* SPDX-License-Identifier: MIT */
/* Who listens in a range, and the list that keeps the kernel from handing the port out.
 */
#include "remediate/plan_reserved.h"

#include <inttypes.h>
#include <stdint.h>

#include "checks/decode/sysctl_text.h"
#include "remediate/drop_in.h"

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

static void add_ports(struct port_set *set, const struct port_set *more)
{
    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        set->words[i] |= more->words[i];
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

void plan_find_listeners(const struct plan_facts *facts,
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

bool plan_reserve(const struct plan_facts *facts, struct plan *plan,
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
    plan_find_listeners(facts, item->result->seen, range, &listeners);
    if (port_set_count(&listeners) == 0)
        return true;
    if (!facts->reserved || !sysctl_text_port_list(facts->reserved, &now, NULL))
        return plan_obstruct(item,
                             "net.ipv4.ip_local_reserved_ports could not be read, so the "
                             "listeners in the new part cannot be protected",
                             err);
    wanted = now;
    add_ports(&wanted, &listeners);
    if (port_set_count(&wanted) == port_set_count(&now))
        return true;
    return add_reserved(plan, item, &now, &wanted, err);
}

/* What the files of this host reserve; a list that the kernel would refuse, or a variable
 * of tuned, reserves nothing that could be relied on. */
static void reserved_at_boot(const struct plan_facts *facts, struct port_set *out)
{
    *out = (struct port_set){ 0 };
    if (facts->reserved_boot && !sysctl_text_port_list(facts->reserved_boot, out, NULL))
        *out = (struct port_set){ 0 };
}

bool plan_reserved_to_keep(const struct plan_facts *facts, const char *live,
                           struct text *out)
{
    struct port_set wanted;
    struct port_set boot;

    if (!live || !sysctl_text_port_list(live, &wanted, NULL))
        return false;
    reserved_at_boot(facts, &boot);
    add_ports(&wanted, &boot);
    add_port_list(&wanted, out);
    return true;
}

/* The list in our file. One that someone edited is refused where it has to be rewritten:
 * here it is none. */
static bool own_list(const struct plan_facts *facts, struct port_set *out,
                     struct error *err)
{
    struct drop_in file = { 0 };
    struct error unread = { 0 };
    char key[SETTING_NAME_SIZE];
    const char *list;

    *out = (struct port_set){ 0 };
    if (!facts->drop_in)
        return true;
    if (!drop_in_parse(facts->drop_in, &file, &unread))
        return unread.code != ERR_MEMORY ||
               error_set(err, unread.code, "%s", unread.message);
    drop_in_key(RESERVED_PORTS, key);
    list = drop_in_find(&file, key);
    if (list && !sysctl_text_port_list(list, out, NULL))
        *out = (struct port_set){ 0 };
    drop_in_clear(&file);
    return true;
}

bool plan_add_kept_listeners(const struct plan_facts *facts,
                             const struct observed_setting *range, struct port_set *out,
                             struct error *err)
{
    struct port_range boot;
    struct port_set ours;

    if (!own_list(facts, &ours, err))
        return false;
    if (!range_at_boot(facts, range, &boot))
        return true;
    for (uint32_t port = boot.first; port <= boot.last; port++)
        if (port_set_has(&ours, (uint16_t)port) &&
            (listens(facts, IP_PROTOCOL_TCP, port) ||
             listens(facts, IP_PROTOCOL_UDP, port)))
            port_set_add(out, (uint16_t)port);
    return true;
}

bool plan_obstruct_unreserved(const struct plan_facts *facts, struct plan_item *item,
                              const struct port_set *listeners, struct error *err)
{
    struct port_set lacking = *listeners;
    struct port_set boot;
    struct text list = { 0 };
    struct text obstacle = { 0 };
    bool ok;

    reserved_at_boot(facts, &boot);
    for (size_t i = 0; i < ARRAY_COUNT(boot.words); i++)
        lacking.words[i] &= ~boot.words[i];
    if (port_set_count(&lacking) == 0)
        return true;
    add_port_list(&lacking, &list);
    text_addf(&obstacle,
              "%s has the last word on net.ipv4.ip_local_reserved_ports at boot: reserve "
              "%s there, where someone listens",
              facts->reserved_source, text_string(&list));
    ok = text_ok(&list, err) && text_ok(&obstacle, err) &&
         plan_obstruct(item, text_string(&obstacle), err);
    text_clear(&list);
    text_clear(&obstacle);
    return ok;
}
