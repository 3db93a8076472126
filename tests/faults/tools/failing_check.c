/* SPDX-License-Identifier: MIT */
/* The check's own main over a host that fails on demand, on both systems: a Windows whose
 * settings are as recommended, with sockets, and every read of it through the seam
 * counted. FAIL_CALL=N FAIL_CODE=CODE failing_check OPTION... lets the N-th read fail
 * with that error_code (a number) and names the read on standard error. */
#include <stdio.h>
#include <stdlib.h>

#include "checks/host/host.h"
#include "tests/support/fixture_host.h"

enum { CONNECTIONS = 200, UDP_PORTS = 20, FIRST_PORT = 32768 };

static struct fixture_host fixture;
static struct host real;
static struct policy policy;
static long calls;

static long number_of(const char *name)
{
    const char *value = getenv(name);

    return value ? strtol(value, NULL, 10) : 0;
}

/* Whether this read is the one that fails. */
static bool fails(const char *read, struct error *err)
{
    if (++calls != number_of("FAIL_CALL"))
        return false;
    (void)fprintf(stderr, "%s failed\n", read);
    (void)error_set(err, (enum error_code)number_of("FAIL_CODE"), "injected into %s",
                    read);
    return true;
}

static void identify(void *self, struct host_identity *out)
{
    real.ops->identify(self, out);
}

static bool read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                       const struct deadline *deadline, struct host_range *out,
                       struct error *err)
{
    return !fails("read_range", err) &&
           real.ops->read_range(self, protocol, fixed, deadline, out, err);
}

static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    return !fails("read_time_wait_reuse", err) &&
           real.ops->read_time_wait_reuse(self, reuse, delay_ms, err);
}

/* It fails in the middle: half of the sockets are in the census then. Or the walk over
 * bound-only sockets, which comes first, fails. */
static bool read_tcp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct host_bound *bound, struct error *err)
{
    size_t count = fixture.tcp_count;
    bool failed = fails("read_tcp", err);
    bool ok;

    fixture.tcp_count = failed ? count / 2 : count;
    error_clear(&fixture.bound_failure);
    (void)fails("read_bound", &fixture.bound_failure);
    ok = real.ops->read_tcp(self, deadline, census, how, bound, err);
    fixture.tcp_count = count;
    return ok && !failed;
}

static bool read_udp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct error *err)
{
    return !fails("read_udp", err) &&
           real.ops->read_udp(self, deadline, census, how, err);
}

static bool read_listeners(void *self, const struct policy_reserve *trust,
                           const struct deadline *deadline, struct host_listeners *out,
                           struct error *err)
{
    return real.ops->read_listeners(self, trust, deadline, out, err);
}

static bool visit_owned(void *self, const struct owned_request *wanted,
                        const struct deadline *deadline, socket_row_visitor *visit,
                        void *context, struct error *err)
{
    (void)fails("visit_owned", &fixture.owned_failure[wanted->protocol]);
    return real.ops->visit_owned(self, wanted, deadline, visit, context, err);
}

static bool name_owners(void *self, const struct owner_census *census,
                        const struct deadline *deadline, struct owner *named,
                        struct observed_owners *out, struct error *err)
{
    return !fails("name_owners", err) &&
           real.ops->name_owners(self, census, deadline, named, out, err);
}

static bool look(void *self, const struct look_request *wanted,
                 struct owner_census *census, struct observed_look *seen,
                 struct error *err)
{
    return !fails("look", err) && real.ops->look(self, wanted, census, seen, err);
}

/* The value that the built-in policy recommends. */
static void read_setting(void *self, const struct place *location, enum setting_kind kind,
                         const struct deadline *deadline, struct observed_setting *out)
{
    const struct policy_setting *rule = policy_find(&policy, out->name);
    struct error failure = { 0 };

    (void)self;
    (void)location;
    (void)kind;
    (void)deadline;
    if (fails("read_setting", &failure)) {
        out->presence = SETTING_UNREAD;
        (void)snprintf(out->reason, sizeof out->reason, "%.150s", failure.message);
    } else if (rule && rule->target == TARGET_VALUE) {
        out->presence = SETTING_SET;
        out->value = rule->recommended;
    } else {
        out->presence = SETTING_OS_DEFAULT;
    }
}

static bool read_boot_values(void *self, const struct policy_setting *const *rules,
                             struct observation *seen, struct error *err)
{
    return !fails("read_boot_values", err) &&
           real.ops->read_boot_values(self, rules, seen, err);
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    return !fails("read_journal", err) && real.ops->read_journal(self, out, err);
}

static bool ask(void *self, struct ask *question, struct error *err)
{
    return !fails("ask", err) && real.ops->ask(self, question, err);
}

static bool find_closed(void *self, const uint16_t *ports, size_t count,
                        struct port_set *closed, int64_t *cpu_ns, struct error *err)
{
    return !fails("find_closed", err) &&
           real.ops->find_closed(self, ports, count, closed, cpu_ns, err);
}

static bool name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    return !fails("name_device", NULL) && real.ops->name_device(self, index, name);
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    return !fails("read_time_wait_overflow", err) &&
           real.ops->read_time_wait_overflow(self, out, err);
}

static void close_host(void *self)
{
    real.ops->close(self);
}

static void fill(void)
{
    static const uint8_t here[4] = { 10, 0, 0, 1 };
    static const uint8_t there[4] = { 10, 0, 0, 2 };
    const struct port_range range = { FIRST_PORT, 65535 };

    fixture.os = (struct os_version){ OS_WINDOWS, 10, 0, 20348 };
    for (int i = 0; i < IP_PROTOCOL_COUNT; i++)
        fixture.range[i] = (struct host_range){ .range = range, .reserved_known = true };
    for (uint16_t i = 0; i < CONNECTIONS; i++)
        fixture.tcp[fixture.tcp_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .remote = ip_address_from_v4(there),
                                 .local_port = (uint16_t)(FIRST_PORT + i),
                                 .remote_port = 443,
                                 .state = i % 2 ? CONN_ESTABLISHED : CONN_TIME_WAIT };
    for (uint16_t i = 0; i < UDP_PORTS; i++)
        fixture.udp[fixture.udp_count++] =
            (struct socket_row){ .local = ip_address_from_v4(here),
                                 .local_port = (uint16_t)(FIRST_PORT + i) };
    fixture.bound = (struct host_bound){ .visible = true, .possible = 65535 };
}

/* In place of this system's own. */
bool host_open(struct host *host, struct error *err)
{
    static const struct host_ops ops = {
        .identify = identify,
        .read_range = read_range,
        .read_time_wait_reuse = read_time_wait_reuse,
        .read_tcp = read_tcp,
        .read_udp = read_udp,
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
        .name_device = name_device,
        .close = close_host,
    };

    if (fails("host_open", err))
        return false;
    policy_init(&policy);
    fill();
    real = fixture_host_open(&fixture);
    *host = (struct host){ .ops = &ops, .self = real.self };
    return true;
}
