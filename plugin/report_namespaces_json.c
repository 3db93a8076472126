/* SPDX-License-Identifier: MIT */
/* One shape for each: what is not known of it, or may not be told, is null. */
#include "plugin/report_namespaces_json.h"

#include "checks/cause.h"
#include "checks/model/observation_parts_json.h"
#include "checks/setting_json.h"
#include "plugin/namespace_words.h"
#include "plugin/owner_words.h"
#include "plugin/report.h"
#include "plugin/report_words.h"

/* One of them. Borrowed. */
struct row {
    const struct report *report;
    size_t at;
    const struct net_namespace *target; /* NULL: our own */
    const struct namespace_result *result;
    const struct observation *seen; /* NULL: there is none, or it was not kept */
    const struct verdict *verdict;  /* what its settings are judged; NULL: nobody did */
};

static void print_name(const void *in, struct text *out)
{
    const struct row *row = in;

    namespace_words_whole(row->report, row->at, out);
}

static json_t *make_own(const void *in)
{
    return json_boolean(((const struct row *)in)->target == NULL);
}

static json_t *string_or_null(const char *foreign)
{
    return foreign && foreign[0] ? json_clean(foreign) : json_null();
}

static json_t *make_netns(const void *in)
{
    const struct net_namespace *target = ((const struct row *)in)->target;

    return target && target->inode > 0 ? json_integer((json_int_t)target->inode)
                                       : json_null();
}

static json_t *make_netns_name(const void *in)
{
    const struct net_namespace *target = ((const struct row *)in)->target;

    return string_or_null(target ? target->names.netns : NULL);
}

static bool may_name(const struct row *row)
{
    return row->target && row->report->owners != OWNERS_NONE;
}

static json_t *make_pod(const void *in)
{
    const struct row *row = in;

    return string_or_null(may_name(row) ? row->target->names.pod : NULL);
}

static json_t *make_owner(const struct row *row, enum owner_kind kind)
{
    return string_or_null(may_name(row) && row->target->names.owner.kind == kind
                              ? row->target->names.owner.name
                              : NULL);
}

static json_t *make_container(const void *in)
{
    return make_owner(in, OWNER_CONTAINER);
}

static json_t *make_unit(const void *in)
{
    return make_owner(in, OWNER_UNIT);
}

static bool may_tell_pids(const struct row *row)
{
    return row->target && owner_pids_shown(row->report->owners);
}

static json_t *make_pid(const void *in)
{
    const struct row *row = in;

    return may_tell_pids(row) && row->target->pid > 0 ? json_integer(row->target->pid)
                                                      : json_null();
}

static json_t *make_program(const void *in)
{
    const struct row *row = in;

    return string_or_null(may_tell_pids(row) ? row->target->names.owner.program : NULL);
}

static json_t *make_sight(const void *in)
{
    static const char *const sights[] = { [NET_NAMESPACE_SCREENED] = "screened",
                                          [NET_NAMESPACE_SEEN] = "judged",
                                          [NET_NAMESPACE_LISTED] = "listed",
                                          [NET_NAMESPACE_UNREAD] = "unread",
                                          [NET_NAMESPACE_ENDED] = "ended" };
    const struct net_namespace *target = ((const struct row *)in)->target;

    return json_string(sights[target ? target->sight : NET_NAMESPACE_SEEN]);
}

static json_t *make_reason(const void *in)
{
    const struct net_namespace *target = ((const struct row *)in)->target;

    return string_or_null(target ? target->reason : NULL);
}

static json_t *make_state(const void *in)
{
    const struct namespace_result *result = ((const struct row *)in)->result;

    return result->judged ? json_string(check_state_names[result->state]) : json_null();
}

static json_t *make_metric(const void *in)
{
    const struct namespace_result *result = ((const struct row *)in)->result;

    return result->judged ? json_string(metric_names[result->metric]) : json_null();
}

static json_t *make_usage(const void *in)
{
    const struct namespace_usage *usage = &((const struct row *)in)->result->usage;

    return usage->known ? json_real(words_percent(usage->part, usage->whole))
                        : json_null();
}

/* Of a listed one those of its ports that lie in our own range. */
static json_t *make_ports(const void *in)
{
    const struct row *row = in;

    if (row->target && row->target->sight == NET_NAMESPACE_LISTED)
        return json_integer(row->target->ports_listed);
    return row->result->usage.known ? json_integer((json_int_t)row->result->usage.part)
                                    : json_null();
}

