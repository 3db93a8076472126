/* SPDX-License-Identifier: MIT */
/* Prepared answers in place of a machine. */
#include "tests/support/fixture_host.h"

#include <stdio.h>
#include <stdlib.h>

static bool fails(const struct error *failure, struct error *err)
{
    if (failure->code == ERR_NONE)
        return false;
    if (err)
        *err = *failure;
    return true;
}

/* The namespace that was entered, or the host's own. */
static struct fixture_host *within(void *self)
{
    struct fixture_host *fixture = self;

    return fixture->inside ? fixture->inside : fixture;
}

static void identify(void *self, struct host_identity *out)
{
    struct fixture_host *fixture = within(self);

    out->os = fixture->os;
    (void)snprintf(out->hostname, sizeof out->hostname, "fixture");
    (void)snprintf(out->boot, sizeof out->boot, "this boot");
    (void)snprintf(out->machine, sizeof out->machine, "fc27ca6c");
}

static bool read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                       const struct deadline *deadline, struct host_range *out,
                       struct error *err)
{
    struct fixture_host *fixture = within(self);

    (void)deadline;
    fixture->range_reads++;
    if (fails(&fixture->range_failure[protocol], err))
        return false;
    *out = fixture->range[protocol];
    if (port_range_size(fixed) > 0)
        out->range = fixed;
    return true;
}

static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    struct fixture_host *fixture = within(self);

    if (fails(&fixture->reuse_failure, err))
        return false;
    *reuse = fixture->reuse;
    *delay_ms = fixture->reuse_delay_ms;
    return true;
}

static bool add_all(const struct socket_row *rows, size_t count,
                    struct socket_census *census, struct error *err)
{
    for (size_t i = 0; i < count; i++)
        if (!socket_census_add_tcp(census, &rows[i], err))
            return false;
    return true;
}

/* As Linux does: more than 1 % of the usable ports are worth a walk. */
static bool read_bound(struct fixture_host *fixture, struct socket_census *census,
                       struct host_bound *bound, struct error *err)
{
    struct error failure = { 0 };

    if (!bound->visible || census->scope.range.first == 0 ||
        bound->possible * 100 <= port_set_count(&census->scope.usable))
        return true;
    fixture->bound_reads++;
    if (fixture->bound_reads_before_failure > 0 &&
        fixture->bound_reads > fixture->bound_reads_before_failure) {
        (void)snprintf(bound->unread, sizeof bound->unread, "not again");
        return true;
    }
    if (fails(&fixture->bound_failure, &failure)) {
        if (failure.code == ERR_MEMORY || failure.code == ERR_TIMEOUT)
            return !fails(&failure, err);
        (void)snprintf(bound->unread, sizeof bound->unread, "%.150s", failure.message);
        return true;
    }
    if (fixture->bound_invisible) {
        bound->visible = false;
        (void)snprintf(bound->reason, sizeof bound->reason, "an old kernel");
        return true;
    }
    bound->counted = true;
    return add_all(fixture->bound_rows, fixture->bound_count, census, err);
}

static bool read_tcp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct host_bound *bound, struct error *err)
{
    struct fixture_host *fixture = within(self);

    (void)deadline;
    fixture->tcp_reads++;
    if (fails(fixture->tcp_reads > 1 ? &fixture->again_failure : &fixture->tcp_failure,
              err))
        return false;
    (void)snprintf(how->source, sizeof how->source, "fixture");
    (void)snprintf(how->notes[0], sizeof how->notes[0], "a note of the TCP read");
    *bound = fixture->bound;
    if (fixture->tcp_reads > 1 && fixture->bound_possible_again > 0)
        bound->possible = fixture->bound_possible_again;
    return read_bound(fixture, census, bound, err) &&
           add_all(fixture->tcp, fixture->tcp_count, census, err);
}

static bool read_udp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct error *err)
{
    struct fixture_host *fixture = within(self);

    (void)deadline;
    fixture->udp_reads++;
    if (fails(&fixture->udp_failure, err))
        return false;
    (void)snprintf(how->source, sizeof how->source, "fixture");
    if (fixture->udp_note)
        (void)snprintf(how->notes[0], sizeof how->notes[0], "%s", fixture->udp_note);
    for (size_t i = 0; i < fixture->udp_count; i++)
        socket_census_add_udp(census, &fixture->udp[i]);
    return true;
}

static bool read_listeners(void *self, const struct policy_reserve *trust,
                           const struct deadline *deadline, struct host_listeners *out,
                           struct error *err)
{
    static const struct host_ops ops = { .read_tcp = read_tcp, .read_udp = read_udp };

    (void)trust;
    return host_read_ownerless(&ops, self, deadline, out, err);
}

