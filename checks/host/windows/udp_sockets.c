/* SPDX-License-Identifier: MIT */
/* UDP tables -> census. */
#include "checks/host/windows/windows_host.h"

#include "checks/decode/mib_table.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_text.h"

static uint32_t ask_udp4(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET, UDP_TABLE_BASIC);
}

static uint32_t ask_udp6(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET6, UDP_TABLE_BASIC);
}

static const struct table_query udp4 = { "GetExtendedUdpTable", ask_udp4 };
static const struct table_query udp6 = { "GetExtendedUdpTable (IPv6)", ask_udp6 };

static bool add_row(void *context, const struct socket_row *row)
{
    socket_census_add_udp(context, row);
    return true;
}

static bool add_table(const struct table_query *query, enum mib_layout layout,
                      const struct deadline *deadline, struct socket_census *census,
                      struct error *err)
{
    struct fetched_table table = { 0 };
    bool ok;

    if (!table_fetch(query, deadline, &table, err))
        return false;
    ok = table.size == 0 ||
         mib_table_visit(layout, table.bytes, table.size, add_row, census, err);
    fetched_table_clear(&table);
    return ok;
}

bool windows_read_udp(void *self, const struct deadline *deadline,
                      struct socket_census *census, struct host_reading *how,
                      struct error *err)
{
    struct host_reading reading = { .source = "GetExtendedUdpTable" };
    struct error failure = { 0 };

    (void)self;
    if (!add_table(&udp4, MIB_LAYOUT_UDP4, deadline, census, err))
        return false;
    if (!add_table(&udp6, MIB_LAYOUT_UDP6, deadline, census, &failure)) {
        if (failure.code != ERR_UNSUPPORTED) {
            if (err)
                *err = failure;
            return false;
        }
        win_text_copy(reading.notes[0], sizeof reading.notes[0],
                      "IPv6 is not installed: only IPv4 sockets are counted");
    }
    *how = reading;
    return true;
}
