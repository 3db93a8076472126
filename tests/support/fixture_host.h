/* SPDX-License-Identifier: MIT */
/* A host made of prepared answers: the test backend of the READ seam. */
#ifndef TESTS_SUPPORT_FIXTURE_HOST_H
#define TESTS_SUPPORT_FIXTURE_HOST_H

#include "checks/host/host.h"

enum { FIXTURE_ROWS_MAX = 256 };

/* What the host answers; zeroed answers are an idle Linux without a range. A failure that
 * is set (code not ERR_NONE) is what that read returns. */
struct fixture_host {
    struct os_version os;
    struct host_range range[IP_PROTOCOL_COUNT];
    struct error range_failure[IP_PROTOCOL_COUNT];
    enum time_wait_reuse reuse;
    uint32_t reuse_delay_ms;
    struct error reuse_failure;
    struct socket_row tcp[FIXTURE_ROWS_MAX]; /* listeners first */
    size_t tcp_count;
    struct error tcp_failure;
    struct socket_row bound_rows[FIXTURE_ROWS_MAX];
    size_t bound_count;
    struct host_bound bound; /* what read_tcp says of bound-only sockets */
    struct error bound_failure;
    bool bound_invisible; /* read_bound finds out that this host cannot list them */
    struct socket_row udp[FIXTURE_ROWS_MAX];
    size_t udp_count;
    struct error udp_failure;
    enum setting_boot boot; /* of every setting */
    enum settings_scope scope;
    struct port_range setting_range; /* of every setting that is a range; else a number */
    struct error boot_failure;
    const char *journal; /* its text; NULL = there is none */
    /* How often each read was made. */
    int range_reads, tcp_reads, bound_reads, udp_reads, setting_reads, closes;
};

/* A host over *fixture, which the caller owns and may change between reads. */
struct host fixture_host_open(struct fixture_host *fixture);

#endif
