/* SPDX-License-Identifier: MIT */
/* What can be read without running a program: rules of iptables and nftables cannot, but
 * who makes them can be seen. */
#include "checks/host/linux/kubernetes_sign.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "checks/base/compiler.h"
#include "checks/host/linux/linux_file.h"

enum { PROCESSES_MAX = 4096, PATH_SIZE = 64 };

static bool is_word(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0)
            return true;
    return false;
}

/* As /proc/PID/comm has them, which are 15 bytes at most. */
static bool is_of_kubernetes(const char *name)
{
    static const char *const names[] = { "k0s",        "k3s-agent",   "k3s-server",
                                         "kube-proxy", "kube-router", "kubelet",
                                         "kubelite",   "rke2",        "cilium-agent" };

    return is_word(name, names, ARRAY_COUNT(names));
}

/* A process that a user made and named so is none; one of another network (kind, a node
 * in a container) hands out ports there. */
static bool runs_here(const char *pid, ino_t network, char name[PATH_SIZE])
{
    struct stat status;
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof path, "/proc/%.20s/comm", pid);
    if (!proc_file_slurp(path, name, PATH_SIZE, NULL))
        return false;
    name[strcspn(name, "\n")] = '\0';
    if (!is_of_kubernetes(name))
        return false;
    (void)snprintf(path, sizeof path, "/proc/%.20s", pid);
    if (stat(path, &status) != 0 || status.st_uid != 0)
        return false;
    (void)snprintf(path, sizeof path, "/proc/%.20s/net/sockstat", pid);
    return stat(path, &status) == 0 && status.st_ino == network;
}

static bool find_process(const struct deadline *deadline, char *out, size_t size)
{
    char name[PATH_SIZE];
    const struct dirent *entry;
    struct stat own;
    bool found = false;
    DIR *processes;

    if (stat("/proc/self/net/sockstat", &own) != 0)
        return false;
    processes = opendir("/proc");
    for (int i = 0; processes && !found && i < PROCESSES_MAX &&
                    !deadline_passed(deadline) && (entry = readdir(processes)) != NULL;) {
        if (entry->d_name[0] < '0' || entry->d_name[0] > '9')
            continue;
        found = runs_here(entry->d_name, own.st_ino, name);
        i++;
    }
    if (processes)
        (void)closedir(processes);
    if (found)
        (void)snprintf(out, size, "%s runs here", name);
    return found;
}

static bool find_directory(char *out, size_t size)
{
    static const char *const paths[] = { "/etc/kubernetes",   "/etc/rancher/k3s",
                                         "/etc/rancher/rke2", "/var/lib/k0s",
                                         "/var/lib/kubelet",  "/var/snap/microk8s" };
    struct stat status;

    for (size_t i = 0; i < ARRAY_COUNT(paths); i++)
        if (stat(paths[i], &status) == 0 && S_ISDIR(status.st_mode)) {
            (void)snprintf(out, size, "%s", paths[i]);
            return true;
        }
    return false;
}

static bool find_interface(char *out, size_t size)
{
    static const char name[] = "kube-ipvs0";
    struct stat status;
    char path[PATH_SIZE];

    (void)snprintf(path, sizeof path, "/proc/sys/net/ipv4/conf/%s", name);
    if (stat(path, &status) != 0)
        return false;
    (void)snprintf(out, size, "interface %s", name);
    return true;
}

bool kubernetes_sign(const struct deadline *deadline, char *out, size_t size)
{
    return find_process(deadline, out, size) || find_directory(out, size) ||
           find_interface(out, size);
}
