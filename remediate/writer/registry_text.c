/* SPDX-License-Identifier: MIT */
/* Registry values as text, strictly. */
#include "remediate/writer/registry_text.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/ascii.h"
#include "checks/base/number.h"

void registry_text_add(uint32_t type, const void *bytes, size_t size, struct text *out)
{
    const unsigned char *at = bytes;

    if (type == REGISTRY_TYPE_DWORD && size == 4) {
        /* Little-endian, as on every Windows. */
        uint32_t number = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
                          (uint32_t)at[3] << 24;

        text_addf(out, "%" PRIu32, number);
        return;
    }
    text_addf(out, "%" PRIu32 ":", type);
    for (size_t i = 0; i < size; i++)
        text_addf(out, "%02x", at[i]);
}

static bool parse_hex(const char *text, const char *digits, struct text *bytes,
                      struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (; *digits; digits += 2) {
        int high = hex_digit(ascii_lower(digits[0]), 'a');
        int low = high < 0 ? -1 : hex_digit(ascii_lower(digits[1]), 'a');
        unsigned char byte;

        if (low < 0)
            return error_set(err, ERR_MALFORMED,
                             "'%s' is not a registry value: expected pairs of hex digits "
                             "after ':'",
                             error_quote(text, quote));
        byte = (unsigned char)(high * 16 + low);
        text_add_bytes(bytes, &byte, 1);
    }
    return text_ok(bytes, err);
}

static bool parse_dword(const char *text, struct text *bytes, struct error *err)
{
    uint32_t number = 0;
    unsigned char little[4];

    if (!number_parse_u32(text, UINT32_MAX, &number, err))
        return false;
    for (size_t i = 0; i < sizeof little; i++)
        little[i] = (unsigned char)(number >> (8 * i) & 0xFF);
    text_add_bytes(bytes, little, sizeof little);
    return text_ok(bytes, err);
}

bool registry_text_parse(const char *text, uint32_t *type, struct text *bytes,
                         struct error *err)
{
    const char *colon = strchr(text, ':');
    struct text digits = { 0 };
    uint32_t number = REGISTRY_TYPE_DWORD;
    size_t before = bytes->length;
    bool ok;

    if (!colon) {
        ok = parse_dword(text, bytes, err);
    } else {
        text_add_bytes(&digits, text, (size_t)(colon - text));
        ok = text_ok(&digits, err) &&
             number_parse_u32(text_string(&digits), UINT32_MAX, &number, err) &&
             parse_hex(text, colon + 1, bytes, err);
        text_clear(&digits);
    }
    if (ok)
        *type = number;
    else
        text_cut(bytes, before);
    return ok;
}
