/* SPDX-License-Identifier: MIT */
/* Conversion between UTF-16 and UTF-8. */
#include "checks/host/windows/win_text.h"

#include <stdlib.h>
#include <string.h>

#include "checks/base/utf8.h"
#include "checks/host/windows/win.h"

wchar_t *win_text_to_wide(const char *text, struct error *err)
{
    int length = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, NULL, 0);
    char quote[ERR_QUOTE_SIZE];
    wchar_t *wide;

    if (length <= 0) {
        (void)error_set(err, ERR_MALFORMED, "'%s' is not UTF-8",
                        error_quote(text, quote));
        return NULL;
    }
    wide = calloc((size_t)length, sizeof *wide);
    if (!wide) {
        (void)error_set(err, ERR_MEMORY, "not enough memory for a path");
        return NULL;
    }
    (void)MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, text, -1, wide, length);
    return wide;
}

void win_text_add_wide(struct text *out, const wchar_t *wide)
{
    int size = WideCharToMultiByte(CP_UTF8, 0, wide, -1, NULL, 0, NULL, NULL);
    char *bytes = size > 0 ? malloc((size_t)size) : NULL;

    if (!bytes) {
        out->failed = true;
        return;
    }
    (void)WideCharToMultiByte(CP_UTF8, 0, wide, -1, bytes, size, NULL, NULL);
    text_add_bytes(out, bytes, (size_t)size - 1);
    free(bytes);
}

void win_text_copy(char *out, size_t size, const char *text)
{
    size_t length = strlen(text);

    if (length >= size)
        length = utf8_cut(text, size - 1);
    memcpy(out, text, length);
    out[length] = '\0';
}
