/* SPDX-License-Identifier: MIT */
/* The WRITE seam on Windows: which kind of change goes where. */
#include "remediate/writer/setting_writer.h"

#include "checks/host/windows/netsh_answers.h"
#include "remediate/writer/windows/range_writer.h"
#include "remediate/writer/windows/registry_writer.h"

static bool not_here(enum change_kind kind, struct error *err)
{
    return error_set(err, ERR_UNSUPPORTED, "Windows has no change of the kind '%s'",
                     kind < CHANGE_KIND_COUNT ? change_kind_names[kind] : "?");
}

static bool read_setting(void *self, enum change_kind kind, const char *place,
                         const struct deadline *deadline, bool *present, struct text *out,
                         struct error *err)
{
    (void)self;
    if (kind == CHANGE_REGISTRY)
        return registry_writer_read(place, present, out, err);
    if (kind == CHANGE_DYNAMIC_RANGE)
        return range_writer_read(place, deadline, present, out, err);
    return not_here(kind, err);
}

static bool write_setting(void *self, enum change_kind kind, const char *place,
                          const char *value, const struct deadline *deadline,
                          struct error *err)
{
    (void)self;
    if (kind == CHANGE_REGISTRY)
        return registry_writer_write(place, value, err);
    if (kind == CHANGE_DYNAMIC_RANGE)
        return range_writer_write(place, value, deadline, err);
    return not_here(kind, err);
}

static void look_anew(void *self)
{
    (void)self;
    netsh_forget();
}

static void close_writer(void *self)
{
    (void)self;
}

static const struct setting_writer_ops windows_ops = { read_setting, write_setting,
                                                       look_anew, close_writer };

bool setting_writer_open(struct setting_writer *writer, struct error *err)
{
    (void)err; /* nothing is held between two changes */
    *writer = (struct setting_writer){ .ops = &windows_ops };
    return true;
}
