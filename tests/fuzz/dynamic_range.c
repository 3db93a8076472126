/* SPDX-License-Identifier: MIT */
/* What WMI's instances tell of the dynamic range: records of kind and number, four times.
 */
#include <string.h>

#include "checks/decode/dynamic_range.h"
#include "tests/fuzz/lib/fuzz.h"

enum { SETTINGS = 16, NUMBERS = 4, NUMBER_SIZE = 9 };

/* One byte of kind, eight of value. */
static struct wmi_number number_at(const uint8_t *data)
{
    struct wmi_number number = { .kind = (enum wmi_kind)(data[0] % 3) };

    memcpy(&number.value, data + 1, sizeof number.value);
    return number;
}

static void judge_auto_reuse(const struct wmi_setting *settings, size_t count)
{
    struct port_range range = { 7, 8 };
    struct error err = { 0 };
    bool differ = false;

    if (fuzz_outcome(dynamic_range_reuse_from_wmi(settings, count, &range, &differ, &err),
                     &err))
        FUZZ_MUST(range.first <= range.last && (range.first > 0 || range.last == 0));
    else
        FUZZ_MUST(range.first == 7 && range.last == 8);
    FUZZ_MUST(!differ || (count > 1 && range.first > 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wmi_setting settings[SETTINGS];
    struct port_range range = { 7, 8 };
    struct error err = { 0 };
    bool differ = false;
    size_t count = 0;

    for (; count < SETTINGS && size >= NUMBERS * NUMBER_SIZE; count++) {
        settings[count] =
            (struct wmi_setting){ number_at(data), number_at(data + NUMBER_SIZE),
                                  number_at(data + 2 * NUMBER_SIZE),
                                  number_at(data + 3 * NUMBER_SIZE) };
        data += NUMBERS * NUMBER_SIZE;
        size -= NUMBERS * NUMBER_SIZE;
    }
    if (fuzz_outcome(dynamic_range_from_wmi(settings, count, &range, &differ, &err),
                     &err))
        FUZZ_MUST(range.first >= 1 && range.first <= range.last);
    else
        FUZZ_MUST(range.first == 7 && range.last == 8);
    FUZZ_MUST(!differ || count > 1);
    judge_auto_reuse(settings, count);
    return 0;
}
