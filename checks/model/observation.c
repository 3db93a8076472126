/* SPDX-License-Identifier: MIT */
/* Notes of an observation. */
#include "checks/model/observation.h"

#include <stdarg.h>
#include <stdio.h>

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
