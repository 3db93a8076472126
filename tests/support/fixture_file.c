/* SPDX-License-Identifier: MIT */
/* Reading recorded bytes on either system. */
#include "tests/support/fixture_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

void fixture_read(const char *name, struct text *out)
{
    char path[256];
    char bytes[4096];
    size_t got;
    FILE *file;

    (void)snprintf(path, sizeof path, "tests/fixtures/%s", name);
    file = fopen(path, "rb"); /* "b": Windows would change line ends */
    if (!file)
        fail_msg("cannot open %s", path);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        text_add_bytes(out, bytes, got);
    if (ferror(file) || out->failed)
        fail_msg("cannot read %s", path);
    (void)fclose(file);
}
