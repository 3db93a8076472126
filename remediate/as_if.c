/* SPDX-License-Identifier: MIT */
/* A host over a host: two of its answers are replaced, all others handed through. */
#include "remediate/as_if.h"

#include <stdio.h>

#include "checks/decode/dynamic_range.h"

static void identify(void *self, struct host_identity *out)
{
    const struct as_if *as_if = self;

    as_if->real->ops->identify(as_if->real->self, out);
}

/* The narrower of both families, of which one changes and the other may stay. */
static struct port_range range_of(const struct as_if *as_if, enum ip_protocol protocol)
{
    struct port_range narrowest = { 0 };

    for (size_t family = 0; family < IP_FAMILY_COUNT; family++) {
        const struct port_range range = as_if->foreseen->has_range[protocol][family]
                                            ? as_if->foreseen->to[protocol][family]
                                            : as_if->today[protocol][family];

        if (port_range_size(range) == 0)
            continue;
        narrowest = port_range_size(narrowest) == 0
                        ? range
                        : dynamic_range_narrower(narrowest, range);
    }
    return narrowest;
}

static bool read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                       const struct deadline *deadline, struct host_range *out,
                       struct error *err)
{
    const struct as_if *as_if = self;
    const struct foreseen *foreseen = as_if->foreseen;

    if (!as_if->real->ops->read_range(as_if->real->self, protocol, fixed, deadline, out,
                                      err))
        return false;
    if (!foreseen)
        return true;
    if (foreseen->has_range[protocol][IP_FAMILY_V4] ||
        foreseen->has_range[protocol][IP_FAMILY_V6])
        out->range = range_of(as_if, protocol);
    if (foreseen->has_reserved) {
        out->reserved = foreseen->reserved_to;
        out->reserved_known = true;
    }
    return true;
}

static bool read_time_wait_reuse(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err)
{
    const struct as_if *as_if = self;

    if (!as_if->real->ops->read_time_wait_reuse(as_if->real->self, reuse, delay_ms, err))
        return false;
    if (as_if->foreseen)
        *reuse = foreseen_reuse(as_if->foreseen, as_if->seen, *reuse);
    return true;
}

static bool read_tcp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct host_bound *bound, struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->read_tcp(as_if->real->self, deadline, census, how, bound,
                                      err);
}

static bool read_udp(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->read_udp(as_if->real->self, deadline, census, how, err);
}

static void read_setting(void *self, const struct place *location, enum setting_kind kind,
                         const struct deadline *deadline, struct observed_setting *out)
{
    const struct as_if *as_if = self;

    as_if->real->ops->read_setting(as_if->real->self, location, kind, deadline, out);
}

static bool read_boot_values(void *self, const struct policy_setting *const *rules,
                             struct observation *seen, struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->read_boot_values(as_if->real->self, rules, seen, err);
}

static bool read_journal(void *self, struct text *out, struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->read_journal(as_if->real->self, out, err);
}

static bool read_time_wait_overflow(void *self, uint64_t *out, struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->read_time_wait_overflow(as_if->real->self, out, err);
}

static bool ask(void *self, struct ask *question, struct error *err)
{
    (void)self;
    (void)question;
    return error_set(err, ERR_UNSUPPORTED, "asked elsewhere in this run");
}

static bool find_closed(void *self, const uint16_t *ports, size_t count,
                        struct port_set *closed, int64_t *cpu_ns, struct error *err)
{
    const struct as_if *as_if = self;

    return as_if->real->ops->find_closed(as_if->real->self, ports, count, closed, cpu_ns,
                                         err);
}

static bool name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    const struct as_if *as_if = self;

    return as_if->real->ops->name_device(as_if->real->self, index, name);
}

void as_if_open(struct as_if *as_if)
{
    as_if->ops = (struct host_ops){
        .identify = identify,
        .one_range = as_if->real->ops->one_range,
        .read_range = read_range,
        .read_time_wait_reuse = read_time_wait_reuse,
        .read_tcp = read_tcp,
        .read_udp = read_udp,
        .read_setting = read_setting,
        .read_boot_values = read_boot_values,
        .read_journal = read_journal,
        .read_time_wait_overflow = read_time_wait_overflow,
        .ask = ask,
        .find_closed = find_closed,
        .name_device = name_device,
    };
    as_if->host = (struct host){ .ops = &as_if->ops, .self = as_if };
}
