/* SPDX-License-Identifier: MIT */
/* Two ways to see who opens connections, between the same two counts of ports and with
 * the same count of what was closed. */
#include "checks/host/linux/churn_look.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "checks/decode/sock_diag.h"
#include "checks/host/linux/churn_exact.h"
#include "checks/host/program.h"
#include "checks/model/churn.h"
#include "checks/model/churn_closed.h"
#include "checks/model/churn_process.h"

/* Looks without the tracepoint, the confirming one included; the time between two
 * readings of it; and between two counts of what was closed where TIME_WAIT is reused, as
 * the kernel does after a second. */
enum { LOOKS = 30, READING_MS = 10, CLOSED_MS = 500 };

/* The processor is left alone for this many times of what a look took of it. */
enum { PAUSE_TIMES = 3 };

/* Who lives longer than two gaps is counted, also in a long look. */
enum { GAP_MAX_MS = 50 };

/* With less left it is not worth it. */
enum { SPAN_MIN_MS = 100 };

struct looking {
    const struct churn_wanted *wanted;
    struct owner_census *census;
    struct churn churn;          /* not made: who owns sockets is not looked at */
    uint32_t in_the_way;         /* ports, at the last look at all sockets */
    struct churn_closed *closed; /* owned */
    struct error err;
};

static int64_t ms_to_ns(int64_t ms)
{
    return ms * DEADLINE_NS_PER_MS;
}

static uint32_t ns_to_ms(int64_t ns)
{
    return (uint32_t)((ns + DEADLINE_NS_PER_MS / 2) / DEADLINE_NS_PER_MS);
}

/* As socket_census.c has it. */
static bool is_reusable(const struct churn_wanted *wanted, const struct socket_row *row)
{
    return row->state == CONN_TIME_WAIT && wanted->reuse != REUSE_NEVER &&
           row->has_time_wait_age && row->time_wait_age_ms > wanted->reuse_delay_ms &&
           (wanted->reuse == REUSE_ALWAYS || ip_address_is_loopback(&row->remote) ||
            ip_address_is_loopback(&row->local));
}

static bool is_wanted(const struct churn_wanted *wanted, const struct socket_row *row)
{
    const struct destination to = { .local = row->local,
                                    .remote = row->remote,
                                    .remote_port = row->remote_port };

    return row->device == wanted->to->device && destination_is_alike(&to, wanted->to);
}

static int64_t now_ms(void)
{
    return deadline_now_ns() / DEADLINE_NS_PER_MS;
}

/* The user of a socket that no process has open is a lie of the kernel. */
static bool see_owner(struct looking *looking, const struct socket_row *row)
{
    const struct owner_key key = { .uid = row->inode != 0 ? row->uid : UINT32_MAX,
                                   .cgroup = row->cgroup };
    size_t position;

    if (!row->owned || (row->inode == 0 && row->cgroup == 0))
        return true;
    if (!owner_census_find(looking->census, &key, &position, &looking->err))
        return false;
    churn_see(&looking->churn, row->cookie, (uint32_t)position);
    return true;
}

static bool see_row(void *context, const struct socket_row *row)
{
    struct looking *looking = context;

    if (!is_wanted(looking->wanted, row))
        return true;
    looking->in_the_way += !is_reusable(looking->wanted, row);
    if (row->has_time_wait_age)
        churn_closed_see(looking->closed, row->local_port,
                         looking->wanted->netlink->told_ns / DEADLINE_NS_PER_MS -
                             row->time_wait_age_ms);
    return !looking->churn.sockets || see_owner(looking, row);
}

/* Of `all` sockets, or of those alone that have owners. */
static bool take_look(struct looking *looking, bool all, struct error *err)
{
    const struct churn_wanted *wanted = looking->wanted;
    const struct netlink_owned dumped = {
        .states = SOCK_DIAG_ALL &
                  ~(uint32_t)(SOCK_DIAG_LISTEN | (all ? 0 : SOCK_DIAG_TIME_WAIT)),
        .filter = { .to = wanted->to, .to_count = 1 },
    };
    const struct netlink_visitor visitor = { .visit = see_row, .context = looking };
    struct error failure = { 0 };

    looking->in_the_way = 0;
    if (all)
        looking->closed->end_ms = now_ms();
    if (!netlink_visit_owned(wanted->netlink, &dumped, &wanted->deadline, &visitor,
                             &failure)) {
        if (looking->err.code != ERR_NONE)
            failure = looking->err;
        return error_set(err, failure.code, "%s", failure.message);
    }
    return true;
}

