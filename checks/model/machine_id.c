/* SPDX-License-Identifier: MIT */
/* A digest and not the identity: the journal is for all to read. */
#include "checks/model/machine_id.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/model/crc32.h"

enum { ID_DIGITS = 32, DIGEST_DIGITS = 8 };

/* The digits in lower case, as systemd writes them; false when it is no identity. */
static bool read_id(const char *contents, size_t length, char out[ID_DIGITS])
{
    bool any = false;

    if (length != ID_DIGITS && (length != ID_DIGITS + 1 || contents[ID_DIGITS] != '\n'))
        return false;
    for (size_t i = 0; i < ID_DIGITS; i++) {
        out[i] = ascii_lower(contents[i]);
        if (hex_digit(out[i], 'a') < 0)
            return false;
        any |= out[i] != '0';
    }
    return any;
}

void machine_id_add_digest(const char *contents, size_t length, struct text *out)
{
    static const char before[] = "port-exhaustion";
    char id[ID_DIGITS];
    uint32_t sum;

    if (!read_id(contents, length, id))
        return;
    sum = crc32_add(crc32_add(0, before, sizeof before - 1), id, sizeof id);
    text_addf(out, "%08" PRIx32, sum);
}

bool machine_id_is_digest(const char *text)
{
    return strlen(text) == DIGEST_DIGITS &&
           strspn(text, "0123456789abcdef") == DIGEST_DIGITS;
}

bool machine_id_differs(const char *then, const char *now)
{
    return *then && *now && strcmp(then, now) != 0;
}
