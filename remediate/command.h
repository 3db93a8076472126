/* SPDX-License-Identifier: MIT */
/* What a command is. Each is one file, command_NAME.c, and one row of the table. */
#ifndef REMEDIATE_COMMAND_H
#define REMEDIATE_COMMAND_H

#include <stdbool.h>

struct command_context;

struct command {
    const char *name;         /* on the command line and in the journal */
    const char *summary;      /* of --help; one line */
    const char *operand;      /* the one word behind its name, in words; NULL = none */
    const char *const *takes; /* long names of its options, NULL at the end */
    bool changes;             /* it may change the machine */
    /* Does what must come before the bounds (system_bound_privileges); NULL = nothing.
     * False with the outcome set: the command is not executed. */
    bool (*prepare)(struct command_context *context);
    /* Does it, from an opened command line to an outcome in the context. */
    void (*execute)(struct command_context *context);
};

/* Options of every command, and those of a command that may be asked for a report. */
#define COMMAND_ALWAYS_TAKES "help", "version"
#define COMMAND_USUALLY_TAKES                                                            \
    COMMAND_ALWAYS_TAKES, "policy", "output", "exit-3010", "timeout", "verbose"

extern const struct command command_plan;
extern const struct command command_apply;
extern const struct command command_confirm;
extern const struct command command_undo;
extern const struct command command_history;
extern const struct command command_status;
extern const struct command command_on_alert;
extern const struct command command_expire;

/* All of them, in the order of --help, NULL at the end; the first is what no command
 * means. */
extern const struct command *const remediate_commands[];

#endif
