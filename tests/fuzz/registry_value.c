/* SPDX-License-Identifier: MIT */
/* Registry values as the reader judges them, and as the journal keeps and returns them.
 * The first four bytes are the type. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "checks/decode/registry_value.h"
#include "remediate/writer/registry_text.h"
#include "tests/fuzz/lib/fuzz.h"

static void decode(uint32_t type, const uint8_t *data, size_t size)
{
    struct observed_setting seen = { .reason = "old" };

    registry_value_decode(type, data, size, &seen);
    if (seen.presence == SETTING_SET) {
        FUZZ_MUST(type == REGISTRY_TYPE_DWORD && size == 4 && seen.reason[0] == '\0');
        FUZZ_MUST(seen.value.number >= 0 && seen.value.number <= UINT32_MAX);
    } else {
        FUZZ_MUST(seen.presence == SETTING_WRONG_TYPE);
        FUZZ_MUST(strncmp(seen.reason, "is ", 3) == 0);
    }
}

static void there_and_back(uint32_t type, const uint8_t *data, size_t size)
{
    struct text text = { 0 };
    struct text bytes = { 0 };
    struct error err = { 0 };
    uint32_t type_again = 0;

    registry_text_add(type, data, size, &text);
    if (fuzz_outcome(registry_text_parse(text_string(&text), &type_again, &bytes, &err),
                     &err)) {
        FUZZ_MUST(type_again == type && bytes.length == size);
        FUZZ_MUST(size == 0 || memcmp(bytes.data, data, size) == 0);
    }
    text_clear(&text);
    text_clear(&bytes);
}

static void parse(const uint8_t *data, size_t size)
{
    char *string = fuzz_string(data, size);
    struct place place;
    struct text bytes = { 0 };
    struct text text = { 0 };
    struct error err = { 0 };
    uint32_t type = 4711;

    if (fuzz_outcome(registry_text_parse(string, &type, &bytes, &err), &err))
        registry_text_add(type, text_string(&bytes), bytes.length, &text);
    else
        FUZZ_MUST(type == 4711 && bytes.length == 0);
    error_clear(&err);
    if (fuzz_outcome(place_registry_parse(string, &place, &err), &err))
        FUZZ_MUST(place.value[0] != '\0' && !strchr(place.value, '\\'));
    text_clear(&bytes);
    text_clear(&text);
    free(string);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t type;

    parse(data, size);
    if (size < sizeof type)
        return 0;
    memcpy(&type, data, sizeof type);
    decode(type, data + sizeof type, size - sizeof type);
    there_and_back(type, data + sizeof type, size - sizeof type);
    return 0;
}
