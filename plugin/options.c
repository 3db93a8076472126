/* SPDX-License-Identifier: MIT */
/* The option table of the check, and its help. */
#include "plugin/options.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "checks/base/option_table.h"
#include "checks/model/namespace_limits.h"

enum { LIST_ITEM_SIZE = 1024 };

/* No --look: the output decides. */
enum { LOOK_NOT_SAID = LOOK_MAX_S + 1 };

/* Copies the next item of the list `whole` from *rest, which is NULL after the last. */
static bool next_item(const char *whole, const char **rest, char item[LIST_ITEM_SIZE],
                      struct error *err)
{
    size_t length = strcspn(*rest, ",");
    char quoted[ERR_QUOTE_SIZE];

    if (length == 0)
        return error_set(err, ERR_MALFORMED, "an empty entry in '%s'",
                         error_quote(whole, quoted));
    if (length >= LIST_ITEM_SIZE)
        return error_set(err, ERR_LIMIT, "'%s' is too long", error_quote(*rest, quoted));
    memcpy(item, *rest, length);
    item[length] = '\0';
    *rest = (*rest)[length] == ',' ? *rest + length + 1 : NULL;
    return true;
}

static bool find_metric(const char *name, enum metric_id *out, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    struct text names = { 0 };

    if (metric_from_name(name, out))
        return true;
    for (size_t i = 0; i < METRIC_COUNT; i++)
        text_addf(&names, "%s%s", i ? ", " : "", metric_names[i]);
    (void)error_set(err, ERR_MALFORMED, "unknown metric '%s' (one of %s)",
                    error_quote(name, quoted), text_string(&names));
    text_clear(&names);
    return false;
}

/* METRIC=RANGE, METRIC= or RANGE. */
static bool parse_limit(char *item, struct limit_option *limit, struct error *err)
{
    char *equals = strchr(item, '=');

    limit->deciding = !equals;
    if (!equals)
        return threshold_parse(item, &limit->threshold, err);
    *equals = '\0';
    if (!find_metric(item, &limit->metric, err))
        return false;
    return equals[1] == '\0' || threshold_parse(equals + 1, &limit->threshold, err);
}

static bool add_limits(struct plugin_options *options, bool critical,
                       const char *argument, struct error *err)
{
    const char *rest = argument;
    char item[LIST_ITEM_SIZE];

    while (rest) {
        struct limit_option limit = { .critical = critical };

        if (!next_item(argument, &rest, item, err) || !parse_limit(item, &limit, err))
            return false;
        if (options->limit_count == LIMIT_OPTIONS_MAX)
            return error_set(err, ERR_LIMIT, "more than %d thresholds",
                             LIMIT_OPTIONS_MAX);
        options->limits[options->limit_count++] = limit;
    }
    return true;
}

static bool store_warning(const char *argument, void *options, struct error *err)
{
    return add_limits(options, false, argument, err);
}

static bool store_critical(const char *argument, void *options, struct error *err)
{
    return add_limits(options, true, argument, err);
}

static bool store_metrics(const char *argument, void *metrics, struct error *err)
{
    const char *rest = argument;
    char item[LIST_ITEM_SIZE];
    enum metric_id metric;

    while (rest) {
        if (!next_item(argument, &rest, item, err) || !find_metric(item, &metric, err))
            return false;
        *(uint32_t *)metrics |= UINT32_C(1) << metric;
    }
    return true;
}

static bool store_range(const char *argument, void *range, struct error *err)
{
    return port_range_parse(argument, range, err);
}

static const struct option_words formats = {
    "format",
    .words = { [OUTPUT_TEXT] = "text",
               [OUTPUT_EXPLAIN] = "explain",
               [OUTPUT_JSON] = "json",
               [OUTPUT_PROMETHEUS] = "prometheus",
               [OUTPUT_OBSERVATION] = "observation" },
};

static const struct option_words states = {
    "state",
    .or_number = true,
    .words = { [CHECK_OK] = "ok",
               [CHECK_WARNING] = "warning",
               [CHECK_CRITICAL] = "critical",
               [CHECK_UNKNOWN] = "unknown" },
};

static const struct option_words owners = {
    "owners",
    .words = { [OWNERS_SYSTEM] = "system",
               [OWNERS_FULL] = "full",
               [OWNERS_NONE] = "none" },
};

#define FILLS(member) OPTION_FILLS(struct plugin_options, member)

