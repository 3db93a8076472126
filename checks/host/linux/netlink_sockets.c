/* SPDX-License-Identifier: MIT */
/* The cheapest set of dumps for the sockets that the host has (measured). libmnl's
 * socket, and the decoder in place of its mnl_cb_run: that one skips a message that is
 * cut, and its stock callbacks do not look at the payload of NLMSG_DONE. */
#include "checks/host/linux/netlink_sockets.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdalign.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "checks/host/linux/linux_file.h"

/* Who gets the rows. */
struct netlink_visit {
    socket_row_visitor *visit;
    void *context;
    bool bound;  /* see struct sock_diag_answer */
    bool owners; /* the same */
};

/* The kernel makes no larger datagram for a dump (netlink_recvmsg); less costs calls. */
static alignas(8) unsigned char received[32768];

static bool out_of_time(struct error *err)
{
    return error_set(err, ERR_TIMEOUT,
                     "the time limit passed while netlink listed sockets");
}

static bool failed(int number, struct error *err)
{
    return error_set(err, linux_error_code(number), "netlink refused (%s)",
                     strerror(number));
}

/* Lets the next receive end with the deadline. */
static bool limit_receive(const struct mnl_socket *netlink,
                          const struct deadline *deadline, struct error *err)
{
    const int64_t left_ms = deadline_left_ms(deadline);
    const struct timeval left = { .tv_sec = (time_t)(left_ms / 1000),
                                  .tv_usec = (suseconds_t)(left_ms % 1000 * 1000) };

    if (left_ms == 0) /* which would mean "wait forever" */
        return out_of_time(err);
    if (setsockopt(mnl_socket_get_fd(netlink), SOL_SOCKET, SO_RCVTIMEO, &left,
                   sizeof left) < 0)
        return failed(errno, err);
    return true;
}

static bool receive(const struct mnl_socket *netlink, const struct deadline *deadline,
                    size_t *length, struct error *err)
{
    ssize_t got;

    do {
        if (!limit_receive(netlink, deadline, err))
            return false;
        got = mnl_socket_recvfrom(netlink, received, sizeof received);
    } while (got < 0 && errno == EINTR);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return out_of_time(err);
    if (got < 0)
        return failed(errno, err);
    if (got == 0)
        return error_set(err, ERR_MALFORMED, "netlink answered with an empty datagram");
    *length = (size_t)got;
    return true;
}

static bool receive_all(struct netlink *netlink, struct sock_diag_answer *answer,
                        const struct deadline *deadline, struct error *err)
{
    int64_t next_ns = deadline_now_ns(); /* the first ones were written by the request */
    size_t length = 0;

    while (!answer->done) {
        struct error broken = { 0 };

        if (!receive(netlink->socket, deadline, &length, err))
            return false;
        netlink->told_ns = next_ns;
        next_ns = deadline_now_ns();
        if (sock_diag_decode(answer, received, length, &broken))
            continue;
        if (answer->stopped)
            return false;
        if (answer->refused_errno)
            return failed(answer->refused_errno, err);
        return error_set(err, broken.code, "%s", broken.message);
    }
    return true;
}

static bool send_request(const struct mnl_socket *netlink,
                         const struct sock_diag_request *request, struct error *err)
{
    ssize_t sent;

    do {
        sent = mnl_socket_sendto(netlink, request->bytes, request->length);
    } while (sent < 0 && errno == EINTR);
    return sent < 0 ? failed(errno, err) : true;
}

