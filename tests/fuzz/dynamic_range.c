/* SPDX-License-Identifier: MIT */
/* What WMI's instances tell of the dynamic range: records of kind and number, twice. */
#include <string.h>

#include "checks/decode/dynamic_range.h"
#include "tests/fuzz/lib/fuzz.h"

enum { SETTINGS = 16, NUMBER_SIZE = 9 };

/* One byte of kind, eight of value. */
static struct wmi_number number_at(const uint8_t *data)
{
    struct wmi_number number = { .kind = (enum wmi_kind)(data[0] % 3) };

    memcpy(&number.value, data + 1, sizeof number.value);
    return number;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wmi_setting settings[SETTINGS];
    struct port_range range = { 7, 8 };
    struct error err = { 0 };
    bool differ = false;
    size_t count = 0;

    for (; count < SETTINGS && size >= 2 * NUMBER_SIZE; count++) {
        settings[count] =
            (struct wmi_setting){ number_at(data), number_at(data + NUMBER_SIZE) };
        data += 2 * NUMBER_SIZE;
        size -= 2 * NUMBER_SIZE;
    }
    if (fuzz_outcome(dynamic_range_from_wmi(settings, count, &range, &differ, &err),
                     &err))
        FUZZ_MUST(range.first >= 1 && range.first <= range.last);
    else
        FUZZ_MUST(range.first == 7 && range.last == 8);
    FUZZ_MUST(!differ || count > 1);
    return 0;
}
