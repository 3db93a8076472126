/* SPDX-License-Identifier: MIT */
/* Sockets of a Windows program: from 10 on Wine lists no others.
 *   sockets.exe hold KIND,FIRST,COUNT[,ADDRESS,PORT]...
 *       KIND: listen udp established close-wait; local ports from FIRST on, toward
 *       ADDRESS:PORT, where it listens itself. Prints "ready N pid N" and holds them,
 *       until standard input ends.
 *   sockets.exe serve SERVICE GROUP...
 *       the same as the process of a service, until it is ended.
 *   sockets.exe time-wait
 *       how many sockets in TIME_WAIT this system lists. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"

#include <ws2tcpip.h>

enum { GROUP_TEXT_MAX = 128, FIELDS_MIN = 3, FIELDS_MAX = 5 };

struct group {
    char kind[GROUP_TEXT_MAX];
    char address[GROUP_TEXT_MAX];
    unsigned first;
    unsigned count;
    unsigned port;
};

union endpoint {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static _Noreturn void die(const char *what, unsigned port)
{
    (void)printf("sockets: %s, port %u: error %d\n", what, port, WSAGetLastError());
    exit(EXIT_FAILURE);
}

static bool is(const struct group *group, const char *kind)
{
    return strcmp(group->kind, kind) == 0;
}

static bool parse_group(const char *text, struct group *out)
{
    int fields = sscanf(text, "%15[^,],%u,%u,%63[^,],%u", out->kind, &out->first,
                        &out->count, out->address, &out->port);
    bool alone = is(out, "listen") || is(out, "udp");
    bool toward = is(out, "established") || is(out, "close-wait");

    return (alone && fields == FIELDS_MIN) || (toward && fields == FIELDS_MAX);
}

/* The address of the group, any of IPv4 where it has none. */
static union endpoint endpoint_of(const struct group *group, unsigned port)
{
    union endpoint at = { .any.sa_family = AF_INET };

    if (strchr(group->address, ':')) {
        at.any.sa_family = AF_INET6;
        at.v6.sin6_port = htons((u_short)port);
        if (inet_pton(AF_INET6, group->address, &at.v6.sin6_addr) != 1)
            die(group->address, port);
        return at;
    }
    at.v4.sin_port = htons((u_short)port);
    if (group->address[0] && inet_pton(AF_INET, group->address, &at.v4.sin_addr) != 1)
        die(group->address, port);
    return at;
}

static int length_of(const union endpoint *at)
{
    return at->any.sa_family == AF_INET6 ? sizeof at->v6 : sizeof at->v4;
}

/* Wine's server opens sockets. Whose they are is seen only of those that a process was
 * given, which is when it first asks for what it must ask the kernel for itself: of TCP
 * once they listen or are connected. */
static SOCKET taken(SOCKET given)
{
    u_long waiting = 0;

    (void)ioctlsocket(given, FIONREAD, &waiting);
    return given;
}

static SOCKET open_bound(int type, const union endpoint *at, unsigned port)
{
    SOCKET opened = socket(at->any.sa_family, type, 0);

    if (opened == INVALID_SOCKET || bind(opened, &at->any, length_of(at)) != 0)
        die("cannot bind", port);
    return taken(opened);
}

static SOCKET open_listener(const union endpoint *at, unsigned port)
{
    SOCKET listener = open_bound(SOCK_STREAM, at, port);

    if (listen(listener, SOMAXCONN) != 0)
        die("cannot listen", port);
    return taken(listener);
}

static void hold_alone(const struct group *group)
{
    for (unsigned port = group->first; port < group->first + group->count; port++) {
        union endpoint at = endpoint_of(group, port);

        if (is(group, "udp"))
            (void)open_bound(SOCK_DGRAM, &at, port);
        else
            (void)open_listener(&at, port);
    }
}

/* The client's end is what the group is about; both stay open. */
static void hold_connections(const struct group *group)
{
    const union endpoint to = endpoint_of(group, group->port);
    struct group from = { .address = "" };
    SOCKET listener = open_listener(&to, group->port);

    if (to.any.sa_family == AF_INET6)
        (void)snprintf(from.address, sizeof from.address, "::");
    for (unsigned port = group->first; port < group->first + group->count; port++) {
        union endpoint own = endpoint_of(&from, port);
        SOCKET client = open_bound(SOCK_STREAM, &own, port);
        SOCKET server;

        if (connect(client, &to.any, length_of(&to)) != 0)
            die("cannot connect", port);
        (void)taken(client);
        server = taken(accept(listener, NULL, NULL));
        if (server == INVALID_SOCKET)
            die("cannot accept", port);
        if (is(group, "close-wait") && shutdown(server, SD_SEND) != 0)
            die("cannot shut down", port);
    }
}

/* False when a text is no group. */
static bool hold_groups(char *const *texts, int count, unsigned *held)
{
    for (int i = 0; i < count; i++) {
        struct group group = { .port = 0 };

        if (!parse_group(texts[i], &group)) {
            (void)printf("sockets: no group '%s'\n", texts[i]);
            return false;
        }
        if (group.port)
            hold_connections(&group);
        else
            hold_alone(&group);
        *held += group.count;
    }
    return true;
}

static int hold(char *const *texts, int count)
{
    unsigned held = 0;

    if (!hold_groups(texts, count, &held))
        return EXIT_FAILURE;
    (void)printf("ready %u pid %lu\n", held, GetCurrentProcessId());
    (void)fflush(stdout);
    while (getchar() != EOF)
        ;
    return EXIT_SUCCESS;
}

static VOID WINAPI take_control(DWORD control)
{
    (void)control;
}

/* Runs from now on, and takes no orders: its process is ended with Wine. */
static VOID WINAPI run_service(DWORD count, LPSTR *names)
{
    SERVICE_STATUS running = { .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
                               .dwCurrentState = SERVICE_RUNNING };

    (void)count;
    (void)SetServiceStatus(RegisterServiceCtrlHandlerA(names[0], take_control), &running);
}

static int serve(char *name, char *const *texts, int count)
{
    const SERVICE_TABLE_ENTRYA services[] = { { name, run_service }, { NULL, NULL } };
    unsigned held = 0;

    return hold_groups(texts, count, &held) && StartServiceCtrlDispatcherA(services)
               ? EXIT_SUCCESS
               : EXIT_FAILURE;
}

static int count_time_wait(void)
{
    enum { ROOM = 1024 * 1024 };
    MIB_TCPTABLE *table = calloc(1, ROOM);
    ULONG room = ROOM;
    unsigned count = 0;

    if (!table || GetTcpTable(table, &room, FALSE) != NO_ERROR)
        return EXIT_FAILURE;
    for (DWORD i = 0; i < table->dwNumEntries; i++)
        count += table->table[i].dwState == MIB_TCP_STATE_TIME_WAIT;
    free(table);
    (void)printf("%u\n", count);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    WSADATA started;

    if (WSAStartup(MAKEWORD(2, 2), &started) != 0)
        return EXIT_FAILURE;
    if (argc > 2 && strcmp(argv[1], "hold") == 0)
        return hold(argv + 2, argc - 2);
    if (argc > 3 && strcmp(argv[1], "serve") == 0)
        return serve(argv[2], argv + 3, argc - 3);
    if (argc == 2 && strcmp(argv[1], "time-wait") == 0)
        return count_time_wait();
    return EXIT_FAILURE;
}
