/* SPDX-License-Identifier: MIT */
/* How a person does what the program could not. */
#ifndef REMEDIATE_MANUAL_ACTION_H
#define REMEDIATE_MANUAL_ACTION_H

#include "checks/base/text.h"
#include "checks/model/change.h"

/*
 * Adds one line without newline that gives the place of `change` the value `from` again:
 * a command where there is one ("sysctl -w net.ipv4.tcp_tw_reuse=\"2\""), else words.
 */
void manual_action_restore(const struct change *change, struct text *out);

#endif
