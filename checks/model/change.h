/* SPDX-License-Identifier: MIT */
/* One change of the machine: a place, the value it had, the value it gets. */
#ifndef CHECKS_MODEL_CHANGE_H
#define CHECKS_MODEL_CHANGE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

enum change_kind {
    CHANGE_SYSCTL = 0,    /* place "net/ipv4/tcp_tw_reuse" under /proc/sys */
    CHANGE_FILE,          /* place: full path of our drop-in; value: its whole contents */
    CHANGE_REGISTRY,      /* place "SYSTEM\...\Parameters\TcpTimedWaitDelay" under HKLM */
    CHANGE_DYNAMIC_RANGE, /* place "tcp/ipv4", "udp/ipv6", ... */
    CHANGE_KIND_COUNT
};

/* No run has more changes, no value and no name of a place more bytes than this. */
enum { CHANGES_MAX = 32, CHANGE_VALUE_MAX = 256 * 1024, CHANGE_PLACE_MAX = 1024 };

/* Room for the name of a place as it is printed. */
enum { CHANGE_NAME_SIZE = 256 };

/*
 * Values are canonical text: a sysctl's numbers with one blank between and no newline; a
 * DWORD in decimals, a registry value of another type as "type:hexbytes"; a range as
 * "FIRST-LAST". NULL = absent. All strings owned.
 */
struct change {
    enum change_kind kind;
    char *setting; /* the setting it serves: "tcp_tw_reuse" */
    char *place;
    char *from;
    char *to;
    bool reboot; /* takes effect after the next boot */
};

/* Copies the strings (from and to may be NULL). ERR_MEMORY, ERR_LIMIT; *out unchanged. */
MUST_CHECK bool change_make(const struct change *from, struct change *out,
                            struct error *err);

/* The change that takes `change` back. Same errors. */
MUST_CHECK bool change_reverse(const struct change *change, struct change *out,
                               struct error *err);

/*
 * The place in the one notation that is printed, clean and cut to its size: of a sysctl
 * its name, "net.ipv4.tcp_tw_reuse" (a '/' of the path is a '.' of the name, and the
 * reverse: man 5 sysctl.d), else as it is. Returns `out`.
 */
const char *change_place_name(const struct change *change, char out[CHANGE_NAME_SIZE]);

/* A value as it is told: "absent" for NULL, "none" for an empty list, else itself. */
const char *change_value_words(const char *value);

bool change_same_place(const struct change *a, const struct change *b);

/* Whether no change before `number` has the same place: two of one place could not be
 * told apart when they are put back. */
bool change_place_is_new(const struct change *changes, size_t number);

/* Whether two values of a place of that kind mean the same (sysctls and reserved-port
 * lists are compared as numbers; either may be NULL). */
bool change_same_value(enum change_kind kind, const char *a, const char *b);

void change_clear(struct change *change);

/* "sysctl", "file", "registry", "dynamic_range"; static. */
extern const char *const change_kind_names[CHANGE_KIND_COUNT];

#endif
