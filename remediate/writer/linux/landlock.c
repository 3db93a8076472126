/* SPDX-License-Identifier: MIT */
/* Landlock by its numbers: linux/landlock.h of Debian 12 ends at ABI 2, RHEL 8 has none.
 */
#include "remediate/writer/linux/landlock.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/base/compiler.h"

/* The same on every architecture; include/uapi/linux/landlock.h of Linux 6.18, man 7
 * landlock. */
enum {
    CALL_CREATE_RULESET = 444,
    CALL_ADD_RULE = 445,
    CALL_RESTRICT_SELF = 446,
    CREATE_RULESET_VERSION = 1 << 0,
    RULE_PATH_BENEATH = 1
};

/* An ABI's own bits, on top of those of the ones before. */
struct step {
    int abi;
    uint64_t rights;
    uint64_t scoped;
};

/* What is handled is forbidden where no rule allows it: all but READ_FILE and READ_DIR,
 * and nothing of the network, since a run asks the kernel for ports by connect(). Moving
 * files between directories (REFER) is forbidden without being handled. */
static const struct step steps[] = {
    { .abi = 1,
      .rights = 1 << 0 /* EXECUTE */ | LANDLOCK_RIGHT_WRITE | 1 << 4 /* REMOVE_DIR */ |
                LANDLOCK_RIGHT_REMOVE | 1 << 6 /* MAKE_CHAR */ | 1 << 7 /* MAKE_DIR */ |
                LANDLOCK_RIGHT_CREATE | 1 << 9 /* MAKE_SOCK */ | 1 << 10 /* MAKE_FIFO */ |
                1 << 11 /* MAKE_BLOCK */ | 1 << 12 /* MAKE_SYM */ },
    { .abi = 3, .rights = LANDLOCK_RIGHT_TRUNCATE },
    { .abi = 5, .rights = 1 << 15 /* IOCTL_DEV */ },
    { .abi = 6, .scoped = 1 << 0 /* ABSTRACT_UNIX_SOCKET */ | 1 << 1 /* SIGNAL */ },
};

/* struct landlock_ruleset_attr; older kernels take a longer one whose rest is 0. */
struct ruleset {
    uint64_t handled_access_fs;
    uint64_t handled_access_net;
    uint64_t scoped;
};

/* struct landlock_path_beneath_attr, which the kernel reads without the filling at its
 * end. */
struct path_beneath {
    uint64_t allowed_access;
    int32_t parent_fd;
};

static bool add_places(int ruleset, uint64_t handled, const struct landlock_place *places,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct path_beneath beneath = { .allowed_access =
                                                  places[i].rights & handled,
                                              .parent_fd = places[i].directory };

        if (beneath.parent_fd >= 0 &&
            syscall(CALL_ADD_RULE, ruleset, RULE_PATH_BENEATH, &beneath, 0) != 0)
            return false;
    }
    return true;
}

int landlock_confine(const struct landlock_place *places, size_t count)
{
    const long abi =
        syscall(CALL_CREATE_RULESET, NULL, (size_t)0, CREATE_RULESET_VERSION);
    struct ruleset attributes = { 0 };
    int result = 0;
    long ruleset;

    if (abi < 1)
        return abi < 0 ? -errno : -ENOSYS;
    for (size_t i = 0; i < ARRAY_COUNT(steps) && steps[i].abi <= abi; i++) {
        attributes.handled_access_fs |= steps[i].rights;
        attributes.scoped |= steps[i].scoped;
    }
    ruleset = syscall(CALL_CREATE_RULESET, &attributes, sizeof attributes, 0);
    if (ruleset < 0)
        return -errno;
    if (!add_places((int)ruleset, attributes.handled_access_fs, places, count) ||
        syscall(CALL_RESTRICT_SELF, (int)ruleset, 0) != 0)
        result = -errno;
    (void)close((int)ruleset);
    return result < 0 ? result : (int)abi;
}
