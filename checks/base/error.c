/* SPDX-License-Identifier: MIT */
/* Filling the caller's error. */
#include "checks/base/error.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/utf8.h"

/* Makes one whole line of what vsnprintf may have cut, whatever it quotes. */
static void finish_message(char message[ERR_TEXT_SIZE])
{
    size_t length = strlen(message);

    if (length == ERR_TEXT_SIZE - 1)
        message[utf8_cut(message, length)] = '\0';
    (void)utf8_make_printable(message, strlen(message), false);
}

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
    va_list arguments;

    if (!err || err->code != ERR_NONE)
        return false;
    err->code = code;
    va_start(arguments, format);
    (void)vsnprintf(err->message, sizeof err->message, format, arguments);
    va_end(arguments);
    finish_message(err->message);
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
    finish_message(message);
    memcpy(err->message, message, sizeof message);
    return false;
}

bool error_suffix(struct error *err, const char *suffix)
{
    const size_t size = strlen(suffix) + 1;
    size_t used;

    assert(size < ERR_TEXT_SIZE);
    if (!err)
        return false;
    used = strlen(err->message);
    if (used > ERR_TEXT_SIZE - size)
        used = utf8_cut(err->message, ERR_TEXT_SIZE - size);
    memcpy(err->message + used, suffix, size);
    return false;
}

void error_clear(struct error *err)
{
    if (err)
        *err = (struct error){ 0 };
}

const char *error_quote(const char *foreign, char out[ERR_QUOTE_SIZE])
{
    static const char mark[] = "...";
    size_t length = strlen(foreign);

    if (length < ERR_QUOTE_SIZE) {
        memcpy(out, foreign, length + 1);
    } else {
        memcpy(out, foreign, ERR_QUOTE_SIZE - sizeof mark);
        length = utf8_cut(out, ERR_QUOTE_SIZE - sizeof mark);
        memcpy(out + length, mark, sizeof mark);
    }
    (void)utf8_make_printable(out, strlen(out), false);
    return out;
}
