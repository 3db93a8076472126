/* SPDX-License-Identifier: MIT */
/* What the command line of the remediation asks for. */
#ifndef REMEDIATE_OPTIONS_H
#define REMEDIATE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/setting.h"
#include "remediate/alert.h"
#include "remediate/command.h"
#include "remediate/only.h"

enum { REMEDIATE_TIMEOUT_DEFAULT_S = 60, REMEDIATE_TIMEOUT_MAX_S = 3600 };

/* Strings are borrowed from argv but for `only`. */
struct remediate_options {
    const struct command *command; /* a row of remediate_commands */
    bool dry_run;
    uint32_t trial_s;        /* apply: how long the changes are to last; 0 = for good */
    const char *run;         /* expire: the run; NULL for every other command */
    bool live_only;          /* nothing is kept for the next boot */
    const char *undo_id;     /* NULL = the last run that can be undone */
    bool force;              /* undo, although it makes the host CRITICAL */
    const char *policy_path; /* NULL = the site's, where it exists */
    char only[SETTINGS_MAX][ONLY_NAME_SIZE]; /* as typed, then only_resolve */
    size_t only_count;                       /* 0 = all */
    bool json;
    bool exit_3010;
    uint32_t timeout_s; /* 1..REMEDIATE_TIMEOUT_MAX_S */
    uint32_t verbosity;
    bool alert_given; /* any of the alert's options: else one line on standard input */
    struct alert_words alert;
    bool help;
    bool version;
};

/* Reads the command line over the defaults. ERR_MALFORMED or ERR_LIMIT: one line. An
 * option that the command does not take is an error that names both. */
MUST_CHECK bool remediate_options_parse(int argc, char *const *argv,
                                        struct remediate_options *out, struct error *err);

/* The command and the format that a command line asks for, however broken the rest of it
 * is: for errors. NULL: it names no command. */
const char *remediate_options_named_command(int argc, char *const *argv);
bool remediate_options_ask_json(int argc, char *const *argv);

/* Adds the text of --help; at most 80 columns. */
void remediate_options_help(struct text *out);

#endif
