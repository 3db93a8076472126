/* SPDX-License-Identifier: MIT */
/* errno -> enum error_code, once. */
#include "checks/host/linux/linux_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum error_code linux_error_code(int number)
{
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return ERR_ABSENT;
    case EACCES:
    case EPERM:
        return ERR_DENIED;
    default:
        return ERR_IO;
    }
}

bool linux_error_set(struct error *err, int number, const char *what, ...)
{
    char text[ERR_TEXT_SIZE];
    va_list arguments;

    va_start(arguments, what);
    (void)vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    return error_set(err, linux_error_code(number), "%s: %s", text, strerror(number));
}
