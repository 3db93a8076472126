/* SPDX-License-Identifier: MIT */
/* The time is looked at between two asks: none can be interrupted, and one took up to
 * 13 ms (measured on a full range beside other askers). */
#include "checks/host/observe_asks.h"

#include <stdio.h>

#include "checks/host/program.h"
#include "checks/model/ask_plan.h"

enum {
    FIRST_ROUND_NS = 12 * 1000 * 1000, /* leaves the second round its share */
    ALL_NS = 20 * 1000 * 1000
};

/* One question more; its call is what takes time. False when nothing more may be asked in
 * this run. */
static bool ask_once(struct observer *observer, struct ask *ask, struct error *err)
{
    const struct host *host = observer->host;
    bool ok;

    ask->microseconds = 0;
    ok = host->ops->ask(host->self, ask, err);
    observer->asking_ns += (int64_t)ask->microseconds * 1000;
    return ok;
}

/* Whether there is time for an ask, of the run and of the share. */
static bool has_time(const struct observer *observer, int64_t share_ns,
                     struct error *why_not)
{
    if (deadline_passed(&observer->request->deadline))
        return error_set(why_not, ERR_TIMEOUT, "no time left");
    if (observer->asking_ns >= share_ns)
        return error_set(why_not, ERR_LIMIT, "20 ms of CPU time were used up");
    return true;
}

/* A destination in use that finds no port makes the state: others add nothing to it, and
 * at a full range each costs 3 ms (measured). */
static bool is_settled(const struct observed_asks *asked, size_t count,
                       const struct ask *next)
{
    for (size_t i = 0; i < count; i++)
        if (next->kind == ASK_CONNECT && !next->unused &&
            asked->asks[i].kind == ASK_CONNECT && !asked->asks[i].unused &&
            asked->asks[i].answer == ASK_NONE)
            return true;
    return false;
}

/* Asks the planned ones in their order, and keeps those that were answered. */
static void ask_planned(struct observer *observer, struct error *why_not)
{
    struct observed_asks *asked = &observer->seen->asked;
    const size_t planned = asked->count;

    asked->count = 0;
    program_watchdog_stage("asking for a port");
    for (size_t i = 0; i < planned; i++) {
        struct ask ask = asked->asks[i];

        if (is_settled(asked, asked->count, &ask))
            continue;
        if (!has_time(observer, FIRST_ROUND_NS, why_not) ||
            !ask_once(observer, &ask, why_not))
            return;
        asked->asks[asked->count++] = ask;
    }
}

void observe_asks(struct observer *observer)
{
    struct observed_asks *asked = &observer->seen->asked;
    struct error why_not = { 0 };

    ask_plan(observer->seen, observer->request->metrics, asked);
    if (asked->count == 0 && asked->not_asked[0] == '\0')
        return;
    if (observer->request->ask) {
        ask_planned(observer, &why_not);
    } else {
        asked->count = 0;
        (void)error_set(&why_not, ERR_DENIED, "--no-ask or the policy turns it off");
    }
    if (why_not.code != ERR_NONE)
        (void)snprintf(asked->not_asked, sizeof asked->not_asked, "%.190s",
                       why_not.message);
}

void observe_asks_again(struct observer *observer)
{
    struct observed_asks *asked = &observer->seen->asked;
    struct error why_not = { 0 };

    for (size_t i = 0; i < asked->count; i++) {
        struct ask again = asked->asks[i];

        if (again.answer != ASK_NONE)
            continue;
        again.answer = ASK_UNKNOWN;
        program_watchdog_stage("asking for a port again");
        if (!has_time(observer, ALL_NS, &why_not) ||
            !ask_once(observer, &again, &why_not))
            return;
        asked->asks[i].confirmed = again.answer == ASK_NONE;
    }
}
