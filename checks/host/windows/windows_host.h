/* SPDX-License-Identifier: MIT */
/* The parts of the Windows backend, and what they remember of one run. */
#ifndef CHECKS_HOST_WINDOWS_WINDOWS_HOST_H
#define CHECKS_HOST_WINDOWS_WINDOWS_HOST_H

#include <stdbool.h>

#include "checks/host/host.h"

/* An answer that costs too much to be asked for twice. */
struct dynamic_range_answer {
    bool asked;
    uint32_t age; /* netsh_age when it was */
    bool known;
    struct port_range range;
    char source[OBSERVED_SOURCE_SIZE];
    char note[OBSERVED_NOTE_SIZE];
    struct error err; /* when asked and not known */
    struct observed_auto_reuse auto_reuse;
    bool auto_reuse_nonsense;    /* what is set there is no range: */
    struct error auto_reuse_err; /* why */
};

struct windows_host {
    struct os_version os;
    struct dynamic_range_answer ranges[IP_PROTOCOL_COUNT];
    struct error wmi_hangs;    /* set once WMI ran into its time limit */
    struct port_set connected; /* ports with a TCP connection, once those were read */
};

/* The functions of struct host_ops; `self` is a struct windows_host. */
bool windows_read_range(void *self, enum ip_protocol protocol, struct port_range fixed,
                        const struct deadline *deadline, struct host_range *out,
                        struct error *err);
bool windows_read_tcp(void *self, const struct deadline *deadline,
                      struct socket_census *census, struct host_reading *how,
                      struct host_bound *bound, struct error *err);
bool windows_read_bound(void *self, const struct deadline *deadline,
                        struct socket_census *census, struct host_bound *bound,
                        struct error *err);
bool windows_read_udp(void *self, const struct deadline *deadline,
                      struct socket_census *census, struct host_reading *how,
                      struct error *err);
bool windows_read_events(void *self, int64_t now_s, const struct deadline *deadline,
                         struct observed_events *out, struct error *err);
bool windows_visit_owned(void *self, const struct owned_request *wanted,
                         const struct deadline *deadline, socket_row_visitor *visit,
                         void *context, struct error *err);
bool windows_name_owners(void *self, const struct owner_census *census,
                         const struct deadline *deadline, struct owner *named,
                         struct observed_owners *out, struct error *err);
bool windows_look(void *self, const struct look_request *wanted,
                  struct owner_census *census, struct observed_look *look,
                  struct error *err);
void windows_read_setting(void *self, const struct place *location,
                          enum setting_kind kind, const struct deadline *deadline,
                          struct observed_setting *out);

bool windows_ask(void *self, struct ask *ask, struct error *err);
bool windows_find_closed(void *self, const uint16_t *ports, size_t count,
                         struct port_set *closed, int64_t *cpu_ns, struct error *err);
bool windows_name_device(void *self, uint32_t index, char name[OBSERVED_DEVICE_SIZE]);

/* The dynamic range of a protocol, read once until netsh_forget: WMI, else netsh.
 * Borrowed from *host; its `err` names both reasons when neither answered. */
const struct dynamic_range_answer *windows_dynamic_range(struct windows_host *host,
                                                         enum ip_protocol protocol,
                                                         const struct deadline *deadline);

#endif
