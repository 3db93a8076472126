/* SPDX-License-Identifier: MIT */
/* One blank for each end of a line that only the width made. */
#include "tests/support/unwrapped.h"

#include <string.h>

enum { LEAST_BLANKS = 8 };

void unwrap(const char *lines, struct text *out)
{
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        size_t blanks = 0;

        text_add_bytes(out, lines, length);
        lines += length;
        if (*lines == '\0')
            return;
        lines++;
        blanks = strspn(lines, " ");
        text_add(out, blanks < LEAST_BLANKS ? "\n" : " ");
        lines += blanks < LEAST_BLANKS ? 0 : blanks;
    }
}
