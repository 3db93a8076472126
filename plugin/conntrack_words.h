/* SPDX-License-Identifier: MIT */
/* What connection tracking refused, and what that means. */
#ifndef PLUGIN_CONNTRACK_WORDS_H
#define PLUGIN_CONNTRACK_WORDS_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/model/observation.h"

/* Adds "50 of 262144 entries; since boot insert_failed 20, drop 20"; nothing where
 * nothing is tracked, or nobody looked. */
void conntrack_words_table(const struct observed_conntrack *conntrack, struct text *out);

/*
 * Adds one sentence of what was refused. After a look: how many entries during it and
 * since boot, and what that may mean; nothing where none was. Without a look the counters
 * alone, which do not tell when it was, and how to find out (not of a recording). This is
 * for those who ask for details.
 */
void conntrack_words_refused(const struct observed_conntrack *conntrack, bool replayed,
                             struct text *out);

/* Whether a look saw entries refused, as by SNAT without a free port. */
bool conntrack_words_snat_fails(const struct observed_conntrack *conntrack);

#endif
