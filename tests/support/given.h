/* SPDX-License-Identifier: MIT */
/* Builders: each puts one fact into an observation, so that a test shows only what
 * matters. */
#ifndef TESTS_SUPPORT_GIVEN_H
#define TESTS_SUPPORT_GIVEN_H

#include <stdint.h>

#include "checks/model/observation.h"

/* The moment at which every built observation was made: 2025-10-09T08:53:20Z. */
enum { GIVEN_TIME_S = 1760000000 };

/*
 * A host on which everything was read and nothing is in use: Linux 6.1.0 "web1", range
 * 32768-60999 (28232 ports), no settings. `local` of its destinations is 10.0.0.1.
 */
void given_linux(struct observation *seen);

/* The same: Windows 10.0.20348 "WEB1", range 49152-65535 (16384 ports). */
void given_windows(struct observation *seen);

/* The range of both protocols with `reserved` ports taken out of it. */
void given_range(struct observation *seen, uint16_t first, uint16_t last,
                 uint32_t reserved);

/*
 * One more destination, reached from 10.0.0.1 (or ::1 when `remote` is IPv6), with
 * `sockets` established sockets on as many more used ports. Keep them busiest first. The
 * caller may change the counts in what is returned, which `seen` owns.
 */
struct destination *given_destination(struct observation *seen, const char *remote,
                                      uint16_t port, uint16_t sockets);

/* The same with all sockets in TIME_WAIT, `reusable` of them free to a new connection. */
struct destination *given_time_wait(struct observation *seen, const char *remote,
                                    uint16_t port, uint16_t sockets, uint16_t reusable);

/* `ports` more used ports that listeners (or, bound known, bound-only sockets) hold. */
void given_listeners(struct observation *seen, uint32_t ports);
void given_bound(struct observation *seen, uint32_t ports);

/* `ports` of the used ones are closed to connect(): known in that way, of 1024 asked. */
void given_closed(struct observation *seen, enum closed_known known, uint32_t ports);

/* The one device that anything goes over: `index` in destinations and questions. */
void given_device(struct observation *seen, uint32_t index, const char *name);

/* `ports` used UDP ports. */
void given_udp_ports(struct observation *seen, uint32_t ports);

/*
 * One more question to the system, with its answer: confirmed where it is "none", for 7
 * us. Toward `remote` from 10.0.0.1 (or ::1); NULL = 127.99.99.99:9 from 127.0.0.1, which
 * nobody uses, and of bind() any IPv4 address. The caller may change what is returned.
 */
struct ask *given_ask(struct observation *seen, enum ask_kind kind, const char *remote,
                      uint16_t port, enum ask_answer answer);

/* One more setting that holds a number, holds a range, or has no value for a reason. */
void given_setting(struct observation *seen, const char *name, int64_t number);
void given_setting_range(struct observation *seen, const char *name, uint16_t first,
                         uint16_t last);
void given_setting_absent(struct observation *seen, const char *name,
                          enum setting_presence presence, const char *reason);

/* The settings of a host as its system comes: nothing tuned. */
void given_linux_settings(struct observation *seen);
void given_windows_settings(struct observation *seen);

/* How many settings the built-in policy has for the system. */
size_t given_setting_count(enum os_kind os);

/* A part that was asked for and could not be read. */
void given_unread(struct reading *reading, const char *reason);

#endif
