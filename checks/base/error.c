/* SPDX-License-Identifier: MIT */
/* Filling the caller's error. */
#include "checks/base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
    va_list arguments;

    if (!err || err->code != ERR_NONE)
        return false;
    err->code = code;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    char message[ERR_TEXT_SIZE];
    va_list arguments;
    size_t used;

    if (!err)
        return false;
    va_start(arguments, format);
    (void)vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    used = strlen(message);
    if (snprintf(message + used, sizeof message - used, ": %s", err->message) < 0)
        message[used] = '\0';
    memcpy(err->message, message, sizeof message);
    return false;
}

void error_clear(struct error *err)
{
    if (err)
        *err = (struct error){ 0 };
}
