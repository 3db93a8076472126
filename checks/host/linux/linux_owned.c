/* SPDX-License-Identifier: MIT */
/* As much as possible is left out by the kernel: a row costs more than the condition that
 * leaves it out (measured). */
#include "checks/host/linux/linux_owned.h"

#include "checks/host/linux/netlink_sockets.h"
#include "checks/host/linux/proc_sockets.h"

/* A dump that fails after its first row cannot be made again: its sockets would count
 * twice. */
struct counted {
    socket_row_visitor *visit;
    void *context;
    bool began;
    bool stopped;
};

static bool count_row(void *context, const struct socket_row *row)
{
    struct counted *counted = context;

    counted->began = true;
    counted->stopped = !counted->visit(counted->context, row);
    return !counted->stopped;
}

static bool may_go_on(const struct counted *counted, const struct error *failure,
                      const struct deadline *deadline)
{
    return !counted->began && failure->code != ERR_TIMEOUT &&
           failure->code != ERR_MEMORY && !deadline_passed(deadline);
}

/* Old kernels do not know every condition: then with less of a filter. */
static bool dump_filtered(struct netlink *netlink, struct netlink_owned *dumped,
                          const struct deadline *deadline, struct counted *counted,
                          struct error *err)
{
    const struct netlink_visitor visitor = { .visit = count_row, .context = counted };
    struct error failure = { 0 };

    for (;;) {
        error_clear(&failure);
        if (netlink_visit_owned(netlink, dumped, deadline, &visitor, &failure))
            return true;
        if (!may_go_on(counted, &failure, deadline))
            break;
        if (dumped->filter.to_count > 0)
            dumped->filter.to_count = 0;
        else if (dumped->filter.local_ports.first != 0)
            dumped->filter.local_ports = (struct port_range){ 0 };
        else
            break;
    }
    return failure.code != ERR_NONE &&
           error_set(err, failure.code, "%s", failure.message);
}

static bool dump_all(struct netlink *netlink, const struct owned_request *wanted,
                     const struct deadline *deadline, struct counted *counted,
                     struct error *err)
{
    const uint32_t listeners = wanted->to_count == 0 ? SOCK_DIAG_LISTEN : 0;
    struct netlink_owned dumped = {
        .protocol = wanted->protocol,
        .states = SOCK_DIAG_BOUND,
        .filter = { wanted->ports, wanted->to, wanted->to_count },
    };

    if (wanted->protocol == IP_PROTOCOL_TCP && wanted->bound &&
        !dump_filtered(netlink, &dumped, deadline, counted, err))
        return false;
    dumped.states =
        (SOCK_DIAG_ALL & ~(SOCK_DIAG_TIME_WAIT | SOCK_DIAG_LISTEN)) | listeners;
    return dump_filtered(netlink, &dumped, deadline, counted, err);
}

bool linux_visit_owned(void *self, const struct owned_request *wanted,
                       const struct deadline *deadline, socket_row_visitor *visit,
                       void *context, struct error *err)
{
    struct counted counted = { .visit = visit, .context = context };
    struct error failure = { 0 };

    if (dump_all(self, wanted, deadline, &counted, &failure))
        return true;
    if (may_go_on(&counted, &failure, deadline)) {
        struct error second = { 0 };

        if (proc_visit_owned(wanted->protocol, deadline, count_row, &counted, &second))
            return !counted.stopped;
        (void)error_prefix(&second, "%s", failure.message);
        failure = second;
    }
    return !counted.stopped && error_set(err, failure.code, "%s", failure.message);
}
