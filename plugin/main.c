/* SPDX-License-Identifier: MIT */
/* check_port_exhaustion: options, host, observe, judge, report, exit. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/option_table.h"
#include "checks/check.h"
#include "checks/host/host.h"
#include "checks/host/observe.h"
#include "checks/host/observe_owners.h"
#include "checks/host/observe_wider.h"
#include "checks/host/program.h"
#include "checks/host/site_policy.h"
#include "checks/model/anonymize.h"
#include "checks/model/observation_json.h"
#include "checks/model/policy.h"
#include "plugin/all_namespaces.h"
#include "plugin/options.h"
#include "plugin/report.h"
#include "plugin/report_explain.h"

/* Stands for the watchdog's stage while its message is rendered. */
#define STAGE_MARK "@STAGE@"

/* Reading gives up this long before the watchdog does, to say what it waited for. */
enum { DEADLINE_MARGIN_MS = 200 };

/* One run of the program. */
struct run {
    struct plugin_options options;
    struct policy policy;
    struct text policy_source; /* "built-in" or a path */
    struct observation seen;
    struct metric_limits limits[METRIC_COUNT];
    struct verdict verdict;
    struct all_namespaces namespaces; /* of --all-namespaces */
    struct text timeout_line;         /* the watchdog's, cut in two at the mark */
    struct program_terminal terminal; /* OUTPUT_EXPLAIN alone asks for it */
};

/* The run is large and there is only one. */
static struct run run;

/* The one way out for what is printed: nothing in it reaches a terminal but text, and
 * colours of our own where it obeys them. */
static bool print(struct text *out)
{
    struct text coloured = { 0 };
    bool ok;

    text_make_printable(out);
    if (!run.terminal.colours)
        return program_write_output(out->data, out->length, NULL);
    report_explain_colour(text_string(out), &coloured);
    ok = text_ok(&coloured, NULL) &&
         program_write_output(coloured.data, coloured.length, NULL);
    text_clear(&coloured);
    return ok;
}

/* Whatever ends the run says so once: the watchdog keeps silent from here. */
static int fail(enum check_state state, const char *message)
{
    struct text out = { 0 };
    bool written;

    program_watchdog_mute();
    if (report_failure(run.options.format, state, PORT_EXHAUSTION_VERSION, message, &out,
                       NULL)) {
        written = print(&out);
    } else {
        const char *line = report_no_memory(run.options.format);

        state = CHECK_UNKNOWN;
        written = program_write_output(line, strlen(line), NULL);
    }
    text_clear(&out);
    return written ? (int)state : CHECK_UNKNOWN;
}

static int fail_with(const struct error *err)
{
    bool late = err->code == ERR_TIMEOUT;
    struct text message = { 0 };
    int exit_code;

    if (late)
        text_addf(&message, "timeout after %" PRIu32 " s: ", run.options.timeout_s);
    text_add(&message, err->message);
    exit_code =
        fail(late ? run.options.timeout_state : CHECK_UNKNOWN, text_string(&message));
    text_clear(&message);
    return exit_code;
}

static int print_and_exit(struct text *out, int exit_code)
{
    bool ok;

    program_watchdog_mute();
    ok = text_ok(out, NULL) && print(out);
    text_clear(out);
    return ok ? exit_code : CHECK_UNKNOWN;
}

/* Whatever blocks, the monitoring server gets its one line in time. */
static bool start_watchdog(struct error *err)
{
    const struct plugin_options *options = &run.options;
    struct text message = { 0 };
    struct watchdog_plan plan = { .seconds = options->timeout_s,
                                  .exit_code = (int)options->timeout_state };
    char *mark;
    bool ok;

    text_addf(&message, "timeout after %" PRIu32 " s, %s", options->timeout_s,
              STAGE_MARK);
    ok = text_ok(&message, err) &&
         report_failure(options->format, options->timeout_state, PORT_EXHAUSTION_VERSION,
                        text_string(&message), &run.timeout_line, err);
    text_clear(&message);
    if (!ok)
        return false;
    mark = strstr(run.timeout_line.data, STAGE_MARK);
    if (!mark)
        return error_set(err, ERR_LIMIT, "the timeout line has no room for its stage");
    *mark = '\0';
    plan.before = run.timeout_line.data;
    plan.after = mark + strlen(STAGE_MARK);
    program_watchdog_stage("starting");
    return program_watchdog_start(&plan, err);
}