static const struct option_row rows[] = {
    { 'w', "warning", "METRIC=RANGE[,...]",
      "warn if a metric is outside its range; a RANGE\n"
      "without METRIC is for the deciding metric,\n"
      "METRIC= removes the default; may be repeated",
      .store = store_warning },
    { 'c', "critical", "METRIC=RANGE[,...]", "the same for critical",
      .store = store_critical },
    { 'm', "metrics", "METRIC[,...]",
      "judge and read only these metrics; may be\nrepeated (default: all)",
      FILLS(metrics), .store = store_metrics },
    { 'o', "output", "FORMAT",
      "text (default), explain (one screen for people:\n"
      "who holds the ports, why, and what to do), json,\n"
      "prometheus, or observation: print what was read,\n"
      "judge nothing",
      FILLS(format), .words = &formats },
    { '\0', "owners", "WHO",
      "whom to name as holder of ports: system = units,\n"
      "containers, system users; full = people, programs\n"
      "and pids too; none (default: the policy's, with\n"
      "-o explain on a terminal full)",
      FILLS(owners), .words = &owners },
    { '\0', "look", "SECONDS",
      "look again after 0-60 seconds: who opens\n"
      "connections, whether usage grows (default: 1 with\n"
      "-o explain, else 0)",
      FILLS(look_s), .most = LOOK_MAX_S },
    { '\0', "anonymize", NULL,
      "with -o observation: numbers instead of names and\n"
      "addresses, so that it can be given away",
      FILLS(anonymize) },
    { '\0', "policy", "FILE", "policy file (JSON) to use instead of the site's",
      FILLS(policy_path) },
    { '\0', "range", "FIRST-LAST", "use this port range instead of the system's",
      .offset = offsetof(struct plugin_options, range), .store = store_range },
    { '\0', "top", "N", "show the N busiest destinations, 0-100\n(default: 5)",
      FILLS(top), .most = OBSERVED_DESTINATIONS_MAX },
    { '\0', "all-namespaces", NULL,
      "judge every network namespace of this host (of\n"
      "containers, pods), the worst one first; without\n"
      "CAP_SYS_ADMIN and CAP_SYS_PTRACE it lists them,\n"
      "and judges only this one; Linux",
      FILLS(all_namespaces) },
    { '\0', "no-ask", NULL,
      "do not ask the system whether a new socket finds\na port; judge by numbers alone",
      FILLS(no_ask) },
    { '\0', "replay", "FILE",
      "judge a recorded observation (- = standard\ninput) instead of this host",
      FILLS(replay_path) },
    { 't', "timeout", "SECONDS", "give up after 1-3600 seconds (default: 10)",
      FILLS(timeout_s), .least = 1, .most = TIMEOUT_MAX_S },
    { '\0', "timeout-state", "STATE",
      "state after a timeout: ok, warning, critical or\nunknown (default), or 0-3",
      FILLS(timeout_state), .words = &states },
    { 'v', "verbose", NULL, "print more; up to three times", FILLS(verbosity),
      .most = 3 },
    { 'h', "help", NULL, "print this help", FILLS(help) },
    { 'V', "version", NULL, "print the version", FILLS(version) },
};

static const struct option_table table = { .rows = rows, .count = ARRAY_COUNT(rows) };

enum output_format plugin_options_format(int argc, char *const *argv)
{
    struct plugin_options options = { .format = OUTPUT_TEXT };

    option_table_peek(&table, "output", argc, argv, &options);
    return options.format;
}

/* Nobody looks at what is only recorded; what was asked for must end in time. */
static bool settle_look(struct plugin_options *options, struct error *err)
{
    if (options->look_s == LOOK_NOT_SAID) {
        options->look_s = options->format == OUTPUT_EXPLAIN && !options->replay_path
                              ? LOOK_DEFAULT_S
                              : 0;
        return true;
    }
    if (options->replay_path)
        return error_set(err, ERR_MALFORMED, "--look cannot be combined with --replay");
    if (options->look_s >= options->timeout_s)
        return error_set(err, ERR_LIMIT,
                         "--look: '%" PRIu32 "' does not end before the %" PRIu32
                         " s of --timeout",
                         options->look_s, options->timeout_s);
    return true;
}

/* Each has a range of its own, and none is recorded. */
static bool check_namespaces(const struct plugin_options *options, struct error *err)
{
    if (!options->all_namespaces)
        return true;
    if (options->replay_path)
        return error_set(err, ERR_MALFORMED,
                         "--all-namespaces cannot be combined with --replay");
    if (port_range_size(options->range) > 0)
        return error_set(err, ERR_MALFORMED,
                         "--all-namespaces cannot be combined with --range: each has its "
                         "own");
    if (options->format == OUTPUT_OBSERVATION)
        return error_set(err, ERR_MALFORMED,
                         "--all-namespaces cannot be combined with -o observation");
    if (options->metrics != 0 && !(options->metrics & NAMESPACE_METRICS))
        return error_set(err, ERR_MALFORMED,
                         "--all-namespaces judges usages of ports, and -m names none");
    return true;
}

bool plugin_options_parse(int argc, char *const *argv, struct plugin_options *out,
                          struct error *err)
{
    struct plugin_options options = { .top = TOP_DEFAULT,
                                      .timeout_s = TIMEOUT_DEFAULT_S,
                                      .timeout_state = CHECK_UNKNOWN,
                                      .owners = OWNERS_NOT_SAID,
                                      .look_s = LOOK_NOT_SAID };

