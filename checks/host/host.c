/* SPDX-License-Identifier: MIT */
/* What both systems read in the same way. */
#include "checks/host/host.h"

#include <stdarg.h>
#include <stdio.h>

#include "checks/host/program.h"
#include "checks/model/journal.h"

bool host_read_journal(void *self, struct text *out, struct error *err)
{
    struct text path = { 0 };
    bool ok;

    (void)self;
    ok = program_journal_path(&path, err) &&
         program_read_site_file(text_string(&path), JOURNAL_MAX, out, err);
    text_clear(&path);
    return ok;
}

void host_listeners_note(struct host_listeners *listeners, const char *format, ...)
{
    va_list arguments;
    size_t at = 0;

    while (at < ARRAY_COUNT(listeners->notes) && listeners->notes[at][0] != '\0')
        at++;
    if (at == ARRAY_COUNT(listeners->notes))
        return;
    va_start(arguments, format);
    (void)vsnprintf(listeners->notes[at], sizeof listeners->notes[at], format, arguments);
    va_end(arguments);
}

bool host_listeners_unread(struct host_listeners *listeners, enum ip_protocol protocol,
                           struct error *failure)
{
    const char *name = protocol == IP_PROTOCOL_TCP ? "TCP" : "UDP";

    if (failure->code == ERR_MEMORY)
        return false;
    host_listeners_note(
        listeners,
        "%s listeners could not be read, so the %s range is not widened: %.110s", name,
        name, failure->message);
    error_clear(failure);
    return true;
}

/* What was read of one protocol, or why it was not. */
static bool keep_ports(struct host_listeners *out, enum ip_protocol protocol, bool ok,
                       const struct port_set *ports, struct error *err)
{
    if (ok) {
        out->known[protocol] = true;
        return listener_table_add_ports(&out->table, protocol, ports, err);
    }
    return host_listeners_unread(out, protocol, err);
}

bool host_read_ownerless(const struct host_ops *ops, void *self,
                         const struct deadline *deadline, struct host_listeners *out,
                         struct error *err)
{
    struct socket_census census = { 0 };
    struct host_reading how = { 0 };
    struct host_bound bound = { 0 };
    struct error failure = { 0 };
    bool ok;

    /* a census without a range counts listeners, whatever their port */
    ok = ops->read_tcp(self, deadline, &census, &how, &bound, &failure);
    ok = keep_ports(out, IP_PROTOCOL_TCP, ok, &census.listening, &failure);
    socket_census_clear(&census);
    census = (struct socket_census){ 0 };
    if (ok) {
        ok = ops->read_udp(self, deadline, &census, &how, &failure);
        ok = keep_ports(out, IP_PROTOCOL_UDP, ok, &census.listening, &failure);
        socket_census_clear(&census);
    }
    return ok || error_set(err, failure.code, "%s", failure.message);
}