static void judge_seen(void)
{
    const struct observation *seen = &run.seen;

    plugin_options_limits(&run.options, run.policy.limits[seen->os.kind], seen->os.kind,
                          run.limits);
    judge(seen, &run.policy, run.limits, run.options.metrics, &run.verdict);
}

static bool replay(const char *path, struct error *err)
{
    struct text bytes = { 0 };
    bool ok = false;

    if (!program_read_file(path, OBSERVATION_FILE_MAX, &bytes, err)) {
        error_prefix(err, "observation");
    } else {
        ok = observation_from_json(text_string(&bytes), bytes.length, &run.seen, err);
        if (!ok)
            error_prefix(err, "observation %s", path);
    }
    text_clear(&bytes);
    if (ok)
        judge_seen();
    return ok;
}

/* Whom to name: who asks for it decides, then the policy. On a terminal a person reads
 * what people may know. */
static enum owners_shown owners_shown(void)
{
    if (run.options.owners != OWNERS_NOT_SAID)
        return (enum owners_shown)run.options.owners;
    if (run.terminal.present && run.policy.owners != OWNERS_NONE)
        return OWNERS_FULL;
    return run.policy.owners;
}

/* What costs more is looked at for who reads it, or where a usage is not OK. */
static bool wants_all_owners(void)
{
    const enum output_format format = run.options.format;

    return format == OUTPUT_EXPLAIN || format == OUTPUT_JSON ||
           format == OUTPUT_OBSERVATION || run.options.verbosity > 0;
}

static bool is_usage_in_trouble(const struct verdict *verdict)
{
    for (enum metric_id metric = 0; metric < METRIC_COUNT; metric++) {
        const struct result *result = &verdict->results[metric];

        if (metric_is_port_usage(metric) && result->judged &&
            (result->state == CHECK_WARNING || result->state == CHECK_CRITICAL))
            return true;
    }
    return false;
}

/* Whose sockets to look at, by what was judged; false: nobody's. */
static bool wants_owners(const struct verdict *verdict, uint32_t look_ms,
                         const struct observe_request *request,
                         struct owners_request *out)
{
    const bool all = wants_all_owners();

    *out = (struct owners_request){
        .depth = all ? OWNERS_OF_ALL : OWNERS_OF_BUSIEST,
        .udp = all || verdict->results[METRIC_UDP_PORT_USAGE].state != CHECK_OK,
        .programs = all,
        .look_ms = look_ms,
        .deadline = request->deadline,
    };
    return owners_shown() != OWNERS_NONE &&
           (all || is_usage_in_trouble(verdict) || look_ms > 0);
}

/* A second look, at who has the sockets: for the advice, never for the verdict. What is
 * about another namespace takes no second of ours. */
static bool observe_more(const struct host *host, const struct observe_request *request,
                         struct error *err)
{
    const bool ours = !all_namespaces_told(&run.namespaces);
    const bool advised = ours && is_usage_in_trouble(&run.verdict) &&
                         (run.options.format == OUTPUT_EXPLAIN ||
                          run.options.format == OUTPUT_OBSERVATION);
    struct owners_request owners;

    if (wants_owners(&run.verdict, ours ? run.options.look_s * 1000 : 0, request,
                     &owners) &&
        !observe_owners(host, &owners, &run.seen, err))
        return false;
    if (!ours && wants_owners(&run.namespaces.verdict, 0, request, &owners))
        return all_namespaces_observe_owners(host, &owners, &run.namespaces, err);
    return !advised || observe_wider(host, request, &run.seen, err);
}

/* Every other namespace, where that is asked for. */
static bool observe_namespaces_too(const struct host *host,
                                   const struct observe_request *request,
                                   struct error *err)
{
    const struct own_namespace own = { .seen = &run.seen,
                                       .verdict = &run.verdict,
                                       .limits = run.limits };

    return !run.options.all_namespaces ||
           all_namespaces_look(host, request, &own, &run.namespaces, err);
}

