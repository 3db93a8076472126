/* SPDX-License-Identifier: MIT */
/* A netsh for Wine's system32 that answers what the test wants (Wine's own does nothing).
 * Not shipped. NETSH_DOUBLE says how it behaves:
 *   answer  prints the file NETSH_DOUBLE_FILES\<family>-<what>-<protocol>.txt, else
 *           NETSH_DOUBLE_FILES\<what>.txt; for arguments without a file it fails
 *   fail    complains and exits 1
 *   hang    never ends
 *   flood   never stops printing
 *   silent  prints nothing and exits 0
 *   slow    waits for two seconds, then as answer
 * Each run adds its arguments as a line to the file NETSH_DOUBLE_LOG, where that is set.
 */
#include <fcntl.h>
#include <io.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/host/windows/win.h"
#include "tests/host/windows-tools/print_file.h"
#include "tests/host/windows-tools/turn.h"

enum { PATH_SIZE = 1024, SLOW_MS = 2000 };

/* What is asked: "interface ipv4 show dynamicportrange protocol=tcp". */
struct question {
    const char *family;
    const char *what;
    const char *protocol;
};

static const char *variable(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

static bool parse(int argc, char **argv, struct question *out)
{
    static const char prefix[] = "protocol=";

    if (argc != 6 || strcmp(argv[1], "interface") != 0 || strcmp(argv[3], "show") != 0 ||
        strncmp(argv[5], prefix, sizeof prefix - 1) != 0)
        return false;
    *out = (struct question){ argv[2], argv[4], argv[5] + sizeof prefix - 1 };
    return true;
}

static void write_log(int argc, char **argv)
{
    const char *path = variable("NETSH_DOUBLE_LOG");
    HANDLE turn = turn_begin();
    FILE *log = *path ? fopen(path, "ab") : NULL;

    for (int i = 1; log && i < argc; i++)
        (void)fprintf(log, "%s%s", argv[i], i + 1 < argc ? " " : "\n");
    if (log)
        (void)fclose(log);
    turn_end(turn);
}

static int answer(int argc, char **argv)
{
    const char *files = variable("NETSH_DOUBLE_FILES");
    struct question question;
    char path[PATH_SIZE];

    if (parse(argc, argv, &question)) {
        (void)snprintf(path, sizeof path, "%s\\%s-%s-%s.txt", files, question.family,
                       question.what, question.protocol);
        if (print_file(path))
            return 0;
        (void)snprintf(path, sizeof path, "%s\\%s.txt", files, question.what);
        if (print_file(path))
            return 0;
    }
    puts("The following command was not found.");
    return 1;
}

static int flood(void)
{
    for (;;)
        if (puts("Start Port      : 49152") < 0)
            return 1;
}

int main(int argc, char **argv)
{
    const char *mode = variable("NETSH_DOUBLE");

    (void)_setmode(_fileno(stdout), _O_BINARY); /* bytes of a file as they are */
    write_log(argc, argv);
    if (strcmp(mode, "slow") == 0)
        Sleep(SLOW_MS);
    if (strcmp(mode, "answer") == 0 || strcmp(mode, "slow") == 0)
        return answer(argc, argv);
    if (strcmp(mode, "hang") == 0)
        Sleep(INFINITE);
    if (strcmp(mode, "flood") == 0)
        return flood();
    if (strcmp(mode, "silent") == 0)
        return 0;
    puts("The requested operation requires elevation.");
    return 1;
}
