/* SPDX-License-Identifier: MIT */
/* What the command line asks for. */
#ifndef PLUGIN_OPTIONS_H
#define PLUGIN_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/base/threshold.h"
#include "checks/check.h"
#include "checks/model/metric.h"
#include "checks/model/policy.h"
#include "checks/model/port_range.h"

enum output_format {
    OUTPUT_TEXT = 0,
    OUTPUT_EXPLAIN,
    OUTPUT_JSON,
    OUTPUT_PROMETHEUS,
    OUTPUT_OBSERVATION
};

/* One METRIC=RANGE of -w or -c. */
struct limit_option {
    bool critical;
    bool deciding; /* bare RANGE: `metric` is found once the system is known */
    enum metric_id metric;
    struct threshold threshold; /* not set: "METRIC=", take the default away */
};

enum {
    LIMIT_OPTIONS_MAX = 64,
    TOP_DEFAULT = 5,
    TIMEOUT_DEFAULT_S = 10,
    TIMEOUT_MAX_S = 3600,
    LOOK_DEFAULT_S = 1, /* of OUTPUT_EXPLAIN */
    LOOK_MAX_S = 60
};

/* No --owners: what the policy says holds. */
enum { OWNERS_NOT_SAID = OWNERS_NONE + 1 };

/* Strings are borrowed from argv. */
struct plugin_options {
    struct limit_option
        limits[LIMIT_OPTIONS_MAX]; /* in the order given; the last one wins */
    size_t limit_count;
    uint32_t metrics; /* bits 1 << metric_id; METRICS_ALL without -m */
    enum output_format format;
    const char *policy_path; /* NULL = the site's, where it exists */
    const char *replay_path; /* NULL = this host */
    struct port_range range; /* zeroed = read it */
    uint32_t top;            /* 0..OBSERVED_DESTINATIONS_MAX */
    uint32_t timeout_s;      /* 1..TIMEOUT_MAX_S */
    enum check_state timeout_state;
    uint32_t verbosity;  /* 0..3 */
    uint32_t owners;     /* enum owners_shown, or OWNERS_NOT_SAID */
    uint32_t look_s;     /* look so long who opens connections; 0 = not, as in a replay */
    bool all_namespaces; /* look at every network namespace of this host */
    bool no_ask;         /* judge by numbers alone */
    bool anonymize;      /* OUTPUT_OBSERVATION: stand-ins for names and addresses */
    bool help;
    bool version;
};

/* The output format that the command line asks for, even if the rest of it is wrong: an
 * error too has to reach its reader in that format. */
enum output_format plugin_options_format(int argc, char *const *argv);

/* Reads the command line over the defaults. ERR_MALFORMED or ERR_LIMIT: one line. */
MUST_CHECK bool plugin_options_parse(int argc, char *const *argv,
                                     struct plugin_options *out, struct error *err);

/* Defaults and policy thresholds of `os`, then the options over them. */
void plugin_options_limits(const struct plugin_options *options,
                           const struct metric_limits defaults[METRIC_COUNT],
                           enum os_kind os, struct metric_limits out[METRIC_COUNT]);

/* Adds the text of --help: usage, options from the table, thresholds, exit codes,
 * examples; at most 80 columns. */
void plugin_options_help(struct text *out);

#endif