static json_t *make_usable(const void *in)
{
    const struct namespace_usage *usage = &((const struct row *)in)->result->usage;

    return usage->known ? json_integer((json_int_t)usage->whole) : json_null();
}

static const struct port_range *range_of(const struct row *row)
{
    const struct observed_range *range;

    if (!row->seen)
        return NULL;
    range =
        &row->seen->range[row->result->metric == METRIC_UDP_PORT_USAGE ? IP_PROTOCOL_UDP
                                                                       : IP_PROTOCOL_TCP];
    return range->reading.known ? &range->range : NULL;
}

static json_t *make_first(const void *in)
{
    const struct port_range *range = range_of(in);

    return range ? json_integer(range->first) : json_null();
}

static json_t *make_last(const void *in)
{
    const struct port_range *range = range_of(in);

    return range ? json_integer(range->last) : json_null();
}

static const struct json_field destination_fields[] = {
    { "local", FIELD_ADDRESS(destination, local) },
    { "remote", FIELD_ADDRESS(destination, remote) },
    { "port", FIELD_VALUE(destination, remote_port) },
};
static const struct json_table destination_table = { JSON_ROWS(destination_fields) };

static json_t *make_destination(struct json_writer *writer, const void *in)
{
    const struct observation *seen = ((const struct row *)in)->seen;

    return seen && seen->tcp.top_count > 0
               ? json_fields_write(writer, &destination_table, &seen->tcp.top[0])
               : json_null();
}

static json_t *make_cause(const void *in)
{
    const struct row *row = in;
    const enum cause cause =
        row->seen ? cause_of_metric(row->seen, row->result->metric) : CAUSE_NONE;

    return cause == CAUSE_NONE ? json_null() : json_string(cause_words[cause]);
}

static json_t *make_settings(struct json_writer *writer, const void *in)
{
    const struct verdict *verdict = ((const struct row *)in)->verdict;

    return verdict ? json_fields_list(writer, &setting_result_table, verdict->settings,
                                      sizeof verdict->settings[0], verdict->setting_count)
                   : json_null();
}

static const struct json_field fields[] = {
    { "name", FIELD_PRINTED(print_name) },
    { "own", FIELD_MADE(make_own) },
    { "netns", FIELD_MADE(make_netns) },
    { "netns_name", FIELD_MADE(make_netns_name) },
    { "pod", FIELD_MADE(make_pod) },
    { "container", FIELD_MADE(make_container) },
    { "unit", FIELD_MADE(make_unit) },
    { "pid", FIELD_MADE(make_pid) },
    { "program", FIELD_MADE(make_program) },
    { "sight", FIELD_MADE(make_sight) },
    { "reason", FIELD_MADE(make_reason) },
    { "state", FIELD_MADE(make_state) },
    { "metric", FIELD_MADE(make_metric) },
    { "usage", FIELD_MADE(make_usage) },
    { "ports", FIELD_MADE(make_ports) },
    { "usable", FIELD_MADE(make_usable) },
    { "first", FIELD_MADE(make_first) },
    { "last", FIELD_MADE(make_last) },
    { "destination", FIELD_MADE_BY(make_destination) },
    { "cause", FIELD_MADE(make_cause) },
    { "settings", FIELD_MADE_BY(make_settings) },
};
const struct json_table report_namespace_table = { JSON_ROWS(fields) };

static void append(struct json_writer *writer, size_t at, json_t *array)
{
    const struct report *report = writer->root;
    const bool own = at == NAMESPACE_OWN;
    static struct verdict verdict; /* large */
    struct row row = { .report = report,
                       .at = at,
                       .target = own ? NULL : &report->namespaces->found->list[at],
                       .result = &report->namespaces->results[at],
                       .seen = report->seen };

    if (!own)
        row.seen = row.target->seen;
    if (!own && row.seen) {
        namespace_judge(&report->namespaces->rules, row.target, row.seen, &verdict);
        row.verdict = &verdict;
    }
    if (json_array_append_new(
            array, json_fields_write(writer, &report_namespace_table, &row)) != 0)
        writer->ok = false;
}

json_t *report_namespaces(struct json_writer *writer)
{
    const struct namespaces_verdict *all =
        ((const struct report *)writer->root)->namespaces;
    json_t *array = json_array();

    for (size_t i = 0; i < all->row_count; i++)
        append(writer, all->rows[i], array);
    return array;
}
