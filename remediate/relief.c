/* SPDX-License-Identifier: MIT */
/* The same question before and after. */
#include "remediate/relief.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks/ask_judgement.h"
#include "checks/ask_words.h"

/* As in one run of the check. */
enum { ASKING_US = 20 * 1000 };

static bool give_up(struct reliefs *out, const char *why)
{
    (void)snprintf(out->not_asked, sizeof out->not_asked, "%.150s", why);
    return false;
}

/* False when nothing more may be asked. */
static bool ask_again(const struct host *host, const struct ask *before,
                      uint32_t *spent_us, struct reliefs *out)
{
    struct relief *next = &out->asks[out->count];
    struct error why_not = { 0 };

    *next = (struct relief){ .before = *before, .after = *before };
    next->after.answer = ASK_UNKNOWN;
    next->after.confirmed = false;
    next->after.microseconds = 0;
    if (*spent_us >= ASKING_US)
        return give_up(out, "20 ms of CPU time were used up");
    if (!host->ops->ask(host->self, &next->after, &why_not))
        return give_up(out, why_not.message);
    *spent_us += next->after.microseconds;
    if (next->after.answer != ASK_UNKNOWN)
        out->count++;
    else
        (void)give_up(out, next->after.reason);
    return true;
}

static bool ask_those(const struct host *host, const struct observed_asks *asked,
                      enum ask_answer answer, uint32_t *spent_us, struct reliefs *out)
{
    for (size_t i = 0; i < asked->count && out->count < ASKS_MAX; i++)
        if (asked->asks[i].answer == answer &&
            !ask_again(host, &asked->asks[i], spent_us, out))
            return false;
    return true;
}

void relief_ask(const struct host *host, const struct observation *before,
                struct reliefs *out)
{
    uint32_t spent_us = 0;

    *out = (struct reliefs){ 0 };
    if (ask_those(host, &before->asked, ASK_NONE, &spent_us, out))
        (void)ask_those(host, &before->asked, ASK_FREE, &spent_us, out);
}

const struct relief *relief_missing(const struct reliefs *reliefs,
                                    const struct observation *before)
{
    for (size_t i = 0; i < reliefs->count; i++)
        if (ask_is_exhaustion(before, &reliefs->asks[i].before) &&
            reliefs->asks[i].after.answer == ASK_NONE)
            return &reliefs->asks[i];
    return NULL;
}

static void add_cost(const struct ask *ask, struct text *out)
{
    text_add(out, " (");
    ask_words_cost(ask, out);
    text_add(out, ")");
}

void relief_words(const struct observation *seen, const struct relief *relief,
                  struct text *out)
{
    const bool was_free = relief->before.answer == ASK_FREE;
    const bool is_free = relief->after.answer == ASK_FREE;
    char subject[ASK_WORDS_SIZE];

    ask_words_subject(seen, &relief->before, subject);
    text_add_clean(out, subject, "");
    text_add(out, was_free ? " found a port before" : " found no free port before");
    if (was_free)
        add_cost(&relief->before, out);
    text_add(out, is_free    ? ", finds one now"
                  : was_free ? ", finds none now"
                             : ", and finds none now");
    if (is_free)
        add_cost(&relief->after, out);
}
