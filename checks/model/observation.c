/* SPDX-License-Identifier: MIT */
/* Small services around an observation. */
#include "checks/model/observation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "checks/base/utf8.h"

void observation_note(struct observation *seen, const char *format, ...)
{
    va_list arguments;
    char *note;
    int length;

    if (seen->note_count >= OBSERVED_NOTES_MAX)
        return;
    note = seen->notes[seen->note_count++];
    va_start(arguments, format);
    length = vsnprintf(note, OBSERVED_NOTE_SIZE, format, arguments);
    va_end(arguments);
    if (length >= OBSERVED_NOTE_SIZE)
        note[utf8_cut(note, OBSERVED_NOTE_SIZE - 1)] = '\0';
}

const struct observed_setting *observation_setting(const struct observation *seen,
                                                   const char *name)
{
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, name) == 0)
            return &seen->settings[i];
    return NULL;
}
