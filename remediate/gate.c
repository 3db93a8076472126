/* SPDX-License-Identifier: MIT */
/* The rules by which an alert may change a host; the first that speaks against it is
 * told.
 */
#include "remediate/gate.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"
#include "checks/base/text.h"

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
static bool acts_on_warning(const struct policy_gate *rules)
{
    return strcmp(rules->act_on, "WARNING") == 0;
}

static enum gate_answer ask_alert(const struct alert *alert,
                                  const struct policy_gate *rules,
                                  char reason[GATE_REASON_SIZE])
{
    bool reached = alert->state == CHECK_CRITICAL ||
                   (alert->state == CHECK_WARNING && acts_on_warning(rules));

    if (!reached)
        return say(GATE_REFUSE, reason, "%s state: acts only on %s",
                   check_state_name(alert->state),
                   acts_on_warning(rules) ? "WARNING or CRITICAL" : "CRITICAL");
    if (!alert->hard)
        return say(GATE_REFUSE, reason, "SOFT state: acts only on HARD");
    if (alert->downtime_depth > 0)
        return say(GATE_REFUSE, reason, "in downtime (depth %" PRIu32 ")",
                   alert->downtime_depth);
    return say(GATE_ACT, reason, "%s", "");
}

static enum gate_answer ask_clock(const struct gate_question *question,
                                  char reason[GATE_REASON_SIZE])
{
    const uint32_t cool_down_s = question->rules->cool_down_s;
    const int64_t last_s = question->last_action_s;
    uint64_t since_s;

    if (cool_down_s == 0 || last_s == 0)
        return say(GATE_ACT, reason, "%s", "");
    /* Differences of any two int64_t fit when taken without a sign. */
    if (last_s > question->now_s)
        return say(GATE_REFUSE, reason,
                   "the clock went backwards: the last run is %" PRIu64
                   " s in the future; correct the clock, or run apply manually",
                   (uint64_t)last_s - (uint64_t)question->now_s);
    since_s = (uint64_t)question->now_s - (uint64_t)last_s;
    if (since_s < cool_down_s)
        return say(GATE_REFUSE, reason,
                   "cool-down of %" PRIu32 " s since the last run: %" PRIu64 " s left",
                   cool_down_s, cool_down_s - since_s);
    return say(GATE_ACT, reason, "%s", "");
}

enum gate_answer gate_ask(const struct gate_question *question,
                          char reason[GATE_REASON_SIZE])
{
    enum gate_answer answer;

    if (question->alert.state == CHECK_OK)
        return say(GATE_NOTHING, reason, "OK state: no problem, nothing to do");
    answer = ask_alert(&question->alert, question->rules, reason);
    return answer == GATE_ACT ? ask_clock(question, reason) : answer;
}

/* "port_usage 12.5 %", "udp_port_usage unknown". */
static void add_measure(struct text *out, enum metric_id id, const struct result *result)
{
    char percent[8];

    text_addf(out, "%s%s ", out->length > 0 ? ", " : "", metric_name(id));
    if (!result->judged || !result->measure.known) {
        text_add(out, "unknown");
        return;
    }
    number_format_percent(result->measure.part, result->measure.whole, percent);
    text_addf(out, "%s %%", percent);
}

enum gate_answer gate_confirm(const struct policy_gate *rules,
                              const struct verdict *verdict,
                              char reason[GATE_REASON_SIZE])
{
    static const enum metric_id usages[] = { METRIC_PORT_USAGE, METRIC_DESTINATION_USAGE,
                                             METRIC_UDP_PORT_USAGE };
    struct text measures = { 0 };
    bool confirmed = !rules->confirm;

    for (size_t i = 0; i < ARRAY_COUNT(usages); i++) {
        const struct result *result = &verdict->results[usages[i]];

        confirmed |= result->judged &&
                     (result->state == CHECK_WARNING || result->state == CHECK_CRITICAL);
        add_measure(&measures, usages[i], result);
    }
    if (confirmed)
        (void)say(GATE_ACT, reason, "%s", "");
    else
        (void)say(
            GATE_REFUSE, reason,
            "the host does not confirm the alert: no usage is WARNING or worse (%s)",
            text_string(&measures));
    text_clear(&measures);
    return confirmed ? GATE_ACT : GATE_REFUSE;
}
