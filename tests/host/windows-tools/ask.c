/* SPDX-License-Identifier: MIT */
/* Asks this Windows as the check does, and prints one line for each question.
 *   ask.exe ADDRESS...    "tcp ADDRESS ANSWER REASON" and "udp ADDRESS ANSWER REASON" */
#include <stdio.h>
#include <stdlib.h>

#include "checks/host/host.h"

static bool ask_one(const struct host *host, enum ask_kind kind, const char *address)
{
    struct ask ask = { .kind = kind };
    struct error err = { 0 };

    if (!ip_address_parse(address, &ask.local))
        return false;
    if (!host->ops->ask(host->self, &ask, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return false;
    }
    (void)printf("%s %s %s %s\n", kind == ASK_BIND ? "tcp" : "udp", address,
                 ask_answer_names[ask.answer], ask.reason);
    return true;
}

int main(int argc, char **argv)
{
    struct host host = { 0 };
    bool ok = host_open(&host, NULL);

    for (int i = 1; ok && i < argc; i++)
        ok = ask_one(&host, ASK_BIND, argv[i]) && ask_one(&host, ASK_UDP_BIND, argv[i]);
    host_close(&host);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
