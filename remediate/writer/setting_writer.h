/* SPDX-License-Identifier: MIT */
/* The WRITE seam: the only way to change a machine. Linux, Windows and a recording one.
 */
#ifndef REMEDIATE_WRITER_SETTING_WRITER_H
#define REMEDIATE_WRITER_SETTING_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/host/deadline.h"
#include "checks/model/change.h"

/*
 * Errors: ERR_DENIED (a right is missing: the message says which), ERR_ABSENT (no such
 * place on this system), ERR_TIMEOUT, ERR_MALFORMED (the system answered what nobody
 * understands), ERR_IO.
 */
struct setting_writer_ops {
    /* The value, in canonical text; *present false and nothing added when absent. What
     * was read before may be told again until `write` or `look_anew`. */
    bool (*read)(void *self, enum change_kind kind, const char *place,
                 const struct deadline *deadline, bool *present, struct text *out,
                 struct error *err);
    /* Gives the place `value` (NULL = take it away), durably where it is a file or the
     * registry. Success is no proof: the caller reads back. */
    bool (*write)(void *self, enum change_kind kind, const char *place, const char *value,
                  const struct deadline *deadline, struct error *err);
    /* From now on what is read is what the system tells then. NULL: it always is. */
    void (*look_anew)(void *self);
    void (*close)(void *self);
};

/* `self` is the backend's. Zeroed = closed. */
struct setting_writer {
    const struct setting_writer_ops *ops;
    void *self;
};

/* Opens this machine's. One implementation per system; ERR_MEMORY, ERR_IO. */
MUST_CHECK bool setting_writer_open(struct setting_writer *writer, struct error *err);

/* What was read before counts no more: the next read asks the system. */
static inline void setting_writer_look_anew(const struct setting_writer *writer)
{
    if (writer->ops->look_anew)
        writer->ops->look_anew(writer->self);
}

/* Safe on zeroed, safe twice. */
static inline void setting_writer_close(struct setting_writer *writer)
{
    if (writer->ops)
        writer->ops->close(writer->self);
    *writer = (struct setting_writer){ 0 };
}

#endif
