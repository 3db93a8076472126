/* SPDX-License-Identifier: MIT */
/* The words of questions and answers. */
#include "checks/model/ask.h"

#include <string.h>

static const char *const kinds[ASK_KIND_COUNT] = {
    [ASK_CONNECT] = "connect",
    [ASK_BIND] = "bind",
    [ASK_UDP_CONNECT] = "udp_connect",
    [ASK_UDP_BIND] = "udp_bind",
};

static const char *const answers[ASK_ANSWER_COUNT] = {
    [ASK_UNKNOWN] = "unknown",
    [ASK_FREE] = "free",
    [ASK_NONE] = "none",
};

const char *ask_kind_name(enum ask_kind kind)
{
    return kinds[kind];
}

const char *ask_answer_name(enum ask_answer answer)
{
    return answers[answer];
}

bool ask_kind_from_name(const char *name, enum ask_kind *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++)
        if (strcmp(name, kinds[i]) == 0) {
            *out = (enum ask_kind)i;
            return true;
        }
    return false;
}

bool ask_answer_from_name(const char *name, enum ask_answer *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(answers); i++)
        if (strcmp(name, answers[i]) == 0) {
            *out = (enum ask_answer)i;
            return true;
        }
    return false;
}
