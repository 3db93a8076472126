/* SPDX-License-Identifier: MIT */
/* What the test tools share: endpoints, listeners, and the guard that keeps them out of a
 * machine's own network. */
#ifndef TESTS_HOST_TOOLS_LIB_LOOPBACK_H
#define TESTS_HOST_TOOLS_LIB_LOOPBACK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum { LOOPBACK_TEXT_SIZE = 64 };

struct endpoint {
    struct sockaddr_storage address;
    socklen_t length;
};

/* Ends the program with a message unless it runs in another network namespace than PID 1.
 */
void loopback_require_namespace(const char *program);

/* "127.0.0.1:7001", "[::1]:7001", "[::ffff:127.0.0.1]:7001", "[fe80::1%lan0]:7001",
 * "127.0.0.1" (port 0). */
bool endpoint_parse(const char *text, struct endpoint *out);

/* The text form, in a static buffer. */
const char *endpoint_text(const struct endpoint *endpoint);

uint16_t endpoint_port(const struct endpoint *endpoint);
void endpoint_set_port(struct endpoint *endpoint, uint16_t port);

/* The endpoint `steps` IPv4 addresses (mapped ones too) or, for IPv6, ports further. */
struct endpoint endpoint_step(struct endpoint endpoint, uint32_t steps);

/* The IPv4 endpoint behind ::ffff:a.b.c.d, any other unchanged. */
struct endpoint endpoint_unmapped(const struct endpoint *endpoint);

bool endpoint_equal(const struct endpoint *one, const struct endpoint *other);

/* A listening TCP socket, or -1 with errno. */
int loopback_listen(const struct endpoint *at);

/* The next connection of a listener within two seconds, or -1 with errno. */
int loopback_accept(int listener);

/* Closes with a reset, so that no TIME_WAIT stays. */
void loopback_abort(int fd);

/* Raises the soft limit of open files to the hard one, which it returns. */
uint32_t loopback_raise_file_limit(void);

/* "EADDRNOTAVAIL" of an errno, "-" for 0. */
const char *loopback_errno_name(int error);

/* A whole decimal number from `least` to `most`. */
bool loopback_parse_number(const char *text, uint32_t least, uint32_t most,
                           uint32_t *out);

#endif
