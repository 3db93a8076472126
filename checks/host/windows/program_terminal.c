/* SPDX-License-Identifier: MIT */
/* What standard output is to a person: a console, and whether it obeys colours. */
#include "checks/host/program.h"
#include "checks/host/windows/win.h"

/* Older headers do not have it. Windows 10 1511 and later obey it. */
#ifndef ENABLE_VIRTUAL_TERMINAL_PROCESSING
#define ENABLE_VIRTUAL_TERMINAL_PROCESSING 0x0004
#endif

static bool wants_colours(void)
{
    wchar_t value[2];

    /* No such variable, or an empty one: 0 characters; longer than the room: the size. */
    return GetEnvironmentVariableW(L"NO_COLOR", value, 2) == 0;
}

void program_terminal(struct program_terminal *out)
{
    HANDLE output = GetStdHandle(STD_OUTPUT_HANDLE);
    CONSOLE_SCREEN_BUFFER_INFO info;
    DWORD mode = 0;

    *out =
        (struct program_terminal){ .present = output && output != INVALID_HANDLE_VALUE &&
                                              GetConsoleMode(output, &mode) };
    if (!out->present)
        return;
    if (GetConsoleScreenBufferInfo(output, &info) &&
        info.srWindow.Right >= info.srWindow.Left)
        out->columns = (uint32_t)(info.srWindow.Right - info.srWindow.Left + 1);
    out->colours = wants_colours() &&
                   ((mode & ENABLE_VIRTUAL_TERMINAL_PROCESSING) ||
                    SetConsoleMode(output, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING));
}
