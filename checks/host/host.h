/* SPDX-License-Identifier: MIT */
/* The READ seam: one machine, seen read-only. Linux, Windows and test fixtures implement
 * it. */
#ifndef CHECKS_HOST_HOST_H
#define CHECKS_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/ask.h"
#include "checks/model/listener.h"
#include "checks/model/net_namespace.h"
#include "checks/model/observation.h"
#include "checks/model/owner_census.h"
#include "checks/model/policy.h"
#include "checks/model/socket_census.h"

/* Who is looked at. `hostname` is UTF-8, cut to its size, "" when unknown. */
struct host_identity {
    struct os_version os;
    char hostname[OBSERVED_HOST_SIZE];
    char boot[96];    /* program_boot_id, "" when unknown */
    char machine[12]; /* program_machine, "" when unknown */
};

/* The dynamic range of one protocol and the ports in it that are not handed out. */
struct host_range {
    struct port_range range;
    struct port_set reserved; /* reserved or excluded ports, inside the range or not */
    bool reserved_known;
    char reserved_reason[ERR_TEXT_SIZE]; /* why not known */
    char unread[OBSERVED_PART_SIZE]; /* not known: which ports; "" = "reserved ports" */
    char source[OBSERVED_SOURCE_SIZE];
    char note[OBSERVED_NOTE_SIZE]; /* "" or what the reader should know of the range */
    struct observed_auto_reuse auto_reuse;
};

/* Bound-only sockets, as far as they were looked at. */
struct host_bound {
    bool visible;      /* this host can list them */
    bool counted;      /* the census just read holds them */
    uint32_t possible; /* upper bound of them; 0 when there are surely none */
    char reason[OBSERVED_NOTE_SIZE]; /* not visible: why */
    char unread[OBSERVED_NOTE_SIZE]; /* they should have been counted, and the read
                                        failed: why; else "" */
};

/* How the sockets were read. */
struct host_reading {
    char source[OBSERVED_SOURCE_SIZE];
    char notes[4][OBSERVED_NOTE_SIZE]; /* what could not be seen that way; "" = none */
};

/* Who listens. Zeroed = nothing read. */
struct host_listeners {
    struct listener_table table;
    bool known[IP_PROTOCOL_COUNT];
    char notes[4][OBSERVED_NOTE_SIZE]; /* what could not be seen; "" = none */
    /* A sign that this host hands out NodePorts, which have no listener: "kubelet runs
     * here", "/var/lib/kubelet"; "" = none. */
    char kubernetes[OBSERVED_PART_SIZE];
};

/* Which sockets are visited with their owners. More may come. */
struct owned_request {
    enum ip_protocol protocol;
    struct port_range ports; /* local ports; zeroed = all */
    /* TCP: only sockets toward one of these are needed; NULL = all. */
    const struct destination *to;
    size_t to_count;
    bool bound; /* TCP: bound-only sockets too, where they take another walk */
};

/* At what, and how long, is looked. */
struct look_request {
    const struct destination *to; /* borrowed */
    uint32_t span_ms;
    struct deadline deadline; /* of the run */
};

/*
 * Every function returns false with *err filled (ERR_DENIED, ERR_ABSENT, ERR_UNSUPPORTED,
 * ERR_TIMEOUT, ERR_MALFORMED, ERR_MEMORY, ERR_IO) when it could not find out; outputs are
 * then unchanged, but for a census, which then holds rubbish. None runs past `deadline`
 * by more than one system call.
 */
