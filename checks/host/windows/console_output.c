/* SPDX-License-Identifier: MIT */
/* Piece by piece, each as far as the console takes it. */
#include "checks/host/windows/console_output.h"

#include "checks/host/windows/win_error.h"

static bool is_first_half(wchar_t unit)
{
    return unit >= 0xD800 && unit <= 0xDBFF;
}

static DWORD piece_of(const wchar_t *text, size_t length)
{
    if (length <= CONSOLE_PIECE_MAX)
        return (DWORD)length;
    return is_first_half(text[CONSOLE_PIECE_MAX - 1]) ? CONSOLE_PIECE_MAX - 1
                                                      : CONSOLE_PIECE_MAX;
}

bool console_output_write(HANDLE console, const wchar_t *text, size_t length,
                          console_writer *write, struct error *err)
{
    while (length > 0) {
        const DWORD piece = piece_of(text, length);
        DWORD written = 0;

        if (!write(console, text, piece, &written, NULL))
            return win_error_set(err, GetLastError(), "cannot write to the console");
        if (written == 0 || written > piece)
            return error_set(err, ERR_IO, "cannot write to the console: it took nothing");
        text += written;
        length -= written;
    }
    return true;
}