/* The verdict stands before the second look begins. */
static bool observe_host(struct error *err)
{
    const struct plugin_options *options = &run.options;
    struct host host = { 0 };
    struct observe_request request = {
        .metrics = options->metrics,
        .policy = &run.policy,
        .fixed_range = options->range,
        .top = options->top,
        .ask = !options->no_ask && run.policy.ask,
        .deadline =
            deadline_in_ms((int64_t)options->timeout_s * 1000 - DEADLINE_MARGIN_MS),
    };
    bool ok = host_open(&host, err) &&
              (!options->all_namespaces || all_namespaces_possible(&host, err)) &&
              observe(&host, &request, &run.seen, err);

    if (ok) {
        judge_seen();
        ok = observe_namespaces_too(&host, &request, err) &&
             observe_more(&host, &request, err) &&
             (!options->all_namespaces || program_drop_namespace_rights(err));
    }
    host_close(&host);
    return ok;
}

static bool write_screen(const struct report *report, struct text *out, struct error *err)
{
    const struct explain_screen screen = {
        .terminal = run.terminal.present,
        .columns = run.terminal.columns,
        .names_asked = run.options.owners != OWNERS_NOT_SAID,
    };

    return report_explain(report, &screen, out, err);
}

/* As it was seen, or as it may be given away. */
static bool write_observation(struct text *out, struct error *err)
{
    static struct observation anonymous; /* large, and there is only one */

    if (!run.options.anonymize)
        return observation_to_json(&run.seen, out, err);
    observation_anonymize(&run.seen, &anonymous);
    return observation_to_json(&anonymous, out, err);
}

static bool write_report(struct text *out, struct error *err)
{
    struct report report = {
        .seen = &run.seen,
        .verdict = &run.verdict,
        .policy_source = text_string(&run.policy_source),
        .policy = &run.policy.origin,
        .version = PORT_EXHAUSTION_VERSION,
        .verbosity = run.options.verbosity,
        .top = run.options.top,
        .owners = owners_shown(),
        .replayed = run.options.replay_path != NULL,
    };

    if (run.options.all_namespaces)
        all_namespaces_report(&run.namespaces, &report);
    switch (run.options.format) {
    case OUTPUT_EXPLAIN:
        return write_screen(&report, out, err);
    case OUTPUT_JSON:
        return report_json(&report, out, err);
    case OUTPUT_PROMETHEUS:
        return report_prometheus(&report, out, err);
    case OUTPUT_OBSERVATION:
        return write_observation(out, err);
    case OUTPUT_TEXT:
        break;
    }
    return report_text(&report, out, err);
}

/* Before anything is read, a policy too. */
static bool give_up_rights(struct error *err)
{
    return !run.options.all_namespaces || program_keep_namespace_rights(err);
}

static int check_machine(void)
{
    struct error err = { 0 };
    struct text out = { 0 };
    int exit_code;

    if (!start_watchdog(&err) || !give_up_rights(&err) ||
        !site_policy_load_to_look(run.options.policy_path, &run.policy,
                                  &run.policy_source, &err) ||
        !(run.options.replay_path ? replay(run.options.replay_path, &err)
                                  : observe_host(&err)))
        return fail_with(&err);
    if (!write_report(&out, &err)) {
        text_clear(&out);
        return fail_with(&err);
    }
    program_watchdog_mute();
    exit_code =
        run.options.format == OUTPUT_OBSERVATION ? CHECK_OK : (int)run.verdict.state;
    return print_and_exit(&out, exit_code);
}

int main(int argc, char **argv)
{
    struct error err = { 0 };
    struct text out = { 0 };
    int exit_code;

    if (!program_start(&argc, &argv, &err))
        return fail(CHECK_UNKNOWN, err.message);
    run.options.format = plugin_options_format(argc, argv);
    if (!plugin_options_parse(argc, argv, &run.options, &err)) {
        (void)error_suffix(&err, OPTION_TABLE_HINT);
        return fail(CHECK_UNKNOWN, err.message);
    }
    if (run.options.help) {
        plugin_options_help(&out);
        return print_and_exit(&out, CHECK_UNKNOWN);
    }
    if (run.options.version) {
        text_addf(&out, "check_port_exhaustion %s\n", PORT_EXHAUSTION_VERSION);
        return print_and_exit(&out, CHECK_UNKNOWN);
    }
    if (run.options.format == OUTPUT_EXPLAIN)
        program_terminal(&run.terminal);
    exit_code = check_machine();
    all_namespaces_clear(&run.namespaces);
    text_clear(&run.policy_source);
    text_clear(&run.timeout_line);
    return program_end(exit_code);
}
