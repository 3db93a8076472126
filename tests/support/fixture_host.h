/* SPDX-License-Identifier: MIT */
/* A host made of prepared answers: the test backend of the READ seam. */
#ifndef TESTS_SUPPORT_FIXTURE_HOST_H
#define TESTS_SUPPORT_FIXTURE_HOST_H

#include "checks/host/host.h"

enum {
    FIXTURE_ROWS_MAX = 4096,
    FIXTURE_ASKS_MAX = 2 * ASKS_MAX,
    FIXTURE_OWNERS_MAX = 64
};

/* What an owner is called, whatever user, group and pid of the key the test knows: those
 * that are 0 match all. */
struct fixture_owner {
    struct owner_key key;
    struct owner owner;
};

struct fixture_host;

/* One of its other network namespaces. */
struct fixture_namespace {
    struct fixture_host *host;  /* what is there; borrowed */
    struct error enter_failure; /* it cannot be entered, nor read from outside */
    int enters_before_failure;  /* that begins after so many */
    int enters;                 /* how often that was tried */
};

/* What the host answers; zeroed answers are an idle Linux without a range. A failure that
 * is set (code not ERR_NONE) is what that read returns. */
struct fixture_host {
    struct os_version os;
    struct host_range range[IP_PROTOCOL_COUNT];
    struct error range_failure[IP_PROTOCOL_COUNT];
    bool one_range; /* of both protocols: that of TCP; set it before opening */
    enum time_wait_reuse reuse;
    uint32_t reuse_delay_ms;
    struct error reuse_failure;
    struct socket_row tcp[FIXTURE_ROWS_MAX]; /* listeners first */
    size_t tcp_count;
    struct error tcp_failure;
    struct socket_row bound_rows[FIXTURE_ROWS_MAX];
    size_t bound_count;
    struct host_bound bound; /* before the walk over bound-only sockets */
    struct error bound_failure;
    bool bound_invisible; /* the walk finds out that this host cannot list them */
    int bound_reads_before_failure; /* not 0: the walk fails after so many */
    uint32_t
        bound_possible_again;   /* not 0: what every read_tcp but the first one finds */
    struct error again_failure; /* of every read_tcp but the first one */
    struct socket_row udp[FIXTURE_ROWS_MAX];
    size_t udp_count;
    struct error udp_failure;
    struct observed_conntrack conntrack; /* zeroed = nothing is tracked */
    struct error conntrack_failure;
    int conntrack_reads_before_failure;      /* it comes after so many reads */
    uint64_t conntrack_grows;                /* both counters, with each read */
    const char *udp_note;                    /* of the UDP read; NULL = none */
    enum ask_answer answers[ASK_KIND_COUNT]; /* what each kind of ask is answered */
    struct error ask_failure;                /* nothing more may be asked */
    struct ask asked[FIXTURE_ASKS_MAX];      /* as they came */
    uint32_t ask_us;                         /* CPU time that each takes; 0 = 7 */
    size_t asks_then_free; /* not 0: after so many each finds a port, whatever its kind */
    struct port_set closed; /* ports that bind() took */
    struct error closed_failure;
    size_t closed_before_failure;                  /* it comes after so many ports */
    struct error owned_failure[IP_PROTOCOL_COUNT]; /* after half of the rows */
    struct fixture_owner owners[FIXTURE_OWNERS_MAX];
    size_t owner_count;
    const char *owners_unread; /* what was not reached; NULL = all was */
    struct error name_failure;
    struct owned_request owned[IP_PROTOCOL_COUNT]; /* as it came */
    /* What a look finds; its openers are positions among the owners above. */
    struct observed_look look;
    struct error look_failure;
    uint32_t look_ms; /* as it was asked */
    bool devices_nameless;
    uint32_t closed_us;     /* CPU time that each asking about them takes */
    size_t closed_asked;    /* ports asked about so far */
    enum setting_boot boot; /* of every setting */
    enum settings_scope scope;
    struct port_range setting_range; /* of every setting that is a range; else a number */
    struct error boot_failure;
    struct net_namespaces namespaces; /* its list is borrowed, and copied */
    struct fixture_namespace *around; /* by the mark of each; borrowed */
    struct fixture_host *inside;      /* the one that was entered; NULL = none */
    struct error list_failure;
    struct error totals_failure;
    struct error leave_failure; /* after so many that were left: */
    int leaves_before_failure;
    const char *journal; /* its text; NULL = there is none */
    /* How often each read was made. */
    int range_reads, tcp_reads, bound_reads, udp_reads, setting_reads, closes;
    int conntrack_reads;
    size_t asks;
    size_t asks_before_settings; /* of them, before the last setting was read */
};

/* A host over *fixture, which the caller owns and may change between reads. */
struct host fixture_host_open(struct fixture_host *fixture);

#endif
