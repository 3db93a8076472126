/* SPDX-License-Identifier: MIT */
/* The signs that Docker, Podman, systemd's container interface and Kubernetes leave. */
#include "checks/host/linux/container.h"

#include <string.h>
#include <unistd.h>

#include "checks/base/compiler.h"
#include "checks/host/linux/init_view.h"
#include "checks/host/linux/linux_file.h"

static const char init_environment[] = "/proc/1/environ";

/* Open until the process ends; -1 = not (yet). The kernel asks for rights at opening. */
static int init_environment_fd = -1;

void linux_container_prepare(void)
{
    linux_init_view_prepare();
    if (init_environment_fd < 0 &&
        !proc_file_open(init_environment, &init_environment_fd, NULL))
        init_environment_fd = -1;
}

/* What `container=` says where there is none: WSL 2, whose network, kernel and files are
 * a host's (systemd counts it among the containers), and systemd's word for "none". */
static bool is_host(const char *kind)
{
    return *kind == '\0' || strcmp(kind, "wsl") == 0;
}

/* A variable of PID 1 that marks a container. */
static bool marks_container(const char *variable, const char **name)
{
    /* The second one Kubernetes' kubelet gives each container of a pod, also where its
     * service links are off (kubernetes/kubernetes issue 120953). */
    static const char *const names[] = { "container=", "KUBERNETES_SERVICE_HOST=" };

    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const size_t length = strlen(names[i]);

        *name = names[i];
        if (strncmp(variable, names[i], length) == 0 &&
            (i > 0 || !is_host(variable + length)))
            return true;
    }
    return false;
}

/* The variable that does, NULL = none. */
static const char *container_variable(void)
{
    static char variables[64 * 1024];
    const char *name = NULL;
    size_t length = 0;
    bool ok;

    linux_container_prepare();
    ok = init_environment_fd >= 0 && lseek(init_environment_fd, 0, SEEK_SET) == 0 &&
         proc_file_read(init_environment, init_environment_fd, variables,
                        sizeof variables - 1, &length, NULL);
    variables[ok ? length : 0] = '\0';
    for (size_t at = 0; ok && at < length; at += strlen(variables + at) + 1)
        if (marks_container(variables + at, &name))
            return name;
    return NULL;
}

/* Where systemd as PID 1 keeps its `container=`, for all to read. */
static const char systemd_sign[] = "/run/systemd/container";

static bool has_systemd_sign(void)
{
    char kind[64];

    if (access(systemd_sign, F_OK) != 0)
        return false;
    if (!proc_file_slurp(systemd_sign, kind, sizeof kind, NULL))
        return true;
    kind[strcspn(kind, "\n")] = '\0';
    return !is_host(kind);
}

bool linux_is_container(struct text *why)
{
    /* The last one is where Kubernetes mounts a pod's service account. */
    static const char *const signs[] = { "/.dockerenv", "/run/.containerenv",
                                         "/var/run/secrets/kubernetes.io" };
    const char *variable;

    for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
        if (access(signs[i], F_OK) == 0) {
            text_add(why, signs[i]);
            return true;
        }
    if (has_systemd_sign()) {
        text_add(why, systemd_sign);
        return true;
    }
    variable = container_variable();
    if (!variable)
        return false;
    text_add(why, variable);
    text_add(why, " of PID 1");
    return true;
}

enum settings_scope linux_settings_scope(void)
{
    struct text sign = { 0 };
    const bool contained = linux_is_container(&sign);

    text_clear(&sign);
    if (contained)
        return SETTINGS_OF_CONTAINER;
    if (linux_is_foreign_network())
        return SETTINGS_OF_NAMESPACE;
    return linux_has_foreign_files() ? SETTINGS_OF_CONTAINER : SETTINGS_OF_HOST;
}
