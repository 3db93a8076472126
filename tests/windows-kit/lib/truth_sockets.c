/* SPDX-License-Identifier: MIT */
/* Every socket of the kit is made and ended here. */
#include "tests/windows-kit/lib/truth_sockets.h"

enum { LOOPBACK = 0x7F000001, PORT_MAX = 65535 };

static struct sockaddr_in address_of(uint32_t ip, uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };

    address.sin_addr.s_addr = htonl(ip);
    return address;
}

static SOCKET make(enum ip_protocol protocol)
{
    return socket(AF_INET, protocol == IP_PROTOCOL_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
}

/* A Winsock error; 0 = bound. */
static int bind_to(SOCKET own, uint32_t ip, uint16_t port)
{
    const struct sockaddr_in address = address_of(ip, port);

    return bind(own, (const struct sockaddr *)&address, sizeof address) == 0
               ? 0
               : WSAGetLastError();
}

static uint16_t port_of(SOCKET own)
{
    struct sockaddr_in address = { 0 };
    int size = sizeof address;

    if (getsockname(own, (struct sockaddr *)&address, &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

/* By a reset: nothing of it stays. */
static void reset(SOCKET own)
{
    const struct linger at_once = { .l_onoff = 1 };

    if (own == INVALID_SOCKET)
        return;
    (void)setsockopt(own, SOL_SOCKET, SO_LINGER, (const char *)&at_once, sizeof at_once);
    (void)closesocket(own);
}

bool truth_door_open(uint16_t from, struct port_range avoid, struct truth_door *out,
                     struct error *err)
{
    for (uint32_t port = from; port < PORT_MAX; port++) {
        SOCKET door;

        if (port_range_contains(avoid, (uint16_t)port))
            continue;
        door = make(IP_PROTOCOL_TCP);
        if (bind_to(door, LOOPBACK, (uint16_t)port) == 0 &&
            listen(door, SOMAXCONN) == 0) {
            *out = (struct truth_door){ door, (uint16_t)port };
            return true;
        }
        (void)closesocket(door);
    }
    return error_set(err, ERR_IO, "no listener: Winsock error %d", WSAGetLastError());
}

void truth_door_close(struct truth_door *door)
{
    if (door->port)
        (void)closesocket(door->socket);
    *door = (struct truth_door){ 0 };
}

static int connect_to(SOCKET own, const struct truth_door *door, int local)
{
    const struct sockaddr_in to = address_of(LOOPBACK, door->port);
    int error = local == TRUTH_BY_CONNECT ? 0 : bind_to(own, 0, (uint16_t)local);

    if (error != 0)
        return error;
    return connect(own, (const struct sockaddr *)&to, sizeof to) == 0 ? 0
                                                                      : WSAGetLastError();
}

/* A connection with both its ends. */
static int open_link(const struct truth_door *door, int local, struct truth_link *out)
{
    struct truth_link link = { .kind = TRUTH_CONNECTED, .to = door->port };
    int error;

    link.own = make(IP_PROTOCOL_TCP);
    if (link.own == INVALID_SOCKET)
        return WSAGetLastError();
    error = connect_to(link.own, door, local);
    if (error == 0) {
        link.peer = accept(door->socket, NULL, NULL);
        error = link.peer == INVALID_SOCKET ? WSAGetLastError() : 0;
    }
    if (error != 0) {
        reset(link.own);
        return error;
    }
    link.port = port_of(link.own);
    *out = link;
    return 0;
}

static int no_room(const struct truth_crowd *crowd)
{
    return crowd->count < TRUTH_CROWD_MAX ? 0 : WSAEMFILE;
}

int truth_crowd_connect(struct truth_crowd *crowd, const struct truth_door *door,
                        int local)
{
    int error = no_room(crowd);

    if (error == 0)
        error = open_link(door, local, &crowd->links[crowd->count]);
    crowd->count += error == 0;
    return error;
}

/* What listens elsewhere than on loopback makes Windows' firewall ask the user, and may
 * leave a rule. */
static int add_bound(struct truth_crowd *crowd, enum ip_protocol protocol, uint16_t port,
                     enum truth_kind kind)
{
    struct truth_link link = { .kind = kind, .peer = INVALID_SOCKET };
    int error = no_room(crowd);

    if (error != 0)
        return error;
    link.own = make(protocol);
    if (link.own == INVALID_SOCKET)
        return WSAGetLastError();
    error = bind_to(link.own, kind == TRUTH_BOUND ? 0 : LOOPBACK, port);
    if (error == 0 && kind == TRUTH_LISTENER && listen(link.own, SOMAXCONN) != 0)
        error = WSAGetLastError();
    if (error != 0) {
        (void)closesocket(link.own);
        return error;
    }
    link.port = port_of(link.own);
    crowd->links[crowd->count++] = link;
    return 0;
}

int truth_crowd_bind(struct truth_crowd *crowd, enum ip_protocol protocol, uint16_t port)
{
    return add_bound(crowd, protocol, port,
                     protocol == IP_PROTOCOL_TCP ? TRUTH_BOUND : TRUTH_UDP);
}

int truth_crowd_listen(struct truth_crowd *crowd, uint16_t port)
{
    return add_bound(crowd, IP_PROTOCOL_TCP, port, TRUTH_LISTENER);
}

static void end_link(const struct truth_link *link)
{
    if (link->kind == TRUTH_CONNECTED) {
        reset(link->own);
        reset(link->peer);
    } else {
        (void)closesocket(link->own);
    }
}

void truth_crowd_end_last(struct truth_crowd *crowd)
{
    if (crowd->count > 0)
        end_link(&crowd->links[--crowd->count]);
}

void truth_crowd_end(struct truth_crowd *crowd)
{
    while (crowd->count > 0)
        truth_crowd_end_last(crowd);
}

/* The other side closes when it has seen the end of this one: whose closes cross leave no
 * TIME_WAIT now and then. */
int truth_leave_time_wait(const struct truth_door *door, int local, uint16_t *port)
{
    struct truth_link link = { .port = 0 };
    int error = open_link(door, local, &link);
    char byte;

    if (error != 0)
        return error;
    *port = link.port;
    (void)closesocket(link.own);
    while (recv(link.peer, &byte, 1, 0) > 0)
        ;
    (void)closesocket(link.peer);
    return 0;
}

int truth_try_bind(bool is_v6, enum ip_protocol protocol)
{
    struct sockaddr_in6 any6 = { .sin6_family = AF_INET6 };
    struct sockaddr_in any4 = { .sin_family = AF_INET };
    SOCKET own = socket(is_v6 ? AF_INET6 : AF_INET,
                        protocol == IP_PROTOCOL_TCP ? SOCK_STREAM : SOCK_DGRAM, 0);
    int error;

    if (own == INVALID_SOCKET)
        return WSAGetLastError();
    error = (is_v6 ? bind(own, (struct sockaddr *)&any6, sizeof any6)
                   : bind(own, (struct sockaddr *)&any4, sizeof any4)) == 0
                ? 0
                : WSAGetLastError();
    (void)closesocket(own);
    return error;
}

int truth_try_connect(const struct truth_door *door, int local)
{
    struct truth_link link = { .port = 0 };
    int error = open_link(door, local, &link);

    if (error == 0)
        end_link(&link);
    return error;
}

int truth_try_bind_to(uint16_t port)
{
    SOCKET own = make(IP_PROTOCOL_TCP);
    int error;

    if (own == INVALID_SOCKET)
        return WSAGetLastError();
    error = bind_to(own, 0, port);
    (void)closesocket(own);
    return error;
}
