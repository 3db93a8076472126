/* SPDX-License-Identifier: MIT */
/* Rows of known.txt, each with its reason. */
#include "tests/windows-kit/lib/kit_known.h"

#include <string.h>

#include "checks/base/text.h"

static bool parse_row(const char *line, size_t length, struct kit_known_row *out)
{
    char *name;
    char *reason;

    if (length >= sizeof out->line)
        return false;
    *out = (struct kit_known_row){ 0 };
    (void)memcpy(out->line, line, length);
    name = strchr(out->line, ' ');
    reason = name ? strstr(name, " | ") : NULL;
    if (!reason || reason == name)
        return false;
    *name++ = '\0';
    *reason = '\0';
    out->stage = out->line;
    out->name = text_trim(name, " ");
    out->reason = text_trim(reason + 3, " \r");
    return out->name[0] && out->reason[0];
}

bool kit_known_parse(const char *text, struct kit_known *out, struct error *err)
{
    out->count = 0;
    for (size_t number = 1; *text; number++) {
        size_t length = strcspn(text, "\r\n");

        if (length > 0 && text[0] != '#') {
            if (out->count == KIT_KNOWN_MAX)
                return error_set(err, ERR_LIMIT, "more than %d rows", KIT_KNOWN_MAX);
            if (!parse_row(text, length, &out->rows[out->count]))
                return error_set(err, ERR_MALFORMED,
                                 "line %zu is not 'STAGE NAME | reason'", number);
            out->count++;
        }
        text += length;
        text += *text == '\r';
        text += *text == '\n';
    }
    return true;
}

const char *kit_known_reason(struct kit_known *known, const char *stage,
                             const char *words)
{
    for (size_t i = 0; i < known->count; i++) {
        struct kit_known_row *row = &known->rows[i];
        size_t length = strlen(row->name);

        if (strcmp(row->stage, stage) == 0 && strncmp(words, row->name, length) == 0 &&
            (words[length] == ':' || words[length] == '\0')) {
            row->seen = true;
            return row->reason;
        }
    }
    return NULL;
}
