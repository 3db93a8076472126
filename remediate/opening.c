/* SPDX-License-Identifier: MIT */
/* The plan's own numbers -> what the shared words are made from. */
#include "remediate/opening.h"

#include <stdio.h>

#include "checks/base/wrap.h"
#include "checks/buy_time.h"
#include "checks/decode/sysctl_text.h"
#include "checks/headline.h"
#include "checks/model/wider_range.h"

/* tcp_tw_reuse for every destination. */
enum { REUSE_FOR_ALL = 1 };

static const struct wrap screen = { .width = 80, .indent = 10 };

/* What of the list gets longer, and for whom. */
static void find_reserved(const struct plan_reserve *reserve, struct wider_ports *out)
{
    out->services = reserve->kept;
    port_set_remove(&out->services, &reserve->live);
    out->listeners = reserve->wanted;
    port_set_remove(&out->listeners, &reserve->live);
    port_set_remove(&out->listeners, &out->services);
}

/* Nobody gets these: Linux has the list of then, Windows excluded ports. */
static void find_taken(const struct opening *opening, enum ip_protocol protocol,
                       struct port_set *out)
{
    const struct plan_input *input = opening->input;

    *out = (struct port_set){ 0 };
    if (opening->foreseen->has_reserved)
        *out = opening->foreseen->reserved_to;
    else if (input->reserved && !sysctl_text_port_list(input->reserved, out, NULL))
        *out = (struct port_set){ 0 };
    if (input->excluded[protocol])
        port_set_unite(out, input->excluded[protocol]);
}

/* Where somebody listens on new ports that stay usable. */
static void find_unprotected(const struct opening *opening, enum ip_protocol protocol,
                             struct port_range to, struct port_set *out)
{
    const struct port_range now = opening->seen->range[protocol].range;
    const struct port_set *listeners = opening->input->listeners[protocol];
    struct port_set new_part[IP_PROTOCOL_COUNT];
    struct port_set taken;

    if (!listeners)
        return;
    wider_range_new_part(to, now, now, new_part);
    find_taken(opening, protocol, &taken);
    *out = new_part[protocol];
    port_set_intersect(out, listeners);
    port_set_remove(out, &taken);
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
    struct wider_ports ports = { 0 };

    *wider = (struct observed_wider){
        .reading.known = usable->known,
        .range = range_then(opening->foreseen, protocol),
        .usable = usable->after,
    };
    if (!usable->known || port_range_size(wider->range) <= port_range_size(now))
        return;
    if (opening->foreseen->has_reserved)
        find_reserved(&opening->plan->reserve, &ports);
    find_unprotected(opening, protocol, wider->range, &ports.unprotected);
    wider_range_count(&ports, wider);
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
