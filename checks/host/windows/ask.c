/* SPDX-License-Identifier: MIT */
/* Asking Windows whether the next socket finds a port: bind() to port 0 sends nothing,
 * and a port number is spent once for the whole machine. */
#include "checks/host/windows/windows_host.h"

#include <string.h>

#include "checks/host/program.h"
#include "checks/host/windows/system32.h"
#include "checks/host/windows/win.h"
#include "checks/host/windows/win_error.h"
#include "checks/host/windows/win_text.h"

enum { NS_PER_US = 1000 };

/* As winsock2.h declares them; looked up by name, so that a check which asks nothing does
 * not start Winsock. */
typedef int WSAAPI wsa_startup(WORD version, WSADATA *data);
typedef int WSAAPI wsa_cleanup(void);
typedef int WSAAPI wsa_last_error(void);
typedef SOCKET WSAAPI make_socket(int family, int type, int protocol);
typedef int WSAAPI bind_socket(SOCKET socket, const struct sockaddr *to, int size);
typedef int WSAAPI close_socket(SOCKET socket);

struct winsock {
    wsa_startup *startup;
    wsa_cleanup *cleanup;
    wsa_last_error *last_error;
    make_socket *make;
    bind_socket *bind;
    close_socket *close;
};

/* An address with port 0, of either family. */
struct bind_address {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } socket;
    int size;
};

static bool find_winsock(struct winsock *out)
{
    static const wchar_t dll[] = L"ws2_32.dll";

    out->startup = (wsa_startup *)system32_find(dll, "WSAStartup");
    out->cleanup = (wsa_cleanup *)system32_find(dll, "WSACleanup");
    out->last_error = (wsa_last_error *)system32_find(dll, "WSAGetLastError");
    out->make = (make_socket *)system32_find(dll, "socket");
    out->bind = (bind_socket *)system32_find(dll, "bind");
    out->close = (close_socket *)system32_find(dll, "closesocket");
    return out->startup && out->cleanup && out->last_error && out->make && out->bind &&
           out->close;
}

static struct bind_address address_of(const struct ip_address *address)
{
    struct bind_address out = { 0 };

    if (ip_address_is_v4(address)) {
        out.socket.v4.sin_family = AF_INET;
        memcpy(&out.socket.v4.sin_addr, address->bytes + 12, 4);
        out.size = (int)sizeof out.socket.v4;
        return out;
    }
    out.socket.v6.sin6_family = AF_INET6;
    memcpy(&out.socket.v6.sin6_addr, address->bytes, sizeof address->bytes);
    out.size = (int)sizeof out.socket.v6;
    return out;
}

static void set_unknown(struct ask *ask, const char *call, int code)
{
    struct error why = { 0 };

    (void)win_error_set(&why, (uint32_t)code, "%s", call);
    ask->answer = ASK_UNKNOWN;
    win_text_copy(ask->reason, sizeof ask->reason, why.message);
}

/* Only what bind() itself says of ports is an answer: 10055 may also mean that there is
 * no memory for a socket, and then no port was looked for. */
static void keep_answer(struct ask *ask, int code)
{
    if (code == 0)
        ask->answer = ASK_FREE;
    else if (code == WSAENOBUFS || code == WSAEADDRINUSE)
        ask->answer = ASK_NONE;
    else
        set_unknown(ask, "bind() to port 0", code);
}

static bool bind_once(const struct winsock *winsock, struct ask *ask, struct error *err)
{
    const struct bind_address address = address_of(&ask->local);
    bool tcp = ask->kind == ASK_BIND;
    SOCKET socket =
        winsock->make(address.socket.any.sa_family, tcp ? SOCK_STREAM : SOCK_DGRAM,
                      tcp ? IPPROTO_TCP : IPPROTO_UDP);
    int64_t start_ns;
    int code = 0;

    if (socket == INVALID_SOCKET) {
        set_unknown(ask, "socket()", winsock->last_error());
        return true;
    }
    start_ns = program_thread_cpu_ns();
    if (winsock->bind(socket, &address.socket.any, address.size) != 0)
        code = winsock->last_error();
    ask->microseconds = (uint32_t)((program_thread_cpu_ns() - start_ns) / NS_PER_US);
    (void)winsock->close(socket);
    keep_answer(ask, code);
    return code != WSAEACCES || win_error_set(err, ERROR_ACCESS_DENIED, "bind()");
}

bool windows_ask(void *self, struct ask *ask, struct error *err)
{
    struct winsock winsock = { 0 };
    WSADATA data;
    int code;
    bool ok;

    (void)self;
    ask->answer = ASK_UNKNOWN;
    if (ask->kind != ASK_BIND && ask->kind != ASK_UDP_BIND)
        return error_set(err, ERR_UNSUPPORTED, "Windows is asked by bind() only");
    if (!find_winsock(&winsock))
        return error_set(err, ERR_UNSUPPORTED, "this Windows has no Winsock");
    code = winsock.startup(MAKEWORD(2, 2), &data);
    if (code != 0)
        return win_error_set(err, (uint32_t)code, "Winsock");
    ok = bind_once(&winsock, ask, err);
    (void)winsock.cleanup();
    return ok;
}

/* A port is spent once for the whole machine: there is nothing to tell apart. */
bool windows_find_closed(void *self, const uint16_t *ports, size_t count,
                         struct port_set *closed, int64_t *cpu_ns, struct error *err)
{
    (void)self;
    (void)ports;
    (void)count;
    (void)closed;
    (void)cpu_ns;
    return error_set(err, ERR_UNSUPPORTED, "Windows cannot be asked port by port");
}

/* Its tables do not say which device a socket is bound to. */
bool windows_name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE])
{
    (void)self;
    (void)index;
    (void)name;
    return false;
}
