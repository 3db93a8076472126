/* SPDX-License-Identifier: MIT */
/* Reads the lists that reg.exe and netsh.exe print. */
#include "tests/windows-kit/lib/remedy_values.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/model/place.h"
#include "checks/model/port_range.h"
#include "tests/windows-kit/lib/restore.h"

#define REGISTRY(value)                                                                  \
    {                                                                                    \
        CHANGE_REGISTRY, PLACE_TCPIP_KEY "\\" value, value, NULL, NULL                   \
    }
#define RANGE(protocol, family)                                                          \
    {                                                                                    \
        CHANGE_DYNAMIC_RANGE, protocol "/" family, NULL, family, protocol                \
    }

const struct remedy_place remedy_places[REMEDY_PLACES] = {
    REGISTRY("TcpTimedWaitDelay"), REGISTRY("StrictTimeWaitSeqCheck"),
    REGISTRY("MaxUserPort"),       RANGE("tcp", "ipv4"),
    RANGE("tcp", "ipv6"),          RANGE("udp", "ipv4"),
    RANGE("udp", "ipv6"),
};

/* Four blanks stand between the name, the type and the data of reg.exe's lines. */
static const char gap[] = "    ";

/* Copies the line that begins at `at`, without its end; returns the next one, NULL after
 * the last one. */
static const char *take_line(const char *at, char *out, size_t size)
{
    size_t length = strcspn(at, "\r\n");
    size_t kept = length < size ? length : size - 1;

    memcpy(out, at, kept);
    out[kept] = '\0';
    at += length;
    at += *at == '\r';
    at += *at == '\n';
    return *at ? at : NULL;
}

static bool convert_dword(const char *data, char out[REMEDY_VALUE_SIZE],
                          struct error *err)
{
    char *end = NULL;
    unsigned long number;

    errno = 0;
    number = strtoul(data, &end, 16);
    if (strncmp(data, "0x", 2) != 0 || end == data + 2 || *end || errno)
        return error_set(err, ERR_MALFORMED, "reg.exe says REG_DWORD '%s'", data);
    (void)snprintf(out, REMEDY_VALUE_SIZE, "%lu", number);
    return true;
}

/* What stands behind the value's name in its line; NULL: it is another line. */
static const char *behind_name(const char *line, const char *value)
{
    size_t length = strlen(value);

    if (strncmp(line, gap, sizeof gap - 1) != 0)
        return NULL;
    line += sizeof gap - 1;
    if (_strnicmp(line, value, length) != 0 ||
        strncmp(line + length, gap, sizeof gap - 1) != 0)
        return NULL;
    return line + length + sizeof gap - 1;
}

static bool convert(const char *type_and_data, char out[REMEDY_VALUE_SIZE],
                    struct error *err)
{
    static const char dword[] = "REG_DWORD";
    const char *data = strstr(type_and_data, gap);
    size_t type = data ? (size_t)(data - type_and_data) : 0;

    if (type == 0)
        return error_set(err, ERR_MALFORMED, "reg.exe says '%s', expected type and data",
                         type_and_data);
    data += sizeof gap - 1;
    if (type == sizeof dword - 1 && strncmp(type_and_data, dword, type) == 0)
        return convert_dword(data, out, err);
    (void)snprintf(out, REMEDY_VALUE_SIZE, "%.*s %.64s", (int)(type < 32 ? type : 32),
                   type_and_data, data);
    return true;
}

bool remedy_parse_registry(const char *output, const char *value,
                           char out[REMEDY_VALUE_SIZE], struct error *err)
{
    static const char root[] = "HKEY_LOCAL_MACHINE\\";
    char line[1024];
    bool listed = false;

    for (const char *at = output; at && *at;) {
        const char *rest;

        at = take_line(at, line, sizeof line);
        listed = listed || strncmp(line, root, sizeof root - 1) == 0;
        rest = listed ? behind_name(line, value) : NULL;
        if (rest)
            return convert(rest, out, err);
    }
    if (!listed)
        return error_set(err, ERR_MALFORMED, "reg.exe lists no key");
    (void)snprintf(out, REMEDY_VALUE_SIZE, "absent");
    return true;
}

