/* SPDX-License-Identifier: MIT */
/* The floor of the bench: asks the kernel for every TCP socket, as the check does, and
 * throws the answer away. What is left to a program is what it costs beyond this. */
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER_SIZE = 32768, ALL_STATES = 0xffe };

struct request {
    struct nlmsghdr header;
    struct inet_diag_req body;
};

static bool send_request(int fd)
{
    struct request request = {
        .header = { .nlmsg_len = sizeof(request),
                    .nlmsg_type = TCPDIAG_GETSOCK,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
        .body = { .idiag_family = AF_INET, .idiag_states = ALL_STATES },
    };

    return send(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request);
}

/* The dump's end comes in a datagram of its own or as its last message; only the first
 * message of a datagram is looked at, and an end alone is always first. */
static bool discard(int fd)
{
    static char buffer[BUFFER_SIZE];
    struct nlmsghdr header;

    for (;;) {
        ssize_t length = recv(fd, buffer, sizeof(buffer), 0);

        if (length < (ssize_t)sizeof(header)) {
            return false;
        }
        memcpy(&header, buffer, sizeof(header));
        if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
            return header.nlmsg_type == NLMSG_DONE;
        }
    }
}

int main(void)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

    if (fd < 0 || !send_request(fd) || !discard(fd)) {
        fprintf(stderr, "discard_dump: %s\n", strerror(errno));
        return 1;
    }
    return 0;
}
