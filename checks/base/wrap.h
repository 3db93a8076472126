/* SPDX-License-Identifier: MIT */
/* Words for a person at a terminal, in lines that fit, beside a short label. */
#ifndef CHECKS_BASE_WRAP_H
#define CHECKS_BASE_WRAP_H

#include <stddef.h>

#include "checks/base/text.h"

/* How wide a screen is, and its column of labels. */
struct wrap {
    size_t width;  /* of a whole line; characters */
    size_t indent; /* where words begin; the label stands before */
};

/*
 * Adds `paragraphs` (clean text, each ends with a newline, the last one may not) as lines
 * of at most `width` characters, the first one behind `label`. What a paragraph does not
 * hold in its first line is set in by two more. A word that is longer than a line stands
 * alone, whole. Nothing where there is no paragraph.
 */
void wrap_add(const struct wrap *wrap, const char *label, const char *paragraphs,
              struct text *out);

#endif
