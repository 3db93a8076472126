/* SPDX-License-Identifier: MIT */
/* Listeners that a range would run over, now or after the boot. */
#include "remediate/planner_reserve.h"

#include <stdint.h>
#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "checks/decode/sysctl_value.h"
#include "checks/model/service_ports.h"
#include "remediate/drop_in.h"

static void add_ports(struct port_set *set, const struct port_set *more)
{
    for (size_t i = 0; i < ARRAY_COUNT(set->words); i++)
        set->words[i] |= more->words[i];
}

/* A list that the kernel would refuse, or a variable of tuned, reserves nothing that
 * could be relied on. */
static void read_list(const char *list, struct port_set *out)
{
    *out = (struct port_set){ 0 };
    if (list && !sysctl_take_port_list(list, out, NULL))
        *out = (struct port_set){ 0 };
}

/* What the next boot makes of the range when nothing is changed. False: not known. */
static bool range_at_boot(const struct plan_input *input,
                          const struct observed_setting *range, struct port_range *out)
{
    struct setting_value value = range->boot_value;

    if (range->boot == BOOT_UNKNOWN ||
        (range->boot == BOOT_UNSET &&
         !setting_kernel_default(range->name, &input->seen->os, &value)))
        return false;
    *out = value.range;
    return true;
}

static bool listens(const struct plan_input *input, enum ip_protocol protocol,
                    uint32_t port)
{
    return input->listeners[protocol] &&
           port_set_has(input->listeners[protocol], (uint16_t)port);
}

/*
 * Who listens where the kernel will hand out ports now, or after the boot, and has not
 * done so: TCP and UDP share the list. A UDP socket without a peer looks the same whether
 * it serves or the kernel gave it its port for a question (a resolver has thousands of
 * them): in the range of now it is taken for the latter, whose port must not be lost.
 */
static void find_listeners(const struct plan_input *input,
                           const struct observed_setting *range, struct port_range wanted,
                           struct port_set *out)
{
    const struct port_range now = range->value.range;
    struct port_range boot = now;

    (void)range_at_boot(input, range, &boot);
    *out = (struct port_set){ 0 };
    for (uint32_t port = wanted.first; port <= wanted.last; port++) {
        const bool new_now = !port_range_contains(now, (uint16_t)port);
        const bool new_at_boot = !port_range_contains(boot, (uint16_t)port);

        if ((listens(input, IP_PROTOCOL_TCP, port) && (new_now || new_at_boot)) ||
            (listens(input, IP_PROTOCOL_UDP, port) && new_now))
            port_set_add(out, (uint16_t)port);
    }
}

/* Begins the list anew, once: what is reserved now, and at boot. */
static bool read_live(const struct plan_input *input, struct plan *plan,
                      struct plan_item *item, const char *obstacle, struct error *err)
{
    struct plan_reserve *reserve = &plan->reserve;

    if (reserve->item == item)
        return true;
    if (!input->reserved || !sysctl_text_port_list(input->reserved, &reserve->live, NULL))
        return plan_obstruct(item, obstacle, err);
    reserve->item = item;
    read_list(input->reserved_boot, &reserve->boot);
    reserve->wanted = reserve->live;
    return true;
}

bool planner_reserve(const struct plan_input *input, struct plan *plan,
                     struct plan_item *item, struct port_range range, struct error *err)
{
    struct port_set listeners;

    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (!input->listeners[i])
            return plan_obstruct(item,
                                 "the listeners could not be read, so those in the new "
                                 "part cannot be protected",
                                 err);
    find_listeners(input, item->result->seen, range, &listeners);
    if (port_set_count(&listeners) == 0)
        return true;
    if (!read_live(input, plan, item,
                   "net.ipv4.ip_local_reserved_ports could not be read, so the listeners "
                   "in the new part cannot be protected",
                   err))
        return false;
    if (!item->obstacle)
        add_ports(&plan->reserve.wanted, &listeners);
    return true;
}

bool planner_reserve_services(const struct plan_input *input, struct plan *plan,
                              struct plan_item *item, struct error *err)
{
    struct plan_reserve *reserve = &plan->reserve;

