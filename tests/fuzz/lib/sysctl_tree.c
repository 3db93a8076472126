/* SPDX-License-Identifier: MIT */
/* The files below /proc/sys, for glob(3) with GLOB_ALTDIRFUNC. */
#include "tests/fuzz/lib/sysctl_tree.h"

#include <dirent.h>
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/fuzz/lib/fuzz.h"

const char *const sysctl_tree_keys[SYSCTL_TREE_KEYS] = {
    "net/ipv4/tcp_tw_reuse",
    "net/ipv4/ip_local_port_range",
    "net/ipv4/ip_local_reserved_ports",
};

/* Names of one directory of the tree. */
struct listing {
    char path[256]; /* "" or "net/ipv4/" */
    size_t next;
    struct dirent entry;
};

static void *open_tree(const char *path)
{
    struct listing *listing = calloc(1, sizeof *listing);
    const char *end;

    FUZZ_MUST(listing != NULL);
    if (strcmp(path, ".") == 0 || strlen(path) >= sizeof listing->path - 1)
        path = strcmp(path, ".") == 0 ? "" : "/";
    end = *path && path[strlen(path) - 1] != '/' ? "/" : "";
    (void)snprintf(listing->path, sizeof listing->path, "%.250s%s", path, end);
    return listing;
}

static struct dirent *read_tree(void *stream)
{
    struct listing *listing = stream;
    const size_t length = strlen(listing->path);

    while (listing->next < SYSCTL_TREE_KEYS) {
        const char *key = sysctl_tree_keys[listing->next++];
        const size_t name =
            strncmp(key, listing->path, length) == 0 ? strcspn(key + length, "/") : 0;

        if (name == 0)
            continue;
        /* Of equal directories one is enough. */
        if (key[length + name] == '/')
            listing->next = SYSCTL_TREE_KEYS;
        listing->entry.d_type = key[length + name] == '/' ? DT_DIR : DT_REG;
        listing->entry.d_ino = 1;
        (void)snprintf(listing->entry.d_name, sizeof listing->entry.d_name, "%.*s",
                       (int)name, key + length);
        return &listing->entry;
    }
    return NULL;
}

static int status_of(const char *path, struct stat *out)
{
    const size_t length = strlen(path) - (path[0] && path[strlen(path) - 1] == '/');

    for (size_t i = 0; i < SYSCTL_TREE_KEYS; i++)
        if (length > 0 && strncmp(sysctl_tree_keys[i], path, length) == 0 &&
            (sysctl_tree_keys[i][length] == '/' || sysctl_tree_keys[i][length] == '\0')) {
            *out = (struct stat){ .st_mode =
                                      sysctl_tree_keys[i][length] ? S_IFDIR : S_IFREG };
            return 0;
        }
    errno = ENOENT;
    return -1;
}

void sysctl_tree_match(const char *pattern, bool matches[SYSCTL_TREE_KEYS])
{
    glob_t found = { .gl_opendir = open_tree,
                     .gl_readdir = read_tree,
                     .gl_closedir = free,
                     .gl_lstat = status_of,
                     .gl_stat = status_of };
    const int result = glob(pattern, GLOB_NOSORT | GLOB_ALTDIRFUNC, NULL, &found);

    FUZZ_MUST(result == 0 || result == GLOB_NOMATCH);
    for (size_t i = 0; i < SYSCTL_TREE_KEYS; i++) {
        matches[i] = false;
        for (size_t at = 0; result == 0 && at < found.gl_pathc; at++)
            if (strcmp(found.gl_pathv[at], sysctl_tree_keys[i]) == 0)
                matches[i] = true;
    }
    globfree(&found);
}
