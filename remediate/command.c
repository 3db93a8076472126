/* SPDX-License-Identifier: MIT */
/* The list of the commands: the only one. */
#include "remediate/command.h"

#include <stddef.h>

const struct command *const remediate_commands[] = {
    &command_plan,   &command_apply,    &command_confirm, &command_undo, &command_history,
    &command_status, &command_on_alert, &command_expire,  NULL,
};
