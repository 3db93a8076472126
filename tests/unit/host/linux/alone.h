/* SPDX-License-Identifier: MIT */
/* A part of a test in process, mount and network namespaces of its own. */
#ifndef TESTS_UNIT_HOST_LINUX_ALONE_H
#define TESTS_UNIT_HOST_LINUX_ALONE_H

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { NOT_PERMITTED = 77, WRONG = 1 };

static inline int status_of(pid_t child)
{
    int status = 0;

    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* As root or as whoever may be root in a user namespace; what is mounted there stays
 * there. */
static inline void alone(int (*part)(void))
{
    pid_t child;
    int status = 0;
    const int flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET;

    if (unshare(flags) < 0 && unshare(flags | CLONE_NEWUSER) < 0)
        _exit(NOT_PERMITTED);
    child = fork();
    if (child == 0)
        _exit(mount("none", "/", "none", MS_REC | MS_PRIVATE, NULL) < 0 ? NOT_PERMITTED
                                                                        : part());
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        _exit(99);
    _exit(WEXITSTATUS(status));
}

/* The part returns 0, NOT_PERMITTED where this machine does not let it, or which of its
 * expectations failed. */
static inline void expect_alone(int (*part)(void))
{
    pid_t child = fork();
    int status;

    assert_true(child >= 0);
    if (child == 0)
        alone(part);
    status = status_of(child);
    if (status == NOT_PERMITTED)
        skip();

    assert_int_equal(status, 0);
}

#endif
