/* SPDX-License-Identifier: MIT */
/* The same as the lines for a person, and what they leave out. */
#include <stdlib.h>

#include "checks/ask_words.h"
#include "checks/base/number.h"
#include "remediate/plan.h"
#include "remediate/report_consequence.h"
#include "remediate/report_parts_json.h"

static json_t *percent(const void *in)
{
    const struct measure *measure = in;
    char text[8];

    number_format_percent(measure->part, measure->whole, text);
    return json_real(strtod(text, NULL));
}

static const struct json_field measure_rows[] = {
    { "percent", FIELD_MADE(percent) },
    { "ports", FIELD_VALUE(measure, part) },
    { "usable", FIELD_VALUE(measure, whole) },
    { "at_least", FIELD_VALUE(measure, at_least) },
};

/* null: not known. */
#define MEASURE(tag, member, is_known)                                                   \
    FIELD_ROWS(tag, member, measure_rows), FIELD_KNOWN(tag, is_known), FIELD_OR_NULL

static const struct json_field usage_rows[] = {
    { "before", MEASURE(consequence_usage, now, now.known) },
    { "after", MEASURE(consequence_usage, after, after.known) },
};

static json_t *gain(const void *in)
{
    const struct consequence_ports *ports = in;

    return json_integer((json_int_t)ports->after - (json_int_t)ports->now);
}

static const struct json_field ports_rows[] = {
    { "before", FIELD_VALUE(consequence_ports, now) },
    { "after", FIELD_VALUE(consequence_ports, after) },
    { "gain", FIELD_MADE(gain) },
};

static json_t *destination_name(struct json_writer *writer, const void *in)
{
    const struct consequence_report *report = writer->root;
    char name[ASK_WORDS_SIZE];

    ask_words_destination(report->now, &((const struct consequence_destination *)in)->to,
                          name);
    return json_clean(name);
}

#define DESTINATION(member) FIELD_VALUE(consequence_destination, member)

static const struct json_field destination_rows[] = {
    { "destination", FIELD_MADE_BY(destination_name) },
    { "before", MEASURE(consequence_destination, usage.now, usage.now.known) },
    { "after", MEASURE(consequence_destination, usage.after, usage.after.known) },
    { "time_wait", DESTINATION(to.time_wait) },
    { "reusable_at_most", DESTINATION(freed) },
};

static void print_unprotected(const void *in, struct text *out)
{
    port_set_format(&((const struct consequence *)in)->unprotected, out);
}

/* A question, `before` or `after` NULL: not asked then. `seen` names destinations. */
struct question {
    const struct observation *seen;
    const struct ask *before;
    const struct ask *after;
};

static void print_subject(const void *in, struct text *out)
{
    const struct question *question = in;
    char words[ASK_WORDS_SIZE];

    ask_words_subject(question->seen,
                      question->before ? question->before : question->after, words);
    text_add(out, words);
}

/* What is not known is not told. */
static const struct json_field answer_rows[] = {
    { "answer", FIELD_WORD(ask, answer, ask_answer_names), .lowest = ASK_FREE },
    { "microseconds", FIELD_VALUE(ask, microseconds) },
};

static const struct json_field question_rows[] = {
    { "subject", FIELD_PRINTED(print_subject) },
    { "before", FIELD_SAME(ask, kind_object), FIELD_ROWS_OF(answer_rows),
      .via = FIELD_AT(question, before), FIELD_OR_NULL },
    { "after", FIELD_SAME(ask, kind_object), FIELD_ROWS_OF(answer_rows),
      .via = FIELD_AT(question, after), FIELD_OR_NULL },
};
const struct json_table report_question_table = { JSON_ROWS(question_rows) };

/* What was asked twice, then the questions of one observation, each asked once: after the
 * changes, or before any. */
static size_t gather(const struct consequence_report *report,
                     struct question out[2 * ASKS_MAX])
{
    const struct reliefs *reliefs = report->reliefs;
    const struct observation *after = report->asked_after;
    const struct observation *seen = after ? after : report->now;
    size_t count = 0;

    for (; reliefs && count < reliefs->count; count++)
        out[count] = (struct question){ report->now, &reliefs->asks[count].before,
                                        &reliefs->asks[count].after };
    if (!after && report->consequence->measured)
        return count;
    for (size_t i = 0; i < seen->asked.count; i++) {
        const struct ask *ask = &seen->asked.asks[i];

        if (ask->answer != ASK_UNKNOWN)
            out[count++] =
                (struct question){ seen, after ? NULL : ask, after ? ask : NULL };
    }
    return count;
}

static json_t *questions(struct json_writer *writer, const void *in)
{
    struct question asked[2 * ASKS_MAX];
    const size_t count = gather(in, asked);

    return json_fields_list(writer, &report_question_table, asked, sizeof asked[0],
                            count);
}

/* Why not all was asked that was due. */
static void print_not_asked(const void *in, struct text *out)
{
    const struct consequence_report *report = in;
    const struct observation *seen =
        report->asked_after ? report->asked_after : report->now;
    const char *again = report->reliefs ? report->reliefs->not_asked : "";

    text_add(out, again[0] ? again : seen->asked.not_asked);
}

#define VIA           .via = FIELD_AT(consequence_report, consequence)
#define VALUE(member) FIELD_VALUE(consequence, member), VIA
#define PORTS(member, is_known)                                                          \
    FIELD_ROWS(consequence, member, ports_rows), VIA,                                    \
        FIELD_KNOWN(consequence, is_known), FIELD_OR_NULL
#define TOTAL(metric) FIELD_ROWS(consequence, total[metric], usage_rows), VIA

static const struct json_field rows[] = {
    { "measured", VALUE(measured) },
    { "not_known", VALUE(unknown), FIELD_ANY_OR_NULL },
    { "after_reboot", VALUE(reboot) },
    { "usable_tcp_ports", PORTS(usable[IP_PROTOCOL_TCP], usable[IP_PROTOCOL_TCP].known) },
    { "usable_udp_ports", PORTS(usable[IP_PROTOCOL_UDP], usable[IP_PROTOCOL_UDP].known) },
    { "port_usage", TOTAL(METRIC_PORT_USAGE) },
    { "destination_usage", TOTAL(METRIC_DESTINATION_USAGE) },
    { "udp_port_usage", TOTAL(METRIC_UDP_PORT_USAGE) },
    { "destinations",
      FIELD_LIST(consequence, destinations, destination_count, kind_object),
      FIELD_ROWS_OF(destination_rows), VIA },
    { "no_longer_reserved", FIELD_PRINTED(print_unprotected), VIA },
    { "asked", FIELD_MADE_BY(questions) },
    { "not_asked", FIELD_PRINTED(print_not_asked), FIELD_OR_NULL },
};
const struct json_table report_consequence_table = { JSON_ROWS(rows) };
