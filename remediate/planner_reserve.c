/* SPDX-License-Identifier: MIT */
/* The list of reserved ports: what stays of it, what comes, what goes, and how wide a
 * range it leaves room for. */
#include "remediate/planner_reserve.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>

#include "checks/model/reserve_listeners.h"
#include "checks/model/service_ports.h"
#include "remediate/relief_plan.h"
#include "remediate/reserve_sources.h"

/* One list in the making. */
struct composition {
    const struct reserve_sources *sources;
    struct port_range range;
    bool tidy; /* nothing is planned of the range: only NodePorts come */
    struct plan_reserve *out;
    bool rows; /* are wanted */
};

static bool add_row(const struct composition *composition,
                    enum plan_reservation_kind kind, const char *why,
                    const struct port_set *ports, struct error *err)
{
    const struct plan_reservation_words words = { .kind = kind, .why = why };

    return !composition->rows ||
           plan_reservations_add(&composition->out->rows, &words, ports,
                                 &composition->sources->live, err);
}

/* Of a kind, what the range would hand out, and of ours what has this reason to stay. */
static void take_kept(const struct composition *composition, const struct port_set *kind,
                      bool in_range, struct port_set *out)
{
    struct plan_reserve *reserve = composition->out;
    struct port_set places = composition->sources->ours;

    if (in_range)
        port_set_add_range(&places, composition->range);
    *out = *kind;
    port_set_intersect(out, &places);
    port_set_remove(out, &reserve->wanted);
    port_set_unite(&reserve->wanted, out);
    port_set_unite(&reserve->kept, out);
}

static bool add_services(const struct composition *composition,
                         const struct port_set *ports, struct error *err)
{
    size_t count;
    const struct service_port *table = service_port_table(&count);

    for (size_t i = 0; i < count; i++) {
        struct port_set one = { 0 };
        char why[PLAN_WHY_SIZE];

        if (!port_set_has(ports, table[i].port))
            continue;
        port_set_add(&one, table[i].port);
        (void)snprintf(why, sizeof why, "%s (built in)", table[i].service);
        if (!add_row(composition, PLAN_RESERVED_BUILT_IN, why, &one, err))
            return false;
    }
    return true;
}

static bool compose_kept(const struct composition *composition, struct error *err)
{
    const struct reserve_sources *sources = composition->sources;
    struct port_set ports;
    char why[PLAN_WHY_SIZE];

    take_kept(composition, &sources->policy, !composition->tidy, &ports);
    if (!add_row(composition, PLAN_RESERVED_POLICY, "policy", &ports, err))
        return false;
    (void)snprintf(why, sizeof why, "NodePorts (%s)",
                   sources->input->kubernetes ? sources->input->kubernetes : "policy");
    take_kept(composition, &sources->node_ports, true, &ports);
    if (!add_row(composition, PLAN_RESERVED_NODE_PORTS, why, &ports, err))
        return false;
    take_kept(composition, &sources->built_in, !composition->tidy, &ports);
    return !composition->rows || add_services(composition, &ports, err);
}

/* Whoever listens on a port that we reserved chose it, in the range of now too. */
static void find_candidates(const struct composition *composition,
                            struct reserve_candidates *out)
{
    const struct reserve_sources *sources = composition->sources;

    if (!composition->tidy)
        reserve_sources_new_part(sources, composition->range, out->ports);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        port_set_unite(&out->ports[i], &sources->ours);
    out->first = &sources->ours;
    out->live = &sources->live;
}

/* Where nobody tells whose the listeners are, they are the system's. */
static bool compose_listeners(const struct composition *composition, struct error *err)
{
    const struct plan_input *input = composition->sources->input;
    struct plan_reserve *out = composition->out;
    struct listener_table ownerless = { 0 };
    struct reserve_candidates candidates = { .table = input->owners };
    bool ok = true;

    find_candidates(composition, &candidates);
    if (!input->owners) {
        candidates.table = &ownerless;
        for (int i = 0; ok && i < IP_PROTOCOL_COUNT; i++)
            ok = !input->listeners[i] ||
                 listener_table_add_ports(&ownerless, (enum ip_protocol)i,
                                          input->listeners[i], err);
    }
    ok = ok && reserve_listeners(&candidates, &out->wanted,
                                 composition->rows ? &out->rows : NULL, err);
    listener_table_clear(&ownerless);
    return ok;
}

static bool compose_released(const struct composition *composition, struct error *err)
{
    const struct reserve_sources *sources = composition->sources;
    struct plan_reserve *out = composition->out;
    struct port_set gone;
    struct port_set unprotected;

    out->released = sources->ours;
    port_set_remove(&out->released, &out->wanted);
    if (sources->input->relief_only) {
        relief_plan_keep_released(out, &gone);
        return add_row(composition, PLAN_RESERVED_BEFORE, "was reserved already", &gone,
                       err);
    }
    gone = out->released;
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (sources->input->listeners[i])
            port_set_remove(&gone, sources->input->listeners[i]);
    unprotected = out->released;
    port_set_remove(&unprotected, &gone);
    return add_row(composition, PLAN_RELEASED,
                   "nobody listens there, and the policy does not ask for it", &gone,
                   err) &&
           add_row(composition, PLAN_RELEASED,
                   "who listens there is beyond the bound of users, or a client",
                   &unprotected, err);
}

