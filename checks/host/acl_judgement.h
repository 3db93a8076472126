/* SPDX-License-Identifier: MIT */
/* Who but an administrator could change a file of ours? Decided on plain data. */
#ifndef CHECKS_HOST_ACL_JUDGEMENT_H
#define CHECKS_HOST_ACL_JUDGEMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* A SID as text is at most 184 characters (15 sub-authorities); the NUL is counted. */
enum { ACL_SID_SIZE = 192, ACL_ENTRIES_MAX = 128 };

enum acl_entry_kind {
    ACL_ALLOW = 0,
    ACL_DENY,
    ACL_OTHER /* an entry whose meaning we do not know */
};

struct acl_entry {
    char sid[ACL_SID_SIZE]; /* "S-1-5-18"; "" for ACL_OTHER */
    enum acl_entry_kind kind;
    bool inherit_only; /* holds for what is made inside, not for the object itself */
    uint32_t mask;     /* access rights, as in winnt.h */
};

/* Owner and access list of one file or directory. */
struct acl {
    char owner[ACL_SID_SIZE];
    char self[ACL_SID_SIZE]; /* a user who is trusted as well; "" = nobody */
    bool open;               /* it has no list at all: everybody may do everything */
    struct acl_entry entries[ACL_ENTRIES_MAX];
    size_t count;
};

/* What the others may do. */
enum acl_use {
    ACL_READABLE = 0, /* read, nothing else */
    ACL_PRIVATE       /* not even read: who can read a file can hold a lock on it */
};

/*
 * True when the owner and everybody with more than the allowed rights is SYSTEM,
 * Administrators, TrustedInstaller or `self`. A deny entry is no help: an allow entry
 * counts whatever stands before it. ERR_DENIED with one line that names `path`, who, and
 * why.
 */
MUST_CHECK bool acl_judge(const struct acl *acl, enum acl_use use, const char *path,
                          struct error *err);

/* The SID of whoever is trusted besides; NULL: nobody, as in everything that is shipped.
 */
const char *acl_trusted_besides(void);

#endif
