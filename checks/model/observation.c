/* SPDX-License-Identifier: MIT */
/* Small services around an observation. */
#include "checks/model/observation.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Takes a character that was cut in its middle off the end: a note stays UTF-8. */
static void trim_cut_character(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    unsigned char lead;
    size_t wanted;

    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    lead = (unsigned char)text[--start];
    wanted = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length - start < wanted)
        text[start] = '\0';
}

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
        trim_cut_character(note);
}

const struct observed_setting *observation_setting(const struct observation *seen,
                                                   const char *name)
{
    for (size_t i = 0; i < seen->setting_count; i++)
        if (strcmp(seen->settings[i].name, name) == 0)
            return &seen->settings[i];
    return NULL;
}
