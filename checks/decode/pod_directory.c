/* SPDX-License-Identifier: MIT */
/* kubernetes: pkg/kubelet/kuberuntime/helpers.go BuildPodLogsDirectory. Names of
 * namespaces and pods are DNS labels and subdomains; the uid of a static pod is a hash.
 */
#include "checks/decode/pod_directory.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/model/listener.h"

enum { UID_LENGTH = 36, HASH_DIGITS = 32 };

static bool is_uid(const char *text)
{
    const size_t length = strlen(text);

    for (size_t i = 0; i < length; i++)
        if (hex_digit(text[i], 'a') < 0 && text[i] != '-')
            return false;
    return length == UID_LENGTH || length == HASH_DIGITS;
}

bool pod_directory_decode(const char *name, struct pod_directory *out)
{
    const char *first = strchr(name, '_');
    const char *last = strrchr(name, '_');

    if (!first || first == name || last <= first + 1 || !is_uid(last + 1))
        return false;
    (void)snprintf(out->uid, sizeof out->uid, "%s", last + 1);
    out->name_space = name;
    out->name_space_length = (size_t)(first - name);
    out->pod = first + 1;
    out->pod_length = (size_t)(last - first - 1);
    return true;
}

void pod_directory_name(const struct pod_directory *pod, char *out, size_t size)
{
    size_t length;

    name_clean(pod->name_space, pod->name_space_length, out, size);
    length = strlen(out);
    if (length + 1 < size) {
        out[length++] = '/';
        name_clean(pod->pod, pod->pod_length, out + length, size - length);
    }
}
