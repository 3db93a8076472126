/* SPDX-License-Identifier: MIT */
/* The plan's own numbers -> what the shared words are made from. */
#include "remediate/opening.h"

#include <stdio.h>

#include "checks/base/wrap.h"
#include "checks/buy_time.h"
#include "checks/headline.h"
#include "checks/model/wider_range.h"

/* tcp_tw_reuse for every destination. */
enum { REUSE_FOR_ALL = 1 };

static const struct wrap screen = { .width = 80, .indent = 10 };

/* What of the list gets longer, and for whom. */
static void count_reserved(const struct plan_reserve *reserve, struct observed_wider *out)
{
    struct port_set added = reserve->wanted;
    struct port_set services = reserve->kept;

    port_set_remove(&added, &reserve->live);
    port_set_remove(&services, &reserve->live);
    out->reserves = port_set_count(&added);
    out->services = port_set_count(&services);
    port_set_remove(&added, &services);
    out->listeners = port_set_count(&added);
    for (uint32_t port = 0; port <= UINT16_MAX && out->port_count < WIDER_PORTS_MAX;
         port++)
        if (port_set_has(&added, (uint16_t)port))
            out->ports[out->port_count++] = (uint16_t)port;
}

/* Who listens on new ports that stay usable. */
static uint32_t count_unprotected(const struct opening *opening,
                                  enum ip_protocol protocol, struct port_range to)
{
    const struct port_range now = opening->seen->range[protocol].range;
    const struct port_set *listeners = opening->input->listeners[protocol];
    struct port_set new_part[IP_PROTOCOL_COUNT];

    if (!listeners)
        return 0;
    wider_range_new_part(to, now, now, new_part);
    port_set_intersect(&new_part[protocol], listeners);
    if (opening->foreseen->has_reserved)
        port_set_remove(&new_part[protocol], &opening->foreseen->reserved_to);
    return port_set_count(&new_part[protocol]);
}

/* The narrower of both families, as the observation has it. */
static struct port_range range_then(const struct foreseen *foreseen,
                                    enum ip_protocol protocol)
{
    struct port_range narrowest = { 0 };

    for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
        const struct port_range to = foreseen->to[protocol][family];

        if (foreseen->has_range[protocol][family] &&
            (port_range_size(narrowest) == 0 ||
             port_range_size(to) < port_range_size(narrowest)))
            narrowest = to;
    }
    return narrowest;
}

static void fill_ports(const struct opening *opening, enum ip_protocol protocol,
                       struct forecast_ports *out)
{
    const struct consequence_ports *usable = &opening->consequence->usable[protocol];
    const struct port_range now = opening->seen->range[protocol].range;
    struct observed_wider *wider = &opening->seen->wider[protocol];

    *wider = (struct observed_wider){
        .reading.known = usable->known,
        .range = range_then(opening->foreseen, protocol),
        .usable = usable->after,
    };
    if (!usable->known || port_range_size(wider->range) <= port_range_size(now))
        return;
    if (opening->foreseen->has_reserved)
        count_reserved(&opening->plan->reserve, wider);
    wider->unprotected = count_unprotected(opening, protocol, wider->range);
    *out = (struct forecast_ports){ .changes = true,
                                    .range = wider->range,
                                    .usable = wider->usable,
                                    .in_use = wider->unprotected,
                                    .reserves = wider->reserves };
}

static void fill_change(const struct opening *opening, struct forecast_change *out)
{
    const struct foreseen *foreseen = opening->foreseen;

    *out = (struct forecast_change){ .reboots = foreseen->reboot,
                                     .reuse = foreseen->reuse.changes &&
                                              foreseen->reuse.to == REUSE_FOR_ALL &&
                                              !foreseen->timestamps.changes };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        fill_ports(opening, (enum ip_protocol)i, &out->ports[i]);
}

static void add_buy_time(const struct opening *opening, enum metric_id metric,
                         struct text *out)
{
    const struct consequence *consequence = opening->consequence;
    struct measure after = opening->verdict->results[metric].measure;
    struct forecast_change change = { 0 };
    const struct buy_time buy_time = { .seen = opening->seen,
                                       .verdict = opening->verdict,
                                       .metric = metric,
                                       .change = &change,
                                       .after = &after };

    if (consequence) {
        fill_change(opening, &change);
        after = consequence->total[metric].after;
    }
    if (consequence && consequence->unknown[0])
        (void)snprintf(after.reason, sizeof after.reason, "%s", consequence->unknown);
    buy_time_words(&buy_time, out);
}

void opening_text(const struct opening *opening, struct text *out)
{
    const enum metric_id metric = headline_metric(opening->seen, opening->verdict);
    const enum check_state state = opening->verdict->results[metric].state;
    const struct headline headline = { .seen = opening->seen,
                                       .verdict = opening->verdict,
                                       .metric = metric };
    struct text words = { 0 };

    headline_lines(&headline, &words);
    wrap_add(&screen, check_state_names[state], text_string(&words), out);
    out->failed |= words.failed;
    text_cut(&words, 0);
    if (state == CHECK_WARNING || state == CHECK_CRITICAL)
        add_buy_time(opening, metric, &words);
    wrap_add(&screen, "BUY TIME", text_string(&words), out);
    out->failed |= words.failed;
    text_clear(&words);
}
