/* SPDX-License-Identifier: MIT */
/* Choosing is pure; netsh and the tables tell what is there. */
#include "tests/windows-kit/lib/truth_range.h"

#include <string.h>

#include "checks/decode/mib_table.h"
#include "checks/host/host.h"
#include "checks/host/windows/bound_ports.h"
#include "checks/host/windows/ip_helper.h"
#include "checks/host/windows/netsh_answers.h"
#include "checks/host/windows/table_fetch.h"
#include "checks/host/windows/win.h"
#include "checks/model/place.h"
#include "remediate/writer/setting_writer.h"
#include "tests/windows-kit/lib/restore.h"

enum {
    LIMIT_MS = 30000,
    LAST_FIRST = 65535 - TRUTH_PORTS + 1,
    PLACES = IP_PROTOCOL_COUNT * IP_FAMILY_COUNT
};

uint32_t truth_range_count(struct port_range range, const struct port_set *set)
{
    uint32_t count = 0;

    for (uint32_t port = range.first; port <= range.last; port++)
        count += port_set_has(set, (uint16_t)port);
    return count;
}

static struct port_range range_at(uint32_t first)
{
    return (struct port_range){ (uint16_t)first, (uint16_t)(first + TRUTH_PORTS - 1) };
}

/* The first range from `from` on without a port of the set. */
static bool find_without(uint16_t from, const struct port_set *set,
                         struct port_range *out)
{
    for (uint32_t first = from; first <= LAST_FIRST; first++)
        if (truth_range_count(range_at(first), set) == 0) {
            *out = range_at(first);
            return true;
        }
    return false;
}

bool truth_range_choose(uint16_t from, const struct port_set *excluded,
                        const struct port_set *used, struct port_range *out,
                        struct error *err)
{
    struct port_set both = *excluded;

    port_set_unite(&both, used);
    return find_without(from, &both, out) || find_without(from, excluded, out) ||
           error_set(err, ERR_ABSENT, "no %d ports from %d on without excluded ones",
                     TRUTH_PORTS, from);
}

bool truth_range_choose_around(uint16_t from, const struct port_set *excluded,
                               struct port_range *out, struct error *err)
{
    uint32_t most = 0;

    for (uint32_t first = from; first <= LAST_FIRST; first++) {
        const uint32_t count = truth_range_count(range_at(first), excluded);

        if (count > most && count <= TRUTH_PORTS / 2) {
            most = count;
            *out = range_at(first);
        }
    }
    return most > 0 || error_set(err, ERR_ABSENT, "no port from %d on is excluded", from);
}

static bool read_os(struct os_version *out, struct error *err)
{
    struct host host = { 0 };
    struct host_identity identity = { 0 };

    if (!host_open(&host, err))
        return false;
    host.ops->identify(host.self, &identity);
    host.ops->close(host.self);
    *out = identity.os;
    return true;
}

/* As the check has it: the command may be missing there. */
static bool has_no_exclusions(const struct error *err)
{
    struct os_version os = { 0 };
    struct error ignored = { 0 };

    return err->code == ERR_IO && read_os(&os, &ignored) &&
           !os_version_at_least(&os, 6, 2);
}

bool truth_range_excluded(enum ip_protocol protocol, struct port_set *out,
                          struct error *err)
{
    netsh_forget(); /* Windows excludes ports at any time */
    for (int family = 0; family < IP_FAMILY_COUNT; family++) {
        const struct netsh_question question = { NETSH_EXCLUDED, protocol,
                                                 (enum ip_family)family };

        struct error failure = { 0 };

        if (!netsh_excluded_ports(&question, LIMIT_MS, out, &failure) &&
            !has_no_exclusions(&failure))
            return error_set(err, failure.code, "%s", failure.message);
    }
    return true;
}

static uint32_t ask_tcp4(void *bytes, uint32_t *size)
{
    return ip_helper_tcp_table(bytes, size, AF_INET, TCP_TABLE_BASIC_ALL);
}

static uint32_t ask_udp4(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET, UDP_TABLE_BASIC);
}

static uint32_t ask_udp6(void *bytes, uint32_t *size)
{
    return ip_helper_udp_table(bytes, size, AF_INET6, UDP_TABLE_BASIC);
}

