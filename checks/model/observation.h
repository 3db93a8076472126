/* SPDX-License-Identifier: MIT */
/* All that was seen of one host at one moment: what a verdict is judged from. */
#ifndef CHECKS_MODEL_OBSERVATION_H
#define CHECKS_MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/ask.h"
#include "checks/model/closings.h"
#include "checks/model/os.h"
#include "checks/model/owner.h"
#include "checks/model/port_range.h"
#include "checks/model/setting.h"
#include "checks/model/socket_census.h"

enum {
    OBSERVED_DESTINATIONS_MAX = 100,
    OBSERVED_NOTES_MAX = 16,
    OBSERVED_NOTE_SIZE = 200,
    OBSERVED_SOURCE_SIZE = 96,
    OBSERVED_PART_SIZE = 48,
    OBSERVED_HOST_SIZE = 256,
    OBSERVED_DEVICE_SIZE = 16, /* IFNAMSIZ of Linux */
    OBSERVED_EVENTS_S = 600,   /* events of so long are counted */
    WIDER_PORTS_MAX = 8        /* listeners that are named */
};

/* Whether a part was read, and if not, why. Zeroed = nobody asked. */
struct reading {
    bool known;
    char reason[ERR_TEXT_SIZE]; /* when not known and asked for: one line; else "" */
};

/* Windows: the range from which connect() without bind() draws instead of the dynamic
 * one, where an administrator set one. Zeroed = none is set, or nobody looked. */
struct observed_auto_reuse {
    struct port_range range;
    bool differ; /* the templates of this Windows disagree: this is the narrowest */
    char unread[ERR_TEXT_SIZE]; /* it could not be read: why; else "" */
};

/* The ephemeral (dynamic) range of one protocol. */
struct observed_range {
    struct reading reading;
    char unread[OBSERVED_PART_SIZE]; /* not known: which part was not read, "TCP port
                                        range"; "" = an old recording does not tell */
    struct port_range range;
    uint32_t reserved; /* ports of the range that are reserved or excluded */
    uint32_t usable;   /* ports of the range that are not */
    char source[OBSERVED_SOURCE_SIZE]; /* "net.ipv4.ip_local_port_range", "WMI", "--range"
                                        */
    struct observed_auto_reuse auto_reuse;
};

/* How the ports that bind() took before connect() were counted. */
enum closed_known {
    CLOSED_NOT_COUNTED = 0, /* parity shows no more than 1 % of the usable ports */
    CLOSED_EXACT,           /* the kernel was asked about every used port */
    CLOSED_SAMPLED,         /* it was asked about a sample of them, scaled up */
    CLOSED_AT_LEAST         /* it cannot be asked: a lower bound, by parity */
};

/* A network device that destinations in the list are bound to. */
struct observed_device {
    uint32_t index; /* of struct destination and struct ask; not 0 */
    char name[OBSERVED_DEVICE_SIZE];
};

/* The sum of the TCP sockets. Counts by state are of sockets on ports of the range. */
struct observed_tcp {
    struct reading reading;
    uint64_t time_wait; /* every TIME_WAIT socket of the host */
    uint64_t states[CONN_STATE_COUNT];
    uint32_t ports_used;    /* usable ports in use; <= range.usable */
    uint32_t ports_blocked; /* usable ports that listeners and bound-only sockets hold */
    enum closed_known closed_known;
    uint32_t ports_closed; /* usable ports that bind() closed to every connect(), those of
                              ports_blocked aside; 0 unless counted */
    uint32_t closed_asked; /* used ports that the kernel was asked about */
    uint32_t odd_usable; /* usable ports on odd offsets from the range's first one: where
                            bind() to port 0 looks first */
    uint32_t odd_used;   /* of them in use, in any state */
    bool bound_known;    /* states[CONN_BOUND] and its ports are counted */
    uint32_t bound_possible; /* upper bound of bound-only sockets when not known */
    char bound_unread[OBSERVED_NOTE_SIZE]; /* this host lists them, and reading them
                                              failed: why; else "" */
    uint64_t destinations_seen;            /* how many destinations there are, at least */
    uint32_t untracked_bound;              /* see destination_table_untracked_bound */
    struct destination top[OBSERVED_DESTINATIONS_MAX]; /* busiest first */
    size_t top_count;
    struct observed_device devices[OBSERVED_DESTINATIONS_MAX]; /* of top and asked */
    size_t device_count;
    char source[OBSERVED_SOURCE_SIZE]; /* "sock_diag", "/proc/net/tcp",
                                          "GetExtendedTcpTable" */

