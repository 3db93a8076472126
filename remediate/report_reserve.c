/* SPDX-License-Identifier: MIT */
/* A line for each owner; the services that are built in share a paragraph. */
#include "remediate/report_reserve.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/compiler.h"

/* So many owners and services and so much of a list are shown unless all was asked for.
 */
enum { OWNERS_SHOWN = 12, SERVICES_SHOWN = 24, LIST_SHOWN = 48, LINE_WIDTH = 78 };

/* A list that is cut ends with a whole port. */
static void add_ports(const struct plan_reservation *row, bool all, struct text *out)
{
    size_t length = strlen(row->ports);

    if (all || length <= LIST_SHOWN) {
        text_add(out, row->ports);
        return;
    }
    for (length = LIST_SHOWN; length > 0 && row->ports[length] != ',';)
        length--;
    text_addf(out, "%.*s,... (%" PRIu32 " ports)", (int)length, row->ports, row->count);
}

static void add_row(const struct plan_reservation *row, bool all, struct text *out)
{
    text_add(out, "  ");
    add_ports(row, all, out);
    text_addf(out, ": %s\n", row->why);
}

/* "; " or a new line, as the next words need it. */
static void separate(size_t needed, size_t *line_start, struct text *out)
{
    if (out->length - *line_start + needed <= LINE_WIDTH) {
        text_add(out, "; ");
        return;
    }
    text_add(out, ";\n    ");
    *line_start = out->length - 4;
}

/* "15672 RabbitMQ management; ...", in lines that fit a terminal. */
static void add_services(const struct plan_reserve *reserve, bool all, struct text *out)
{
    static const char suffix[] = " (built in)";
    size_t line_start = out->length;
    size_t count = 0;

    for (size_t i = 0; i < reserve->rows.count; i++) {
        const struct plan_reservation *row = &reserve->rows.rows[i];
        const size_t why = strlen(row->why) - (sizeof suffix - 1);

        if (row->kind != PLAN_RESERVED_BUILT_IN || (count++ >= SERVICES_SHOWN && !all))
            continue;
        if (count == 1)
            text_add(out, "  services, built in: ");
        else
            separate(strlen(row->ports) + why + 3, &line_start, out);
        text_addf(out, "%s %.*s", row->ports, (int)why, row->why);
    }
    if (count > SERVICES_SHOWN && !all) {
        separate(sizeof "and 175 more (-v)", &line_start, out);
        text_addf(out, "and %zu more (-v)", count - SERVICES_SHOWN);
    }
    if (count > 0)
        text_add(out, "\n");
}

static bool has(const struct plan_reserve *reserve, enum plan_reservation_kind kind)
{
    for (size_t i = 0; i < reserve->rows.count; i++)
        if (reserve->rows.rows[i].kind == kind)
            return true;
    return false;
}

static void add_kind(const struct plan_reserve *reserve, enum plan_reservation_kind kind,
                     bool all, struct text *out)
{
    size_t shown = 0;
    size_t left = 0;

    for (size_t i = 0; i < reserve->rows.count; i++)
        if (reserve->rows.rows[i].kind == kind) {
            if (all || shown < OWNERS_SHOWN)
                add_row(&reserve->rows.rows[i], all, out);
            else
                left++;
            shown++;
        }
    if (left > 0)
        text_addf(out, "  and %zu more (-v)\n", left);
}

static void add_heading(const struct plan_reserve *reserve,
                        enum plan_reservation_kind kind, const char *heading,
                        struct text *out)
{
    if (has(reserve, kind))
        text_add(out, heading);
}

void remediate_report_reserve(const struct plan_reserve *reserve, uint32_t verbosity,
                              struct text *out)
{
    static const enum plan_reservation_kind reserved[] = { PLAN_RESERVED_BEFORE,
                                                           PLAN_RESERVED_POLICY,
                                                           PLAN_RESERVED_NODE_PORTS };
    const bool all = verbosity > 0;

    if (!reserve->item && !reserve->limit && !all)
        return;
    if (reserve->limit)
        text_addf(out, "\n%s\n", reserve->limit);
    if (port_set_count(&reserve->wanted) > 0)
        text_add(out, "\nreserved (net.ipv4.ip_local_reserved_ports), and whom for:\n");
    for (size_t i = 0; i < ARRAY_COUNT(reserved); i++)
        add_kind(reserve, reserved[i], all, out);
    add_services(reserve, all, out);
    add_kind(reserve, PLAN_RESERVED_LISTENER, all, out);
    add_heading(reserve, PLAN_NOT_RESERVED,
                "not reserved, though somebody listens there:\n", out);
    add_kind(reserve, PLAN_NOT_RESERVED, all, out);
    add_heading(reserve, PLAN_RELEASED, "reserved no longer:\n", out);
    add_kind(reserve, PLAN_RELEASED, all, out);
}
