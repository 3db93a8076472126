/* SPDX-License-Identifier: MIT */
/* Which process has a port. */
#include "remediate/writer/system.h"

#include "checks/host/deadline.h"
#include "checks/host/windows/pid_tables.h"
#include "checks/host/windows/process_image.h"
#include "checks/model/listener.h"

/* It only makes a line friendlier. */
enum { LIMIT_MS = 2000 };

struct wanted {
    enum ip_protocol protocol;
    uint16_t port;
    uint32_t pid; /* 0 = not found */
};

/* Of TCP the listener; UDP has no states. */
static bool look(void *context, const struct socket_row *row)
{
    struct wanted *wanted = context;

    if (row->local_port == wanted->port &&
        (wanted->protocol == IP_PROTOCOL_UDP || row->state == CONN_LISTEN))
        wanted->pid = row->pid;
    return wanted->pid == 0;
}

static uint32_t find_pid(enum ip_protocol protocol, uint16_t port)
{
    struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct wanted wanted = { .protocol = protocol, .port = port };
    struct pid_tables tables = { 0 };
    struct error ignored = { 0 };
    bool ok = pid_tables_fetch(protocol, &deadline, &tables, &ignored) &&
              pid_tables_visit(&tables, look, &wanted, &ignored);

    pid_tables_clear(&tables);
    return ok ? wanted.pid : 0;
}

/* Adds "sqlservr.exe, "; nothing for a process that shows no path (protected). A program
 * is called what its user likes. */
static void add_program(uint32_t pid, struct text *out)
{
    wchar_t path[PROCESS_PATH_SIZE];
    char clean[UNIT_NAME_SIZE];
    struct text name = { 0 };

    if (pid == PROCESS_OF_SYSTEM)
        text_add(out, "System, ");
    else if (process_image_path(pid, path)) {
        process_image_add_name(path, &name);
        unit_name_clean(text_string(&name), name.length, clean);
        text_addf(out, "%s, ", clean);
        text_clear(&name);
    }
}

void system_port_owner(enum ip_protocol protocol, uint16_t port, struct text *out)
{
    uint32_t pid = find_pid(protocol, port);

    if (pid == 0)
        return; /* the system names nobody */
    add_program(pid, out);
    text_addf(out, "pid %lu", (unsigned long)pid);
}
