/* SPDX-License-Identifier: MIT */
/* %ProgramData%\port-exhaustion-kit: what the kit needs to put everything back, also at
 * the next start of Windows. Only administrators may write there; what lies there only
 * they and NETWORK SERVICE, which runs the programs, may open. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_STATE_H
#define TESTS_WINDOWS_KIT_LIB_KIT_STATE_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/windows/win.h"

/* Its owner and access list. A user who could open the lock or a list would keep the kit
 * from it, and from restoring. */
#define KIT_STATE_SDDL                                                                   \
    "O:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;NS)(A;;0x1200a9;;;BU)"

/* Zeroed = not open. */
struct kit_state {
    struct text directory; /* UTF-8 */
    HANDLE held;           /* nobody can exchange it */
    HANDLE lock;           /* one kit at a time */
};

/*
 * Opens it; makes it where it is missing, if `make`. ERR_ABSENT; ERR_DENIED where
 * somebody else than an administrator made it, or may write there; ERR_LIMIT while
 * another kit.exe has it. The caller closes it in any case.
 */
MUST_CHECK bool kit_state_open(struct kit_state *out, bool make, struct error *err);
void kit_state_close(struct kit_state *state);

/* Adds the full path of a file in it. */
void kit_state_path(const struct kit_state *state, const char *name, struct text *out);

/* The lists of what is to be put back: after its stage, and after a restart. */
#define KIT_LIST         "restore.list"
#define KIT_RESTART_LIST "restart.list"

/* There while stages wait for a restart. */
#define KIT_WAITS "waits-for-restart"

/* Copies the programs that lie in `directory`: who restores may no longer have them. */
MUST_CHECK bool kit_state_copy_programs(const struct kit_state *state,
                                        const char *directory, struct error *err);

/* Writes a file of it, whole. */
MUST_CHECK bool kit_state_write(const struct kit_state *state, const char *name,
                                const void *bytes, size_t length, struct error *err);
bool kit_state_has(const struct kit_state *state, const char *name);
void kit_state_remove(const struct kit_state *state, const char *name);

/* Puts back what is in the list; in that of the restart too, if `all`. The first failure
 * is told; the rest is tried. */
MUST_CHECK bool kit_state_restore(const struct kit_state *state, bool all,
                                  struct error *err);

/* Takes away the kit's own files, and the directory when it is empty then; closes it. */
void kit_state_leave(struct kit_state *state);

#endif