    if (!option_table_parse(&table, argc, argv, &options, err))
        return false;
    if (options.replay_path && port_range_size(options.range) > 0)
        return error_set(err, ERR_MALFORMED, "--range cannot be combined with --replay");
    if (options.anonymize && options.format != OUTPUT_OBSERVATION)
        return error_set(err, ERR_MALFORMED, "--anonymize needs -o observation");
    if (!settle_look(&options, err) || !check_namespaces(&options, err))
        return false;
    if (options.metrics == 0)
        options.metrics = METRICS_ALL;
    *out = options;
    return true;
}

void plugin_options_limits(const struct plugin_options *options,
                           const struct metric_limits defaults[METRIC_COUNT],
                           enum os_kind os, struct metric_limits out[METRIC_COUNT])
{
    memmove(out, defaults, METRIC_COUNT * sizeof *out);
    for (size_t i = 0; i < options->limit_count; i++) {
        const struct limit_option *limit = &options->limits[i];
        enum metric_id metric = limit->deciding ? metric_deciding(os) : limit->metric;

        if (!limit->critical) {
            out[metric].warning = limit->threshold;
            continue;
        }
        out[metric].critical = limit->threshold;
        out[metric].at_most_warning = false;
    }
}

/* "50 / 80", "80 / -". */
static void add_thresholds(const struct metric_limits *limits, int width,
                           struct text *out)
{
    struct text both = { 0 };

    threshold_format(&limits->warning, &both);
    if (!limits->warning.set)
        text_add(&both, "-");
    text_add(&both, " / ");
    threshold_format(&limits->critical, &both);
    if (!limits->critical.set)
        text_add(&both, "-");
    text_addf(out, "%-*s", width, text_string(&both));
    text_clear(&both);
}

static void add_metrics(struct text *out)
{
    static const char *const lines[] = {
        [METRIC_PORT_USAGE] = "% of the usable TCP ports in use",
        [METRIC_DESTINATION_USAGE] =
            "% of them not usable toward the busiest destination",
        [METRIC_TIME_WAIT] = "number of TCP sockets in TIME_WAIT",
        [METRIC_UDP_PORT_USAGE] = "% of the usable UDP ports in use",
        [METRIC_MISCONFIGURED] = "number of settings that the policy does not accept",
        [METRIC_CONNTRACK_USAGE] = "% of the table of tracked connections (Linux)",
        [METRIC_EXHAUSTION_EVENTS] = "times that Windows found no port in 10 minutes",
    };
    static_assert(ARRAY_COUNT(lines) == METRIC_COUNT, "every metric has a line");
    struct metric_limits linux_limits[METRIC_COUNT];
    struct metric_limits windows_limits[METRIC_COUNT];

    text_add(out, "\nMetrics:\n");
    for (size_t i = 0; i < METRIC_COUNT; i++)
        text_addf(out, "  %-18s  %s\n", metric_names[i], lines[i]);
    metric_default_limits(OS_LINUX, linux_limits);
    metric_default_limits(OS_WINDOWS, windows_limits);
    text_addf(out,
              "\nDefault thresholds, warning / critical (* = deciding metric):\n"
              "  %-18s    %-14s  Windows\n",
              "", "Linux");
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        text_addf(out, "  %-18s  %c ", metric_names[i],
                  metric_deciding(OS_LINUX) == i ? '*' : ' ');
        add_thresholds(&linux_limits[i], 12, out);
        text_addf(out, "  %c ", metric_deciding(OS_WINDOWS) == i ? '*' : ' ');
        add_thresholds(&windows_limits[i], 0, out);
        text_add(out, "\n");
    }
}

static const char usage[] =
    "Usage: check_port_exhaustion [-w METRIC=RANGE[,...]]... [-c ...]... [-m METRIC]\n"
    "         [-o FORMAT] [--owners WHO] [--look SECONDS] [--anonymize]\n"
    "         [--policy FILE] [--range FIRST-LAST] [--top N] [--all-namespaces]\n"
    "         [--no-ask] [--replay FILE] [-t SECONDS] [--timeout-state STATE]\n"
    "         [-v]... [-h] [-V]\n"
    "Checks whether this host is running out of ephemeral (dynamic) ports.\n";

static const char ranges[] =
    "\nRANGE alerts if the value is outside it; both ends are inside:\n"
    "  10       below 0 or above 10      10:     below 10\n"
    "  10:20    below 10 or above 20     ~:10    above 10\n"
    "  @10:20   from 10 to 20\n"
    "If @ and ~ are forbidden (Zabbix), write inside:10:20, -inf:10, 10:inf.\n"
    "\nExit codes: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN (also -h, -V and errors).\n"
    "The worst metric decides: CRITICAL, WARNING, UNKNOWN, OK.\n"
    "\nExamples:\n"
    "  check_port_exhaustion -w 60 -c 85\n"
    "  check_port_exhaustion -o explain\n"
    "  check_port_exhaustion -w time_wait=20000,misconfigured= -v\n"
    "  check_port_exhaustion -o observation > seen.json\n";

void plugin_options_help(struct text *out)
{
    text_add(out, usage);
    text_add(out, "\nOptions:\n");
    option_table_help(&table, out);
    add_metrics(out);
    text_add(out, ranges);
}
