/* SPDX-License-Identifier: MIT */
/* A file that is read after ours may take the reserved ports away, which ours brings
 * along with the range: the range would then be wide, and nobody in it protected. */
#include "remediate/reserve_winner.h"

#include <stdint.h>
#include <string.h>

#include "remediate/reserve_sources.h"

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* Files are read in the order of their names, tuned after all of them; where tuned writes
 * those of /etc and /run again, only they come after ours. */
bool planner_file_has_last_word(const struct plan_input *input, const char *file)
{
    if (!file || strcmp(file, input->drop_in_path) == 0)
        return false;
    if (strstr(file, "/tuned/"))
        return !input->tuned_reapplies;
    if (input->tuned_reapplies && strncmp(file, "/etc/", 5) != 0 &&
        strncmp(file, "/run/", 5) != 0)
        return false;
    return strcmp(name_of(file), name_of(input->drop_in_path)) >= 0;
}

/* Adds what our file reserves in the range of the next boot with a reason: somebody
 * listens there, or it is to be free in any case. */
static bool add_own(const struct reserve_sources *sources, struct port_set *kept,
                    struct port_set *out, struct error *err)
{
    const struct plan_input *input = sources->input;
    struct port_range boot;
    struct port_set in_range = { 0 };
    struct port_set listening = { 0 };
    struct port_set own;

    if (!reserve_own_list(input, &own, err))
        return false;
    if (!reserve_range_at_boot(input, sources->range, &boot))
        return true;
    port_set_add_range(&in_range, boot);
    port_set_intersect(&own, &in_range);
    port_set_intersect(kept, &own);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (input->listeners[i])
            port_set_unite(&listening, input->listeners[i]);
    port_set_intersect(&own, &listening);
    port_set_unite(out, &own);
    port_set_unite(out, kept);
    return true;
}

/* Names the file with the last word on the list when it lacks some of the ports. */
static bool obstruct(const struct plan_input *input, struct plan_item *item,
                     const struct port_set *missing, const char *what, struct error *err)
{
    struct text list = { 0 };
    struct text obstacle = { 0 };
    bool ok;

    port_set_format(missing, &list);
    text_addf(&obstacle,
              "%s overrides net.ipv4.ip_local_reserved_ports at boot: add %s (%s) there",
              input->reserved_source, text_string(&list), what);
    ok = text_ok(&list, err) && text_ok(&obstacle, err) &&
         plan_obstruct(item, text_string(&obstacle), err);
    text_clear(&list);
    text_clear(&obstacle);
    return ok;
}

bool planner_reserve_name_winner(const struct plan_input *input, const struct plan *plan,
                                 struct plan_item *item, struct error *err)
{
    const struct plan_reserve *reserve = &plan->reserve;
    const struct observed_setting *range = item->result->seen;
    struct reserve_sources sources;
    struct port_set missing = { 0 };
    struct port_set kept;

    if (item->result->rule->kind != SETTING_PORT_RANGE || !range ||
        range->presence != SETTING_SET ||
        !planner_file_has_last_word(input, input->reserved_source))
        return true;
    if (!reserve_sources_read(input, item, &sources, err))
        return false;
    kept = sources.policy;
    port_set_unite(&kept, &sources.node_ports);
    port_set_unite(&kept, &sources.built_in);
    if (!add_own(&sources, &kept, &missing, err))
        return false;
    if (reserve->item == item) {
        port_set_unite(&missing, &reserve->needed);
        port_set_unite(&kept, &reserve->kept);
    }
    port_set_remove(&missing, &sources.boot);
    port_set_intersect(&kept, &missing);
    if (port_set_count(&missing) == 0)
        return true;
    return obstruct(
        input, item, &missing,
        port_set_count(&kept) > 0 ? "ports of services" : "ports with listeners", err);
}
