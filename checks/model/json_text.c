/* SPDX-License-Identifier: MIT */
/* Instead of json_dumps(), which succeeds with a piece missing when memory runs out
 * inside a key and is there again after it (Jansson 2.14: dump_string's result is
 * dropped). */
#include "checks/model/json_text.h"

static int add_piece(const char *bytes, size_t length, void *out)
{
    struct text *text = out;

    text_add_bytes(text, bytes, length);
    return text->failed ? -1 : 0;
}

void json_text_add(const json_t *value, size_t flags, struct text *out)
{
    if (!value || json_dump_callback(value, add_piece, out, flags) != 0)
        out->failed = true;
}
