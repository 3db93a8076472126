/* SPDX-License-Identifier: MIT */
/* Argument lists that only show, made of fixed words. */
#include "checks/decode/netsh_question.h"

#include <stdio.h>

void netsh_question_format(const struct netsh_question *question,
                           char out[NETSH_ARGUMENTS_SIZE])
{
    /* Without the word, netsh shows what is in force. */
    (void)snprintf(out, NETSH_ARGUMENTS_SIZE, "interface %s show %s protocol=%s%s",
                   place_family_word(question->family),
                   question->table == NETSH_EXCLUDED ? "excludedportrange"
                                                     : "dynamicportrange",
                   place_protocol_word(question->protocol),
                   question->table == NETSH_STORED_RANGE ? " store=persistent" : "");
}
