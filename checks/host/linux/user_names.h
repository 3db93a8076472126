/* SPDX-License-Identifier: MIT */
/* The numbers of users by name. */
#ifndef CHECKS_HOST_LINUX_USER_NAMES_H
#define CHECKS_HOST_LINUX_USER_NAMES_H

#include "checks/host/host.h"

/*
 * Takes the users that the policy trusts into out->table. Names are looked up in
 * /etc/passwd alone: NSS would load libraries into root's process and ask the network. A
 * name that is not there is a note.
 */
void user_names_trust(const struct policy_reserve *trust, struct host_listeners *out);

#endif
