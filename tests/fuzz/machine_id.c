/* SPDX-License-Identifier: MIT */
/* The identities of machines and of boots: digests are digests, the same is the same. Of
 * boots four lines: what the system told and the mark, then and now. */
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

/* Text that holds no mark of its own. */
static bool is_plain(const char *word)
{
    return !strstr(word, "; mark ");
}

/* An empty mark is none. */
static void add_boot(const char *told, const char *mark, struct text *out)
{
    text_add(out, told);
    if (*mark)
        boot_id_add_mark(mark, out);
}

/* A mark that was recorded decides, unless it cannot be read now. */
static bool expect_same(char *const words[4])
{
    const bool told = words[0][0] && strcmp(words[0], words[2]) == 0;

    if (words[1][0] && strcmp(words[3], BOOT_MARK_UNREAD) != 0)
        return strcmp(words[1], words[3]) == 0;
    return told;
}

static void compare_boots(char *const words[4])
{
    struct text then = { 0 };
    struct text now = { 0 };

    for (size_t i = 0; i < 4; i++)
        if (!is_plain(words[i]))
            return;
    add_boot(words[0], words[1], &then);
    add_boot(words[2], words[3], &now);
    FUZZ_MUST(boot_id_is_same(text_string(&then), text_string(&now)) ==
              expect_same(words));
    text_clear(&then);
    text_clear(&now);
}

/* A line each. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *words[5]; /* a NULL ends them */
    size_t count;

    digest(data, size);
    count = fuzz_words(data, size, words, 4);
    if (count >= 2)
        compare(words[0], words[1]);
    if (count == 4)
        compare_boots(words);
    if (count > 0)
        free(words[0]);
    return 0;
}
