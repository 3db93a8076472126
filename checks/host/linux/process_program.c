/* SPDX-License-Identifier: MIT */
/* /proc/PID/comm. A process may give itself any name, with line ends in it: only the last
 * one is the kernel's. */
#include "checks/host/linux/process_program.h"

#include <string.h>

#include "checks/host/linux/linux_file.h"
#include "checks/model/listener.h"

void process_program(int proc, const char *pid, char program[OWNER_NAME_SIZE])
{
    char name[64];
    size_t length;

    program[0] = '\0';
    if (!proc_process_slurp(proc, pid, "comm", name, sizeof name))
        return;
    length = strlen(name);
    unit_name_clean(name, length - (length > 0 && name[length - 1] == '\n'), program);
}