    bool time_wait_only_known;     /* an old recording does not tell the next one */
    uint32_t ports_time_wait_only; /* of ports_used: with sockets in TIME_WAIT only */
    struct observed_closings closings;
};

/* What the system was asked, in that order. */
struct observed_asks {
    struct ask asks[ASKS_MAX];
    size_t count;
    char not_asked[OBSERVED_NOTE_SIZE]; /* nothing or no more was asked: why; else "" */
};

/* How much its counters grew between two looks. Zeroed = there was no second one. */
struct observed_conntrack_look {
    uint32_t span_ms;
    uint64_t insert_failed;
    uint64_t dropped;
};

/* Linux: the table of tracked connections (nf_conntrack) of this network namespace. */
struct observed_conntrack {
    struct reading reading; /* not known without a reason: nothing is tracked here */
    uint64_t entries;
    uint64_t limit; /* nf_conntrack_max; 0 = none */
    bool counters_known;
    uint64_t insert_failed; /* since boot: entries that found no room or no free port */
    uint64_t dropped;       /* since boot: packets dropped for want of an entry */
    struct observed_conntrack_look look;
};

/* Windows: what the TCP/IP driver wrote to the System log of late (tcpip_event.h). */
struct observed_events {
    struct reading reading;
    uint32_t tcp_exhausted; /* event 4231 in the last OBSERVED_EVENTS_S */
    uint32_t udp_exhausted; /* event 4266, the same */
    uint32_t collided;      /* event 4227, the same: a connection got a port that was in
                               TIME_WAIT toward the same endpoint, and failed */
    bool at_least;          /* there may be more in that time than were read */
    uint32_t newest_id; /* of the newest 4231 or 4266, of any age; 0 = none was found */
    int64_t newest_s;   /* Unix time of that one; 0 = none */
};

struct observed_udp {
    struct reading reading;
    uint32_t ports_used;
    char source[OBSERVED_SOURCE_SIZE];
};

/* Whose the sockets are. Zeroed = nobody looked. */
struct observed_owners {
    struct reading reading;
    struct owner list[OWNERS_MAX]; /* everyone that a share names */
    size_t count;
    struct owner_shares tcp; /* of all TCP sockets on ports of the range */
    struct owner_shares udp; /* of all UDP sockets on ports of the range */
    struct owner_shares destinations[OWNED_DESTINATIONS_MAX]; /* of observed_tcp.top */
    size_t destination_count; /* of them that were looked at: the first ones */
    bool programs; /* the descriptors of processes were looked at (Linux: as root) */
    char unread[OBSERVED_NOTE_SIZE]; /* what of that was not reached: why; else "" */
};

/* Who opens connections, and how fast, found by looking for a while. */
struct observed_opener {
    uint32_t owner;  /* position in observed_owners.list */
    uint32_t opened; /* connections in the time of the look; 0: seen, not counted (in an
                        exact look: every attempt failed) */
};

/* A second look at the busiest destination. Zeroed = there was none. */
struct observed_look {
    uint32_t span_ms; /* between first and last look; 0 = nobody looked */
    bool exact;       /* every connect() was counted (a tracepoint, root), of `opened` */
    uint32_t opened;  /* connections opened there in that time; 0 unless exact */
    uint32_t failed;  /* attempts there that found no port; 0 unless exact */
    uint32_t closed;  /* entered TIME_WAIT there in that time, by their ages */
    uint32_t shortest_ms; /* not exact: only those that live longer are counted */
    /* Ports in the way there at the first and at the last look, of sockets that go there:
     * those blocked for every destination are not in it. */
    uint32_t ports_first;
    uint32_t ports_last;
    struct observed_opener openers[OWNER_SHARES_MAX]; /* most first */
    size_t count;
    char unread[OBSERVED_NOTE_SIZE]; /* why there is no exact count, or no look; or "" */
};

/* The range that the remediation would make of one protocol's, and what that costs. It is
 * looked at where advice is wanted. Zeroed = nobody looked. */
