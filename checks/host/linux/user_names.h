/* SPDX-License-Identifier: MIT */
/* The numbers of users by name, and the reverse. */
#ifndef CHECKS_HOST_LINUX_USER_NAMES_H
#define CHECKS_HOST_LINUX_USER_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "checks/host/host.h"
#include "checks/model/owner.h"

/*
 * Takes the users that the policy trusts into out->table. Names are looked up in
 * /etc/passwd alone: NSS would load libraries into root's process and ask the network. A
 * name that is not there is a note.
 */
void user_names_trust(const struct policy_reserve *trust, struct host_listeners *out);

/* Whether it is a login user's number, and no user's of the system. */
bool user_is_person(uint32_t uid);

/* A user, and what he is called. */
struct user_name {
    uint32_t uid;
    char name[OWNER_NAME_SIZE]; /* unit_name_clean; the number where there is none */
};

/* Fills the names of users[] from /etc/passwd, alone for the same reason; the first line
 * of a user counts. False, and all of them numbers, when it could not be read. */
MUST_CHECK bool user_names_find(struct user_name *users, size_t count, struct error *err);

#endif
