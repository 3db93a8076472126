/* SPDX-License-Identifier: MIT */
/* gmtime has no form that is thread-safe on every target, and strptime no Windows one. */
#include "checks/model/utc_time.h"

#include <stdio.h>
#include <string.h>

enum { DAY_S = 86400, FIRST_YEAR = 1970 };

static bool is_leap_year(uint32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static uint32_t days_of_year(uint32_t year)
{
    return is_leap_year(year) ? 366 : 365;
}

static uint32_t days_of_month(uint32_t year, uint32_t month)
{
    static const uint8_t days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return days[month - 1] + (month == 2 && is_leap_year(year) ? 1U : 0U);
}

void utc_time_format(int64_t time_s, char out[UTC_TIME_TEXT_SIZE])
{
    int64_t inside = time_s < 0 ? 0 : time_s > UTC_TIME_MAX ? UTC_TIME_MAX : time_s;
    uint32_t day = (uint32_t)(inside / DAY_S);
    uint32_t second = (uint32_t)(inside % DAY_S);
    uint32_t year = FIRST_YEAR;
    uint32_t month = 1;

    for (; day >= days_of_year(year); year++)
        day -= days_of_year(year);
    for (; day >= days_of_month(year, month); month++)
        day -= days_of_month(year, month);
    (void)snprintf(out, UTC_TIME_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ",
                   year % 10000U, month % 100U, (day + 1) % 100U, second / 3600 % 100U,
                   second / 60 % 60, second % 60);
}

/* Reads `count` digits at *text and moves behind them. */
static bool take_number(const char **text, size_t count, uint32_t *out)
{
    uint32_t value = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t digit = (uint32_t)(unsigned char)(*text)[i] - '0';

        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    *text += count;
    *out = value;
    return true;
}

static bool take_character(const char **text, char wanted)
{
    if (**text != wanted)
        return false;
    (*text)++;
    return true;
}

static bool take_date(const char **text, int64_t *days)
{
    uint32_t year = 0;
    uint32_t month = 0;
    uint32_t day = 0;

    if (!take_number(text, 4, &year) || !take_character(text, '-') ||
        !take_number(text, 2, &month) || !take_character(text, '-') ||
        !take_number(text, 2, &day))
        return false;
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 ||
        day > days_of_month(year, month))
        return false;
    *days = day - 1;
    for (uint32_t y = FIRST_YEAR; y < year; y++)
        *days += days_of_year(y);
    for (uint32_t m = 1; m < month; m++)
        *days += days_of_month(year, m);
    return true;
}

static bool take_clock(const char **text, int64_t *seconds)
{
    uint32_t hour = 0;
    uint32_t minute = 0;
    uint32_t second = 0;

    if (!take_number(text, 2, &hour) || !take_character(text, ':') ||
        !take_number(text, 2, &minute) || !take_character(text, ':') ||
        !take_number(text, 2, &second))
        return false;
    *seconds = (int64_t)hour * 3600 + (int64_t)minute * 60 + second;
    return hour < 24 && minute < 60 && second < 60;
}

bool utc_time_parse(const char *text, int64_t *time_s)
{
    int64_t days = 0;
    int64_t seconds = 0;

    if (!take_date(&text, &days) || !take_character(&text, 'T') ||
        !take_clock(&text, &seconds) || !take_character(&text, 'Z') || *text != '\0')
        return false;
    *time_s = days * DAY_S + seconds;
    return true;
}
