/* SPDX-License-Identifier: MIT */
/* Rows with owners into the table of listeners: netlink tells user and control group,
 * /proc the user alone. */
#include "checks/host/linux/linux_listeners.h"

#include <string.h>

#include "checks/host/linux/cgroup_units.h"
#include "checks/host/linux/kubernetes_sign.h"
#include "checks/host/linux/netlink_sockets.h"
#include "checks/host/linux/proc_sockets.h"
#include "checks/host/linux/user_names.h"

struct sink {
    struct listener_table *table;
    const struct cgroup_units *units;
    enum ip_protocol protocol;
    struct error err;
};

/* Of a unit that runs what users bring, the user counts. */
static void name_unit(const struct sink *sink, const struct socket_row *row,
                      struct listener *listener)
{
    const char *unit =
        row->cgroup != 0 ? cgroup_units_find(sink->units, row->cgroup) : NULL;

    if (unit && (row->uid < LISTENER_FIRST_USER || !cgroup_unit_runs_users(unit)))
        memcpy(listener->unit, unit, sizeof listener->unit);
}

static bool add_row(void *context, const struct socket_row *row)
{
    struct sink *sink = context;
    struct listener listener = { .protocol = sink->protocol,
                                 .port = row->local_port,
                                 .owned = row->owned,
                                 .uid = row->uid };

    if (sink->protocol == IP_PROTOCOL_TCP && row->state != CONN_LISTEN)
        return false; /* in a file of /proc, the last listener */
    if (row->local_port == 0 || row->remote_port != 0)
        return true;
    name_unit(sink, row, &listener);
    return listener_table_add(sink->table, &listener, &sink->err);
}

static bool read_protocol(struct netlink *netlink, struct sink *sink,
                          const struct deadline *deadline, struct error *err)
{
    const struct netlink_visitor visitor = { .visit = add_row, .context = sink };
    const struct netlink_owned wanted = { .protocol = sink->protocol,
                                          .states = SOCK_DIAG_LISTEN };
    struct error refused = { 0 };

    if (netlink_visit_owned(netlink, &wanted, deadline, &visitor, &refused))
        return true;
    if (sink->err.code != ERR_NONE)
        return error_set(err, sink->err.code, "%s", sink->err.message);
    if (deadline_passed(deadline) || refused.code == ERR_MEMORY)
        return error_set(err, refused.code, "%s", refused.message);
    /* what came already comes again: the same ports of the same users */
    if (proc_visit_owned(sink->protocol, deadline, add_row, sink, err))
        return sink->err.code == ERR_NONE ||
               error_set(err, sink->err.code, "%s", sink->err.message);
    return false;
}

bool linux_read_listeners(void *self, const struct policy_reserve *trust,
                          const struct deadline *deadline, struct host_listeners *out,
                          struct error *err)
{
    struct cgroup_units units = { 0 };
    bool ok;

    user_names_trust(trust, out);
    if (trust->node_ports == POLICY_NODE_PORTS_AUTO)
        (void)kubernetes_sign(deadline, out->kubernetes, sizeof out->kubernetes);
    ok = cgroup_units_read(deadline, &units, err);
    for (int i = 0; ok && i < IP_PROTOCOL_COUNT; i++) {
        struct sink sink = { .table = &out->table,
                             .units = &units,
                             .protocol = (enum ip_protocol)i };
        struct error failure = { 0 };

        out->known[i] = read_protocol(self, &sink, deadline, &failure);
        ok = out->known[i] || host_listeners_unread(out, sink.protocol, &failure) ||
             error_set(err, failure.code, "%s", failure.message);
    }
    cgroup_units_clear(&units);
    return ok;
}
