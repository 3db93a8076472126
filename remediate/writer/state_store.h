/* SPDX-License-Identifier: MIT */
/* Where the remediation keeps its journal and its lock, and who may touch them. */
#ifndef REMEDIATE_WRITER_STATE_STORE_H
#define REMEDIATE_WRITER_STATE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/*
 * Linux: /var/lib/port-exhaustion, which with every parent belongs to root and is
 * writable by nobody else; own files are no symbolic links and have one link. Windows:
 * %ProgramData%\port-exhaustion with a DACL of its own (owner and writers only SYSTEM,
 * Administrators, TrustedInstaller); a directory that someone else made first is refused.
 * World-readable but for the lock (0600). ERR_DENIED = unsafe or not allowed: nothing
 * touched, the message names the path and what is wrong with it.
 */
struct state_store_ops {
    /* Judges the directory and the files without changing anything; an absent directory
     * is fine. *recorded: whether there is a journal. */
    bool (*inspect)(void *self, bool *recorded, struct error *err);
    /* Creates the directory where it is missing, takes the lock and writes our pid into
     * it. ERR_LIMIT when another run holds it, its pid in the message. */
    bool (*lock)(void *self, struct error *err);
    void (*unlock)(void *self);
    /* One process at a time looks at the host for an alert, beside the lock, and keeps
     * nobody from it. Must be ended before the lock is taken. ERR_LIMIT when another one
     * looks. */
    bool (*begin_looks)(void *self, struct error *err);
    void (*end_looks)(void *self);
    /* The whole journal; ERR_ABSENT when there is none yet. Needs no lock. */
    bool (*read_journal)(void *self, struct text *out, struct error *err);
    /* Cuts the journal to `keep` bytes (a torn end), appends, and returns when it is on
     * the disk, directory entry included. Needs the lock. */
    bool (*append_journal)(void *self, size_t keep, const char *bytes, size_t length,
                           struct error *err);
    void (*close)(void *self);
};

struct state_store {
    const struct state_store_ops *ops;
    void *self;
};

MUST_CHECK bool state_store_open(struct state_store *store, struct error *err);

/* Safe on zeroed, safe twice. */
static inline void state_store_close(struct state_store *store)
{
    if (store->ops)
        store->ops->close(store->self);
    *store = (struct state_store){ 0 };
}

#endif
