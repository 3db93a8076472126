/* SPDX-License-Identifier: MIT */
/* What a process runs, as far as Windows tells its caller. */
#ifndef CHECKS_HOST_WINDOWS_PROCESS_IMAGE_H
#define CHECKS_HOST_WINDOWS_PROCESS_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <wchar.h>

#include "checks/base/text.h"

enum {
    PROCESS_OF_SYSTEM = 4, /* the kernel itself: HTTP.sys listens for WinRM and IIS */
    PROCESS_PATH_SIZE = 1024
};

/* The full path of what it runs; false where the process has ended, or is not shown to
 * this caller. */
bool process_image_path(uint32_t pid, wchar_t out[PROCESS_PATH_SIZE]);

/* Adds the last component of a path, as UTF-8. */
void process_image_add_name(const wchar_t *path, struct text *out);

/* Whether a path lies below a folder, or is it: whole components, in any case. */
bool process_image_is_below(const wchar_t *path, const wchar_t *folder);

/* Whether the administrator put it there: below the directory of Windows, or of installed
 * programs. By the system's own knowledge: the environment is the caller's. */
bool process_image_is_installed(const wchar_t *path);

/* The programs of all processes, from one moment. Zeroed = not taken yet. */
struct process_names {
    void *snapshot;
    bool taken;
};

/* Adds the name of what a process runs, without its directory, by Toolhelp, which shows
 * every process; nothing where there is none. */
void process_names_add(struct process_names *names, uint32_t pid, struct text *out);

void process_names_clear(struct process_names *names);

#endif
