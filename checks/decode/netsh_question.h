/* SPDX-License-Identifier: MIT */
/* What netsh is asked about the ports it hands out; pure, no process. */
#ifndef CHECKS_DECODE_NETSH_QUESTION_H
#define CHECKS_DECODE_NETSH_QUESTION_H

#include "checks/model/place.h"

/* Room for any argument list of netsh, NUL included. */
enum { NETSH_ARGUMENTS_SIZE = 128 };

enum netsh_table {
    NETSH_RANGE = 0,    /* the dynamic range that is in force */
    NETSH_STORED_RANGE, /* the one that the next boot will bring */
    NETSH_EXCLUDED,     /* ports that are never handed out */
    NETSH_TABLE_COUNT
};

struct netsh_question {
    enum netsh_table table;
    enum ip_protocol protocol;
    enum ip_family family;
};

/* Prints the arguments that ask, e.g. "interface ipv4 show dynamicportrange
 * protocol=tcp"; netsh_text.h reads the answers. */
void netsh_question_format(const struct netsh_question *question,
                           char out[NETSH_ARGUMENTS_SIZE]);

#endif
