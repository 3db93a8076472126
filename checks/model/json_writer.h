/* SPDX-License-Identifier: MIT */
/* Values into JSON objects, and those into text; the way back is json_reader.h. */
#ifndef CHECKS_MODEL_JSON_WRITER_H
#define CHECKS_MODEL_JSON_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/text.h"

/*
 * Adds the value (borrowed), with Jansson's JSON_... flags; out->failed is set when that
 * could not be done whole, also for NULL: a value that could not be made.
 */
void json_text_add(const json_t *value, size_t flags, struct text *out);

struct setting_value;

/*
 * Puts a value that is given away under `key`. One that could not be made (NULL) or put
 * makes *ok false, which is looked at once, at the end: no document with something
 * missing may be printed. So do the functions below.
 */
void json_put(json_t *object, const char *key, json_t *value, bool *ok);

/* A count; beyond INT64_MAX it is that. */
void json_put_number(json_t *object, const char *key, uint64_t number, bool *ok);

/* Foreign text, made harmless by json_clean. */
void json_put_clean(json_t *object, const char *key, const char *foreign, bool *ok);

/* Unix time as "2026-01-31T23:59:59Z". */
void json_put_time(json_t *object, const char *key, int64_t time_s, bool *ok);

/*
 * A new string of foreign text, which may hold any bytes: UTF-8 of one line
 * (text_add_clean). NULL: out of memory.
 */
json_t *json_clean(const char *foreign);

/* A new string of a Unix time. NULL: out of memory. */
json_t *json_time(int64_t time_s);

/* A new number, or the string "FIRST-LAST" of a range. NULL: out of memory. */
json_t *json_setting_value(const struct setting_value *value);

#endif
