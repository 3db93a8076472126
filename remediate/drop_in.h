/* SPDX-License-Identifier: MIT */
/* The text of our own file in sysctl.d: keys and values, nothing that we did not write.
 */
#ifndef REMEDIATE_DROP_IN_H
#define REMEDIATE_DROP_IN_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/setting.h"

/* Our file never has more keys. */
enum { DROP_IN_KEYS_MAX = 2 * SETTINGS_MAX };

struct drop_in_line {
    char key[SETTING_NAME_SIZE]; /* "net.ipv4.tcp_tw_reuse" */
    char *value;                 /* owned; one line without blanks around it */
};

/* Keys are unique. Zeroed = empty. */
struct drop_in {
    struct drop_in_line lines[DROP_IN_KEYS_MAX];
    size_t count;
};

/*
 * Reads `text`, lines "KEY = VALUE"; empty lines and comments ('#', ';') are passed over,
 * the last of two equal keys holds (as with systemd-sysctl). Anything else is
 * ERR_MALFORMED, "line 3: ...": someone edited the file, and rewriting it would lose
 * that. ERR_LIMIT, ERR_MEMORY. *out is then unchanged.
 */
MUST_CHECK bool drop_in_parse(const char *text, struct drop_in *out, struct error *err);

/* The value of the key, NULL when it is not there. Borrowed. */
const char *drop_in_find(const struct drop_in *drop_in, const char *key);

/* Gives the key that value (copied); a new key goes to the end. ERR_LIMIT, ERR_MEMORY. */
MUST_CHECK bool drop_in_set(struct drop_in *drop_in, const char *key, const char *value,
                            struct error *err);

/* Adds the whole file: `note` as a comment line, how to undo, then the keys in order. */
void drop_in_format(const struct drop_in *drop_in, const char *note, struct text *out);

void drop_in_clear(struct drop_in *drop_in);

#endif
