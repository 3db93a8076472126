/* SPDX-License-Identifier: MIT */
/* From the root of the hierarchy on: who stands further outside made what is inside, and
 * what is inside may be called anything. */
#include "checks/decode/cgroup_path.h"

#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/number.h"
#include "checks/model/listener.h"

/* Of a container's id, its digits and those that are shown; of a pod's uid, with dashes
 * or underscores, or of a static pod, a hash. */
enum { ID_DIGITS = 64, SHOWN_DIGITS = 12, POD_UID_LENGTH = 36, POD_HASH_DIGITS = 32 };

/* A piece of the path; not ended by a NUL. */
struct part {
    const char *at;
    size_t length;
};

static bool is(struct part part, const char *word)
{
    return strlen(word) == part.length && memcmp(part.at, word, part.length) == 0;
}

static bool starts_with(struct part part, const char *start)
{
    const size_t length = strlen(start);

    return part.length >= length && memcmp(part.at, start, length) == 0;
}

static bool ends_with(struct part part, const char *end)
{
    const size_t length = strlen(end);

    return part.length >= length &&
           memcmp(part.at + part.length - length, end, length) == 0;
}

static struct part without_start(struct part part, size_t length)
{
    return (struct part){ part.at + length, part.length - length };
}

static struct part without_end(struct part part, const char *end)
{
    if (ends_with(part, end))
        part.length -= strlen(end);
    return part;
}

/* The next component; false at the end of the path. */
static bool take(const char **path, struct part *out)
{
    *path += strspn(*path, "/");
    *out = (struct part){ *path, strcspn(*path, "/") };
    *path += out->length;
    return out->length > 0;
}

static bool is_hex(struct part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (hex_digit(part.at[i], 'a') < 0)
            return false;
    return true;
}

static void set(struct cgroup_owner *out, enum owner_kind kind, struct part name)
{
    out->kind = kind;
    unit_name_clean(name.at, name.length, out->name);
}

/* docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope, ID alone
 * below /docker, and whatever else hands out ids of that length. */
static bool take_id(struct part part, struct cgroup_owner *out)
{
    struct part id = without_end(part, ".scope");

    if (id.length < ID_DIGITS)
        return false;
    id = without_start(id, id.length - ID_DIGITS);
    if (!is_hex(id) || (id.at > part.at && id.at[-1] != '-' && id.at[-1] != ':'))
        return false;
    id.length = SHOWN_DIGITS;
    set(out, OWNER_CONTAINER, id);
    return true;
}

/* The byte that "\x2d" stands for; -1 when there is no such thing. */
static int escaped_byte(struct part part)
{
    const int high = part.length >= 4 ? hex_digit(part.at[2], 'a') : -1;
    const int low = part.length >= 4 ? hex_digit(part.at[3], 'a') : -1;

    return starts_with(part, "\\x") && high >= 0 && low >= 0 ? high * 16 + low : -1;
}

/* systemd writes so what a name may not have. */
static void unescape(struct part part, struct cgroup_owner *out)
{
    char name[OWNER_NAME_SIZE];
    size_t length = 0;

    while (part.length > 0 && length < sizeof name) {
        const int byte = escaped_byte(part);

        name[length] = part.at[0];
        if (byte >= 0)
            name[length] = (char)byte;
        if (byte == 0) /* else it would end the name */
            name[length] = '?';
        length++;
        part = without_start(part, byte < 0 ? 1 : 4);
    }
    set(out, OWNER_CONTAINER, (struct part){ name, length });
}

/* LXC, at the top alone: /lxc/NAME, /lxc.payload/NAME, since version 4
 * /lxc.payload.NAME. */
static bool take_lxc(struct part part, const char *rest, struct cgroup_owner *out)
{
    static const char payload[] = "lxc.payload.";
    struct part name;

    if (starts_with(part, payload) && part.length > strlen(payload))
        name = without_start(part, strlen(payload));
    else if ((!is(part, "lxc") && !is(part, "lxc.payload")) || !take(&rest, &name))
        return false;
    set(out, OWNER_CONTAINER, name);
    return true;
}

