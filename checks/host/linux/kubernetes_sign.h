/* SPDX-License-Identifier: MIT */
/* Whether this host is a node of Kubernetes: NodePorts have no listener to tell. */
#ifndef CHECKS_HOST_LINUX_KUBERNETES_SIGN_H
#define CHECKS_HOST_LINUX_KUBERNETES_SIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/host/deadline.h"

/*
 * Writes the first sign that is found: a process of root in this network namespace
 * ("kubelet runs here"), a directory that a node has ("/var/lib/kubelet"; also while its
 * kubelet is down), the interface that kube-proxy makes for IPVS. False: none. Nobody but
 * root can make one.
 */
bool kubernetes_sign(const struct deadline *deadline, char *out, size_t size);

#endif
