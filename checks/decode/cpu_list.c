/* SPDX-License-Identifier: MIT */
/* Numbers and ranges between commas, and a line feed at the end (cpu/online of sysfs). */
#include "checks/decode/cpu_list.h"

#include <stdio.h>
#include <string.h>

#include "checks/base/number.h"

/* Takes the digits at *at, which is moved behind them. */
static bool take_number(const char **at, uint32_t *out, struct error *err)
{
    const size_t length = strspn(*at, "0123456789");
    char word[16];

    (void)snprintf(word, sizeof word, "%.*s", (int)length, *at);
    *at += length;
    return number_parse_u32(word, CPU_LIST_MAX - 1, out, err);
}

bool cpu_list_decode(const char *text, uint16_t cpus[CPU_LIST_MAX], size_t *count,
                     struct error *err)
{
    const char *at = text;
    size_t found = 0;

    do {
        uint32_t first;
        uint32_t last;

        if (!take_number(&at, &first, err))
            return false;
        last = first;
        if (*at == '-') {
            at++;
            if (!take_number(&at, &last, err))
                return false;
        }
        if (last < first || last - first >= CPU_LIST_MAX - found)
            return error_set(err, ERR_MALFORMED, "no list of processors: '%s'", text);
        for (uint32_t cpu = first; cpu <= last; cpu++)
            cpus[found++] = (uint16_t)cpu;
    } while (*at++ == ',');
    if (at[-1] != '\0' && strcmp(at - 1, "\n") != 0)
        return error_set(err, ERR_MALFORMED, "no list of processors: '%s'", text);
    *count = found;
    return true;
}
