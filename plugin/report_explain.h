/* SPDX-License-Identifier: MIT */
/* One screen for people: who holds the ports, why, and what to do. */
#ifndef PLUGIN_REPORT_EXPLAIN_H
#define PLUGIN_REPORT_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "plugin/report.h"

/* What it is written to. */
struct explain_screen {
    bool terminal;    /* else a pipe or a file: not everything travels */
    uint32_t columns; /* of the terminal; 0 = not told */
    bool names_asked; /* --owners was given: whom to name needs no word */
};

/*
 * Adds the screen: ASCII without '|', lines of at most 80 columns (a wider terminal's),
 * at most 4,000 bytes. ERR_MEMORY.
 */
MUST_CHECK bool report_explain(const struct report *report,
                               const struct explain_screen *screen, struct text *out,
                               struct error *err);

/* Adds the same screen in colours, of a terminal that obeys ECMA-48: the state and the
 * heads. The screen is printable already. */
void report_explain_colour(const char *screen, struct text *out);

#endif
