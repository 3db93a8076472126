/* SPDX-License-Identifier: MIT */
/* What connection tracking refused, and what that means. */
#ifndef PLUGIN_CONNTRACK_WORDS_H
#define PLUGIN_CONNTRACK_WORDS_H

#include "checks/base/text.h"
#include "checks/model/observation.h"

/* Adds "50 of 262144 entries; since boot insert_failed 20, drop 20"; nothing where
 * nothing is tracked, or nobody looked. */
void conntrack_words_table(const struct observed_conntrack *conntrack, struct text *out);

/*
 * Adds one sentence: how many entries were refused since boot, how many of them during a
 * look, and what that may mean. Nothing where none was. No counter tells when it was, so
 * this is for those who ask for details.
 */
void conntrack_words_refused(const struct observed_conntrack *conntrack,
                             struct text *out);

#endif
