/* SPDX-License-Identifier: MIT */
/* The release of the kernel, addresses and times: words that are decoded whole. */
#include <stdlib.h>
#include <string.h>

#include "checks/model/os.h"
#include "checks/model/socket_row.h"
#include "checks/model/utc_time.h"
#include "tests/fuzz/lib/fuzz.h"

static void parse_address(const char *text)
{
    struct ip_address address;
    struct ip_address again;
    char printed[IP_ADDRESS_TEXT_SIZE];

    if (!ip_address_parse(text, &address))
        return;
    ip_address_format(&address, printed);
    FUZZ_MUST(ip_address_parse(printed, &again));
    FUZZ_MUST(memcmp(&address, &again, sizeof address) == 0);
}

static void parse_time(const char *text)
{
    char printed[UTC_TIME_TEXT_SIZE];
    int64_t time_s = -7;

    if (utc_time_parse(text, &time_s)) {
        utc_time_format(time_s, printed);
        FUZZ_MUST(strcmp(printed, text) == 0);
    } else {
        FUZZ_MUST(time_s == -7);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_string(data, size);

    FUZZ_MUST(linux_release_decode(text).kind == OS_LINUX);
    parse_address(text);
    parse_time(text);
    free(text);
    return 0;
}