/* The first look: what is in TIME_WAIT was closed before it. */
static bool begin(struct looking *looking, struct observed_look *look, struct error *err)
{
    looking->closed->begin_ms = now_ms();
    if (!take_look(looking, true, err))
        return false;
    look->ports_first = looking->in_the_way;
    return true;
}

static void end(const struct looking *looking, int64_t span_ns,
                struct observed_look *look)
{
    look->ports_last = looking->in_the_way;
    look->closed = looking->closed->count;
    look->span_ms = ns_to_ms(span_ns);
}

/* Where TIME_WAIT is reused, the older ones go; they are counted before. */
static bool is_closed_due(const struct looking *looking)
{
    return looking->wanted->reuse != REUSE_NEVER &&
           now_ms() - looking->closed->end_ms >= CLOSED_MS;
}

static void wait_until(int64_t at_ns)
{
    deadline_wait(&(struct deadline){ .at_ns = at_ns });
}

/* --- With the tracepoint ---- */

static bool add_up_exact(const struct churn_exact *exact, struct looking *looking,
                         struct observed_look *look, struct error *err)
{
    struct churn_totals totals = { 0 };
    struct churn_sum sum = { 0 };
    const uint64_t lost = exact->lost + exact->uncounted;

    if (!churn_processes_add_up(&exact->processes, looking->census, &totals, &sum, err))
        return false;
    look->exact = true;
    look->opened = sum.opened;
    look->failed = sum.failed;
    churn_list(&totals, look);
    if (lost > 0)
        (void)snprintf(look->unread, sizeof look->unread,
                       "%" PRIu64 " more were not counted: they came too fast", lost);
    else if (sum.unplaced > 0)
        (void)snprintf(look->unread, sizeof look->unread,
                       "%" PRIu32 " of them by processes that ended before they could be "
                       "looked at",
                       sum.unplaced);
    return true;
}

/* Reads every few milliseconds until `end_ns`. */
static bool read_until(struct churn_exact *exact, struct looking *looking, int64_t end_ns,
                       struct error *err)
{
    int64_t now_ns = deadline_now_ns();

    while (now_ns < end_ns) {
        const int64_t next_ns = now_ns + ms_to_ns(READING_MS);

        wait_until(next_ns < end_ns ? next_ns : end_ns);
        if (!churn_exact_read(exact, err))
            return false;
        now_ns = deadline_now_ns();
        if (is_closed_due(looking) && !take_look(looking, true, err))
            return false;
    }
    return churn_exact_stop(exact, err);
}

/* Counting has begun. */
static bool look_exactly(struct churn_exact *exact, struct looking *looking,
                         int64_t span_ns, struct observed_look *look, struct error *err)
{
    const int64_t begin_ns = deadline_now_ns();
    int64_t end_ns;

    if (!begin(looking, look, err))
        return false;
    if (!read_until(exact, looking, begin_ns + span_ns, err))
        return false;
    end_ns = deadline_now_ns();
    if (!take_look(looking, true, err) || !add_up_exact(exact, looking, look, err))
        return false;
    end(looking, end_ns - begin_ns, look);
    return true;
}

/* --- Without it ---- */

struct pace {
    int64_t begin_ns; /* of the first look */
    int64_t last_ns;  /* beginning of the last one */
    int64_t gap_ns;   /* between the beginnings of two looks, as wanted */
    int64_t next_ns;  /* not before this is the next one */
    int64_t cpu_ns;   /* processor time of this thread, after the last one */
    int64_t gap_max_ns;
};

static void wait_for_next(struct pace *pace)
{
    int64_t now_ns;

    wait_until(pace->next_ns);
    now_ns = deadline_now_ns();
    if (now_ns - pace->last_ns > pace->gap_max_ns)
        pace->gap_max_ns = now_ns - pace->last_ns;
    pace->last_ns = now_ns;
}

/* After a look. */
static void plan_next(struct pace *pace)
{
    const int64_t cpu_ns = program_thread_cpu_ns();
    const int64_t least_ns = deadline_now_ns() + (cpu_ns - pace->cpu_ns) * PAUSE_TIMES;
    const int64_t wanted_ns = pace->last_ns + pace->gap_ns;

    pace->cpu_ns = cpu_ns;
    pace->next_ns = least_ns > wanted_ns ? least_ns : wanted_ns;
}

