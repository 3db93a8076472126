/* SPDX-License-Identifier: MIT */
/* The signs that Docker, Podman and systemd's container interface leave. */
#include "checks/host/linux/container.h"

#include <string.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/host/linux/proc_file.h"

/* Whether PID 1 was started with `container=`; only root may look. */
static bool init_names_container(void)
{
    static const char name[] = "container=";
    static char variables[64 * 1024];
    size_t length = 0;
    int fd = -1;
    bool ok;

    if (!proc_file_open("/proc/1/environ", &fd, NULL))
        return false;
    ok = proc_file_read("/proc/1/environ", fd, variables, sizeof variables - 1, &length,
                        NULL);
    (void)close(fd);
    variables[ok ? length : 0] = '\0';
    for (size_t at = 0; ok && at < length; at += strlen(variables + at) + 1)
        if (strncmp(variables + at, name, strlen(name)) == 0)
            return true;
    return false;
}

bool linux_is_container(struct text *why)
{
    /* The last one is where systemd as PID 1 keeps its `container=`, for all to read. */
    static const char *const signs[] = { "/.dockerenv", "/run/.containerenv",
                                         "/run/systemd/container" };

    for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
        if (access(signs[i], F_OK) == 0) {
            text_add(why, signs[i]);
            return true;
        }
    if (!init_names_container())
        return false;
    text_add(why, "container= of PID 1");
    return true;
}
