/* SPDX-License-Identifier: MIT */
/* Several answers to "which is the dynamic range?" become one. */
#ifndef CHECKS_DECODE_DYNAMIC_RANGE_H
#define CHECKS_DECODE_DYNAMIC_RANGE_H

#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/port_range.h"

/* What a VARIANT of WMI holds, as far as a port is concerned. */
enum wmi_kind {
    WMI_NULL = 0, /* VT_NULL, VT_EMPTY: this template leaves it open */
    WMI_NUMBER,   /* any integer type */
    WMI_OTHER     /* anything else */
};

struct wmi_number {
    enum wmi_kind kind;
    int64_t value;
};

/* One instance of MSFT_NetTCPSetting or MSFT_NetUDPSetting: a template, or "Automatic",
 * which leaves the ranges open. */
struct wmi_setting {
    struct wmi_number start;       /* DynamicPortRangeStartPort */
    struct wmi_number count;       /* DynamicPortRangeNumberOfPorts */
    struct wmi_number reuse_start; /* AutoReusePortRangeStartPort; TCP only, */
    struct wmi_number reuse_count; /* AutoReusePortRangeNumberOfPorts; 0 = not set */
};

/*
 * The range that WMI's instances tell, as seen by the host: of several differing ones the
 * narrowest (of equals the lowest), and *differ tells. ERR_ABSENT when no instance tells
 * one, ERR_MALFORMED when one tells nonsense.
 */
MUST_CHECK bool dynamic_range_from_wmi(const struct wmi_setting *settings, size_t count,
                                       struct port_range *out, bool *differ,
                                       struct error *err);

/*
 * The range from which connect() without bind() draws instead, where WMI's instances set
 * one (a number of ports that is not 0); zeroed: none does. Several differing ones, or
 * templates that set none beside one that does: the narrowest, and *differ tells.
 * ERR_MALFORMED when one tells nonsense.
 */
MUST_CHECK bool dynamic_range_reuse_from_wmi(const struct wmi_setting *settings,
                                             size_t count, struct port_range *out,
                                             bool *differ, struct error *err);

/* The one with fewer ports; of equals the lower one. */
struct port_range dynamic_range_narrower(struct port_range a, struct port_range b);

#endif