/* Whether the host can tell that such a socket is not asked for. */
static bool is_asked_for(const struct owned_request *wanted, const struct socket_row *row)
{
    if (row->state == CONN_BOUND && !wanted->bound)
        return false;
    return wanted->ports.first == 0 || (row->local_port >= wanted->ports.first &&
                                        row->local_port <= wanted->ports.last);
}

static bool visit_rows(const struct socket_row *rows, size_t count,
                       const struct owned_request *wanted, socket_row_visitor *visit,
                       void *context)
{
    for (size_t i = 0; i < count; i++)
        if (is_asked_for(wanted, &rows[i]) && !visit(context, &rows[i]))
            return false;
    return true;
}

static bool visit_owned(void *self, const struct owned_request *wanted,
                        const struct deadline *deadline, socket_row_visitor *visit,
                        void *context, struct error *err)
{
    struct fixture_host *fixture = within(self);
    const bool udp = wanted->protocol == IP_PROTOCOL_UDP;
    const struct error *failure = &fixture->owned_failure[wanted->protocol];
    const size_t rows = udp ? fixture->udp_count : fixture->tcp_count;
    const size_t count = failure->code == ERR_NONE ? rows : rows / 2;

    (void)deadline;
    fixture->owned[wanted->protocol] = *wanted;
    return visit_rows(udp ? fixture->udp : fixture->tcp, count, wanted, visit, context) &&
           !fails(failure, err) &&
           (udp || visit_rows(fixture->bound_rows, fixture->bound_count, wanted, visit,
                              context));
}

static bool has_key(const struct owner_key *wanted, const struct owner_key *key)
{
    return (wanted->uid == 0 || wanted->uid == key->uid) &&
           (wanted->cgroup == 0 || wanted->cgroup == key->cgroup) &&
           (wanted->pid == 0 || wanted->pid == key->pid);
}

static bool name_owners(void *self, const struct owner_census *census,
                        const struct deadline *deadline, struct owner *named,
                        struct observed_owners *out, struct error *err)
{
    struct fixture_host *fixture = within(self);

    (void)deadline;
    if (fails(&fixture->name_failure, err))
        return false;
    for (size_t i = 0; i < census->count; i++)
        for (size_t j = fixture->owner_count; j-- > 0;)
            if (has_key(&fixture->owners[j].key, &census->tallies[i].key))
                named[i] = fixture->owners[j].owner;
    out->programs = census->programs;
    if (fixture->owners_unread)
        (void)snprintf(out->unread, sizeof out->unread, "%s", fixture->owners_unread);
    return true;
}

static bool look(void *self, const struct look_request *wanted,
                 struct owner_census *census, struct observed_look *look,
                 struct error *err)
{
    struct fixture_host *fixture = within(self);

    fixture->look_ms = wanted->span_ms;
    if (fails(&fixture->look_failure, err))
        return false;
    *look = fixture->look;
    for (size_t i = 0; i < look->count; i++) {
        const size_t at = fixture->look.openers[i].owner;
        size_t position = 0;

        if (!owner_census_find(census, &fixture->owners[at].key, &position, err))
            return false;
        look->openers[i].owner = (uint32_t)position;
    }
    return true;
}

static bool ask(void *self, struct ask *ask, struct error *err)
{
    struct fixture_host *fixture = within(self);
    const size_t at = fixture->asks++;

    if (fails(&fixture->ask_failure, err))
        return false;
    if (at < FIXTURE_ASKS_MAX)
        fixture->asked[at] = *ask;
    ask->answer = at >= fixture->asks_then_free && fixture->asks_then_free > 0
                      ? ASK_FREE
                      : fixture->answers[ask->kind];
    ask->microseconds = fixture->ask_us > 0 ? fixture->ask_us : 7;
    return true;
}

static bool find_closed(void *self, const uint16_t *ports, size_t count,
                        struct port_set *closed, int64_t *cpu_ns, struct error *err)
{
    struct fixture_host *fixture = within(self);

    if (fixture->closed_asked >= fixture->closed_before_failure &&
        fails(&fixture->closed_failure, err))
        return false;
    fixture->closed_asked += count;
    *cpu_ns += (int64_t)fixture->closed_us * 1000;
    for (size_t i = 0; i < count; i++)
        if (port_set_has(&fixture->closed, ports[i]))
            port_set_add(closed, ports[i]);
    return true;
}

static bool list_namespaces(void *self, const struct deadline *deadline,
                            struct net_namespaces *out, struct error *err)
{
    const struct fixture_host *fixture = self;
    const struct net_namespaces *there = &fixture->namespaces;

    (void)deadline;
    if (fails(&fixture->list_failure, err))
        return false;
    *out = *there;
    out->list = calloc(there->count + 1, sizeof *out->list);
    if (!out->list)
        return error_set(err, ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < there->count; i++)
        out->list[i] = there->list[i];
    return true;
}