static const struct {
    struct table_query query;
    enum mib_layout layout;
} tables[IP_PROTOCOL_COUNT][IP_FAMILY_COUNT] = {
    { { { "GetExtendedTcpTable", ask_tcp4 }, MIB_LAYOUT_TCP4 },
      { { "GetTcp6Table", ip_helper_tcp6_table }, MIB_LAYOUT_TCP6 } },
    { { { "GetExtendedUdpTable", ask_udp4 }, MIB_LAYOUT_UDP4 },
      { { "GetExtendedUdpTable (IPv6)", ask_udp6 }, MIB_LAYOUT_UDP6 } },
};

static bool add_port(void *context, const struct socket_row *row)
{
    port_set_add(context, row->local_port);
    return true;
}

/* A Windows without IPv6 has no such table. */
static bool add_table(enum ip_protocol protocol, int family, socket_row_visitor *visit,
                      struct port_set *out, struct error *err)
{
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct fetched_table table = { 0 };
    struct error failure = { 0 };
    bool ok = table_fetch(&tables[protocol][family].query, &deadline, &table, &failure);

    if (ok && table.size > 0)
        ok = mib_table_visit(tables[protocol][family].layout, table.bytes, table.size,
                             visit, out, &failure);
    fetched_table_clear(&table);
    return ok || (family == IP_FAMILY_V6 && failure.code == ERR_UNSUPPORTED) ||
           error_set(err, failure.code, "%s", failure.message);
}

static bool add_time_wait(void *context, const struct socket_row *row)
{
    if (row->state == CONN_TIME_WAIT)
        port_set_add(context, row->local_port);
    return true;
}

bool truth_range_time_wait(struct port_set *out, struct error *err)
{
    return add_table(IP_PROTOCOL_TCP, IP_FAMILY_V4, add_time_wait, out, err);
}

bool truth_range_bound(struct port_set *out, struct error *err)
{
    struct os_version os = { 0 };

    return read_os(&os, err) && bound_ports_visit(&os, add_port, out, err);
}

bool truth_range_used(enum ip_protocol protocol, struct port_set *out, struct error *err)
{
    struct error unseen = { 0 };

    for (int family = 0; family < IP_FAMILY_COUNT; family++)
        if (!add_table(protocol, family, add_port, out, err))
            return false;
    return protocol != IP_PROTOCOL_TCP || truth_range_bound(out, &unseen) ||
           unseen.code == ERR_UNSUPPORTED ||
           error_set(err, unseen.code, "%s", unseen.message);
}

static bool set_one(const struct setting_writer *writer, const char *place,
                    const char *value, struct error *err)
{
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct text now = { 0 };
    bool present = false;
    bool ok = writer->ops->write(writer->self, CHANGE_DYNAMIC_RANGE, place, value,
                                 &deadline, err) &&
              writer->ops->read(writer->self, CHANGE_DYNAMIC_RANGE, place, &deadline,
                                &present, &now, err);

    if (ok && strcmp(text_string(&now), value) != 0)
        ok = error_set(err, ERR_IO, "%s is %s, expected %s", place, text_string(&now),
                       value);
    text_clear(&now);
    return ok;
}

static const char *place_at(int i)
{
    return place_range_name((enum ip_protocol)(i / IP_FAMILY_COUNT),
                            (enum ip_family)(i % IP_FAMILY_COUNT));
}

/* MaxUserPort makes a range of 1024-65534, which netsh takes from nobody. */
static bool can_be_put_back(const struct setting_writer *writer, const char *place,
                            struct error *err)
{
    const struct deadline deadline = deadline_in_ms(LIMIT_MS);
    struct port_range range = { 0 };
    struct text now = { 0 };
    bool present = false;
    bool ok = writer->ops->read(writer->self, CHANGE_DYNAMIC_RANGE, place, &deadline,
                                &present, &now, err);

    if (ok && (!port_range_parse(text_string(&now), &range, NULL) ||
               !restore_netsh_takes(range)))
        ok = error_set(err, ERR_UNSUPPORTED,
                       "%s is %s (MaxUserPort?): netsh could not put it back", place,
                       text_string(&now));
    text_clear(&now);
    return ok;
}

bool truth_range_set(const char *list, struct port_range range, struct error *err)
{
    struct setting_writer writer = { 0 };
    char value[PORT_RANGE_TEXT_SIZE];
    bool ok = setting_writer_open(&writer, err);

    port_range_format(range, value);
    for (int i = 0; ok && i < PLACES; i++)
        ok = can_be_put_back(&writer, place_at(i), err);
    for (int i = 0; ok && i < PLACES; i++)
        ok = restore_note(list, CHANGE_DYNAMIC_RANGE, place_at(i), err) &&
             set_one(&writer, place_at(i), value, err);
    setting_writer_close(&writer);
    return ok;
}
