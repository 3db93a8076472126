/* SPDX-License-Identifier: MIT */
/* Looks at the machine before, as if, and after. */
#include "remediate/command_consequence.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "remediate/as_if.h"

/* What is done and recorded is told, however little time was left for it. */
enum { MEASURE_MS = 10 * 1000 };

static void not_known(struct consequence *consequence, const char *why)
{
    (void)snprintf(consequence->unknown, sizeof consequence->unknown, "%s", why);
}

static bool read_dynamic_range(struct session *session, enum ip_protocol protocol,
                               enum ip_family family, struct port_range *out)
{
    const struct setting_writer *writer = &session->writer;
    struct text text = { 0 };
    bool present = false;
    bool ok = writer->ops->read(writer->self, CHANGE_DYNAMIC_RANGE,
                                place_range_name(protocol, family), &session->deadline,
                                &present, &text, NULL) &&
              present && port_range_parse(text_string(&text), out, NULL);

    text_clear(&text);
    return ok;
}

/* The families whose range stays: usage is that of the narrower one. */
static void read_today(struct session *session, struct as_if *as_if)
{
    for (size_t protocol = 0; protocol < IP_PROTOCOL_COUNT; protocol++)
        for (size_t family = 0; family < IP_FAMILY_COUNT; family++)
            if (as_if->foreseen->has_range[protocol][!family] &&
                !as_if->foreseen->has_range[protocol][family])
                (void)read_dynamic_range(session, (enum ip_protocol)protocol,
                                         (enum ip_family)family,
                                         &as_if->today[protocol][family]);
}

void command_foresee(struct command_context *context, const struct change *changes,
                     size_t count)
{
    struct session *session = &context->session;
    struct consequence *consequence = &context->consequence;
    struct as_if as_if = { .real = &session->host,
                           .foreseen = &context->foreseen,
                           .seen = &context->survey.seen };
    struct error err = { 0 };

    *consequence = (struct consequence){ 0 };
    context->has_consequence = true;
    foresee(changes, count, &context->foreseen);
    context->after = context->survey.seen;
    if (foreseen_moves_usage(&context->foreseen)) {
        read_today(session, &as_if);
        as_if_open(&as_if);
        if (!survey_observe(session, &as_if.host, CONSEQUENCE_METRICS, &context->after,
                            &err)) {
            not_known(consequence, err.message);
            return;
        }
    }
    consequence_compare(&context->survey.seen, &context->after, &context->foreseen,
                        consequence);
}

/* The range that a change gives, or gave, its place; false: it is no change of a range.
 */
static bool parse_range(enum change_kind kind, const char *place, const char *value,
                        struct port_range *out)
{
    if (kind == CHANGE_DYNAMIC_RANGE)
        return value && port_range_parse(value, out, NULL);
    return kind == CHANGE_SYSCTL && strcmp(place, PLACE_PORT_RANGE) == 0 && value &&
           sysctl_text_port_range(value, out, NULL);
}

static bool widens(const struct change *change, struct port_range *from)
{
    struct port_range to;

    return parse_range(change->kind, change->place, change->from, from) &&
           parse_range(change->kind, change->place, change->to, &to) &&
           port_range_size(to) > port_range_size(*from);
}

/* Ports of the range that are not reserved, or excluded, at this moment. */
static bool count_usable(struct session *session, const struct change *change,
                         struct port_range range, uint64_t *sum, struct error *err)
{
    const struct deadline deadline = deadline_in_ms(MEASURE_MS);
    static struct host_range now;
    enum ip_protocol protocol = IP_PROTOCOL_TCP;
    enum ip_family family;
    struct port_set usable = { 0 };

    now = (struct host_range){ 0 };
    if (change->kind == CHANGE_DYNAMIC_RANGE &&
        !place_range_parse(change->place, &protocol, &family, err))
        return false;
    if (!session->host.ops->read_range(session->host.self, protocol,
                                       (struct port_range){ 0 }, &deadline, &now, err))
        return false;
    port_set_add_range(&usable, range);
    if (now.reserved_known)
        port_set_remove(&usable, &now.reserved);
    *sum += port_set_count(&usable);
    return true;
}

