/* SPDX-License-Identifier: MIT */
/* The same as the lines for a person, and what they leave out. */
#include "remediate/report_consequence_json.h"

#include <stdlib.h>

#include "checks/ask_words.h"
#include "checks/base/number.h"
#include "checks/model/json.h"
#include "remediate/plan.h"
#include "remediate/report_parts_json.h"

/* null: not known. */
static json_t *new_measure(const struct measure *measure)
{
    json_t *object;
    char percent[8];
    bool ok;

    if (!measure->known)
        return json_null();
    object = json_object();
    ok = object != NULL;
    number_format_percent(measure->part, measure->whole, percent);
    json_put(object, "percent", json_real(strtod(percent, NULL)), &ok);
    json_put_number(object, "ports", measure->part, &ok);
    json_put_number(object, "usable", measure->whole, &ok);
    json_put(object, "at_least", json_boolean(measure->at_least), &ok);
    return report_json_whole(object, ok);
}

static void put_pair(json_t *object, const struct consequence_usage *usage, bool *ok)
{
    json_put(object, "before", new_measure(&usage->now), ok);
    json_put(object, "after", new_measure(&usage->after), ok);
}

static json_t *new_ports(const struct consequence_ports *ports)
{
    json_t *object;
    bool ok;

    if (!ports->known)
        return json_null();
    object = json_object();
    ok = object != NULL;
    json_put_number(object, "before", ports->now, &ok);
    json_put_number(object, "after", ports->after, &ok);
    json_put(object, "gain",
             json_integer((json_int_t)ports->after - (json_int_t)ports->now), &ok);
    return report_json_whole(object, ok);
}

static json_t *new_total(const struct consequence_usage *usage)
{
    json_t *object = json_object();
    bool ok = object != NULL;

    put_pair(object, usage, &ok);
    return report_json_whole(object, ok);
}

static json_t *new_destination(const struct observation *now,
                               const struct consequence_destination *to)
{
    json_t *object = json_object();
    char name[ASK_WORDS_SIZE];
    bool ok = object != NULL;

    ask_words_destination(now, &to->to, name);
    json_put_clean(object, "destination", name, &ok);
    put_pair(object, &to->usage, &ok);
    json_put_number(object, "time_wait", to->to.time_wait, &ok);
    json_put_number(object, "reusable_at_most", to->freed, &ok);
    return report_json_whole(object, ok);
}

static json_t *new_destinations(const struct consequence_report *report)
{
    const struct consequence *consequence = report->consequence;
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; i < consequence->destination_count; i++)
        report_json_append(
            array, new_destination(report->now, &consequence->destinations[i]), &ok);
    return report_json_whole(array, ok);
}

static json_t *new_unprotected(const struct consequence *consequence)
{
    struct text ports = { 0 };
    json_t *string;

    port_set_format(&consequence->unprotected, &ports);
    string = ports.failed ? NULL : json_clean(text_string(&ports));
    text_clear(&ports);
    return string;
}

/* null: not asked then. */
static json_t *new_answer(const struct ask *ask)
{
    json_t *object = ask ? json_object() : json_null();
    bool ok = object != NULL;

    if (!ask)
        return object;
    json_put(object, "answer", json_string(ask_answer_name(ask->answer)), &ok);
    json_put_number(object, "microseconds", ask->microseconds, &ok);
    return report_json_whole(object, ok);
}

/* A question, `before` or `after` NULL: not asked then. `seen` names destinations. */
static json_t *new_question(const struct observation *seen, const struct ask *before,
                            const struct ask *after)
{
    json_t *object = json_object();
    char subject[ASK_WORDS_SIZE];
    bool ok = object != NULL;

    ask_words_subject(seen, before ? before : after, subject);
    json_put_clean(object, "subject", subject, &ok);
    json_put(object, "before", new_answer(before), &ok);
    json_put(object, "after", new_answer(after), &ok);
    return report_json_whole(object, ok);
}

/* The questions of one observation, each asked once: after the changes, or before any. */
static void append_once(json_t *array, const struct consequence_report *report, bool *ok)
{
    const struct observation *after = report->asked_after;
    const struct observation *seen = after ? after : report->now;

    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];

        if (ask->answer != ASK_UNKNOWN)
            report_json_append(
                array, new_question(seen, after ? NULL : ask, after ? ask : NULL), ok);
    }
}

static json_t *new_questions(const struct consequence_report *report)
{
    json_t *array = json_array();
    bool ok = array != NULL;

    for (size_t i = 0; report->reliefs && i < report->reliefs->count; i++)
        report_json_append(array,
                           new_question(report->now, &report->reliefs->asks[i].before,
                                        &report->reliefs->asks[i].after),
                           &ok);
    if (report->asked_after || !report->consequence->measured)
        append_once(array, report, &ok);
    return report_json_whole(array, ok);
}

/* null: all was asked that was due. */
static json_t *new_not_asked(const struct consequence_report *report)
{
    const struct observation *seen =
        report->asked_after ? report->asked_after : report->now;
    const char *again = report->reliefs ? report->reliefs->not_asked : "";
    const char *why = again[0] ? again : seen->asked.not_asked;

    return why[0] ? json_clean(why) : json_null();
}

json_t *report_consequence_json(const struct consequence_report *report)
{
    const struct consequence *consequence = report->consequence;
    const bool known = consequence->unknown[0] == '\0';
    json_t *object = json_object();
    bool ok = object != NULL;

    json_put(object, "measured", json_boolean(consequence->measured), &ok);
    json_put(object, "not_known", known ? json_null() : json_clean(consequence->unknown),
             &ok);
    json_put(object, "after_reboot", json_boolean(consequence->reboot), &ok);
    json_put(object, "usable_tcp_ports", new_ports(&consequence->usable[IP_PROTOCOL_TCP]),
             &ok);
    json_put(object, "usable_udp_ports", new_ports(&consequence->usable[IP_PROTOCOL_UDP]),
             &ok);
    for (size_t i = 0; i < ARRAY_COUNT(consequence_usages); i++)
        json_put(object, metric_name(consequence_usages[i]),
                 new_total(&consequence->total[consequence_usages[i]]), &ok);
    json_put(object, "destinations", new_destinations(report), &ok);
    json_put(object, "no_longer_reserved", new_unprotected(consequence), &ok);
    json_put(object, "asked", new_questions(report), &ok);
    json_put(object, "not_asked", new_not_asked(report), &ok);
    return report_json_whole(object, ok);
}
