/* SPDX-License-Identifier: MIT */
/* Lines kept, and judged as those of a stage. */
#include "tests/windows-kit/lib/kit_capture.h"

#include <string.h>

#include "tests/windows-kit/lib/kit_result.h"

static void take_line(void *self, const char *line)
{
    struct kit_capture *capture = self;

    text_addf(&capture->output, "%s\n", line);
}

static bool goes_on(void *self)
{
    (void)self;
    return false;
}

struct kit_sink kit_capture_sink(struct kit_capture *capture)
{
    return (struct kit_sink){ .line = take_line, .stopped = goes_on, .self = capture };
}

bool kit_capture_judge(const struct kit_capture *capture, struct error *err)
{
    struct kit_result result = { 0 };
    bool ok = text_ok(&capture->output, err) &&
              kit_result_parse(text_string(&capture->output), &result, err);

    for (size_t i = 0; ok && i < result.count; i++)
        if (result.lines[i].kind == KIT_LINE_NOT_OK)
            ok = error_set(err, ERR_IO, "%s", result.lines[i].words);
    if (ok && result.why[0] && strcmp(result.why, KIT_WHY_NOTHING) != 0)
        ok = error_set(err, ERR_IO, "%s", result.why);
    kit_result_clear(&result);
    return ok;
}

void kit_capture_clear(struct kit_capture *capture)
{
    text_clear(&capture->output);
}
