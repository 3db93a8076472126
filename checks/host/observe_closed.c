/* SPDX-License-Identifier: MIT */
/* Which ports bind() closed, a few at a time. */
#include "checks/host/observe_closed.h"

enum {
    AT_ONCE = 64,            /* ports between two looks at the clock */
    CPU_NS = 8 * 1000 * 1000 /* leaves the questions about destinations their share */
};

/* Whether it pays to go on: the first ones of a large sample tell whether bind() was at
 * work at all; a destination that used up one half needs no more. */
static bool is_worth_more(const struct closed_sample *sample,
                          const struct port_set *closed, size_t asked)
{
    return asked == 0 || sample->pool <= CLOSED_ASKS_MAX || port_set_count(closed) > 0;
}

bool observe_closed_ask(struct observer *observer, const struct closed_sample *sample,
                        struct port_set *closed, size_t *asked, struct error *err)
{
    const struct host *host = observer->host;
    const struct deadline *deadline = &observer->request->deadline;
    size_t done = 0;

    while (done < sample->count && observer->asking_ns < CPU_NS &&
           !deadline_passed(deadline) && is_worth_more(sample, closed, done)) {
        const size_t left = sample->count - done;
        const size_t count = left < AT_ONCE ? left : AT_ONCE;

        if (!host->ops->find_closed(host->self, sample->ports + done, count, closed,
                                    &observer->asking_ns, err))
            return false;
        done += count;
    }
    if (done == 0)
        return error_set(err, ERR_TIMEOUT, "no time to ask");
    *asked = done;
    return true;
}
