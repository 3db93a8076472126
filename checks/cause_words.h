/* SPDX-License-Identifier: MIT */
/* What every output says of a cause: why, what helps at once, what mends it. Pure. */
#ifndef CHECKS_CAUSE_WORDS_H
#define CHECKS_CAUSE_WORDS_H

#include "checks/base/text.h"
#include "checks/cause.h"
#include "checks/model/observation.h"

/* Where to act at once. */
enum cause_now {
    CAUSE_NOW_NOWHERE = 0, /* to stop a program frees no port: TIME_WAIT has none */
    CAUSE_NOW_PROGRAM,     /* restart the program that has the sockets: frees them */
    CAUSE_NOW_SERVER       /* look at the server and at the way to it: this host is the
                              victim */
};

enum cause_now cause_words_now(enum cause cause);

/* Adds why the ports are used up, of that system: one sentence that begins with a small
 * letter and has neither a full stop at its end nor a character that servers mangle, at
 * most CAUSE_WORDS_MAX bytes. Of CAUSE_NONE too: that nothing stands out. */
enum { CAUSE_WORDS_MAX = 220 };
void cause_words_why(const struct observation *seen, enum cause cause, struct text *out);

/* Adds what mends it for good, in the same form: "limit the number of connections ...".
 */
void cause_words_cure(const struct observation *seen, enum cause cause, struct text *out);

#endif
