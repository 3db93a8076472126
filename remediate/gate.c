/* SPDX-License-Identifier: MIT */
/* The rules by which an alert may change a host; the first that speaks against it is
 * told.
 */
#include "remediate/gate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/model/utc_time.h"

static enum gate_answer say(enum gate_answer answer, char reason[GATE_REASON_SIZE],
                            const char *format, ...) PRINTF_LIKE(3, 4);

static enum gate_answer say(enum gate_answer answer, char reason[GATE_REASON_SIZE],
                            const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(reason, GATE_REASON_SIZE, format, arguments);
    va_end(arguments);
    return answer;
}

/* Any other word than WARNING is the stricter one. */
bool gate_acts_on_warning(const struct policy_gate *rules)
{
    return strcmp(rules->act_on, "WARNING") == 0;
}

static enum gate_answer ask_alert(const struct alert *alert,
                                  const struct policy_gate *rules,
                                  char reason[GATE_REASON_SIZE])
{
    bool reached = alert->state == CHECK_CRITICAL ||
                   (alert->state == CHECK_WARNING && gate_acts_on_warning(rules));

    if (!reached)
        return say(GATE_REFUSE, reason, "%s state: acts only on %s",
                   check_state_names[alert->state],
                   gate_acts_on_warning(rules) ? "WARNING or CRITICAL" : "CRITICAL");
    if (!alert->hard)
        return say(GATE_REFUSE, reason, "SOFT state: acts only on HARD");
    if (alert->downtime_depth > 0)
        return say(GATE_REFUSE, reason, "in downtime (depth %" PRIu32 ")",
                   alert->downtime_depth);
    return say(GATE_ACT, reason, "%s", "");
}

/* When the trial ends, for people: by the clock on the wall as it is now. */
static void format_end(const struct journal_run *trial,
                       const struct cool_down_moment *now, char out[UTC_TIME_TEXT_SIZE])
{
    const bool known = now->uptime_s >= 0;
    const int64_t from_s = known ? now->uptime_s : trial->uptime_s;
    int64_t left_s = from_s < 0 ? 0 : trial->trial_until_s - from_s;

    if (left_s > UTC_TIME_MAX)
        left_s = UTC_TIME_MAX;
    utc_time_format((known ? now->time_s : trial->time_s) + left_s, out);
}

static enum gate_answer ask_trial(const struct gate_question *question,
                                  char reason[GATE_REASON_SIZE])
{
    const struct cool_down_moment *now = &question->now;
    const struct journal_run *trial = journal_trial(question->journal, now->boot);
    char until[UTC_TIME_TEXT_SIZE];

    if (!trial || now->uptime_s >= trial->trial_until_s)
        return say(GATE_ACT, reason, "%s", "");
    format_end(trial, now, until);
    return say(GATE_REFUSE, reason,
               "a trial is on until %s (run %s): confirm or undo it first", until,
               trial->id);
}

static enum gate_answer ask_cool_down(const struct gate_question *question,
                                      char reason[GATE_REASON_SIZE])
{
    const uint32_t period_s = question->rules->cool_down_s;
    const struct cool_down wait =
        cool_down_find(question->journal, period_s, &question->now);

    if (!wait.run)
        return say(GATE_ACT, reason, "%s", "");
    if (wait.by_hand)
        return say(GATE_REFUSE, reason,
                   "someone is at work on this host (%s %" PRIu64
                   " s ago): alerts may act again in %" PRIu64 " s",
                   wait.run->command, wait.since_s, wait.left_s);
    return say(GATE_REFUSE, reason,
               "cool-down of %" PRIu32 " s since the last run by an alert: %" PRIu64
               " s left",
               period_s, wait.left_s);
}

enum gate_answer gate_ask(const struct gate_question *question,
                          char reason[GATE_REASON_SIZE])
{
    enum gate_answer answer;

    if (question->alert.state == CHECK_OK)
        return say(GATE_NOTHING, reason, "OK state: no problem, nothing to do");
    answer = ask_alert(&question->alert, question->rules, reason);
    if (answer == GATE_ACT && question->journal)
        answer = ask_trial(question, reason);
    if (answer == GATE_ACT && question->journal)
        answer = ask_cool_down(question, reason);
    return answer;
}