/* Whether the line ends with ": NUMBER". */
static bool number_behind_colon(const char *line, unsigned long *out)
{
    const char *colon = strrchr(line, ':');
    char *end = NULL;

    if (!colon)
        return false;
    while (*++colon == ' ')
        ;
    if (*colon < '0' || *colon > '9')
        return false;
    *out = strtoul(colon, &end, 10);
    while (*end == ' ')
        end++;
    return *end == '\0';
}

bool remedy_parse_range(const char *output, char out[REMEDY_VALUE_SIZE],
                        struct error *err)
{
    unsigned long numbers[2] = { 0 };
    size_t count = 0;
    char line[1024];

    for (const char *at = output; at && *at;) {
        unsigned long number;

        at = take_line(at, line, sizeof line);
        if (!number_behind_colon(line, &number))
            continue;
        if (count < ARRAY_COUNT(numbers))
            numbers[count] = number;
        count++;
    }
    if (count != ARRAY_COUNT(numbers) || numbers[0] == 0 || numbers[0] > 65535 ||
        numbers[1] == 0 || numbers[1] > 65536 - numbers[0])
        return error_set(err, ERR_MALFORMED,
                         "netsh says %zu numbers, expected the start and the number of "
                         "ports of a range",
                         count);
    (void)snprintf(out, REMEDY_VALUE_SIZE, "%lu-%lu", numbers[0],
                   numbers[0] + numbers[1] - 1);
    return true;
}

bool remedy_values_same(const struct remedy_values *wanted,
                        const struct remedy_values *got, struct text *out)
{
    size_t differ = 0;

    for (size_t i = 0; i < REMEDY_PLACES; i++) {
        if (strcmp(wanted->of[i], got->of[i]) == 0)
            continue;
        if (differ++ == 0)
            text_addf(out, "%s is %s, expected %s", remedy_places[i].name, got->of[i],
                      wanted->of[i]);
    }
    if (differ > 1)
        text_addf(out, ", and %zu more", differ - 1);
    return differ == 0;
}

bool remedy_values_can_return(const struct remedy_values *values, struct text *out)
{
    for (size_t i = 0; i < REMEDY_PLACES; i++) {
        struct port_range range = { 0 };

        if (remedy_places[i].kind != CHANGE_DYNAMIC_RANGE ||
            (port_range_parse(values->of[i], &range, NULL) && restore_netsh_takes(range)))
            continue;
        text_addf(out, "%s is %s (MaxUserPort?): netsh could not put it back",
                  remedy_places[i].name, values->of[i]);
        return false;
    }
    return true;
}

void remedy_values_print(const struct remedy_values *values, struct text *out)
{
    for (size_t i = 0; i < REMEDY_PLACES; i++)
        text_addf(out, "%s %s\n", remedy_places[i].name, values->of[i]);
}

/* Number of the place that the line begins with; REMEDY_PLACES: none. */
static size_t place_of(const char *line)
{
    for (size_t i = 0; i < REMEDY_PLACES; i++) {
        size_t length = strlen(remedy_places[i].name);

        if (strncmp(line, remedy_places[i].name, length) == 0 && line[length] == ' ')
            return i;
    }
    return REMEDY_PLACES;
}

bool remedy_values_parse(const char *text, struct remedy_values *out, struct error *err)
{
    struct remedy_values values = { 0 };
    char line[1024];

    for (const char *at = text; at && *at;) {
        size_t place;

        at = take_line(at, line, sizeof line);
        place = place_of(line);
        if (place == REMEDY_PLACES || values.of[place][0])
            return error_set(err, ERR_MALFORMED, "'%s' is not a place and its value",
                             line);
        (void)snprintf(values.of[place], REMEDY_VALUE_SIZE, "%.100s",
                       line + strlen(remedy_places[place].name) + 1);
    }
    for (size_t i = 0; i < REMEDY_PLACES; i++)
        if (!values.of[i][0])
            return error_set(err, ERR_MALFORMED, "no value of %s", remedy_places[i].name);
    *out = values;
    return true;
}
