/* SPDX-License-Identifier: MIT */
/* The system calls that a run of the remediation may still make. */
#ifndef REMEDIATE_WRITER_LINUX_SYSCALL_FILTER_H
#define REMEDIATE_WRITER_LINUX_SYSCALL_FILTER_H

/* How far the kernel keeps this process from system calls that it does not need. */
enum syscall_bounds {
    SYSCALLS_UNBOUND = 0, /* the kernel has no seccomp(2) filters */
    SYSCALLS_NO_PROGRAMS, /* an architecture without a list: only no program is run */
    SYSCALLS_LISTED       /* none but those of the list */
};

/*
 * From now on and for good every other system call fails with ENOSYS, as in a kernel that
 * does not have it: a newer C library then does without, and no run is killed in its
 * middle. Needs no_new_privs.
 */
enum syscall_bounds syscall_filter_install(void);

#endif
