/* SPDX-License-Identifier: MIT */
/* JSON values as text. */
#ifndef CHECKS_MODEL_JSON_TEXT_H
#define CHECKS_MODEL_JSON_TEXT_H

#include <jansson.h>
#include <stddef.h>

#include "checks/base/text.h"

/*
 * Adds the value (borrowed), with Jansson's JSON_... flags; out->failed is set when that
 * could not be done whole, also for NULL: a value that could not be made.
 */
void json_text_add(const json_t *value, size_t flags, struct text *out);

#endif