/* Waits for the next look, and takes it. */
static bool take_next(struct looking *looking, struct pace *pace, int64_t end_ns,
                      struct error *err)
{
    wait_for_next(pace);
    looking->churn.look++;
    if (!take_look(looking, pace->last_ns >= end_ns || is_closed_due(looking), err))
        return false;
    plan_next(pace);
    return true;
}

/* Looks until the span is over, and once more: who is new in the span and lives is
 * confirmed then. */
static bool look_until(struct looking *looking, struct pace *pace, int64_t end_ns,
                       struct observed_look *look, struct error *err)
{
    pace->last_ns = pace->begin_ns;
    if (!begin(looking, look, err))
        return false;
    plan_next(pace);
    do {
        if (!take_next(looking, pace, end_ns, err))
            return false;
    } while (pace->last_ns < end_ns);
    end(looking, pace->last_ns - pace->begin_ns, look);
    return take_next(looking, pace, INT64_MAX, err);
}

static bool look_often(struct looking *looking, int64_t span_ns,
                       struct observed_look *look, struct error *err)
{
    const int64_t gap_ns = span_ns / (LOOKS - 2);
    struct pace pace = {
        .begin_ns = deadline_now_ns(),
        .gap_ns = gap_ns < ms_to_ns(GAP_MAX_MS) ? gap_ns : ms_to_ns(GAP_MAX_MS),
        .cpu_ns = program_thread_cpu_ns(),
    };
    const int64_t end_ns = pace.begin_ns + span_ns - pace.gap_ns / 2;
    struct churn_totals totals = { 0 };

    if (!churn_make(&looking->churn, err) ||
        !look_until(looking, &pace, end_ns, look, err))
        return false;
    churn_add_up(&looking->churn, &totals);
    churn_list(&totals, look);
    look->shortest_ms = ns_to_ms(2 * pace.gap_max_ns) + 1;
    if (looking->churn.full)
        (void)snprintf(look->unread, sizeof look->unread,
                       "there are more than %d sockets: not all were looked at",
                       (int)CHURN_SOCKETS_MAX);
    return true;
}

/* --- Both ---- */

/* Half of the time that is left is for what comes afterwards. */
static bool choose_span(const struct churn_wanted *wanted, int64_t *span_ns,
                        struct error *err)
{
    const int64_t most_ms = deadline_left_ms(&wanted->deadline) / 2;

    if (most_ms < SPAN_MIN_MS)
        return error_set(err, ERR_TIMEOUT, "no time is left to look for a while");
    *span_ns = ms_to_ns(wanted->span_ms < most_ms ? wanted->span_ms : most_ms);
    return true;
}

/* Says why the tracepoint cannot be had. */
static bool try_exactly(struct looking *looking, int64_t span_ns,
                        struct observed_look *look, struct error *why)
{
    struct churn_exact exact = { 0 };
    const bool ok = churn_exact_open(&exact, looking->wanted->to, why) &&
                    look_exactly(&exact, looking, span_ns, look, why);

    churn_exact_close(&exact);
    return ok;
}

/* For this reason the exact way is not to be had. */
static bool look_instead(struct looking *looking, int64_t span_ns,
                         const struct error *why, struct observed_look *look,
                         struct error *err)
{
    bool ok;

    if (why->code == ERR_MEMORY || why->code == ERR_TIMEOUT)
        return error_set(err, why->code, "%s", why->message);
    *looking->closed = (struct churn_closed){ 0 };
    *look = (struct observed_look){ 0 };
    ok = look_often(looking, span_ns, look, err);
    if (ok && look->unread[0] == '\0')
        (void)snprintf(look->unread, sizeof look->unread, "%.190s",
                       why->code == ERR_DENIED && geteuid() != 0
                           ? "run it as root to count every connection"
                           : why->message);
    churn_clear(&looking->churn);
    return ok;
}

bool churn_look(const struct churn_wanted *wanted, struct owner_census *census,
                struct observed_look *look, struct error *err)
{
    struct looking looking = { .wanted = wanted, .census = census };
    struct observed_look seen = { 0 };
    struct error why = { 0 };
    int64_t span_ns = 0;
    bool ok;

    if (!choose_span(wanted, &span_ns, err))
        return false;
    looking.closed = calloc(1, sizeof *looking.closed);
    if (!looking.closed)
        return error_set(err, ERR_MEMORY, "not enough memory for a look");
    ok = try_exactly(&looking, span_ns, &seen, &why) ||
         look_instead(&looking, span_ns, &why, &seen, err);
    free(looking.closed);
    if (ok)
        *look = seen;
    return ok;
}
