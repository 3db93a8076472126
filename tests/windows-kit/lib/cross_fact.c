/* SPDX-License-Identifier: MIT */
/* Facts are numbers or words; two looks of the check stand around the tool's. */
#include "tests/windows-kit/lib/cross_fact.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *const cross_names[CROSS_NAME_COUNT] = {
    [CROSS_TIME_WAIT] = "TIME_WAIT sockets",
    [CROSS_TIME_WAIT_IN_RANGE] = "TIME_WAIT in range",
    [CROSS_ESTABLISHED] = "ESTABLISHED in range",
    [CROSS_CLOSE_WAIT] = "CLOSE_WAIT in range",
    [CROSS_CONNECTIONS] = "connections in range",
    [CROSS_LISTEN] = "listeners in range",
    [CROSS_BOUND] = "bound ports in range",
    [CROSS_PORTS_USED] = "TCP ports used",
    [CROSS_UDP_PORTS_USED] = "UDP ports used",
    [CROSS_RANGE_TCP4] = "IPv4 TCP range",
    [CROSS_RANGE_TCP6] = "IPv6 TCP range",
    [CROSS_RANGE_UDP4] = "IPv4 UDP range",
    [CROSS_RANGE_UDP6] = "IPv6 UDP range",
    [CROSS_RANGE_TCP] = "TCP range",
    [CROSS_RANGE_UDP] = "UDP range",
    [CROSS_EXCLUDED_TCP] = "excluded TCP ports",
    [CROSS_EXCLUDED_UDP] = "excluded UDP ports",
    [CROSS_AUTO_REUSE] = "auto-reuse range",
    [CROSS_TIMED_WAIT_DELAY] = "TcpTimedWaitDelay",
    [CROSS_STRICT_SEQ_CHECK] = "StrictTimeWaitSeqCheck",
    [CROSS_MAX_USER_PORT] = "MaxUserPort",
    [CROSS_EVENTS] = "events 4231 and 4266",
    [CROSS_COLLISIONS] = "events 4227",
};

void cross_set_number(struct cross_facts *facts, enum cross_name name, uint64_t number)
{
    facts->of[name] = (struct cross_fact){ .kind = CROSS_NUMBER, .number = number };
}

void cross_set_words(struct cross_facts *facts, enum cross_name name,
                     enum cross_kind kind, const char *format, ...)
{
    struct cross_fact *fact = &facts->of[name];
    va_list arguments;

    *fact = (struct cross_fact){ .kind = kind };
    va_start(arguments, format);
    (void)vsnprintf(fact->words, sizeof fact->words, format, arguments);
    va_end(arguments);
}

void cross_set_range(struct cross_facts *facts, enum cross_name name,
                     struct port_range range)
{
    char words[PORT_RANGE_TEXT_SIZE] = "none";

    if (range.first != 0)
        port_range_format(range, words);
    cross_set_words(facts, name, CROSS_WORDS, "%s", words);
}

static bool is_known(const struct cross_fact *fact)
{
    return fact->kind == CROSS_NUMBER || fact->kind == CROSS_WORDS;
}

static bool is_between(const struct cross_fact *one, const struct cross_fact *theirs,
                       const struct cross_fact *other)
{
    const uint64_t low = one->number < other->number ? one->number : other->number;
    const uint64_t high = one->number < other->number ? other->number : one->number;

    return theirs->number >= low && theirs->number <= high;
}

static bool is_same(const struct cross_fact *one, const struct cross_fact *other)
{
    return one->kind == other->kind && one->number == other->number &&
           strcmp(one->words, other->words) == 0;
}

enum cross_verdict cross_judge(const struct cross_fact *before,
                               const struct cross_fact *theirs,
                               const struct cross_fact *after)
{
    bool same;

    if (!is_known(theirs))
        return CROSS_NOT_COMPARED;
    if (!is_known(before) && !is_known(after))
        return before->kind == CROSS_UNREAD || after->kind == CROSS_UNREAD
                   ? CROSS_DIFFERENT
                   : CROSS_NOT_COMPARED;
    if (before->kind == CROSS_NUMBER && after->kind == CROSS_NUMBER)
        same = theirs->kind == CROSS_NUMBER && is_between(before, theirs, after);
    else
        same = is_same(before, theirs) || is_same(after, theirs);
    return same ? CROSS_SAME : CROSS_DIFFERENT;
}

const char *cross_fact_words(const struct cross_fact *fact, char *out, size_t size)
{
    if (fact->kind == CROSS_NUMBER)
        (void)snprintf(out, size, "%" PRIu64, fact->number);
    else if (fact->kind == CROSS_WORDS)
        (void)snprintf(out, size, "%s", fact->words);
    else
        (void)snprintf(out, size, "not read (%s)", fact->words);
    return out;
}
