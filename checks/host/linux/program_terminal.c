/* SPDX-License-Identifier: MIT */
/* What standard output is to a person. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "checks/host/program.h"

/* https://no-color.org: present and not empty. A terminal whose kind is not told, or is
 * "dumb", obeys nothing. */
static bool wants_colours(void)
{
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return !(no_color && no_color[0]) && term && term[0] && strcmp(term, "dumb") != 0;
}

void program_terminal(struct program_terminal *out)
{
    struct winsize size = { 0 };

    *out = (struct program_terminal){ .present = isatty(STDOUT_FILENO) == 1 };
    if (!out->present)
        return;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
        out->columns = size.ws_col;
    out->colours = wants_colours();
}