/* Of systemd-machined, in its slice alone: machine-NAME.scope, or the unit that starts
 * one. */
static bool take_machine(struct part part, struct cgroup_owner *out)
{
    static const char scope[] = "machine-";
    static const char service[] = "systemd-nspawn@";
    struct part name = { NULL, 0 };

    if (starts_with(part, scope) && ends_with(part, ".scope"))
        name = without_start(without_end(part, ".scope"), strlen(scope));
    else if (starts_with(part, service) && ends_with(part, ".service"))
        name = without_start(without_end(part, ".service"), strlen(service));
    if (name.length == 0)
        return false;
    unescape(name, out);
    return true;
}

/* The uid that begins there: both drivers, and a static pod's. */
static bool take_pod_uid(struct part part, struct cgroup_owner *out)
{
    char uid[POD_UID_LENGTH];
    size_t length = 0;

    while (length < part.length && length < sizeof uid &&
           (hex_digit(part.at[length], 'a') >= 0 || part.at[length] == '-' ||
            part.at[length] == '_')) {
        uid[length] = part.at[length];
        if (uid[length] == '_')
            uid[length] = '-';
        length++;
    }
    if (length != POD_UID_LENGTH && length != POD_HASH_DIGITS)
        return false;
    part = without_start(part, length);
    if (part.length > 0 && !starts_with(part, ".slice"))
        return false;
    set(out, OWNER_POD, (struct part){ uid, length });
    return true;
}

/* podUID, kubepods-burstable-podUID.slice, kubelet-kubepods-podUID.slice, and
 * kubepods-podUID.slice:cri-containerd:ID. */
static bool take_pod(struct part part, struct cgroup_owner *out)
{
    for (size_t i = 0; i + 3 < part.length; i++)
        if (memcmp(part.at + i, "pod", 3) == 0 && (i == 0 || part.at[i - 1] == '-') &&
            take_pod_uid(without_start(part, i + 3), out))
            return true;
    return false;
}

static bool is_of_kubelet(struct part part)
{
    return is(part, "kubepods") || starts_with(part, "kubepods.slice") ||
           starts_with(part, "kubepods-") || ends_with(part, "-kubepods.slice") ||
           starts_with(part, "kubelet-kubepods-");
}

static void take_user(const char *path, struct cgroup_owner *out)
{
    static const char user[] = "user-";
    char digits[11] = "";
    struct part slice;

    if (!take(&path, &slice) || !starts_with(slice, user) || !ends_with(slice, ".slice"))
        return;
    slice = without_start(without_end(slice, ".slice"), strlen(user));
    if (slice.length >= sizeof digits)
        return;
    memcpy(digits, slice.at, slice.length);
    out->has_uid = number_parse_u32(digits, UINT32_MAX - 1, &out->uid, NULL);
}

void cgroup_path_decode(const char *path, struct cgroup_owner *out)
{
    struct part part;
    bool of_kubelet = false;
    struct part top = { NULL, 0 };

    *out = (struct cgroup_owner){ .kind = OWNER_USER };
    while (take(&path, &part)) {
        if (!top.at && is(part, "user.slice")) {
            take_user(path, out);
            return;
        }
        if (!top.at)
            top = part;
        of_kubelet = of_kubelet || is_of_kubelet(part);
        if ((of_kubelet && take_pod(part, out)) || take_id(part, out) ||
            (part.at == top.at && take_lxc(part, path, out)) ||
            (is(top, "machine.slice") && take_machine(part, out)))
            return;
        if (is(top, "system.slice") && out->kind == OWNER_USER &&
            (ends_with(part, ".service") || ends_with(part, ".scope")))
            set(out, OWNER_UNIT, part);
    }
}