static bool count_before(struct session *session, const struct gain *gain, uint64_t *out,
                         struct error *err)
{
    *out = 0;
    for (size_t i = 0; i < gain->count; i++) {
        struct port_range from;

        if (widens(&gain->changes[i], &from) &&
            !count_usable(session, &gain->changes[i], from, out, err))
            return false;
    }
    return true;
}

/* As the places are now, whatever was written to them. */
static bool count_after(struct session *session, const struct gain *gain, uint64_t *out,
                        struct error *err)
{
    const struct setting_writer *writer = &session->writer;
    const struct deadline deadline = deadline_in_ms(MEASURE_MS);
    struct text text = { 0 };
    bool ok = true;

    *out = 0;
    for (size_t i = 0; ok && i < gain->count; i++) {
        const struct change *change = &gain->changes[i];
        struct port_range range;
        bool present = false;

        if (!widens(change, &range))
            continue;
        text_cut(&text, 0);
        ok = writer->ops->read(writer->self, change->kind, change->place, &deadline,
                               &present, &text, err);
        ok = ok &&
             (parse_range(change->kind, change->place, text_string(&text), &range) ||
              error_set(err, ERR_MALFORMED, "%s holds no range", change->place)) &&
             count_usable(session, change, range, out, err);
    }
    text_clear(&text);
    return ok;
}

static bool prove_gain(void *of, struct error *err)
{
    struct command_context *context = of;
    uint64_t after;

    if (!count_after(&context->session, &context->gain, &after, err))
        return error_prefix(err, "whether usable ports were gained is not known");
    return after > context->gain.before ||
           error_set(err, ERR_LIMIT,
                     "the wider range gained no usable port (%" PRIu64 " before, %" PRIu64
                     " after): its new part is reserved",
                     context->gain.before, after);
}

bool command_demand_gain(struct command_context *context, const struct change *changes,
                         size_t count)
{
    struct error err = { 0 };
    struct gain *gain = &context->gain;
    struct port_range range;

    *gain = (struct gain){ .changes = changes, .count = count };
    context->prove = NULL;
    for (size_t i = 0; i < count && !context->prove; i++)
        if (widens(&changes[i], &range))
            context->prove = prove_gain;
    return !context->prove ||
           count_before(&context->session, gain, &gain->before, &err) ||
           outcome_set(&context->outcome, EXIT_ERROR,
                       "the usable ports cannot be counted: %s; nothing was changed",
                       err.message);
}

/* Who had nothing to ask before asks by the usage after; else the same is asked again. */
static bool asks_after(const struct command_context *context)
{
    return context->survey.seen.asked.count == 0;
}

void command_measure_again(struct command_context *context)
{
    struct session *session = &context->session;
    struct consequence *consequence = &context->consequence;
    struct as_if as_if = { .real = &session->host };
    struct error err = { 0 };

    *consequence = (struct consequence){ .measured = true };
    context->has_consequence = true;
    session->deadline = deadline_in_ms(MEASURE_MS);
    as_if_open(&as_if);
    if (!survey_judge(session, asks_after(context) ? &session->host : &as_if.host,
                      &context->after, &context->after_verdict, &err)) {
        not_known(consequence, err.message);
        return;
    }
    context->measured = true;
    consequence_compare(&context->survey.seen, &context->after, &context->foreseen,
                        consequence);
    consequence->measured = true;
    if (session->policy.ask)
        relief_ask(&session->host, &context->survey.seen, &context->reliefs);
}

const struct consequence_report *command_consequence(struct command_context *context)
{
    struct consequence_report *told = &context->told;

    const bool untrue = context->ran && context->outcome.code != EXIT_REFUSED;

    if (!context->has_consequence || (untrue && !context->consequence.measured))
        return NULL;
    *told = (struct consequence_report){ .consequence = &context->consequence,
                                         .now = &context->survey.seen,
                                         .reliefs = &context->reliefs };
    if (context->measured && asks_after(context))
        told->asked_after = &context->after;
    return told;
}
