/* SPDX-License-Identifier: MIT */
/* Sockets by process, and what processes are called. */
#include "checks/host/windows/windows_host.h"

#include <stdio.h>

#include "checks/decode/tcp_walk.h"
#include "checks/host/windows/bound_ports.h"
#include "checks/host/windows/pid_tables.h"
#include "checks/host/windows/process_image.h"
#include "checks/host/windows/service_names.h"
#include "checks/model/listener.h"

enum { PATIENCE_MS = 3000 };

struct owned_visit {
    const struct port_range *ports;
    socket_row_visitor *visit;
    void *context;
};

static bool visit_wanted(void *context, const struct socket_row *row)
{
    struct owned_visit *visit = context;
    const bool is_wanted =
        visit->ports->last == 0 ||
        (row->local_port >= visit->ports->first && row->local_port <= visit->ports->last);

    return !is_wanted || visit->visit(visit->context, row);
}

/* What cannot be seen of bound ports is told by who counts them. */
static bool visit_all(const struct os_version *os, const struct pid_tables *tables,
                      bool bound, struct tcp_owned_walk *walk, struct error *err)
{
    struct error ignored = { 0 };

    if (tables->protocol == IP_PROTOCOL_TCP &&
        !pid_tables_visit(tables, tcp_owned_walk_note, walk, err))
        return false;
    if (!pid_tables_visit(tables, tcp_owned_walk_pass, walk, err))
        return false;
    if (bound && tables->protocol == IP_PROTOCOL_TCP && !walk->stopped)
        (void)!bound_ports_visit(os, tcp_owned_walk_pass, walk, &ignored);
    return !walk->stopped;
}

/* No verdict waits for names: half of the time that is left, and so long at most. */
static struct deadline patience_of(const struct deadline *deadline)
{
    const int64_t half_ms = deadline_left_ms(deadline) / 2;

    return deadline_in_ms(half_ms < PATIENCE_MS ? half_ms : PATIENCE_MS);
}

bool windows_visit_owned(void *self, const struct owned_request *wanted,
                         const struct deadline *deadline, socket_row_visitor *visit,
                         void *context, struct error *err)
{
    const struct windows_host *host = self;
    const struct deadline patience = patience_of(deadline);
    struct pid_tables tables = { 0 };
    struct owned_visit rows = { &wanted->ports, visit, context };
    struct tcp_owned_walk walk = { .visit = visit_wanted, .context = &rows };
    bool ok = pid_tables_fetch(wanted->protocol, &patience, &tables, err) &&
              visit_all(&host->os, &tables, wanted->bound, &walk, err);

    pid_tables_clear(&tables);
    return ok;
}

/* What names are taken from. */
struct naming {
    struct service_names services;
    struct process_names processes;
    bool failed; /* no memory */
};

static void add_program(struct naming *naming, uint32_t pid, struct owner *owner)
{
    wchar_t path[PROCESS_PATH_SIZE];
    struct text name = { 0 };

    if (process_image_path(pid, path)) {
        owner->person = !process_image_is_installed(path);
        process_image_add_name(path, &name);
    } else {
        /* Who does not show where his program lies is taken for a person. */
        process_names_add(&naming->processes, pid, &name);
        owner->person = name.length > 0;
    }
    naming->failed = naming->failed || !text_ok(&name, NULL);
    unit_name_clean(text_string(&name), name.length, owner->program);
    text_clear(&name);
}

/* A service is an administrator's, wherever its program lies. */
static void name_one(struct naming *naming, const struct owner_tally *tally,
                     struct owner *owner)
{
    struct owner_pid *pid = &owner->pids[0];

    *pid = (struct owner_pid){ .pid = tally->key.pid, .sockets = tally->udp };
    for (size_t i = 0; i < CONN_STATE_COUNT; i++)
        pid->sockets += tally->tcp[i];
    owner->pid_count = 1;
    if (pid->pid == PROCESS_OF_SYSTEM) {
        owner->kind = OWNER_SYSTEM;
        return;
    }
    add_program(naming, pid->pid, owner);
    if (service_names_of(&naming->services, pid->pid, owner->name)) {
        owner->kind = OWNER_UNIT;
        owner->person = false;
    }
}

bool windows_name_owners(void *self, const struct owner_census *census,
                         const struct deadline *deadline, struct owner *named,
                         struct observed_owners *out, struct error *err)
{
    struct naming naming = { 0 };
    struct error failure = { 0 };
    size_t done = 0;

    (void)self;
    out->programs = true;
    if (census->count > 0 && !service_names_read(&naming.services, &failure))
        (void)snprintf(out->unread, sizeof out->unread, "%.190s", failure.message);
    for (; done < census->count && !deadline_passed(deadline); done++)
        name_one(&naming, &census->tallies[done], &named[done]);
    if (done < census->count)
        (void)snprintf(out->unread, sizeof out->unread,
                       "not every program was looked up: out of time");
    service_names_clear(&naming.services);
    process_names_clear(&naming.processes);
    return (!naming.failed && failure.code != ERR_MEMORY) ||
           error_set(err, ERR_MEMORY, "not enough memory for the owners");
}

bool windows_look(void *self, const struct look_request *wanted,
                  struct owner_census *census, struct observed_look *look,
                  struct error *err)
{
    (void)self;
    (void)wanted;
    (void)census;
    (void)look;
    return error_set(err, ERR_UNSUPPORTED, "Windows does not tell who opens connections");
}
