/* SPDX-License-Identifier: MIT */
/* Landlock: what this process may still write, create and remove, kept by the kernel. */
#ifndef REMEDIATE_WRITER_LINUX_LANDLOCK_H
#define REMEDIATE_WRITER_LINUX_LANDLOCK_H

#include <stddef.h>
#include <stdint.h>

/* Rights over files, as the kernel numbers them; older kernels know fewer. */
enum landlock_right {
    LANDLOCK_RIGHT_WRITE = 1 << 1,    /* open for writing */
    LANDLOCK_RIGHT_REMOVE = 1 << 5,   /* remove or replace a file */
    LANDLOCK_RIGHT_CREATE = 1 << 8,   /* make a regular file, or rename one to there */
    LANDLOCK_RIGHT_TRUNCATE = 1 << 14 /* cut one that is open */
};

/* An open directory, and what may be done below it. */
struct landlock_place {
    int directory;
    uint64_t rights;
};

/*
 * From now on and for good this process can write, cut, create, remove, run and control
 * devices only where `places` say so (a directory of -1 is left out); reading stays as it
 * was, and so does the network. It cannot send a signal to others, nor reach abstract
 * sockets of theirs, where the kernel knows these bounds. Needs no_new_privs.
 * Returns the version of Landlock (its ABI), 1 or more; or minus the errno for which
 * there is no bound. The directories must stay open as long as their rights shall hold.
 */
int landlock_confine(const struct landlock_place *places, size_t count);

#endif
