/* SPDX-License-Identifier: MIT */
/* A number that nobody outside of this process can guess. */
#ifndef CHECKS_HOST_WINDOWS_ENTROPY_H
#define CHECKS_HOST_WINDOWS_ENTROPY_H

#include <stdint.h>

/* Another one each time. From what MSVC's __security_init_cookie draws from: clocks, ids,
 * and the addresses of this process; no provider has to be loaded for it. */
uint64_t entropy_draw(void);

#endif
