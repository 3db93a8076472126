/* SPDX-License-Identifier: MIT */
/* Asking WMI for the dynamic range and the auto-reuse range. */
#ifndef CHECKS_HOST_WINDOWS_WMI_H
#define CHECKS_HOST_WINDOWS_WMI_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/decode/dynamic_range.h"
#include "checks/host/deadline.h"
#include "checks/model/socket_row.h"

/* No Windows has more templates than this. */
enum { WMI_SETTINGS_MAX = 32 };

struct wmi_answer {
    struct wmi_setting settings[WMI_SETTINGS_MAX];
    size_t count;
};

/*
 * Reads the instances of MSFT_NetTCPSetting or MSFT_NetUDPSetting (Windows 8 / 2012 and
 * later) in a thread of its own, which is left alone when it takes longer than
 * `limit_ms`: COM calls cannot be broken off. Every message begins with "WMI".
 * ERR_UNSUPPORTED, ERR_DENIED, ERR_TIMEOUT, ERR_LIMIT, ERR_MEMORY, ERR_IO.
 */
MUST_CHECK bool wmi_read_settings(enum ip_protocol protocol, int64_t limit_ms,
                                  struct wmi_answer *out, struct error *err);

#endif
