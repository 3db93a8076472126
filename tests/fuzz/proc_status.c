/* SPDX-License-Identifier: MIT */
/* /proc/PID/status: a number is told when a plain look at each line finds it, too. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/proc_status.h"
#include "tests/fuzz/lib/fuzz.h"

/* By the words of the line "FIELD: NUMBER"; -1 = not told. */
static int64_t number_of(char *line)
{
    char *rest = NULL;
    const char *word = strtok_r(line, " \t", &rest);
    int64_t number = 0;

    if (!word || strlen(word) > 10)
        return -1;
    for (; *word; word++) {
        if (*word < '0' || *word > '9')
            return -1;
        number = 10 * number + (*word - '0');
    }
    return number <= UINT32_MAX ? number : -1;
}

static int64_t expect(const char *status, const char *field)
{
    const size_t length = strlen(field);
    char *lines[4097];
    size_t count = fuzz_words((const uint8_t *)status, strlen(status), lines, 4096);
    int64_t number = -1;

    for (size_t i = 0; i < count; i++)
        if (strncmp(lines[i], field, length) == 0 && lines[i][length] == ':') {
            number = number_of(lines[i] + length + 1);
            break;
        }
    free(lines[0]);
    return number;
}

static void ask(const char *status, const char *field)
{
    const int64_t expected = expect(status, field);
    uint32_t number = 4711;
    const bool told = proc_status_number(status, field, &number);

    FUZZ_MUST(told == (expected >= 0));
    FUZZ_MUST(number == (told ? expected : 4711));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *status = fuzz_string(data, size);

    ask(status, "PPid");
    ask(status, "Uid");
    free(status);
    return 0;
}