static bool enter_namespace(void *self, const struct net_namespace *target,
                            struct error *err)
{
    struct fixture_host *fixture = self;
    struct fixture_namespace *there = &fixture->around[target->mark];

    if (there->enters++ >= there->enters_before_failure &&
        fails(&there->enter_failure, err))
        return false;
    fixture->inside = there->host;
    return true;
}

static bool read_totals(void *self, uint64_t *tcp, uint64_t *udp, struct error *err)
{
    const struct fixture_host *fixture = within(self);

    if (fails(&fixture->totals_failure, err))
        return false;
    *tcp = fixture->tcp_count;
    *udp = fixture->udp_count;
    return true;
}

static bool leave_namespace(void *self, struct error *err)
{
    struct fixture_host *fixture = self;

    fixture->inside = NULL;
    return fixture->leaves_before_failure-- > 0 || !fails(&fixture->leave_failure, err);
}

static bool read_tcp_of(void *self, const struct net_namespace *target,
                        const struct deadline *deadline, struct socket_census *census,
                        struct error *err)
{
    struct fixture_host *fixture = self;
    struct fixture_namespace *there = &fixture->around[target->mark];

    (void)deadline;
    return !fails(&there->enter_failure, err) &&
           add_all(there->host->tcp, there->host->tcp_count, census, err);
}

static bool name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    const struct fixture_host *fixture = within(self);

    if (fixture->devices_nameless)
        return false;
    (void)snprintf(name, OBSERVED_DEVICE_SIZE, "dev%u", (unsigned int)index);
    return true;
}

static void read_setting(void *self, const struct place *location, enum setting_kind kind,
                         const struct deadline *deadline, struct observed_setting *out)
{
    struct fixture_host *fixture = within(self);

    (void)location;
    (void)deadline;
    fixture->asks_before_settings = fixture->asks;
    out->presence = SETTING_SET;
    out->value = (struct setting_value){ .number = fixture->setting_reads++ };
    if (kind == SETTING_PORT_RANGE && fixture->setting_range.first != 0)
        out->value =
            (struct setting_value){ .kind = kind, .range = fixture->setting_range };
}

static bool read_boot_values(void *self, const struct policy_setting *const *rules,
                             struct observation *seen, struct error *err)
{
    struct fixture_host *fixture = within(self);

    (void)rules;
    if (fails(&fixture->boot_failure, err))
        return false;
    seen->settings_scope = fixture->scope;
    for (size_t i = 0; i < seen->setting_count; i++)
        seen->settings[i].boot = fixture->boot;
    return true;
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    struct fixture_host *fixture = within(self);

    if (!fixture->journal)
        return error_set(err, ERR_ABSENT, "no journal");
    text_add(out, fixture->journal);
    return text_ok(out, err);
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    (void)self;
    (void)out;
    return error_set(err, ERR_UNSUPPORTED, "a fixture has no counters");
}

static bool read_conntrack(void *self, struct observed_conntrack *out, struct error *err)
{
    struct fixture_host *fixture = self;

    if (fixture->conntrack_reads++ >= fixture->conntrack_reads_before_failure &&
        fails(&fixture->conntrack_failure, err))
        return false;
    *out = fixture->conntrack;
    fixture->conntrack.insert_failed += fixture->conntrack_grows;
    fixture->conntrack.dropped += fixture->conntrack_grows;
    return true;
}

static void close_fixture(void *self)
{
    struct fixture_host *fixture = self;

    fixture->closes++;
}

struct host fixture_host_open(struct fixture_host *fixture)
{
    static struct host_ops ops = {
        .identify = identify,
        .read_range = read_range,
        .read_time_wait_reuse = read_time_wait_reuse,
        .read_tcp = read_tcp,
        .read_udp = read_udp,
        .read_conntrack = read_conntrack,
        .read_listeners = read_listeners,
        .visit_owned = visit_owned,
        .name_owners = name_owners,
        .look = look,
        .read_setting = read_setting,
        .read_boot_values = read_boot_values,
        .read_journal = read_journal,
        .read_time_wait_overflow = read_time_wait_overflow,
        .ask = ask,
        .find_closed = find_closed,
        .enter_namespace = enter_namespace,
        .read_totals = read_totals,
        .leave_namespace = leave_namespace,
        .read_tcp_of = read_tcp_of,
        .name_device = name_device,
        .close = close_fixture,
    };

    ops.one_range = fixture->one_range;
    if (fixture->os.kind == OS_WINDOWS)
        ops.list_namespaces = NULL;
    else
        ops.list_namespaces = list_namespaces;
    return (struct host){ .ops = &ops, .self = fixture };
}
