/* SPDX-License-Identifier: MIT */
/* How a function that fails tells its caller why. */
#ifndef CHECKS_BASE_ERROR_H
#define CHECKS_BASE_ERROR_H

#include <stdbool.h>

#include "checks/base/compiler.h"

enum error_code {
    ERR_NONE = 0,
    ERR_MALFORMED,   /* input that breaks its format or grammar */
    ERR_LIMIT,       /* more than this program accepts */
    ERR_ABSENT,      /* the thing asked for does not exist */
    ERR_DENIED,      /* this user may not read it */
    ERR_UNSUPPORTED, /* this operating system, or this version of ours, cannot answer */
    ERR_TIMEOUT,     /* the deadline passed first */
    ERR_MEMORY,      /* out of memory */
    ERR_IO           /* any other failure of the operating system */
};

/* Room for one line; longer messages are cut. */
enum { ERR_TEXT_SIZE = 320 };

/* Owned by the caller; all zero bytes mean "no error yet". Nothing is allocated. */
struct error {
    enum error_code code;
    char message[ERR_TEXT_SIZE]; /* one line of UTF-8, no newline, no final stop */
};

/*
 * Fills *err (may be NULL) and returns false, so that `return error_set(...)` is one
 * statement. The first error wins: an *err already set keeps its code and text. Control
 * characters of quoted text become blanks; a cut never splits a UTF-8 character.
 */
bool error_set(struct error *err, enum error_code code, const char *format, ...)
    PRINTF_LIKE(3, 4);

/* Puts "context: " before the message of *err (may be NULL); returns false. */
bool error_prefix(struct error *err, const char *format, ...) PRINTF_LIKE(2, 3);

/*
 * Adds `suffix`, which is short, at the end of the message of *err (may be NULL); of a
 * message that leaves no room for it, the end is cut. Returns false.
 */
bool error_suffix(struct error *err, const char *suffix);

/* Room for a piece of foreign text inside a message, NUL included. */
enum { ERR_QUOTE_SIZE = 64 };

/*
 * Prepares foreign text for being quoted in a message: longer text is cut, with "..." at
 * its end, so that the explanation after it survives; control characters become blanks.
 * Returns `out`.
 */
const char *error_quote(const char *foreign, char out[ERR_QUOTE_SIZE]);

/* Forgets the error; *err is as if zeroed. */
void error_clear(struct error *err);

#endif
