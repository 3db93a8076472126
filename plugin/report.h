/* SPDX-License-Identifier: MIT */
/* Results -> bytes; one file per format, all pure. */
#ifndef PLUGIN_REPORT_H
#define PLUGIN_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/check.h"
#include "checks/model/observation.h"
#include "plugin/options.h"

enum {
    REPORT_FIRST_LINE_MAX = 1024, /* bytes without the newline: NRPE v2 packet payload */
    REPORT_WORDS_MAX = 300, /* bytes of its text where all was read: a pager's screen */
    REPORT_TEXT_MAX = 8192, /* bytes: MAX_PLUGIN_OUTPUT_LENGTH of Nagios Core */
    REPORT_COLUMNS = 80,    /* characters of a line of -v, where words can be parted */
    REPORT_SCHEMA = 2
};

struct json_table;
struct namespaces_verdict;

/* All that a format shows; everything borrowed. */
struct report {
    const struct observation *seen;
    const struct verdict *verdict;
    const char *policy_source; /* "built-in" or the path of the file */
    const struct policy_origin *policy;
    const char *version; /* of this program */
    uint32_t verbosity;
    uint32_t top;
    enum owners_shown owners; /* whom the output may name */
    bool replayed;            /* a recorded observation, not this host */
    const struct namespaces_verdict *namespaces; /* NULL = they were not asked for */
    /* The report of another namespace that a first line is about; NULL = of this one. */
    const struct report *worst;
    const char *place; /* of such a report: what that namespace is called; NULL = ours */
};

/* Of struct report, for the schema's test. */
extern const struct json_table report_table;

/* Add the whole output, final newline included. ERR_MEMORY. */
MUST_CHECK bool report_text(const struct report *report, struct text *out,
                            struct error *err);
MUST_CHECK bool report_json(const struct report *report, struct text *out,
                            struct error *err);
MUST_CHECK bool report_prometheus(const struct report *report, struct text *out,
                                  struct error *err);

/* Adds the perfdata of the text format, without the '|'. `with_limits` false leaves the
 * thresholds out (they are optional; the first line must fit into an NRPE packet). */
void report_perfdata(const struct report *report, bool with_limits, struct text *out);

/*
 * Adds what is said when there is no verdict: bad input, timeout. `message` is one line.
 * text: "PORTS UNKNOWN: message"; json: an object with schema, version, state, exit_code,
 * summary; prometheus: port_exhaustion_up 0 with the message in a comment.
 */
MUST_CHECK bool report_failure(enum output_format format, enum check_state state,
                               const char *version, const char *message, struct text *out,
                               struct error *err);

/* What is said, as UNKNOWN, when there is no memory to say anything else: a static
 * string, in the format that was asked for. */
const char *report_no_memory(enum output_format format);

#endif
