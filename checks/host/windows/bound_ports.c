/* SPDX-License-Identifier: MIT */
/* InternalGetBoundTcp(6)EndpointTable, by name: no header and no page of Microsoft has
 * them. */
#include "checks/host/windows/bound_ports.h"

#include "checks/decode/mib_table.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"

/* As System Informer declares them (netprv.h): *table is a MIB_TCPTABLE2 or
 * MIB_TCP6TABLE2 from `heap`. */
typedef ULONG WINAPI get_bound_table(void **table, HANDLE heap, ULONG heap_flags);

/* Windows 10 1809 / Server 2019. System Informer calls them from there on. */
enum { FIRST_BUILD = 17763 };

struct bound_visit {
    socket_row_visitor *visit;
    void *context;
    bool stopped;
};

static bool visit_as_bound(void *context, const struct socket_row *row)
{
    struct bound_visit *visit = context;
    struct socket_row bound = { .local = row->local,
                                .local_port = row->local_port,
                                .state = CONN_BOUND,
                                .pid = row->pid };

    visit->stopped = !visit->visit(visit->context, &bound);
    return !visit->stopped;
}

static bool visit_table(const char *name, enum mib_layout layout,
                        struct bound_visit *visit, struct error *err)
{
    get_bound_table *get = (get_bound_table *)ip_helper_find(name);
    HANDLE heap = GetProcessHeap();
    void *table = NULL;
    ULONG code;
    SIZE_T size;
    bool ok;

    if (!get)
        return error_set(err, ERR_UNSUPPORTED,
                         "bound ports are not visible on this Windows");
    code = get(&table, heap, 0);
    if (code != NO_ERROR)
        return win_error_set(err, code, "bound ports: %s", name);
    if (!table)
        return true;
    size = HeapSize(heap, 0, table);
    ok = size == (SIZE_T)-1
             ? error_set(err, ERR_IO, "bound ports: %s returned no table", name)
             : mib_table_visit(layout, table, size, visit_as_bound, visit, err);
    HeapFree(heap, 0, table);
    return ok;
}

bool bound_ports_visit(const struct os_version *os, socket_row_visitor *visit,
                       void *context, struct error *err)
{
    struct bound_visit bound = { .visit = visit, .context = context };

    if (!os_version_at_least(os, 10, 0) || os->build < FIRST_BUILD)
        return error_set(err, ERR_UNSUPPORTED,
                         "bound ports are not visible on this Windows");
    if (!visit_table("InternalGetBoundTcpEndpointTable", MIB_LAYOUT_TCP4_OWNERS, &bound,
                     err))
        return false;
    return bound.stopped || visit_table("InternalGetBoundTcp6EndpointTable",
                                        MIB_LAYOUT_TCP6_OWNERS, &bound, err);
}
