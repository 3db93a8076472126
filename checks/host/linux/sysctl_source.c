/* SPDX-License-Identifier: MIT */
/* Owning what was found. */
#include "checks/host/linux/sysctl_source.h"

#include <stdlib.h>

#include "checks/base/text.h"

void sysctl_source_clear(struct sysctl_source *source)
{
    free(source->value);
    free(source->file);
    *source = (struct sysctl_source){ 0 };
}

bool sysctl_source_set(struct sysctl_source *out, const char *value, const char *file,
                       uint32_t line, struct error *err)
{
    struct sysctl_source copy = { .value = value ? text_copy(value) : NULL,
                                  .file = text_copy(file),
                                  .line = line };

    if (!copy.file || (value && !copy.value)) {
        sysctl_source_clear(&copy);
        return error_set(err, ERR_MEMORY, "out of memory");
    }
    sysctl_source_clear(out);
    *out = copy;
    return true;
}

void sysctl_configured_clear(struct sysctl_configured *configured)
{
    sysctl_source_clear(&configured->boot);
    sysctl_source_clear(&configured->sysctl_conf);
    sysctl_source_clear(&configured->tuned);
}
