/* SPDX-License-Identifier: MIT */
/* Builders of owners: who has how many sockets of what. */
#ifndef TESTS_SUPPORT_GIVEN_OWNERS_H
#define TESTS_SUPPORT_GIVEN_OWNERS_H

#include <stdint.h>

#include "checks/model/observation.h"

/* One more owner, who was looked for; NULL = not told. The caller may change what is
 * returned, which `seen` owns. */
struct owner *given_owner(struct observation *seen, enum owner_kind kind,
                          const char *name, const char *user);

/* His sockets in that state are a share of it. Most first. */
void given_share(struct owner_shares *shares, const struct observation *seen,
                 const struct owner *owner, enum conn_state state, uint32_t sockets);

/* The same toward the busiest destination and of all TCP. */
void given_holder(struct observation *seen, const struct owner *owner,
                  enum conn_state state, uint32_t sockets);

/* He opened so many connections in a look of one second; 0 = was only seen. */
void given_opener(struct observation *seen, const struct owner *owner, uint32_t opened);

#endif