struct observed_wider {
    struct reading reading;  /* what is reserved, and who listens, was read */
    struct port_range range; /* today's and the policy's, as the system takes it */
    uint32_t usable;         /* its ports that are neither reserved nor in `reserves` */
    uint32_t reserves;       /* ports of it that get reserved first */
    uint32_t services;       /* of `reserves`: whether anybody listens there or not */
    uint32_t listeners;      /* of `reserves`: the others, on which somebody listens */
    uint32_t unprotected; /* usable new ports on which somebody listens: beyond the bounds
                             of users, or a client's; on Windows all */
    /* Of `listeners`, where `reserves` is 0 of `unprotected`; the lowest first. */
    uint16_t ports[WIDER_PORTS_MAX];
    size_t port_count;
};

/* What a setting will be after the next boot, as far as files tell. */
enum setting_boot {
    BOOT_UNKNOWN =
        0,      /* nobody looked: not Linux, a container, or a file was unreadable */
    BOOT_UNSET, /* no file sets it: the kernel's default comes back */
    BOOT_SET    /* boot_source sets it to boot_value */
};

struct observed_setting {
    char name[SETTING_NAME_SIZE];
    enum setting_presence presence;
    struct setting_value value;
    char reason[OBSERVED_NOTE_SIZE]; /* unread: why; wrong type: which; else "" */
    enum setting_boot boot;
    struct setting_value boot_value;
    char boot_source[OBSERVED_NOTE_SIZE]; /* the file that wins; "" unless BOOT_SET */
    /* "FILE:LINE: the kernel refuses ...": a line that sets nothing; "" = none */
    char boot_refused[OBSERVED_NOTE_SIZE];
    /* Of a range: its unreserved ports of services (service_ports.h; Linux: that the
     * policy keeps); 0 = none, or nobody looked. */
    uint32_t service_ports;
    int64_t waiting_since_s; /* Unix time: written by the remediation then, waits for a
                                reboot; 0 = does not */
};

/* Whose settings those of a Linux are. Only the host's files say what the next boot makes
 * of them. */
enum settings_scope {
    SETTINGS_OF_HOST = 0,
    SETTINGS_OF_CONTAINER, /* a container sees itself */
    SETTINGS_OF_NAMESPACE /* another network namespace than PID 1's, seen from the host */
};

struct observation {
    struct os_version os;
    char host[OBSERVED_HOST_SIZE]; /* host name, "" when unknown */
    int64_t time_s;                /* Unix time */
    struct observed_range range[IP_PROTOCOL_COUNT];
    struct observed_tcp tcp;
    struct observed_udp udp;
    struct observed_conntrack conntrack;
    struct observed_events events;
    struct observed_asks asked;
    struct observed_owners owners;
    struct observed_look look;
    struct observed_wider wider[IP_PROTOCOL_COUNT];
    struct observed_setting settings[SETTINGS_MAX];
    size_t setting_count;
    enum settings_scope settings_scope;
    bool time_wait_overflow_known; /* Linux TcpExt TCPTimeWaitOverflow was read */
    uint64_t
        time_wait_overflow; /* TIME_WAIT dropped over tcp_max_tw_buckets since boot */
    int64_t
        interrupted_since_s; /* Unix time of a remediation that has no end; 0 = none */
    char notes[OBSERVED_NOTES_MAX][OBSERVED_NOTE_SIZE]; /* what could not be seen */
    size_t note_count;
    uint64_t rows;       /* socket rows read */
    int64_t duration_us; /* time it took to see all this */
};

/* The name of a device, "?" when it is not among seen->tcp.devices; "" for 0. */
const char *observation_device(const struct observation *seen, uint32_t index);

/*
 * Ports that a new connection to `destination` (NULL = one that nobody uses) cannot take:
 * those toward it together with the blocked and the closed ones, at most usable.
 */
uint32_t observation_destination_ports(const struct observation *seen,
                                       const struct destination *destination);

/* The same for the busiest destination, listed or not. */
uint32_t observation_busiest_ports(const struct observation *seen);

/* Adds a note, cut to its size; beyond OBSERVED_NOTES_MAX it is dropped. */
void observation_note(struct observation *seen, const char *format, ...)
    PRINTF_LIKE(2, 3);

#endif
