/* SPDX-License-Identifier: MIT */
/* The identities of machines and of boots: digests are digests, the same is the same. */
#include <stdlib.h>
#include <string.h>

#include "checks/model/boot_id.h"
#include "checks/model/machine_id.h"
#include "tests/fuzz/lib/fuzz.h"

static void digest(const void *bytes, size_t size)
{
    char *copy = fuzz_copy(bytes, size);
    struct text out = { 0 };

    machine_id_add_digest(copy, size, &out);
    FUZZ_MUST(out.length == 0 || machine_id_is_digest(text_string(&out)));
    FUZZ_MUST(!machine_id_differs(text_string(&out), text_string(&out)));
    FUZZ_MUST(size == 32 || size == 33 || out.length == 0);
    text_clear(&out);
    free(copy);
}

static void compare(const char *then, const char *now)
{
    const bool same = boot_id_is_same(then, now);

    FUZZ_MUST(!same || (*then && *now));
    FUZZ_MUST(machine_id_differs(then, now) == machine_id_differs(now, then));
    (void)boot_id_is_same(now, then);
}

/* A line each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[3]; /* a NULL ends them */
    size_t count;

    digest(data, size);
    count = fuzz_words(data, size, words, 2);
    if (count == 2)
        compare(words[0], words[1]);
    if (count > 0)
        free(words[0]);
    return 0;
}
