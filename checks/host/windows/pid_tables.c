/* SPDX-License-Identifier: MIT */
/* The OWNER_PID classes of the IP Helper tables. */
#include "checks/host/windows/pid_tables.h"

#include <stdlib.h>

#include "checks/decode/mib_table.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/left_thread.h"
#include "checks/host/windows/win.h"

enum { MS_PER_S = 1000 };

static uint32_t ask_tcp4(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET, TCP_TABLE_OWNER_PID_ALL);
}

static uint32_t ask_tcp6(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET6, TCP_TABLE_OWNER_PID_ALL);
}

static uint32_t ask_udp4(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET, UDP_TABLE_OWNER_PID);
}

static uint32_t ask_udp6(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET6, UDP_TABLE_OWNER_PID);
}

static const struct {
    struct table_query v4;
    struct table_query v6;
    enum mib_layout layout4;
    enum mib_layout layout6;
} kinds[IP_PROTOCOL_COUNT] = {
    [IP_PROTOCOL_TCP] = { { "owners of IPv4 TCP sockets", ask_tcp4 },
                          { "owners of IPv6 TCP sockets", ask_tcp6 },
                          MIB_LAYOUT_TCP4_PIDS,
                          MIB_LAYOUT_TCP6_PIDS },
    [IP_PROTOCOL_UDP] = { { "owners of IPv4 UDP sockets", ask_udp4 },
                          { "owners of IPv6 UDP sockets", ask_udp6 },
                          MIB_LAYOUT_UDP4_PIDS,
                          MIB_LAYOUT_UDP6_PIDS },
};

static bool fetch_both(struct pid_tables *tables, const struct deadline *deadline,
                       struct error *err)
{
    const enum ip_protocol protocol = tables->protocol;
    struct error failure = { 0 };

    if (!table_fetch(&kinds[protocol].v4, deadline, &tables->v4, err))
        return false;
    if (table_fetch(&kinds[protocol].v6, deadline, &tables->v6, &failure) ||
        failure.code == ERR_UNSUPPORTED)
        return true;
    return error_set(err, failure.code, "%s", failure.message);
}

struct fetch_job {
    struct left_job left;
    struct deadline deadline;
    struct pid_tables tables;
    bool ok;
    struct error err;
};

static void discard(struct left_job *left)
{
    struct fetch_job *job = (struct fetch_job *)left;

    pid_tables_clear(&job->tables);
    free(job);
}

static void work(struct left_job *left)
{
    struct fetch_job *job = (struct fetch_job *)left;

    job->ok = fetch_both(&job->tables, &job->deadline, &job->err);
}

/* Takes the tables when they came in time. */
static bool await(struct fetch_job *job, int64_t limit_ms, struct pid_tables *out,
                  struct error *err)
{
    struct error failure = { 0 };

    if (!left_job_run(&job->left, limit_ms, &failure))
        return failure.code == ERR_TIMEOUT
                   ? error_set(err, ERR_TIMEOUT,
                               "Windows did not tell within %.1f s who opened which "
                               "socket",
                               (double)limit_ms / MS_PER_S)
                   : error_set(err, failure.code, "tables of sockets: %s",
                               failure.message);
    if (!job->ok)
        return error_set(err, job->err.code, "%s", job->err.message);
    *out = job->tables;
    job->tables = (struct pid_tables){ 0 };
    return true;
}

/* The call cannot be interrupted, and may ask every process for each socket (Wine does:
 * minutes for thousands). */
bool pid_tables_fetch(enum ip_protocol protocol, const struct deadline *deadline,
                      struct pid_tables *out, struct error *err)
{
    struct fetch_job *job = calloc(1, sizeof *job);
    bool ok;

    if (!job)
        return error_set(err, ERR_MEMORY, "not enough memory for tables of sockets");
    job->left = (struct left_job){ .work = work, .discard = discard, .holders = 1 };
    job->deadline = *deadline;
    job->tables.protocol = protocol;
    ok = await(job, deadline_left_ms(deadline), out, err);
    left_job_let_go(&job->left);
    return ok;
}

/* A visitor that remembers that it stopped the walk. */
struct visit {
    socket_row_visitor *visit;
    void *context;
    bool stopped;
};

static bool visit_row(void *context, const struct socket_row *row)
{
    struct visit *visit = context;

    visit->stopped = !visit->visit(visit->context, row);
    return !visit->stopped;
}

static bool visit_table(enum mib_layout layout, const struct fetched_table *table,
                        struct visit *visit, struct error *err)
{
    return visit->stopped || table->size == 0 ||
           mib_table_visit(layout, table->bytes, table->size, visit_row, visit, err);
}

bool pid_tables_visit(const struct pid_tables *tables, socket_row_visitor *visit,
                      void *context, struct error *err)
{
    struct visit rows = { .visit = visit, .context = context };

    return visit_table(kinds[tables->protocol].layout4, &tables->v4, &rows, err) &&
           visit_table(kinds[tables->protocol].layout6, &tables->v6, &rows, err);
}

void pid_tables_clear(struct pid_tables *tables)
{
    fetched_table_clear(&tables->v4);
    fetched_table_clear(&tables->v6);
}
