/* SPDX-License-Identifier: MIT */
/* The sums of a journal, so that a changed line is looked at. */
#include "tests/fuzz/lib/sums.h"

#include <inttypes.h>
#include <string.h>

#include "checks/model/crc32.h"

void fuzz_add_sums(const uint8_t *data, size_t size, struct text *out)
{
    while (size > 0) {
        const uint8_t *end = memchr(data, '\n', size);
        size_t length = end ? (size_t)(end - data) : size;
        size_t sum = length > 9 && data[8] == ' ' ? 9 : 0;

        text_addf(out, "%08" PRIx32 " ", crc32_add(0, data + sum, length - sum));
        text_add_bytes(out, data + sum, length - sum);
        if (end)
            text_add(out, "\n");
        data += length + (end != NULL);
        size -= length + (end != NULL);
    }
}
