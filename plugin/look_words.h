/* SPDX-License-Identifier: MIT */
/* Who opens connections to the busiest destination, as one sentence. */
#ifndef PLUGIN_LOOK_WORDS_H
#define PLUGIN_LOOK_WORDS_H

#include "checks/base/text.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"

/*
 * Adds what a look found: "1,791 opened/s: etl-load.service 1,501/s (83%),
 * php-fpm.service 270/s (15%)"; or, where not every connection was counted, whoever makes
 * the larger part first: "1,790 closed/s: 98% are too short to count (under 67 ms each),
 * seen opening them: etl-load.service; counted: report.service 20/s (1%)". Who was only
 * seen has no share. Nothing where nobody looked.
 */
void look_words(const struct observation *seen, enum owners_shown shown,
                struct text *out);

#endif
