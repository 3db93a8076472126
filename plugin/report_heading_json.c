/* SPDX-License-Identifier: MIT */
/* Rates of closes, and where usage is heading, as JSON. */
#include "plugin/report_heading_json.h"

#include "checks/heading.h"
#include "checks/headline.h"
#include "plugin/report.h"
#include "plugin/report_words.h"

json_t *report_close_rate(const void *in)
{
    double per_s;

    return heading_close_rate(in, &per_s) ? json_real(words_tenths(per_s)) : json_null();
}

json_t *report_sustainable_rate(const void *in)
{
    double per_s;

    return heading_sustainable_rate(in, &per_s) ? json_real(words_tenths(per_s))
                                                : json_null();
}

static bool is_a_level(const void *in)
{
    return ((const struct heading *)in)->kind == HEADING_LEVEL;
}

static bool has_rate(const void *in)
{
    return ((const struct heading *)in)->per_s > 0;
}

static bool is_getting_full(const void *in)
{
    const struct heading *heading = in;

    return heading->kind == HEADING_FULL ||
           (heading->kind == HEADING_GROWING && heading->full_in_s <= HEADLINE_TELLING_S);
}

static json_t *make_level(struct json_writer *writer, const void *in)
{
    const struct report *report = writer->root;
    const struct observed_range *range = &report->seen->range[IP_PROTOCOL_TCP];

    return is_a_level(in) ? json_real(words_percent(((const struct heading *)in)->level,
                                                    range->usable))
                          : json_null();
}

static const struct json_field heading_fields[] = {
    { "kind", FIELD_WORD(heading, kind, heading_kind_names) },
    { "per_second", FIELD_VALUE(heading, per_s), .when = has_rate, FIELD_OR_NULL },
    { "level", FIELD_MADE_BY(make_level) },
    { "full_in_seconds", FIELD_VALUE(heading, full_in_s), .when = is_getting_full,
      FIELD_OR_NULL },
    { "reason", FIELD_VALUE(heading, why), FIELD_ANY_OR_NULL },
};
static const struct json_table heading_table = { JSON_ROWS(heading_fields) };

json_t *report_heading(struct json_writer *writer)
{
    const struct report *report = writer->root;
    const struct result *result = &report->verdict->results[METRIC_DESTINATION_USAGE];
    struct heading heading;

    if (!result->judged || !result->measure.known)
        return json_null();
    heading_of(report->seen, &result->measure, &heading);
    return json_fields_write(writer, &heading_table, &heading);
}
