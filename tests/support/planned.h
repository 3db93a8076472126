/* SPDX-License-Identifier: MIT */
/* An observation with its verdict and its plan, for tests of what is going to change. */
#ifndef TESTS_SUPPORT_PLANNED_H
#define TESTS_SUPPORT_PLANNED_H

#include <stddef.h>
#include <stdint.h>

#include "checks/check.h"
#include "checks/model/observation.h"
#include "checks/model/policy.h"
#include "remediate/planner.h"

/* What the input of planned_init says of our drop-in. */
#define PLANNED_DROP_IN "/etc/sysctl.d/90-port-exhaustion.conf"
#define PLANNED_HEAD    "# written now\n# undo: remediate_port_exhaustion undo\n"

/* The parts borrow from each other: it must not be copied. */
struct planned {
    struct observation seen; /* given_linux or given_windows: no settings */
    struct policy policy;    /* built-in, but that it reserves no ports of services */
    struct verdict verdict;
    struct port_set listeners[IP_PROTOCOL_COUNT];
    struct port_set excluded[IP_PROTOCOL_COUNT];
    struct plan_input input;
    struct plan plan;
};

/* A host of that system on which nobody listens, nothing is excluded, reserved or
 * persistent; on Windows every range is 49152-65535. */
void planned_init(struct planned *planned, enum os_kind os);

/* The host that a test works with; its setups, by planned_init, and their teardown.
 * Return 0. */
extern struct planned host;
int given_linux_host(void **state);
int given_windows_host(void **state);
int clear_host(void **state);

/* The range of both families of TCP, and so of the setting. */
void given_tcp_ranges(uint16_t first, uint16_t last);

/* Judges the settings and makes the plan; a failure fails the test. */
void planned_make(struct planned *planned);

/* The same when the plan must fail with that; the plan must stay empty. */
void planned_refuse(struct planned *planned, enum error_code code, const char *message);

/* The item of that setting; the test fails when there is none. */
const struct plan_item *planned_item(const struct planned *planned, const char *setting);

/* Fails the test unless the n-th change is that one (setting, reboot: not looked at). */
void assert_planned(const struct planned *planned, size_t at, enum change_kind kind,
                    const char *place, const char *const values[2]);

/* The same of a dynamic range of Windows, which takes effect at once. */
void assert_planned_range(size_t at, const char *place, const char *from, const char *to);

/* Fails the test unless the setting has that obstacle. */
void assert_planned_obstacle(const char *setting, const char *obstacle);

/* From and to for assert_planned. */
#define FROM_TO(from, to) ((const char *const[2]){ from, to })

/* Ports that a run of this boot added to those of `from`: `to` is reserved now and by our
 * file, whose text is `drop_in` (borrowed, as the lists). The run, to be altered: static,
 * so of one host at a time. */
struct journal_run *planned_reserved(struct planned *planned, const char *from,
                                     const char *to, const char *drop_in);

void planned_clear(struct planned *planned);

#endif
