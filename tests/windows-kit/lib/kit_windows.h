/* SPDX-License-Identifier: MIT */
/* Which Windows this is, and what time, for the report. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_WINDOWS_H
#define TESTS_WINDOWS_KIT_LIB_KIT_WINDOWS_H

enum { KIT_WINDOWS_SIZE = 96, KIT_TIME_SIZE = 32 };

/* "x64", or "x64 (emulated on ARM64)". Static. */
const char *kit_windows_processor(void);

/* "10.0.20348 server x64", and Wine by its name. */
void kit_windows_name(char out[KIT_WINDOWS_SIZE]);

/* "2026-11-30T12:00:00Z" */
void kit_time_now(char out[KIT_TIME_SIZE]);

#endif
