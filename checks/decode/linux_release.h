/* SPDX-License-Identifier: MIT */
/* The release of a Linux kernel as uname(2) spells it. */
#ifndef CHECKS_DECODE_LINUX_RELEASE_H
#define CHECKS_DECODE_LINUX_RELEASE_H

#include "checks/model/os.h"

/* From "6.1.0-18-amd64", "5.14-rc3", "6.18.44-custom"; numbers that are not there or do
 * not fit are 0. */
struct os_version linux_release_decode(const char *release);

#endif
