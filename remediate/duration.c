/* SPDX-License-Identifier: MIT */
/* A number and a unit -> seconds, and back. */
#include "remediate/duration.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

static const struct unit {
    char name;
    uint32_t seconds;
} units[] = { { 'h', 3600 }, { 'm', 60 }, { 's', 1 } };

/* 0 = there is no such unit. */
static uint32_t seconds_of(char name)
{
    for (size_t i = 0; i < ARRAY_COUNT(units); i++)
        if (units[i].name == name)
            return units[i].seconds;
    return 0;
}

static bool refuse_form(const char *text, struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];

    return error_set(err, ERR_MALFORMED,
                     "'%s' is not a number with its unit; expected 90s, 30m or 2h",
                     error_quote(text, quoted));
}

static bool refuse_size(const char *text, const struct duration_limits *limits,
                        struct error *err)
{
    char quoted[ERR_QUOTE_SIZE];
    struct text range = { 0 };

    duration_add(limits->least, &range);
    text_add(&range, " to ");
    duration_add(limits->most, &range);
    (void)error_set(err, ERR_LIMIT, "'%s' is not within %s", error_quote(text, quoted),
                    text_string(&range));
    text_clear(&range);
    return false;
}

bool duration_parse(const char *text, const struct duration_limits *limits, uint32_t *out,
                    struct error *err)
{
    const size_t length = strlen(text);
    const uint32_t unit = length > 1 ? seconds_of(text[length - 1]) : 0;
    struct error unread = { 0 };
    char digits[16];
    uint32_t number = 0;

    if (unit == 0)
        return refuse_form(text, err);
    /* More digits than fit are more than are read as a number. */
    (void)snprintf(digits, sizeof digits, "%.*s", (int)(length - 1), text);
    if (strspn(text, "0123456789") != length - 1)
        return refuse_form(text, err);
    if (!number_parse_u32(digits, limits->most, &number, &unread) ||
        number > limits->most / unit || number * unit < limits->least)
        return refuse_size(text, limits, err);
    *out = number * unit;
    return true;
}

void duration_add(int64_t seconds, struct text *out)
{
    int64_t left = seconds > 0 ? seconds : 0;
    int shown = 0;

    for (size_t i = 0; i < ARRAY_COUNT(units) && shown < 2; i++) {
        const int64_t count = left / units[i].seconds;

        left -= count * units[i].seconds;
        if (count > 0)
            text_addf(out, "%s%" PRId64 "%c", shown++ > 0 ? " " : "", count,
                      units[i].name);
    }
    if (shown == 0)
        text_add(out, "0s");
}