/* Of what is reserved already, what the range relies on: the next boot may not bring it.
 */
static void find_relied_on(const struct composition *composition,
                           const struct port_set *before, struct port_set *out)
{
    const struct reserve_sources *sources = composition->sources;
    struct port_set new_part[IP_PROTOCOL_COUNT];
    struct port_set in_range = { 0 };

    *out = sources->policy;
    port_set_unite(out, &sources->node_ports);
    port_set_unite(out, &sources->built_in);
    port_set_add_range(&in_range, composition->range);
    port_set_intersect(out, &in_range);
    reserve_sources_new_part(sources, composition->range, new_part);
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        if (sources->input->listeners[i]) {
            port_set_intersect(&new_part[i], sources->input->listeners[i]);
            port_set_unite(out, &new_part[i]);
        }
    port_set_intersect(out, before);
}

/* Fills *out, which is zeroed, but for its item. */
static bool compose(const struct composition *composition, struct error *err)
{
    const struct reserve_sources *sources = composition->sources;
    struct plan_reserve *out = composition->out;
    struct port_set before = sources->live;
    struct port_set relied;

    port_set_remove(&before, &sources->ours);
    out->live = sources->live;
    out->boot = sources->boot;
    out->wanted = before;
    if (!add_row(composition, PLAN_RESERVED_BEFORE, "was reserved already", &before,
                 err) ||
        !compose_kept(composition, err) || !compose_listeners(composition, err) ||
        !compose_released(composition, err))
        return false;
    out->needed = out->wanted;
    port_set_remove(&out->needed, &before);
    if (!composition->tidy) {
        find_relied_on(composition, &before, &relied);
        port_set_unite(&out->needed, &relied);
    }
    return true;
}

void planner_reserve_at_boot(const struct plan_reserve *reserve, struct port_set *out)
{
    *out = reserve->boot;
    port_set_unite(out, &reserve->wanted);
    port_set_remove(out, &reserve->released);
}

/* The longer one of the lists that the kernel and our file get. */
static size_t list_length(const struct plan_input *input,
                          const struct plan_reserve *reserve)
{
    const size_t live = port_set_text_length(&reserve->wanted);
    struct port_set at_boot;
    size_t boot = 0;

    planner_reserve_at_boot(reserve, &at_boot);
    if (!input->live_only)
        boot = port_set_text_length(&at_boot);
    return live > boot ? live : boot;
}

/* How long the list for a range is, and how many ports it leaves. */
static bool try_range(const struct reserve_sources *sources, struct port_range range,
                      size_t *length, uint32_t *usable, struct error *err)
{
    struct plan_reserve reserve = { 0 };
    const struct composition composition = { .sources = sources,
                                             .range = range,
                                             .out = &reserve };
    struct port_set free_ports = { 0 };

    if (!compose(&composition, err))
        return false;
    *length = list_length(sources->input, &reserve);
    port_set_add_range(&free_ports, range);
    port_set_remove(&free_ports, &reserve.wanted);
    *usable = port_set_count(&free_ports);
    return true;
}

/* The lowest start, in steps of two, for which the list of a range that ends there fits;
 * `now.first` when none does. A higher start makes no longer list. */
static bool find_first(const struct reserve_sources *sources, struct port_range wanted,
                       uint16_t now_first, uint16_t *out, struct error *err)
{
    uint32_t low = 0;
    uint32_t high = (uint32_t)(now_first - wanted.first + 1) / 2;

    while (low < high) {
        const uint32_t middle = low + (high - low) / 2;
        const struct port_range range = { (uint16_t)(wanted.first + 2 * middle),
                                          wanted.last };
        size_t length = 0;
        uint32_t usable = 0;

        if (!try_range(sources, range, &length, &usable, err))
            return false;
        if (length < RESERVE_LIST_MAX)
            high = middle;
        else
            low = middle + 1;
    }
    low = wanted.first + 2 * low;
    *out = low < now_first ? (uint16_t)low : now_first;
    return true;
}

/* Keeps the upper part whole and cuts from below, or does without it: whichever leaves
 * more ports. *range stays as it is when nothing fits. */
static bool shrink(const struct reserve_sources *sources, struct port_range *range,
                   struct error *err)
{
    const struct port_range wanted = *range;
    const struct port_range now = sources->range->value.range;
    const uint16_t ends[] = { wanted.last, now.last };
    uint32_t most = 0;

    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        struct port_range tried = { wanted.first, ends[i] };
        size_t length = 0;
        uint32_t usable = 0;

        if (!find_first(sources, tried, now.first, &tried.first, err) ||
            !try_range(sources, tried, &length, &usable, err))
            return false;
        if (length >= RESERVE_LIST_MAX || usable <= most)
            continue;
        most = usable;
        *range = tried;
    }
    return true;
}