    if (!read_live(input, plan, item,
                   "net.ipv4.ip_local_reserved_ports could not be read, so the services "
                   "in the range cannot be protected",
                   err))
        return false;
    if (item->obstacle)
        return true;
    service_ports_add(item->result->seen->value.range, &reserve->services);
    port_set_remove(&reserve->services, &reserve->live);
    add_ports(&reserve->wanted, &reserve->services);
    return true;
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Files are read in the order of their names, tuned after all of them; where tuned writes
 * those of /etc and /run again, only they come after ours. */
bool planner_file_has_last_word(const struct plan_input *input, const char *file)
{
    if (!file || file[0] == '\0' || strcmp(file, input->drop_in_path) == 0)
        return false;
    if (strstr(file, "/tuned/"))
        return !input->tuned_reapplies;
    if (input->tuned_reapplies && strncmp(file, "/etc/", 5) != 0 &&
        strncmp(file, "/run/", 5) != 0)
        return false;
    return strcmp(name_of(file), name_of(input->drop_in_path)) >= 0;
}

/* The list in our file. One that someone edited is refused where it has to be rewritten:
 * here it is none. */
static bool own_list(const struct plan_input *input, struct port_set *out,
                     struct error *err)
{
    struct drop_in file = { 0 };
    struct error unread = { 0 };
    char key[PLACE_PART_SIZE];

    *out = (struct port_set){ 0 };
    if (!input->drop_in)
        return true;
    if (!drop_in_parse(input->drop_in, &file, &unread))
        return unread.code != ERR_MEMORY ||
               error_set(err, unread.code, "%s", unread.message);
    place_sysctl_key(PLACE_RESERVED_PORTS, key);
    read_list(drop_in_find(&file, key), out);
    drop_in_clear(&file);
    return true;
}

/* Adds who listens now in the range of the next boot on a port that our file reserves. */
static bool add_kept_listeners(const struct plan_input *input,
                               const struct observed_setting *range, struct port_set *out,
                               struct error *err)
{
    struct port_range boot;
    struct port_set ours;

    if (!own_list(input, &ours, err))
        return false;
    if (!range_at_boot(input, range, &boot))
        return true;
    for (uint32_t port = boot.first; port <= boot.last; port++)
        if (port_set_has(&ours, (uint16_t)port) &&
            (listens(input, IP_PROTOCOL_TCP, port) ||
             listens(input, IP_PROTOCOL_UDP, port)))
            port_set_add(out, (uint16_t)port);
    return true;
}

/* Names the file with the last word on the list when it lacks some of the listeners. */
static bool obstruct_unreserved(const struct plan_input *input, struct plan_item *item,
                                struct port_set *listeners, const char *what,
                                struct error *err)
{
    struct port_set boot;
    struct text list = { 0 };
    struct text obstacle = { 0 };
    bool ok;

    read_list(input->reserved_boot, &boot);
    port_set_remove(listeners, &boot);
    if (port_set_count(listeners) == 0)
        return true;
    plan_ports_add(listeners, &list);
    text_addf(&obstacle,
              "%s overrides net.ipv4.ip_local_reserved_ports at boot: add %s (%s) there",
              input->reserved_source, text_string(&list), what);
    ok = text_ok(&list, err) && text_ok(&obstacle, err) &&
         plan_obstruct(item, text_string(&obstacle), err);
    text_clear(&list);
    text_clear(&obstacle);
    return ok;
}

/* A later file may take the reserved ports away, which ours brings along with the range:
 * the range would then be wide, and its listeners without protection. */
bool planner_reserve_name_winner(const struct plan_input *input, const struct plan *plan,
                                 struct plan_item *item, struct error *err)
{
    const struct observed_setting *range = item->result->seen;
    struct port_set listeners = { 0 };

    if (item->result->rule->kind != SETTING_PORT_RANGE || !range ||
        range->presence != SETTING_SET ||
        !planner_file_has_last_word(input, input->reserved_source))
        return true;
    if (plan->reserve.item == item && plan_item_is_planned(item))
        find_listeners(input, range, item->targets[0].wanted.range, &listeners);
    if (!add_kept_listeners(input, range, &listeners, err))
        return false;
    if (plan->reserve.item == item)
        add_ports(&listeners, &plan->reserve.services);
    return obstruct_unreserved(input, item, &listeners,
                               port_set_count(&plan->reserve.services) > 0
                                   ? "ports of services"
                                   : "ports with listeners",
                               err);
}
