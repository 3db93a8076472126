/* SPDX-License-Identifier: MIT */
/* What doubles of Windows' tools print: a file, byte for byte. */
#ifndef TESTS_HOST_WINDOWS_TOOLS_PRINT_FILE_H
#define TESTS_HOST_WINDOWS_TOOLS_PRINT_FILE_H

#include <stdbool.h>
#include <stdio.h>

/* Adds it to standard output, which must be in binary mode; false: there is none. */
static inline bool print_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char bytes[4096];
    size_t got;

    if (!file)
        return false;
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        (void)fwrite(bytes, 1, got, stdout);
    (void)fclose(file);
    return true;
}

#endif
