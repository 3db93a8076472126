/* SPDX-License-Identifier: MIT */
/* By the system calls themselves: libcap is one more library in a process of root. */
#include "checks/host/linux/capabilities.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/host/linux/linux_file.h"

enum { CAPABILITIES_MAX = 64 }; /* more than any kernel has */

struct rights {
    struct __user_cap_header_struct header;
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];
};

static bool read_rights(struct rights *out)
{
    *out = (struct rights){ .header.version = _LINUX_CAPABILITY_VERSION_3 };
    return syscall(SYS_capget, &out->header, out->data) == 0;
}

bool capabilities_have(uint32_t wanted)
{
    struct rights rights;

    return read_rights(&rights) && (rights.data[0].effective & wanted) == wanted;
}

bool capabilities_keep(uint32_t kept, struct error *err)
{
    struct rights rights;

    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    /* While we may: it needs CAP_SETPCAP. Fails at the first that the kernel does not
     * know, or at once where we are bound already. */
    for (unsigned long i = 0; i < CAPABILITIES_MAX; i++)
        if ((i >= 32 || !(kept >> i & 1)) && prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
            break;
    if (!read_rights(&rights))
        return linux_error_set(err, errno, "cannot read the capabilities");
    /* a file may permit what it does not put in effect (setcap ...+p) */
    rights.data[0] =
        (struct __user_cap_data_struct){ .effective = rights.data[0].permitted & kept,
                                         .permitted = rights.data[0].permitted & kept };
    rights.data[1] = (struct __user_cap_data_struct){ 0 };
    if (syscall(SYS_capset, &rights.header, rights.data) != 0)
        return linux_error_set(err, errno, "cannot drop capabilities");
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return linux_error_set(err, errno, "cannot set no_new_privs");
    return true;
}
