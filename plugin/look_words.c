/* SPDX-License-Identifier: MIT */
/* Looking finds rate x lifetime, not rate: who was only seen is named without a share,
 * and never behind somebody who makes less. */
#include "plugin/look_words.h"

#include <inttypes.h>
#include <string.h>

#include "checks/base/number.h"
#include "plugin/owner_words.h"

enum { MS_PER_S = 1000 };

/* Those who are called the same: two people are both "a login user". */
struct called {
    struct text words;
    uint32_t opened; /* 0 = seen, not counted */
};

struct callers {
    struct called list[OWNER_SHARES_MAX];
    size_t count;
    uint32_t counted; /* of all of them */
};

static bool is_same(const struct called *called, const struct text *words, bool counted)
{
    return (called->opened > 0) == counted &&
           strcmp(text_string(&called->words), text_string(words)) == 0;
}

/* Takes `words` over. */
static void add_caller(struct callers *callers, struct text *words, uint32_t opened)
{
    size_t at = 0;

    while (at < callers->count && !is_same(&callers->list[at], words, opened > 0))
        at++;
    if (at == callers->count) {
        callers->list[callers->count++] = (struct called){ .words = *words };
        *words = (struct text){ 0 };
    }
    callers->list[at].opened += opened;
    text_clear(words);
}

static void call_all(const struct observation *seen, enum owners_shown shown,
                     struct callers *callers)
{
    for (size_t i = 0; i < seen->look.count; i++) {
        const struct observed_opener *opener = &seen->look.openers[i];
        struct text words = { 0 };

        callers->counted += opener->opened;
        if (opener->owner < seen->owners.count)
            owner_words(&seen->owners.list[opener->owner], shown, &words);
        if (words.length > 0)
            add_caller(callers, &words, opener->opened);
        text_clear(&words);
    }
}

static void callers_clear(struct callers *callers)
{
    for (size_t i = 0; i < callers->count; i++)
        text_clear(&callers->list[i].words);
}

/* Per second: "1,501", or "0.5" where it is less than one. */
static void add_rate(struct text *out, uint32_t count, uint32_t span_ms)
{
    const uint64_t tenths = ((uint64_t)count * 10 * MS_PER_S + span_ms / 2) / span_ms;
    char words[NUMBER_GROUPED_SIZE];

    if (tenths < 10 && tenths > 0) {
        text_addf(out, "0.%" PRIu64, tenths);
        return;
    }
    number_format_grouped((tenths + 5) / 10, words);
    text_add(out, words);
}

static void add_rate_and_share(struct text *out, uint32_t count, uint32_t whole,
                               uint32_t span_ms)
{
    char percent[8];

    add_rate(out, count, span_ms);
    number_format_whole_percent(count, whole, percent);
    text_addf(out, "/s (%s%%)", percent);
}

/* "etl-load.service 1,501/s (83%), php-fpm.service 270/s (15%)" */
static void add_counted(const struct callers *callers, uint32_t whole, uint32_t span_ms,
                        struct text *out)
{
    const char *before = "";

    for (size_t i = 0; i < callers->count; i++) {
        if (callers->list[i].opened == 0)
            continue;
        text_addf(out, "%s%s ", before, text_string(&callers->list[i].words));
        add_rate_and_share(out, callers->list[i].opened, whole, span_ms);
        before = ", ";
    }
}

static size_t count_seen(const struct callers *callers)
{
    size_t count = 0;

    for (size_t i = 0; i < callers->count; i++)
        count += callers->list[i].opened == 0;
    return count;
}

/* `before` etl-load.service, php-fpm.service; nothing where nobody was only seen */
static void add_seen(const struct callers *callers, const char *before, struct text *out)
{

    for (size_t i = 0; i < callers->count; i++) {
        if (callers->list[i].opened > 0)
            continue;
        text_addf(out, "%s%s", before, text_string(&callers->list[i].words));
        before = ", ";
    }
}

static void add_exact(const struct observed_look *look, const struct callers *callers,
                      struct text *out)
{
    add_rate(out, look->opened, look->span_ms);
    text_add(out, " opened/s");
    if (callers->counted > 0 && callers->count > count_seen(callers)) {
        text_add(out, ": ");
        add_counted(callers, look->opened, look->span_ms, out);
    }
    if (look->failed == 0)
        return;
    text_add(out, "; ");
    add_rate(out, look->failed, look->span_ms);
    text_add(out, " more/s found no port");
    add_seen(callers, ", also those of ", out);
}

/* "too short to count (under 67 ms each), seen opening them: etl-load.service" */
static void add_short(const struct observed_look *look, const struct callers *callers,
                      struct text *out)
{
    text_addf(out, "too short to count (under %" PRIu32 " ms each)", look->shortest_ms);
    add_seen(callers, ", seen opening them: ", out);
}

/* Those that lived too short make the larger part. */
static void add_short_first(const struct observed_look *look,
                            const struct callers *callers, struct text *out)
{
    char percent[8];

    number_format_whole_percent(look->closed - callers->counted, look->closed, percent);
    text_addf(out, " closed/s: %s%% are ", percent);
    add_short(look, callers, out);
    if (callers->count > count_seen(callers)) {
        text_add(out, "; counted: ");
        add_counted(callers, look->closed, look->span_ms, out);
    }
}

/* Nothing was closed here first, or those that were counted make the larger part. */
static void add_counted_first(const struct observed_look *look,
                              const struct callers *callers, struct text *out)
{
    const uint32_t whole =
        look->closed > callers->counted ? look->closed : callers->counted;
    const bool any = callers->count > count_seen(callers);

    text_add(out, " closed/s");
    if (callers->count > 0)
        text_add(out, ": ");
    add_counted(callers, whole, look->span_ms, out);
    if (count_seen(callers) == 0)
        return;
    text_add(out, any ? "; the others are " : "connections are ");
    add_short(look, callers, out);
}

void look_words(const struct observation *seen, enum owners_shown shown, struct text *out)
{
    const struct observed_look *look = &seen->look;
    struct callers callers = { 0 };

    if (look->span_ms == 0)
        return;
    call_all(seen, shown, &callers);
    if (look->exact) {
        add_exact(look, &callers, out);
    } else {
        add_rate(out, look->closed, look->span_ms);
        if (look->closed > 2 * callers.counted && shown != OWNERS_NONE)
            add_short_first(look, &callers, out);
        else
            add_counted_first(look, &callers, out);
    }
    callers_clear(&callers);
}