struct host_ops {
    void (*identify)(void *self, struct host_identity *out);
    /* The range of TCP is that of UDP as well (Linux): it need not be read twice. */
    bool one_range;
    /* `fixed` is the range of --range, zeroed = read it; its reserved ports are read all
     * the same. */
    bool (*read_range)(void *self, enum ip_protocol protocol, struct port_range fixed,
                       const struct deadline *deadline, struct host_range *out,
                       struct error *err);
    /* What the kernel does with TIME_WAIT when a new connection wants its port. */
    bool (*read_time_wait_reuse)(void *self, enum time_wait_reuse *reuse,
                                 uint32_t *delay_ms, struct error *err);
    /* Adds every TCP socket to *census, whose scope is set; bound-only ones wherever
     * there may be more of them than 1 % of the usable ports: *bound tells. */
    bool (*read_tcp)(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct host_bound *bound, struct error *err);
    /* Adds every UDP socket to *census (one of its own). */
    bool (*read_udp)(void *self, const struct deadline *deadline,
                     struct socket_census *census, struct host_reading *how,
                     struct error *err);
    /* Fills *out. Nothing is tracked: true, not known, without a reason. NULL: this
     * system has no such thing. */
    bool (*read_conntrack)(void *self, struct observed_conntrack *out, struct error *err);
    /* Fills *out from the log, by the clock `now_s` (Unix time). ERR_UNSUPPORTED: this
     * Windows does not tell. NULL: this system has no such thing. */
    bool (*read_events)(void *self, int64_t now_s, const struct deadline *deadline,
                        struct observed_events *out, struct error *err);
    /*
     * Adds who listens: TCP sockets that do, and UDP sockets without a peer, anywhere,
     * each with its owner as far as the system tells; *out is zeroed. First it takes the
     * users that `trust` names. A protocol that could not be read is false in `known`,
     * with a note. ERR_MEMORY; the caller clears *out's table in any case.
     */
    bool (*read_listeners)(void *self, const struct policy_reserve *trust,
                           const struct deadline *deadline, struct host_listeners *out,
                           struct error *err);
    /* Visits each socket that matches, listeners too, with what tells its owner: uid,
     * cgroup and inode (Linux), or pid (Windows). Those in TIME_WAIT may be left out.
     * False without an error when the visitor stopped it. */
    bool (*visit_owned)(void *self, const struct owned_request *wanted,
                        const struct deadline *deadline, socket_row_visitor *visit,
                        void *context, struct error *err);
    /* Names the owners of the tallies: named[0..census->count), zeroed by the caller. Who
     * cannot be named stays as he is, and is a number or nothing; what was not reached is
     * told in out->unread, and out->programs says whether programs were looked for.
     * ERR_MEMORY alone. */
    bool (*name_owners)(void *self, const struct owner_census *census,
                        const struct deadline *deadline, struct owner *named,
                        struct observed_owners *out, struct error *err);
    /* Looks for a while who opens connections to one destination. Fills *look, whose
     * openers are positions among the tallies of *census, to which it adds; what could
     * not be found out is told in it. ERR_MEMORY, ERR_TIMEOUT, ERR_UNSUPPORTED (Windows).
     */
    bool (*look)(void *self, const struct look_request *wanted,
                 struct owner_census *census, struct observed_look *look,
                 struct error *err);
    /* Reads one setting; "could not be read" is data: presence SETTING_UNREAD and reason.
     * out->name is set by the caller. */
    void (*read_setting)(void *self, const struct place *location, enum setting_kind kind,
                         const struct deadline *deadline, struct observed_setting *out);
    /* Fills seen->settings_scope, and of each of seen->settings, which are those of the
     * rules, what files say of the next boot. That stays BOOT_UNKNOWN where they do not
     * tell: only the host's own settings come from its files. */
    bool (*read_boot_values)(void *self, const struct policy_setting *const *rules,
                             struct observation *seen, struct error *err);
    /* Adds the journal of the remediation; ERR_ABSENT when this host has none. */
    bool (*read_journal)(void *self, struct text *out, struct error *err);
    /* TIME_WAIT sockets dropped over the kernel's limit since boot; ERR_UNSUPPORTED. */
    bool (*read_time_wait_overflow)(void *self, uint64_t *out, struct error *err);
    /*
     * Asks once whether the next socket finds a port: fills answer and reason of *ask,
     * and microseconds where a call looked for one. Sends nothing, changes nothing. False
     * when nothing more may be asked in this run (not permitted, or a packet could go
     * out): *err says why, the answer stays ASK_UNKNOWN.
     */
    bool (*ask)(void *self, struct ask *ask, struct error *err);
    /* Adds those of ports[0..count), all of them in use, to *closed that no connect() can
     * share, because bind() took them, and the CPU time that it took to *cpu_ns, in any
     * case. ERR_UNSUPPORTED where the kernel cannot be asked port by port (before 6.3);
     * *closed is then unchanged. */
    bool (*find_closed)(void *self, const uint16_t *ports, size_t count,
                        struct port_set *closed, int64_t *cpu_ns, struct error *err);
    /*
     * Finds the other network namespaces of this machine: who they are, what they are
     * called, their totals; enters none. out->note says what could not be seen. NULL on
     * Windows, as are the next four. ERR_MEMORY, ERR_IO; the caller clears *out.
     */
    bool (*list_namespaces)(void *self, const struct deadline *deadline,
                            struct net_namespaces *out, struct error *err);
    /* From here on all functions of this host look at that namespace, until it is left.
     * ERR_ABSENT: it ended meanwhile; ERR_DENIED. Nothing changed then. */
    bool (*enter_namespace)(void *self, const struct net_namespace *target,
                            struct error *err);
    /* Upper bounds of the TCP sockets, bound-only ones aside, and of the UDP sockets of
     * the namespace that is looked at: what list_namespaces tells of the others. */
    bool (*read_totals)(void *self, uint64_t *tcp, uint64_t *udp, struct error *err);
    /* Back to where this process began. After a failure nothing may be read any more. */
    bool (*leave_namespace)(void *self, struct error *err);
    /* Without entering it: adds its TCP sockets to *census, whose scope is set; those
     * that were bound, and not connected, are missing. ERR_ABSENT: it ended. */
    bool (*read_tcp_of)(void *self, const struct net_namespace *target,
                        const struct deadline *deadline, struct socket_census *census,
                        struct error *err);
    /* The name of an interface; false when it has none (any more). */
    bool (*name_device)(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE]);
    void (*close)(void *self);
};

/* `self` is the backend's. Zeroed = closed. */
struct host {
    const struct host_ops *ops;
    void *self;
};

/* Opens this machine. One implementation per system; ERR_MEMORY, ERR_IO. */
MUST_CHECK bool host_open(struct host *host, struct error *err);

/* Adds a note; one too many is left out. */
void host_listeners_note(struct host_listeners *listeners, const char *format, ...)
    PRINTF_LIKE(2, 3);

/* Notes that a protocol could not be read, and forgets why. False, with *failure as it
 * is, for want of memory. */
bool host_listeners_unread(struct host_listeners *listeners, enum ip_protocol protocol,
                           struct error *failure);

/* read_listeners where the system tells no owners: by read_tcp and read_udp of `ops`,
 * everybody is trusted. */
MUST_CHECK bool host_read_ownerless(const struct host_ops *ops, void *self,
                                    const struct deadline *deadline,
                                    struct host_listeners *out, struct error *err);

/* read_journal of both systems: program_journal_path, where both programs find it. */
MUST_CHECK bool host_read_journal(void *self, struct text *out, struct error *err);

/* Safe on a zeroed host, safe twice. */
static inline void host_close(struct host *host)
{
    if (host->ops && host->ops->close)
        host->ops->close(host->self);
    *host = (struct host){ 0 };
}

#endif
