/* SPDX-License-Identifier: MIT */
/* Bytes that are written to a sysctl. The last byte of the input says to which, and in
 * which kernel. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/base/kernel_number.h"
#include "checks/decode/sysctl_value.h"
#include "tests/fuzz/lib/fuzz.h"

enum { WORD_MAX = 20 };

/* strtoull with base 0 reads what the kernel reads, but for blanks and a plus before it.
 */
static bool read_word(const char *word, size_t length, struct kernel_number *out)
{
    const bool negative = *word == '-' && length > 1;
    char digits[WORD_MAX + 1] = { 0 };
    char *end;

    if (length > WORD_MAX)
        return false;
    memcpy(digits, word + negative, length - negative);
    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    *out = (struct kernel_number){ .negative = negative,
                                   .magnitude = strtoull(digits, &end, 0) };
    return *end == '\0';
}

static void take_word(const char *text)
{
    static const char separators[] = " \t\n,";
    const size_t length = strcspn(text, separators);
    struct kernel_number number = { true, 4711 };
    struct kernel_number expected;
    struct error err = { 0 };
    const char *at = text;

    if (!fuzz_outcome(kernel_number_take(&at, separators, &number, &err), &err)) {
        FUZZ_MUST(at == text && number.negative && number.magnitude == 4711);
        FUZZ_MUST(!read_word(text, length, &expected));
        return;
    }
    FUZZ_MUST(at == text + length && read_word(text, length, &expected));
    FUZZ_MUST(number.negative == expected.negative &&
              number.magnitude == expected.magnitude);
}

/* `text` with more behind it; the caller frees it. */
static char *longer(const char *text, const char *more)
{
    const size_t size = strlen(text) + strlen(more) + 1;
    char *out = malloc(size);

    FUZZ_MUST(out != NULL);
    (void)snprintf(out, size, "%s%s", text, more);
    return out;
}

/* What is taken lies in the limits, and is the same when it is written plainly, or with
 * words behind it. */
static void take_number(const char *text, const char *key,
                        const struct os_version *kernel)
{
    const struct sysctl_limits limits = sysctl_limits_of(key, kernel);
    struct error err = { 0 };
    int64_t number = 4711;
    int64_t again = 4711;
    char plain[32];
    char *commented = longer(text, " # was 60");

    FUZZ_MUST(limits.lowest <= 0 && limits.highest >= 2);
    if (fuzz_outcome(sysctl_take_number(text, &limits, &number, &err), &err)) {
        FUZZ_MUST(number >= limits.lowest && number <= limits.highest);
        FUZZ_MUST(sysctl_take_number(commented, &limits, &again, NULL));
        FUZZ_MUST(again == number);
        (void)snprintf(plain, sizeof plain, "%" PRId64 "\n", number);
        FUZZ_MUST(sysctl_take_number(plain, &limits, &again, NULL) && again == number);
        FUZZ_MUST(*text != '-' || !limits.no_sign);
    } else {
        FUZZ_MUST(number == 4711);
    }
    free(commented);
}

/* The second number of a text that has none is the one from before. */
static void take_range(const char *text, uint16_t lowest)
{
    static const struct port_range before = { 32768, 60999 };
    struct port_range range = before;
    struct port_range other = { 1, 61000 };
    struct port_range plain = { 0 };
    struct error err = { 0 };
    char printed[32];
    bool taken = sysctl_take_port_range(text, lowest, &range, &err);

    if (!fuzz_outcome(taken, &err)) {
        FUZZ_MUST(range.first == before.first && range.last == before.last);
        return;
    }
    FUZZ_MUST(range.first >= lowest && range.first >= 1 && range.last >= range.first);
    FUZZ_MUST(sysctl_take_port_range(text, lowest, &other, NULL));
    FUZZ_MUST(other.first == range.first &&
              (other.last == range.last || other.last == 61000));
    (void)snprintf(printed, sizeof printed, "%d\t%d\n", range.first, range.last);
    FUZZ_MUST(sysctl_take_port_range(printed, lowest, &plain, NULL));
    FUZZ_MUST(plain.first == range.first && plain.last == range.last);
}

/* A refused list changes nothing, and a newline behind one says nothing. */
static void take_list(const char *text)
{
    static const struct port_set before = { .words = { 0, 1, [1023] = 5 } };
    static struct port_set ports;
    static struct port_set again;
    struct error err = { 0 };
    char *line = longer(text, "\n");

    ports = again = before;
    if (fuzz_outcome(sysctl_take_port_list(text, &ports, &err), &err))
        FUZZ_MUST(sysctl_take_port_list(line, &again, NULL));
    FUZZ_MUST(memcmp(&ports, &again, sizeof ports) == 0);
    free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const keys[] = {
        "net/ipv4/tcp_tw_reuse",       "net/ipv4/tcp_timestamps",
        "net/ipv4/tcp_fin_timeout",    "net/ipv4/tcp_tw_recycle",
        "net/ipv4/tcp_max_tw_buckets", "net/ipv4/ip_unprivileged_port_start",
        "net/ipv4/tcp_rfc1337",
    };
    static const struct os_version kernels[] = {
        { .kind = OS_LINUX, .major = 6, .minor = 18 },
        { .kind = OS_LINUX, .major = 5, .minor = 12 },
        { .kind = OS_LINUX, .major = 3, .minor = 10 },
    };
    const uint8_t choice = fuzz_last_byte(data, &size);
    char *text = fuzz_string(data, size);

    take_word(text);
    take_number(text, keys[choice % ARRAY_COUNT(keys)],
                &kernels[choice % ARRAY_COUNT(kernels)]);
    take_range(text, choice % 2 ? 1024 : 0);
    take_list(text);
    free(text);
    return 0;
}
