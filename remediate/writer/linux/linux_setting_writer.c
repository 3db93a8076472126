/* SPDX-License-Identifier: MIT */
/* The WRITE seam on Linux: /proc/sys and one file of sysctl.d. */
#include <stdlib.h>

#include "remediate/writer/linux/drop_in_writer.h"
#include "remediate/writer/linux/sysctl_writer.h"
#include "remediate/writer/setting_writer.h"

struct linux_writer {
    bool cleaned; /* leftovers of killed runs were looked for */
};

static bool no_such_kind(enum change_kind kind, struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED, "Linux has no setting of the kind '%s'",
                     change_kind_name(kind));
}

/* NOLINTNEXTLINE(readability-function-size): the parameters are the seam's */
static bool read_place(void *self, enum change_kind kind, const char *place,
                       const struct deadline *deadline, bool *present, struct text *out,
                       struct error *err)
{
    (void)self;
    (void)deadline; /* nothing here waits for anyone */
    switch (kind) {
    case CHANGE_SYSCTL:
        return sysctl_writer_read(place, present, out, err);
    case CHANGE_FILE:
        return drop_in_writer_read(place, present, out, err);
    case CHANGE_REGISTRY:
    case CHANGE_DYNAMIC_RANGE:
    case CHANGE_KIND_COUNT:
        break;
    }
    return no_such_kind(kind, err);
}

static bool write_place(void *self, enum change_kind kind, const char *place,
                        const char *value, const struct deadline *deadline,
                        struct error *err)
{
    struct linux_writer *writer = self;

    (void)deadline;
    /* A recovery may find the drop-in unchanged and never write it. */
    if (!writer->cleaned)
        drop_in_writer_clean();
    writer->cleaned = true;
    switch (kind) {
    case CHANGE_SYSCTL:
        return sysctl_writer_write(place, value, err);
    case CHANGE_FILE:
        return drop_in_writer_write(place, value, err);
    case CHANGE_REGISTRY:
    case CHANGE_DYNAMIC_RANGE:
    case CHANGE_KIND_COUNT:
        break;
    }
    return no_such_kind(kind, err);
}

static const struct setting_writer_ops linux_ops = {
    .read = read_place,
    .write = write_place,
    .close = free,
};

bool setting_writer_open(struct setting_writer *writer, struct error *err)
{
    struct linux_writer *self = calloc(1, sizeof *self);

    if (!self)
        return error_set(err, ERR_MEMORY, "out of memory");
    *writer = (struct setting_writer){ .ops = &linux_ops, .self = self };
    return true;
}
