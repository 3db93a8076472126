/* SPDX-License-Identifier: MIT */
/* Numbers from people and files, and back, without the leniency of the C library. */
#include "checks/base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits of a uint32_t; longer text is refused even when it is only leading zeros. */
enum { U32_DIGITS = 10 };

/* Digits that tell any two doubles apart (IEEE 754 binary64). */
enum { DOUBLE_DIGITS = 17 };

static bool only_digits(const char *text)
{
    return *text && text[strspn(text, "0123456789")] == '\0';
}

static bool not_a_number(const char *text, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    return error_set(err, ERR_MALFORMED, "'%s' is not a whole number",
                     error_quote(text, quoted));
}

bool number_parse_u32(const char *text, uint32_t max, uint32_t *out, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    uint64_t value = 0;

    if (!only_digits(text))
        return not_a_number(text, err);
    if (strlen(text) <= U32_DIGITS)
        for (const char *c = text; *c; c++)
            value = value * 10 + (uint64_t)(*c - '0');
    else if (strlen(text + strspn(text, "0")) > U32_DIGITS)
        value = UINT64_MAX;
    else
        return error_set(err, ERR_LIMIT, "'%s' has more than %d digits",
                         error_quote(text, quoted), (int)U32_DIGITS);
    if (value > max)
        return error_set(err, ERR_LIMIT, "'%s' is above %" PRIu32,
                         error_quote(text, quoted), max);
    *out = (uint32_t)value;
    return true;
}

bool number_parse_i64(const char *text, int64_t *out, struct error *err)
{
    bool negative = *text == '-';
    const char *digits = negative ? text + 1 : text;
    char quoted[ERR_QUOTE_SIZE];
    int64_t value = 0;

    if (!only_digits(digits))
        return not_a_number(text, err);
    /* Counts downwards: only the negative half holds INT64_MIN. */
    for (const char *c = digits; *c; c++) {
        int digit = *c - '0';

        if (value < (INT64_MIN + digit) / 10)
            return error_set(err, ERR_LIMIT, "'%s' does not fit into 64 bits",
                             error_quote(text, quoted));
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return error_set(err, ERR_LIMIT, "'%s' does not fit into 64 bits",
                         error_quote(text, quoted));
    *out = negative ? value : -value;
    return true;
}

/* Prints `value` as "d.ddde+xx" with the fewest digits that read back as the same. */
static void format_scientific(double value, char *out, size_t size)
{
    for (int decimals = 0; decimals < DOUBLE_DIGITS; decimals++) {
        (void)snprintf(out, size, "%.*e", decimals, value);
        if (strtod(out, NULL) == value)
            return;
    }
}

static char *add_zeros(char *to, long count)
{
    for (; count > 0; count--)
        *to++ = '0';
    return to;
}

void number_format_double(double value, char out[NUMBER_TEXT_SIZE])
{
    char scientific[40];
    char digits[DOUBLE_DIGITS] = { 0 };
    long count = 0;
    long whole; /* digits before the point */
    char *to = out;

    if (value < 0)
        *to++ = '-';
    value = fabs(value); /* -0.0 too */
    format_scientific(value, scientific, sizeof scientific);
    for (const char *c = scientific; *c && *c != 'e'; c++)
        if (*c != '.' && count < DOUBLE_DIGITS)
            digits[count++] = *c;
    whole = strtol(strchr(scientific, 'e') + 1, NULL, 10) + 1;
    if (whole <= 0) {
        *to++ = '0';
        *to++ = '.';
        to = add_zeros(to, -whole);
    }
    for (long i = 0; i < count; i++) {
        if (i == whole && whole > 0)
            *to++ = '.';
        *to++ = digits[i];
    }
    to = add_zeros(to, whole - count);
    *to = '\0';
}

void number_format_percent(uint64_t part, uint64_t whole, char out[8])
{
    unsigned int hundredths;
    unsigned int decimals;

    if (part >= whole) {
        memcpy(out, "100", sizeof "100");
        return;
    }
    hundredths = (unsigned int)(part * 10000 / whole);
    decimals = hundredths % 100;
    if (decimals == 0)
        (void)snprintf(out, 8, "%u", hundredths / 100 % 100);
    else if (decimals % 10 == 0)
        (void)snprintf(out, 8, "%u.%u", hundredths / 100 % 100, decimals / 10);
    else
        (void)snprintf(out, 8, "%u.%02u", hundredths / 100 % 100, decimals);
}

void number_format_whole_percent(uint64_t part, uint64_t whole, char out[8])
{
    number_format_percent(part, whole, out);
    out[strcspn(out, ".")] = '\0';
}

void number_format_grouped(uint64_t number, char out[NUMBER_GROUPED_SIZE])
{
    char digits[NUMBER_GROUPED_SIZE];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, number);

    for (int i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            *out++ = ',';
        *out++ = digits[i];
    }
    *out = '\0';
}
