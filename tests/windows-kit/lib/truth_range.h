/* SPDX-License-Identifier: MIT */
/* The ports that a stage has to itself: which, and how the host's range becomes them. */
#ifndef TESTS_WINDOWS_KIT_LIB_TRUTH_RANGE_H
#define TESTS_WINDOWS_KIT_LIB_TRUTH_RANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"
#include "checks/model/socket_row.h"

/* As few as Windows allows, and where a stage looks for them. */
enum { TRUTH_PORTS = 255, TRUTH_FIRST_PORT = 50000 };

/* TRUTH_PORTS ports from `from` on of which none is excluded, and, where there are such,
 * none in use. ERR_ABSENT: there are none. Pure. */
MUST_CHECK bool truth_range_choose(uint16_t from, const struct port_set *excluded,
                                   const struct port_set *used, struct port_range *out,
                                   struct error *err);

/* TRUTH_PORTS ports from `from` on with as many excluded ones as there are, up to half.
 * ERR_ABSENT: none is excluded. Pure. */
MUST_CHECK bool truth_range_choose_around(uint16_t from, const struct port_set *excluded,
                                          struct port_range *out, struct error *err);

/* How many ports of the range are in the set. */
uint32_t truth_range_count(struct port_range range, const struct port_set *set);

/* The excluded ports of both families; none where a Windows below 6.2 has no such
 * command. Errors of netsh_excluded_ports. */
MUST_CHECK bool truth_range_excluded(enum ip_protocol protocol, struct port_set *out,
                                     struct error *err);

/* Adds the local ports of all sockets that the system lists: of TCP in every state, bound
 * ones too where it shows them. */
MUST_CHECK bool truth_range_used(enum ip_protocol protocol, struct port_set *out,
                                 struct error *err);

/* Adds those that are in TIME_WAIT over IPv4. */
MUST_CHECK bool truth_range_time_wait(struct port_set *out, struct error *err);

/* Adds the ports that are listed as bound. ERR_UNSUPPORTED: this Windows lists none. */
MUST_CHECK bool truth_range_bound(struct port_set *out, struct error *err);

/* Makes it the range of TCP and UDP, IPv4 and IPv6, each read back; what each was is
 * noted in the list to restore before. ERR_UNSUPPORTED, and nothing was changed: one of
 * them could not be put back. Errors of restore_note and of the writer. */
MUST_CHECK bool truth_range_set(const char *list, struct port_range range,
                                struct error *err);

#endif
