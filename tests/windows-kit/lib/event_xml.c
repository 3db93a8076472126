/* SPDX-License-Identifier: MIT */
/* Two places of an event name somebody. */
#include "tests/windows-kit/lib/event_xml.h"

#include <string.h>

#include "checks/base/compiler.h"

/* What begins the name, what ends it, and what stands there instead. */
static const struct {
    const char *begin;
    const char *end;
    const char *instead;
} names[] = {
    { "<Computer>", "</Computer>", "computer" },
    { "UserID='", "'", "S-1-0-0" },
    { "UserID=\"", "\"", "S-1-0-0" },
};

/* Adds the stand-in of the name that `xml` begins with; returns where that ends, NULL:
 * none. */
static const char *hide(const char *xml, struct text *out)
{
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        const size_t length = strlen(names[i].begin);
        const char *end;

        if (strncmp(xml, names[i].begin, length) != 0)
            continue;
        text_add(out, names[i].begin);
        text_add(out, names[i].instead);
        end = strstr(xml + length, names[i].end);
        return end ? end : xml + strlen(xml);
    }
    return NULL;
}

void event_xml_hide(const char *xml, struct text *out)
{
    while (*xml) {
        const char *behind = hide(xml, out);

        if (!behind) {
            text_add_bytes(out, xml, 1);
            behind = xml + 1;
        }
        xml = behind;
    }
}
