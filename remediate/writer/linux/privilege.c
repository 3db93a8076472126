/* SPDX-License-Identifier: MIT */
/* Gives up, before the first foreign byte is read, what no plan needs: all but two
 * capabilities, gaining rights, and running programs. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "checks/host/linux/container.h"
#include "checks/host/linux/linux_error.h"
#include "remediate/writer/linux/limits.h"
#include "remediate/writer/linux/net_namespace.h"
#include "remediate/writer/system.h"

/* Root owns the files that a plan writes, and so needs no right for them. In a container
 * root may write net sysctls by CAP_NET_ADMIN only. CAP_DAC_READ_SEARCH: a policy may lie
 * in a home directory that is closed to others. */
static const uint32_t kept_capabilities =
    UINT32_C(1) << CAP_NET_ADMIN | UINT32_C(1) << CAP_DAC_READ_SEARCH;

/* More than any kernel has. */
enum { CAPABILITIES_MAX = 64 };

/* Both kept ones are in the first of the two words. */
static bool keep_capabilities(struct error *err)
{
    struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = { { 0 } };

    /* While we may: it needs CAP_SETPCAP. Fails at the first that the kernel does not
     * know, or at once where we are bound already. */
    for (unsigned long i = 0; i < CAPABILITIES_MAX; i++)
        if (i != CAP_NET_ADMIN && i != CAP_DAC_READ_SEARCH &&
            prctl(PR_CAPBSET_DROP, i, 0, 0, 0) != 0)
            break;
    if (syscall(SYS_capget, &header, data) != 0)
        return linux_error_set(err, errno, "cannot read the capabilities");
    data[0] = (struct __user_cap_data_struct){
        .effective = data[0].effective & kept_capabilities,
        .permitted = data[0].permitted & kept_capabilities
    };
    data[1] = (struct __user_cap_data_struct){ 0 };
    if (syscall(SYS_capset, &header, data) != 0)
        return linux_error_set(err, errno, "cannot drop capabilities");
    return true;
}

/* The system calls of another architecture (32 bit ones on 64 bit) have other numbers,
 * and are refused as a whole. 0 = not known here, so not looked at. */
#if defined(__x86_64__)
enum { FOREIGN_BIT = 0x40000000 }; /* x32 */
static const uint32_t architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
enum { FOREIGN_BIT = 0x7fffffff };
static const uint32_t architecture = AUDIT_ARCH_AARCH64;
#else
enum { FOREIGN_BIT = 0x7fffffff };
static const uint32_t architecture = 0;
#endif

/* A kernel without seccomp does without this bar; the other bounds hold. */
static void forbid_running_programs(void)
{
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, architecture, 0, architecture != 0 ? 4 : 0),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, FOREIGN_BIT, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execve, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_execveat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = { .len = sizeof filter / sizeof filter[0],
                                  .filter = filter };

    (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

bool system_bound_privileges(struct error *err)
{
    linux_container_prepare();
    net_namespace_prepare();
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    /* While we may: it needs CAP_SYS_RESOURCE. */
    if (!limits_raise(err) || !keep_capabilities(err))
        return false;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return linux_error_set(err, errno, "cannot set no_new_privs");
    forbid_running_programs();
    return true;
}
