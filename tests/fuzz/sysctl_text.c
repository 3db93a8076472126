/* SPDX-License-Identifier: MIT */
/* What Linux prints in /proc/sys, and whether values mean the same. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/decode/sysctl_text.h"
#include "checks/decode/sysctl_value.h"
#include "checks/model/change.h"
#include "tests/fuzz/lib/fuzz.h"

static void read_number(const char *text)
{
    struct error err = { 0 };
    int64_t number = 4711;
    int64_t again = 0;
    char printed[32];

    if (!fuzz_outcome(sysctl_text_number(text, &number, &err), &err)) {
        FUZZ_MUST(number == 4711);
        return;
    }
    (void)snprintf(printed, sizeof printed, "%" PRId64 "\n", number);
    FUZZ_MUST(sysctl_text_number(printed, &again, NULL) && again == number);
}

static void read_range(const char *text)
{
    struct error err = { 0 };
    struct port_range range = { 7, 8 };
    struct port_range again = { 0 };
    char printed[32];

    if (!fuzz_outcome(sysctl_text_port_range(text, &range, &err), &err)) {
        FUZZ_MUST(range.first == 7 && range.last == 8);
        return;
    }
    FUZZ_MUST(range.first <= range.last);
    (void)snprintf(printed, sizeof printed, "%d\t%d\n", range.first, range.last);
    FUZZ_MUST(sysctl_text_port_range(printed, &again, NULL));
    FUZZ_MUST(again.first == range.first && again.last == range.last);
}

static void read_list(const char *text)
{
    static const struct port_set before = { .words = { 0, 1, [1023] = 5 } };
    static struct port_set ports;
    struct error err = { 0 };

    ports = before;
    if (!fuzz_outcome(sysctl_text_port_list(text, &ports, &err), &err)) {
        FUZZ_MUST(memcmp(&ports, &before, sizeof ports) == 0);
        return;
    }
    /* What one of the two readers of such lists takes, the other takes as the same. */
    FUZZ_MUST(change_same_value(CHANGE_SYSCTL, text, text));
}

/* What the kernel prints, it takes, and as the same; a refused write changes nothing. */
static void take(const char *text)
{
    static const struct os_version kernel = { .kind = OS_LINUX, .major = 6, .minor = 18 };
    const struct sysctl_limits limits =
        sysctl_limits_of("net/ipv4/tcp_timestamps", &kernel);
    struct error err = { 0 };
    struct port_range range = { 32768, 60999 };
    struct port_range printed;
    int64_t number = 4711;
    int64_t shown;

    FUZZ_MUST(fuzz_outcome(sysctl_take_number(text, &limits, &number, &err), &err)
                  ? number >= 0 && number <= 255
                  : number == 4711);
    if (sysctl_text_number(text, &shown, NULL) && shown >= 0 && shown <= 255 &&
        *text >= '1' && *text <= '9')
        FUZZ_MUST(number == shown);
    error_clear(&err);
    FUZZ_MUST(fuzz_outcome(sysctl_take_port_range(text, 1024, &range, &err), &err)
                  ? range.first >= 1024 && range.last >= range.first
                  : range.first == 32768 && range.last == 60999);
    if (*text >= '1' && *text <= '9' && !strstr(text, " 0") && !strstr(text, "\t0") &&
        !strstr(text, "\n0") && sysctl_text_port_range(text, &printed, NULL) &&
        printed.first >= 1024)
        FUZZ_MUST(range.first == printed.first && range.last == printed.last);
}

/* Equality goes both ways, also with a blank more. */
static void compare(const char *text)
{
    size_t length = strlen(text);
    char *longer = malloc(length + 3);
    char *middle;

    FUZZ_MUST(longer != NULL);
    (void)snprintf(longer, length + 3, "\t%s\n", text);
    FUZZ_MUST(change_same_value(CHANGE_SYSCTL, text, longer));
    middle = strchr(longer + 1, ';');
    if (middle) {
        *middle = '\0';
        FUZZ_MUST(change_same_value(CHANGE_SYSCTL, longer, middle + 1) ==
                  change_same_value(CHANGE_SYSCTL, middle + 1, longer));
    }
    free(longer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);

    read_number(text);
    read_range(text);
    read_list(text);
    take(text);
    compare(text);
    free(text);
    return 0;
}
