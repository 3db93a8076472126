/* SPDX-License-Identifier: MIT */
/* JSON: a strict walk of a document, where every complaint carries the path of its place;
 * and values into objects, and those into text. */
#ifndef CHECKS_MODEL_JSON_H
#define CHECKS_MODEL_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

struct json_field;

/*
 * A value and where it stands. Made on the stack, each pointing at its parent, so that a
 * path costs nothing until there is something to complain about. All borrowed.
 */
struct json_reader {
    const struct json_reader *parent; /* NULL at the top */
    const char *key;                  /* in the parent; NULL for an array's item */
    size_t index;                     /* in the parent, of an array's item */
    json_t *value;
    struct text *unknown;           /* at the top: see json_reader_skips; else NULL */
    const struct json_field *field; /* that says what it is; NULL where none does */
    void *root; /* at the top: what the document is read into; may be NULL */
};

/*
 * Parses one document: UTF-8 (a byte order mark is skipped), no duplicate keys. Returns a
 * new reference; NULL with ERR_MALFORMED "line 3, column 7: ..." or ERR_MEMORY.
 */
MUST_CHECK json_t *json_reader_parse(const char *bytes, size_t length, struct error *err);

/* The place of a whole document. */
struct json_reader json_reader_top(json_t *document);

/* Returns false after filling *err with "PATH: ..."; without a path at the top. */
bool json_reader_fail(const struct json_reader *place, struct error *err,
                      const char *format, ...) PRINTF_LIKE(3, 4);

/* The same of its member `key`, whether that is there or not. */
bool json_reader_fail_of(const struct json_reader *place, const char *key,
                         struct error *err, const char *format, ...) PRINTF_LIKE(4, 5);

/* The same, for something that is too much (ERR_LIMIT). */
bool json_reader_limit(const struct json_reader *place, struct error *err,
                       const char *format, ...) PRINTF_LIKE(3, 4);

/* What the whole document is read into; borrowed. */
void *json_reader_root(const struct json_reader *place);

/*
 * Whether what is unknown is left out: so where the top of the document has `unknown`, to
 * which the path of this place is then added (", " between two). False: it is to be
 * complained about.
 */
bool json_reader_skips(const struct json_reader *place);

/* Complains unless it is an object that has no other key than `count` ones: pointers to
 * them stand at `known`, `stride` bytes apart. json_reader_skips is asked about others.
 */
MUST_CHECK bool json_reader_object(const struct json_reader *place, const void *known,
                                   size_t stride, size_t count, struct error *err);

/* Complains unless it is an object, whatever its keys. */
MUST_CHECK bool json_reader_any_object(const struct json_reader *place,
                                       struct error *err);

/* Complains unless the document is an object whose "schema" is `wanted`. */
MUST_CHECK bool json_reader_schema(const struct json_reader *top, int64_t wanted,
                                   struct error *err);

/* Complains unless it is an array of at most `most` items (ERR_LIMIT). */
MUST_CHECK bool json_reader_array(const struct json_reader *place, size_t most,
                                  struct error *err);

/* Goes to a member; false, *member then at an absent value, when there is none. `key`
 * must outlive *member. */
bool json_reader_member(const struct json_reader *place, const char *key,
                        struct json_reader *member);

/* The same; a missing one is an error. */
MUST_CHECK bool json_reader_required(const struct json_reader *place, const char *key,
                                     struct json_reader *member, struct error *err);

/* Goes to an item of an array; `index` is below its size. */
struct json_reader json_reader_item(const struct json_reader *place, size_t index);

/* Typed reads. A wrong type and a number outside lowest..highest are ERR_MALFORMED with
 * what was expected; *out is then unchanged. */
MUST_CHECK bool json_reader_integer(const struct json_reader *place, int64_t lowest,
                                    int64_t highest, int64_t *out, struct error *err);
MUST_CHECK bool json_reader_boolean(const struct json_reader *place, bool *out,
                                    struct error *err);

/* The characters of a string, borrowed. */
MUST_CHECK bool json_reader_string(const struct json_reader *place, const char **out,
                                   struct error *err);

/* Copies a string of one line without control characters; ERR_LIMIT when it does not fit
 * into `size` bytes with its NUL. */
MUST_CHECK bool json_reader_line(const struct json_reader *place, char *out, size_t size,
                                 struct error *err);

/*
 * Adds the value (borrowed), with Jansson's JSON_... flags, and with "\u202e" for each
 * character that utf8_stand_in would not print; out->failed is set when that could not be
 * done whole, also for NULL: a value that could not be made.
 */
void json_text_add(const json_t *value, size_t flags, struct text *out);

struct setting_value;

/*
 * Puts a value that is given away under `key`. One that could not be made (NULL) or put
 * makes *ok false, which is looked at once, at the end: no document with something
 * missing may be printed.
 */
void json_put(json_t *object, const char *key, json_t *value, bool *ok);

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
