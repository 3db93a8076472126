/* SPDX-License-Identifier: MIT */
/* Words by a table: where each one goes. */
#include "tests/windows-kit/lib/kit_words.h"

#include <stddef.h>
#include <string.h>

#include "tests/windows-kit/lib/kit_stages.h"

struct word {
    const char *name;
    size_t offset;
    bool has_name; /* the next word is its value */
};

static const struct word known[] = {
    { "/user", offsetof(struct kit_words, user), false },
    { "/ci", offsetof(struct kit_words, ci), false },
    { "/yes", offsetof(struct kit_words, yes), false },
    { "/restart", offsetof(struct kit_words, restart), false },
    { "/restore", offsetof(struct kit_words, restore), false },
    { "/resume", offsetof(struct kit_words, resume), false },
    { "/as-is", offsetof(struct kit_words, as_is), false },
    { "/stage", offsetof(struct kit_words, stage), true },
    { "/pipe", offsetof(struct kit_words, pipe), true },
};

static const struct word *find(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(known); i++)
        if (_stricmp(known[i].name, name) == 0)
            return &known[i];
    return NULL;
}

static bool check(const struct kit_words *words, struct error *err)
{
    if (words->restore && words->resume)
        return error_set(err, ERR_MALFORMED, "/restore and /resume exclude each other");
    if ((words->restore || words->resume) && (words->stage || words->user))
        return error_set(err, ERR_MALFORMED,
                         "/restore and /resume take neither /stage nor /user");
    if (words->restart && (words->ci || words->user))
        return error_set(err, ERR_MALFORMED, "/restart excludes /ci and /user");
    return !words->stage || kit_stage_find(words->stage) ||
           error_set(err, ERR_ABSENT, "there is no stage '%s'", words->stage);
}

bool kit_words_parse(int count, char **words, struct kit_words *out, struct error *err)
{
    struct kit_words parsed = { 0 };

    for (int i = 1; i < count; i++) {
        const struct word *word = find(words[i]);
        char *place = (char *)&parsed + (word ? word->offset : 0);

        if (!word)
            return error_set(err, ERR_MALFORMED, "unknown word '%s'", words[i]);
        if (!word->has_name) {
            *(bool *)(void *)place = true;
            continue;
        }
        if (++i == count)
            return error_set(err, ERR_MALFORMED, "%s needs a name", word->name);
        *(const char **)(void *)place = words[i];
    }
    if (!check(&parsed, err))
        return false;
    *out = parsed;
    return true;
}
