/* SPDX-License-Identifier: MIT */
/* The words of questions and answers. */
#include "checks/model/ask.h"

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
