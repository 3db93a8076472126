/* SPDX-License-Identifier: MIT */
/* Registry places and values as text, strictly. */
#include "remediate/writer/registry_text.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/number.h"

static const char *const keys[] = {
    "SYSTEM\\CurrentControlSet\\Services\\Tcpip\\Parameters",
    "SYSTEM\\CurrentControlSet\\Services\\Tcpip6\\Parameters",
};

/* Of ASCII only, whatever the locale. */
static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* What follows "KEY\" in the place; NULL when it does not begin so. */
static const char *after_key(const char *place, const char *key)
{
    for (; *key; key++, place++)
        if (lower(*place) != lower(*key))
            return NULL;
    return *place == '\\' ? place + 1 : NULL;
}

static bool is_value_name(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length >= REGISTRY_NAME_SIZE)
        return false;
    for (size_t i = 0; i < length; i++)
        if (name[i] < ' ' || name[i] > '~' || name[i] == '\\')
            return false;
    return true;
}

bool registry_place_parse(const char *place, struct registry_place *out,
                          struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        const char *name = after_key(place, keys[i]);

        if (!name || !is_value_name(name))
            continue;
        out->key = keys[i];
        memcpy(out->name, name, strlen(name) + 1);
        return true;
    }
    return error_set(err, ERR_UNSUPPORTED,
                     "'%s' is no value of Tcpip\\Parameters or Tcpip6\\Parameters: "
                     "this program writes nowhere else",
                     error_quote(place, quote));
}

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

/* 0..15, or -1. */
static int hex_digit(int c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse_hex(const char *text, const char *digits, struct text *bytes,
                      struct error *err)
{
    char quote[ERR_QUOTE_SIZE];

    for (; *digits; digits += 2) {
        int high = hex_digit(digits[0]);
        int low = high < 0 ? -1 : hex_digit(digits[1]);
        unsigned char byte;

        if (low < 0)
            return error_set(err, ERR_MALFORMED,
                             "'%s' is no registry value: expected pairs of hex digits "
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
