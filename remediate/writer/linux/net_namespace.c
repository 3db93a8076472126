/* SPDX-License-Identifier: MIT */
/* Told by a file of /proc/PID/net, not by /proc/PID/ns/net, which needs the right to
 * trace PID 1: each namespace makes files, and so inode numbers, of its own there. */
#include "remediate/writer/linux/net_namespace.h"

#include <sys/stat.h>

static bool is_foreign;

void net_namespace_prepare(void)
{
    struct stat own;
    struct stat init;

    is_foreign = stat("/proc/self/net/dev", &own) == 0 &&
                 stat("/proc/1/net/dev", &init) == 0 && own.st_ino != init.st_ino;
}

bool net_namespace_is_foreign(void)
{
    return is_foreign;
}
