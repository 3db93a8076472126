/* SPDX-License-Identifier: MIT */
/* What is said when there is no verdict, in the format that was asked for. */
#include "plugin/report.h"

#include <jansson.h>

#include "checks/model/json.h"
#include "plugin/report_prometheus.h"
#include "plugin/report_summary.h"

static void add_json(enum check_state state, const char *version, const char *summary,
                     struct text *out)
{
    json_t *root = json_pack("{s:i, s:s, s:s, s:i, s:s}", "schema", (int)REPORT_SCHEMA,
                             "version", version, "state", check_state_names[state],
                             "exit_code", (int)state, "summary", summary);

    json_text_add(root, JSON_INDENT(2), out);
    text_add(out, "\n");
    json_decref(root);
}

bool report_failure(enum output_format format, enum check_state state,
                    const char *version, const char *message, struct text *out,
                    struct error *err)
{
    struct text summary = { 0 };

    report_failure_summary(state, message, REPORT_FIRST_LINE_MAX, &summary);
    switch (format) {
    case OUTPUT_JSON:
        add_json(state, version, text_string(&summary), out);
        break;
    case OUTPUT_PROMETHEUS:
        report_prometheus_failure(state, text_string(&summary), out);
        break;
    case OUTPUT_TEXT:
    case OUTPUT_EXPLAIN:
    case OUTPUT_OBSERVATION:
        text_addf(out, "%s\n", text_string(&summary));
        break;
    }
    out->failed = out->failed || summary.failed;
    text_clear(&summary);
    return text_ok(out, err);
}

const char *report_no_memory(enum output_format format)
{
    switch (format) {
    case OUTPUT_JSON:
        return "{\n  \"schema\": 2,\n  \"version\": \"" PORT_EXHAUSTION_VERSION
               "\",\n  \"state\": \"UNKNOWN\",\n  \"exit_code\": 3,\n"
               "  \"summary\": \"PORTS UNKNOWN: not enough memory\"\n}\n";
    case OUTPUT_PROMETHEUS:
        return "# PORTS UNKNOWN: not enough memory\n"
               "# HELP port_exhaustion_up Whether the host could be judged.\n"
               "# TYPE port_exhaustion_up gauge\n"
               "port_exhaustion_up 0\n"
               "# HELP port_exhaustion_state State of the check: 0 OK, 1 WARNING, "
               "2 CRITICAL, 3 UNKNOWN.\n"
               "# TYPE port_exhaustion_state gauge\n"
               "port_exhaustion_state 3\n";
    case OUTPUT_TEXT:
    case OUTPUT_EXPLAIN:
    case OUTPUT_OBSERVATION:
        break;
    }
    return "PORTS UNKNOWN: not enough memory\n";
}
