/* SPDX-License-Identifier: MIT */
/* The signs that Docker, Podman, systemd's container interface and Kubernetes leave. */
#include "checks/host/linux/container.h"

#include <string.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/host/linux/linux_file.h"

static const char init_environment[] = "/proc/1/environ";

/* Open until the process ends; -1 = not (yet). The kernel asks for rights at opening. */
static int init_environment_fd = -1;

void linux_container_prepare(void)
{
    if (init_environment_fd < 0 &&
        !proc_file_open(init_environment, &init_environment_fd, NULL))
        init_environment_fd = -1;
}

/* The variable of PID 1 that marks a container; NULL = none. */
static const char *container_variable(void)
{
    /* The second one Kubernetes' kubelet gives each container of a pod, also where its
     * service links are off (kubernetes/kubernetes issue 120953). */
    static const char *const names[] = { "container=", "KUBERNETES_SERVICE_HOST=" };
    static char variables[64 * 1024];
    size_t length = 0;
    bool ok;

    linux_container_prepare();
    ok = init_environment_fd >= 0 && lseek(init_environment_fd, 0, SEEK_SET) == 0 &&
         proc_file_read(init_environment, init_environment_fd, variables,
                        sizeof variables - 1, &length, NULL);
    variables[ok ? length : 0] = '\0';
    for (size_t at = 0; ok && at < length; at += strlen(variables + at) + 1)
        for (size_t i = 0; i < ARRAY_COUNT(names); i++)
            if (strncmp(variables + at, names[i], strlen(names[i])) == 0)
                return names[i];
    return NULL;
}

bool linux_is_container(struct text *why)
{
    /* The third one is where systemd as PID 1 keeps its `container=`, for all to read;
     * the last one where Kubernetes mounts a pod's service account. */
    static const char *const signs[] = { "/.dockerenv", "/run/.containerenv",
                                         "/run/systemd/container",
                                         "/var/run/secrets/kubernetes.io" };
    const char *variable;

    for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
        if (access(signs[i], F_OK) == 0) {
            text_add(why, signs[i]);
            return true;
        }
    variable = container_variable();
    if (!variable)
        return false;
    text_add(why, variable);
    text_add(why, " of PID 1");
    return true;
}
