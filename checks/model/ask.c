/* SPDX-License-Identifier: MIT */
/* The words of questions and answers. */
#include "checks/model/ask.h"

#include <string.h>

const char *const ask_kind_names[ASK_KIND_COUNT] = {
    [ASK_CONNECT] = "connect",
    [ASK_BIND] = "bind",
    [ASK_UDP_CONNECT] = "udp_connect",
    [ASK_UDP_BIND] = "udp_bind",
};

const char *const ask_answer_names[ASK_ANSWER_COUNT] = {
    [ASK_UNKNOWN] = "unknown",
    [ASK_FREE] = "free",
    [ASK_NONE] = "none",
};

bool ask_kind_from_name(const char *name, enum ask_kind *out)
{
    for (size_t i = 0; i < ASK_KIND_COUNT; i++)
        if (strcmp(name, ask_kind_names[i]) == 0) {
            *out = (enum ask_kind)i;
            return true;
        }
    return false;
}
