/* SPDX-License-Identifier: MIT */
/* Error numbers of Linux as answers. */
#include "checks/host/linux/ask_answer.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "checks/host/linux/linux_file.h"

static const struct {
    const char *call;
    int none; /* the error number that means: no port */
} kinds[ASK_KIND_COUNT] = {
    [ASK_CONNECT] = { "connect()", EADDRNOTAVAIL },
    [ASK_BIND] = { "bind() to port 0", EADDRINUSE },
    [ASK_UDP_CONNECT] = { "UDP connect()", EAGAIN },
    [ASK_UDP_BIND] = { "UDP bind() to port 0", EADDRINUSE },
};

/* A refusal by rights holds for every question of this process. */
static bool explain(struct ask *ask, const char *call, int number, struct error *err)
{
    ask->answer = ASK_UNKNOWN;
    (void)snprintf(ask->reason, sizeof ask->reason, "%s: %s", call, strerror(number));
    return (number != EACCES && number != EPERM) ||
           linux_error_set(err, number, "%s", call);
}

bool ask_answer_decide(struct ask *ask, int number, struct error *err)
{
    ask->reason[0] = '\0';
    if (number == 0 || number == kinds[ask->kind].none) {
        ask->answer = number == 0 ? ASK_FREE : ASK_NONE;
        return true;
    }
    if (number == EINPROGRESS) {
        ask->answer = ASK_UNKNOWN;
        (void)snprintf(ask->reason, sizeof ask->reason,
                       "connect() sent a packet, though it was told not to: nothing more "
                       "is asked");
        return error_set(err, ERR_UNSUPPORTED, "%s", ask->reason);
    }
    return explain(ask, kinds[ask->kind].call, number, err);
}

bool ask_answer_not_asked(struct ask *ask, const char *step, int number,
                          struct error *err)
{
    return explain(ask, step, number, err);
}

socklen_t ask_address(const struct ip_address *address, uint16_t port, uint32_t device,
                      struct sockaddr_storage *out)
{
    struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_port = htons(port) };
    struct sockaddr_in6 v6 = { .sin6_family = AF_INET6, .sin6_port = htons(port) };

    if (ip_address_is_v4(address)) {
        memcpy(&v4.sin_addr, address->bytes + 12, sizeof v4.sin_addr);
        memcpy(out, &v4, sizeof v4);
        return sizeof v4;
    }
    memcpy(&v6.sin6_addr, address->bytes, sizeof v6.sin6_addr);
    if (IN6_IS_ADDR_LINKLOCAL(&v6.sin6_addr))
        v6.sin6_scope_id = device;
    memcpy(out, &v6, sizeof v6);
    return sizeof v6;
}
