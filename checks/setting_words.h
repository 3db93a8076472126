/* SPDX-License-Identifier: MIT */
/* Settings in the words that both programs show. */
#ifndef CHECKS_SETTING_WORDS_H
#define CHECKS_SETTING_WORDS_H

#include <stdbool.h>

#include "checks/base/text.h"
#include "checks/check.h"

/* Adds the setting as it is typed: of a sysctl the sysctl, "net.ipv4.tcp_tw_reuse",
 * whether the policy knows it by a shorter name or not; else its name. */
void setting_words_typed(const struct policy_setting *rule, struct text *out);

/* Adds what was found ("30", "32768-60999", "not set", ...). */
void setting_words_value(const struct setting_result *setting, struct text *out);

/* Adds what the next boot brings: a value, "not set", or "-" where no file tells. */
void setting_words_boot(const struct setting_result *setting, struct text *out);

/* Adds what the policy accepts: "30 to 60", "28232 ports or more". */
void setting_words_accepted(const struct policy_setting *rule, struct text *out);

/* Adds what the policy recommends: "30", "10000-65535", "absent", "-". */
void setting_words_recommended(const struct policy_setting *rule, struct text *out);

/* Whether a change of it waits for the next boot. */
bool setting_words_needs_reboot(const struct policy_setting *rule);

#endif