static bool tell_limit(struct plan_reserve *reserve, struct port_range range,
                       struct port_range wanted, size_t length, struct error *err)
{
    char is[PORT_RANGE_TEXT_SIZE];
    char was[PORT_RANGE_TEXT_SIZE];
    struct text limit = { 0 };

    port_range_format(range, is);
    port_range_format(wanted, was);
    text_addf(&limit,
              "the range is %s, not %s: the list of reserved ports would have %zu bytes, "
              "and procps reads %d of a line",
              is, was, length, RESERVE_LIST_MAX);
    if (!text_ok(&limit, err))
        return false;
    reserve->limit = limit.data; /* owned there from now on */
    return true;
}

static bool obstruct_too_long(struct plan_item *item, size_t length, struct error *err)
{
    char obstacle[PLAN_WHY_SIZE];

    (void)snprintf(obstacle, sizeof obstacle,
                   "the list of reserved ports would have %zu bytes, and procps reads %d "
                   "of a line: reserve ranges of ports instead",
                   length, RESERVE_LIST_MAX);
    return plan_obstruct(item, obstacle, err);
}

/* A new part without protection is worse than none. */
static bool obstruct_unread(const struct reserve_sources *sources, struct plan_item *item,
                            struct port_range range, struct error *err)
{
    const struct plan_input *input = sources->input;
    const bool known = input->listeners[IP_PROTOCOL_TCP] != NULL &&
                       input->listeners[IP_PROTOCOL_UDP] != NULL;
    struct port_set new_part[IP_PROTOCOL_COUNT];

    reserve_sources_new_part(sources, range, new_part);
    if (!known && port_set_count(&new_part[IP_PROTOCOL_TCP]) > 0)
        return plan_obstruct_unread(
            item,
            "the listeners could not be read, so those in the new part "
            "cannot be protected",
            err);
    return true;
}

static bool obstruct_list_unread(const struct reserve_sources *sources,
                                 struct plan_item *item, struct port_range range,
                                 struct error *err)
{
    const bool as_it_is = port_range_covers(sources->range->value.range, range);

    return plan_obstruct_unread(
        item,
        as_it_is ? "net.ipv4.ip_local_reserved_ports could not be read, "
                   "so the services in the range cannot be protected"
                 : "net.ipv4.ip_local_reserved_ports could not be read, "
                   "so the listeners in the new part cannot be "
                   "protected",
        err);
}

static bool is_needed(const struct plan_reserve *reserve)
{
    return port_set_count(&reserve->needed) > 0 || port_set_count(&reserve->released) > 0;
}

bool planner_reserve(const struct plan_input *input, struct plan *plan,
                     struct plan_item *item, struct port_range *range, struct error *err)
{
    const struct port_range wanted = *range;
    struct reserve_sources sources;
    struct composition composition = { .sources = &sources,
                                       .out = &plan->reserve,
                                       .rows = true };
    size_t length = 0;
    uint32_t usable = 0;

    plan_reserve_clear(&plan->reserve);
    if (!reserve_sources_read(input, item, &sources, err) ||
        !obstruct_unread(&sources, item, wanted, err))
        return false;
    if (item->obstacle)
        return true;
    if (!try_range(&sources, wanted, &length, &usable, err) ||
        (length >= RESERVE_LIST_MAX && !shrink(&sources, range, err)))
        return false;
    composition.range = *range;
    if (length >= RESERVE_LIST_MAX &&
        port_range_covers(sources.range->value.range, *range))
        return obstruct_too_long(item, length, err);
    if (length >= RESERVE_LIST_MAX && port_range_size(*range) == port_range_size(wanted))
        return obstruct_too_long(item, length, err);
    if (!compose(&composition, err) ||
        (length >= RESERVE_LIST_MAX &&
         !tell_limit(&plan->reserve, *range, wanted, length, err)))
        return false;
    if (is_needed(&plan->reserve) && !sources.live_known) {
        plan_reserve_clear(&plan->reserve);
        return obstruct_list_unread(&sources, item, wanted, err);
    }
    if (is_needed(&plan->reserve))
        plan->reserve.item = item;
    return true;
}

bool planner_reserve_tidy(const struct plan_input *input, struct plan *plan,
                          struct plan_item *item, struct error *err)
{
    struct plan_reserve *reserve = &plan->reserve;
    struct reserve_sources sources;
    /* a range that the site leaves alone is not looked after */
    const struct port_range range = item->result->target == TARGET_VALUE
                                        ? item->result->seen->value.range
                                        : (struct port_range){ 0 };
    const struct composition composition = {
        .sources = &sources, .range = range, .tidy = true, .out = reserve, .rows = true
    };
    struct port_set missing;

    plan_reserve_clear(reserve);
    if (!reserve_sources_read(input, item, &sources, err))
        return false;
    if (!sources.live_known)
        return true;
    if (!compose(&composition, err))
        return false;
    missing = reserve->needed;
    port_set_remove(&missing, &reserve->live);
    if (list_length(input, reserve) < RESERVE_LIST_MAX &&
        (port_set_count(&missing) > 0 || port_set_count(&reserve->released) > 0))
        reserve->item = item;
    return true;
}
