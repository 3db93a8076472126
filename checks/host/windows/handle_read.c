/* SPDX-License-Identifier: MIT */
/* A file or a pipe from where it stands to its end. */
#include "checks/host/windows/handle_read.h"

#include "checks/host/windows/win_error.h"

enum { CHUNK_SIZE = 16 * 1024 };

static bool add_all(HANDLE file, const char *path, size_t limit, struct text *out,
                    struct error *err)
{
    char chunk[CHUNK_SIZE];
    size_t left = limit;
    DWORD got = 0;

    for (;;) {
        if (!ReadFile(file, chunk, sizeof chunk, &got, NULL)) {
            DWORD code = GetLastError();

            if (code == ERROR_BROKEN_PIPE) /* its writer is done */
                return text_ok(out, err);
            return win_error_set(err, code, "cannot read '%s'", path);
        }
        if (got == 0)
            return text_ok(out, err);
        if (got > left)
            return error_set(err, ERR_LIMIT, "'%s' is larger than %zu bytes", path,
                             limit);
        left -= got;
        text_add_bytes(out, chunk, got);
        if (!text_ok(out, err))
            return false;
    }
}

bool handle_read_all(HANDLE file, const char *path, size_t limit, struct text *out,
                     struct error *err)
{
    const size_t before = out->length;

    if (add_all(file, path, limit, out, err))
        return true;
    text_cut(out, before);
    return false;
}
