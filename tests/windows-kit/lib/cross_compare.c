/* SPDX-License-Identifier: MIT */
/* One look is the end of a try and the begin of the next one. */
#include "tests/windows-kit/lib/cross_compare.h"

#include <string.h>

static bool differs(const struct cross_tool *tool, const struct cross_comparison *found)
{
    for (size_t i = 0; i < tool->count; i++)
        if (found[tool->names[i]].verdict == CROSS_DIFFERENT)
            return true;
    return false;
}

/* Facts that were the same once stay so. */
static void judge(const struct cross_tool *tool, const struct cross_facts *before,
                  const struct cross_facts *theirs, const struct cross_facts *after,
                  struct cross_comparison *found)
{
    for (size_t i = 0; i < tool->count; i++) {
        const enum cross_name name = tool->names[i];
        struct cross_comparison *of = &found[name];

        if (of->verdict == CROSS_SAME)
            continue;
        *of = (struct cross_comparison){ .before = before->of[name],
                                         .theirs = theirs->of[name],
                                         .after = after->of[name] };
        of->verdict = cross_judge(&of->before, &of->theirs, &of->after);
    }
}

/* Which of the tools are run in a try: first all, then those that differ. */
static size_t choose(const struct cross_tool *const *tools, size_t count, int tries,
                     const struct cross_comparison *found,
                     const struct cross_tool **chosen)
{
    size_t some = 0;

    for (size_t i = 0; i < count && some < CROSS_TOOLS_MAX; i++)
        if (tries == 0 || differs(tools[i], found))
            chosen[some++] = tools[i];
    return some;
}

bool cross_compare(const struct cross_tool *const *tools, size_t count,
                   const struct cross_asker *asker, struct cross_look *look,
                   struct cross_comparison *found)
{
    static struct cross_facts before;
    static struct cross_facts theirs;
    const struct cross_tool *chosen[CROSS_TOOLS_MAX];

    memset(found, 0, CROSS_NAME_COUNT * sizeof *found);
    for (int tries = 0; tries < CROSS_TRIES_MAX; tries++) {
        const size_t some = choose(tools, count, tries, found, chosen);

        if (some == 0 || (tries > 0 && !asker->may_try_again(asker->context)))
            break;
        before = look->facts;
        theirs = (struct cross_facts){ 0 };
        for (size_t i = 0; i < some; i++)
            chosen[i]->read(look, &theirs);
        if (!asker->look(asker->context, look))
            return false;
        for (size_t i = 0; i < some; i++)
            judge(chosen[i], &before, &theirs, &look->facts, found);
    }
    return true;
}
