/* SPDX-License-Identifier: MIT */
/* What was asked, in the words of every report; never "works": only ports were asked for.
 */
#ifndef CHECKS_ASK_WORDS_H
#define CHECKS_ASK_WORDS_H

#include "checks/base/text.h"
#include "checks/model/ask.h"
#include "checks/model/observation.h"

/* Room for the longest subject, NUL included. */
enum { ASK_WORDS_SIZE = 160 };

/*
 * What would look for the port: "a new connection to 10.0.0.5:443", with "from ADDRESS"
 * where `seen` lists another local address toward it and "over DEVICE" where the socket
 * is bound to one; "bind() to port 0", "a UDP connect()".
 */
void ask_words_subject(const struct observation *seen, const struct ask *ask,
                       char out[ASK_WORDS_SIZE]);

/* "10.0.0.5:443", with the same additions. */
void ask_words_destination(const struct observation *seen, const struct destination *to,
                           char out[ASK_WORDS_SIZE]);

/* Adds what looking for a port cost: "7 us", "1.6 ms". */
void ask_words_cost(const struct ask *ask, struct text *out);

/* The call of such asks: "connect()", "bind() to port 0", ...; static. */
const char *ask_words_call(enum ask_kind kind);

#endif
