/* SPDX-License-Identifier: MIT */
/* The last words of the program, and that it ends though nobody reads them. */
#include "remediate/ending.h"

#include <stdio.h>

#include "checks/host/program.h"
#include "remediate/outcome.h"

#define NO_MEMORY                                                                        \
    "not enough memory for the report: remediate_port_exhaustion history shows what "    \
    "was done, undo reverts it"

/* What a pipe holds, as a rule. */
enum { PIECE_SIZE = 64 * 1024 };

/* Unread output is no success, but for "nothing touched" it must not be taken either:
 * what was changed and verified is in the journal. */
static int exit_code_unread(const struct ending *ending)
{
    return ending->exit_code != EXIT_DONE || ending->changed ? ending->exit_code
                                                             : EXIT_ERROR;
}

/* Ends the process where nobody reads: it holds nothing any more. */
static bool write_piece(const struct ending *ending, const char *bytes, size_t length)
{
    const struct watchdog_plan plan = { .seconds = ending->wait_s,
                                        .exit_code = exit_code_unread(ending),
                                        .before = "",
                                        .after = "" };
    bool ok;

    program_watchdog_stage("");
    if (program_watchdog_start(&plan, NULL))
        program_watchdog_mute();
    ok = program_write_output(bytes, length, NULL);
    program_watchdog_stop();
    return ok;
}

/* When there is no memory for the report, what is known without it. */
static bool print_no_memory(const struct ending *ending)
{
    char line[240];
    const int length =
        snprintf(line, sizeof line,
                 ending->json ? "{\"schema\": 2, \"version\": \"" PORT_EXHAUSTION_VERSION
                                "\", \"exit_code\": %d, \"message\": \"" NO_MEMORY "\"}\n"
                              : "ERROR: exit code %d, " NO_MEMORY "\n",
                 ending->exit_code);

    return length > 0 && write_piece(ending, line, (size_t)length);
}

/* The one way out for what is printed: nothing in it reaches a terminal but text. */
static bool print(struct text *out, const struct ending *ending)
{
    size_t done = 0;

    text_make_printable(out);
    while (done < out->length) {
        const size_t left = out->length - done;
        const size_t length = left < PIECE_SIZE ? left : PIECE_SIZE;

        if (!write_piece(ending, out->data + done, length))
            return false;
        done += length;
    }
    return true;
}

int ending_print(struct text *out, const struct ending *ending)
{
    bool ok = text_ok(out, NULL) && out->length > 0 ? print(out, ending)
                                                    : print_no_memory(ending);

    text_clear(out);
    return ok ? ending->exit_code : exit_code_unread(ending);
}