static bool open_socket(struct netlink *netlink, struct error *err)
{
    if (netlink->socket)
        return true;
    netlink->socket = mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC);
    if (!netlink->socket || mnl_socket_bind(netlink->socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return failed(errno, err);
    return true;
}

/*
 * Asks (request->sequence is ++netlink->sequence) and visits each row of the answer.
 * ERR_TIMEOUT when the deadline passed first; every other code means that netlink does
 * not do it here ("netlink refused (Operation not permitted)"). False without an error
 * when the visitor stopped it. A failed dump closes the socket: what is left of its
 * answer must not meet the next one.
 */
static bool dump(struct netlink *netlink, const struct sock_diag_request *request,
                 const struct netlink_visit *visit, const struct deadline *deadline,
                 struct error *err)
{
    struct sock_diag_answer answer = { .sequence = request->sequence,
                                       .bound = visit->bound,
                                       .owners = visit->owners,
                                       .visit = visit->visit,
                                       .context = visit->context };
    bool ok = open_socket(netlink, err);

    if (ok) {
        answer.port_id = mnl_socket_get_portid(netlink->socket);
        ok = send_request(netlink->socket, request, err) &&
             receive_all(netlink, &answer, deadline, err);
    }
    if (!ok)
        netlink_close(netlink);
    return ok;
}

void netlink_close(struct netlink *netlink)
{
    if (netlink->socket)
        (void)mnl_socket_close(netlink->socket);
    netlink->socket = NULL;
}

static const struct port_range all_ports = { 0 };

struct sink {
    struct socket_census *census;
    struct error *err;
};

static bool add_tcp(void *context, const struct socket_row *row)
{
    const struct sink *sink = context;

    return socket_census_add_tcp(sink->census, row, sink->err);
}

static bool add_udp(void *context, const struct socket_row *row)
{
    const struct sink *sink = context;

    socket_census_add_udp(sink->census, row);
    return true;
}

static bool dump_tcp(struct netlink *netlink, uint32_t states, struct port_range ports,
                     const struct deadline *deadline, struct socket_census *census,
                     struct error *err)
{
    struct error reason = { 0 }; /* err may be NULL */
    struct sink sink = { census, &reason };
    const struct netlink_visit visit = { .visit = add_tcp,
                                         .context = &sink,
                                         .bound = states == SOCK_DIAG_BOUND };
    struct sock_diag_request request;

    sock_diag_request_tcp(states, ports, ++netlink->sequence, &request);
    if (dump(netlink, &request, &visit, deadline, &reason))
        return true;
    return error_set(err, reason.code, "%s", reason.message);
}

bool netlink_read_tcp(struct netlink *netlink, bool mostly_open,
                      const struct deadline *deadline, struct socket_census *census,
                      struct error *err)
{
    const struct port_range range = census->scope.range;
    const uint32_t rest = SOCK_DIAG_ALL & ~(SOCK_DIAG_TIME_WAIT | SOCK_DIAG_LISTEN);

    if (!mostly_open || !range.first)
        return dump_tcp(netlink, SOCK_DIAG_ALL, all_ports, deadline, census, err);
    return dump_tcp(netlink, SOCK_DIAG_LISTEN, all_ports, deadline, census, err) &&
           dump_tcp(netlink, rest, range, deadline, census, err) &&
           dump_tcp(netlink, SOCK_DIAG_TIME_WAIT, all_ports, deadline, census, err);
}

bool netlink_read_bound(struct netlink *netlink, const struct deadline *deadline,
                        struct socket_census *census, struct error *err)
{
    return dump_tcp(netlink, SOCK_DIAG_BOUND, all_ports, deadline, census, err);
}

static bool dump_udp(struct netlink *netlink, const struct netlink_visit *visit,
                     const struct deadline *deadline, struct error *err)
{
    struct sock_diag_request request;

    sock_diag_request_udp(false, ++netlink->sequence, &request);
    if (!dump(netlink, &request, visit, deadline, err))
        return false;
    sock_diag_request_udp(true, ++netlink->sequence, &request);
    return dump(netlink, &request, visit, deadline, err);
}

bool netlink_read_udp(struct netlink *netlink, const struct deadline *deadline,
                      struct socket_census *census, struct error *err)
{
    struct sink sink = { census, NULL };

    return dump_udp(netlink,
                    &(struct netlink_visit){ .visit = add_udp, .context = &sink },
                    deadline, err);
}

bool netlink_visit_owned(struct netlink *netlink, const struct netlink_owned *wanted,
                         const struct deadline *deadline,
                         const struct netlink_visitor *visitor, struct error *err)
{
    const struct netlink_visit visit = { .visit = visitor->visit,
                                         .context = visitor->context,
                                         .bound = wanted->states == SOCK_DIAG_BOUND,
                                         .owners = true };
    struct sock_diag_request request;

    if (wanted->protocol == IP_PROTOCOL_UDP)
        return dump_udp(netlink, &visit, deadline, err);
    sock_diag_request_filtered(wanted->states, &wanted->filter, ++netlink->sequence,
                               &request);
    return dump(netlink, &request, &visit, deadline, err);
}
