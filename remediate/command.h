/* SPDX-License-Identifier: MIT */
/* What a command is. Each is one file, command_NAME.c, and one row of the table. */
#ifndef REMEDIATE_COMMAND_H
#define REMEDIATE_COMMAND_H

#include <stdbool.h>

struct command_context;

/* Tells the options of a command in the option table. */
enum command_bit {
    COMMAND_PLAN = 1 << 0,
    COMMAND_APPLY = 1 << 1,
    COMMAND_CONFIRM = 1 << 2,
    COMMAND_UNDO = 1 << 3,
    COMMAND_HISTORY = 1 << 4,
    COMMAND_STATUS = 1 << 5,
    COMMAND_ON_ALERT = 1 << 6,
    COMMAND_EXPIRE = 1 << 7
};

struct command {
    const char *name;     /* on the command line and in the journal */
    const char *summary;  /* of --help; one line */
    const char *operand;  /* the one word behind its name, in words; NULL = none */
    enum command_bit bit; /* of the options that it takes */
    bool changes;         /* it may change the machine */
    bool begins;          /* not only what an earlier run did: it may be the first run */
    /* Does what must come before the bounds (system_bound_privileges); NULL = nothing.
     * False with the outcome set: the command is not executed. */
    bool (*prepare)(struct command_context *context);
    /* Does it, from an opened command line to an outcome in the context. */
    void (*execute)(struct command_context *context);
};

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
