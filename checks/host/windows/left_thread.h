/* SPDX-License-Identifier: MIT */
/* Threads that were left alone because Windows did not answer them in time. */
#ifndef CHECKS_HOST_WINDOWS_LEFT_THREAD_H
#define CHECKS_HOST_WINDOWS_LEFT_THREAD_H

#include <stdbool.h>

/* One was left alone, now. */
void left_thread_note(void);

/* Whether any was: it may hold any lock of the process, so nobody may wait for its end.
 */
bool left_thread_any(void);

#endif
