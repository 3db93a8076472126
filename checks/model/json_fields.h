/* SPDX-License-Identifier: MIT */
/*
 * A struct as a JSON object, by one table: each row is a key, where its value stands in
 * the struct, and what it may be. The same row reads the key, writes it, knows it among
 * unknown ones, and complains with the path of its place. A new key is one row, and one
 * in packaging/schema, which tests/support/schema.h holds against the tables.
 */
#ifndef CHECKS_MODEL_JSON_FIELDS_H
#define CHECKS_MODEL_JSON_FIELDS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/json.h"

struct json_field;
struct json_table;

/* What is written at the moment. `ok` becomes false when a value could not be made. */
struct json_writer {
    const void *root; /* for values that need more than their struct; borrowed */
    bool ok;
    const struct json_field *field; /* the row */
};

/*
 * How a value is read and written; NULL for what is only written or only read. The row is
 * place->field and writer->field; `out` and `in` are at its offset. `write` returns a new
 * value, NULL: out of memory. `is_none`: whether there is nothing to tell; NULL: all
 * bytes of the value are zero. For the schema's test: `schema` is the type that it has
 * there, NULL when it has none of its own; `entry` the table of what stands under names,
 * or in an array.
 */
struct json_kind {
    const char *schema;
    bool (*read)(const struct json_reader *place, void *out, struct error *err);
    json_t *(*write)(struct json_writer *writer, const void *in);
    bool (*is_none)(const struct json_writer *writer, const void *in);
    const struct json_table *entry;
};

enum json_field_flags {
    JSON_FLAG_OPTIONAL = 1, /* read: may be missing, the struct then keeps what it has;
                               only written: `via` may be NULL */
    JSON_FLAG_IF_ANY = 2,   /* the same, and not written where there is none */
    JSON_FLAG_OR_NULL = 4,  /* null is written instead of nothing */
    JSON_FLAG_ANY_TYPE = 8, /* read: a word of another type is just another word */
    JSON_FLAG_EXACT = 16,   /* owned text is written as it is, not made harmless */
};
#define FIELD_OPTIONAL    .flags = JSON_FLAG_OPTIONAL
#define FIELD_IF_ANY      .flags = JSON_FLAG_IF_ANY
#define FIELD_OR_NULL     .flags = JSON_FLAG_OR_NULL
#define FIELD_ANY_OR_NULL .flags = JSON_FLAG_IF_ANY | JSON_FLAG_OR_NULL

/* FIELD_... fill most of it. */
struct json_field {
    const char *key; /* first: see json_reader_object */
    const struct json_kind *kind;
    size_t offset; /* in the struct */
    size_t size;   /* bytes; of an element, where it has several */
    size_t whole;  /* bytes of the struct */
    unsigned int flags;
    unsigned int rank; /* those of a lower one are written before it */
    /* FIELD_AT of a pointer to the struct; only written, and not when it is NULL. */
    size_t via;
    bool (*when)(const void *in); /* written only then; NULL: always */
    size_t known;                 /* FIELD_KNOWN: where that member stands, and */
    size_t known_size;            /* its bytes */
    int64_t lowest;  /* of a number; it is brought there when it is written. Both 0: */
    int64_t highest; /* as far as its type goes */
    const struct json_kind *item; /* of each element */
    size_t count;                 /* FIELD_AT of a size_t: how many elements are used */
    const char *const *names;     /* of a word; of FIELD_BY_WORD the keys */
    size_t name_count;
    /* What a complaint asks for: of a word "expected ..."; of a line that may not be
     * empty "a name"; of a time "like ...". */
    const char *expected;
    json_t *(*make)(const void *in); /* of FIELD_MADE, FIELD_MADE_BY */
    json_t *(*make_by)(struct json_writer *writer, const void *in);
    void (*print)(const void *in, struct text *out); /* of FIELD_PRINTED */
    /* What holds of the member once it is read into the struct `in`. NULL: no more. */
    bool (*check)(const struct json_reader *member, const void *in, struct error *err);
    const void *detail;            /* of an object: its table; of a constant: itself */
    const struct json_field *rows; /* of an object that needs no table */
    size_t row_count;
};

struct json_table {
    const struct json_field *fields;
    size_t count;
    /* The keys before these, of the struct to which the pointer at `via` (FIELD_AT)
     * leads; only written. A row here of the same key overrides theirs, in their place.
     */
    const struct json_table *before;
    size_t via;
    /* What the object holds instead where that one's first key is there: why there is
     * nothing else. Written unless `known`, or while that key has something to say. */
    const struct json_table *otherwise;
    size_t known; /* FIELD_AT of a bool: set where the object holds these keys */
    /* What holds between the fields; called once all are read. NULL: nothing. */
    bool (*check)(const struct json_reader *place, const void *in, struct error *err);
};
#define JSON_ROWS(rows) .fields = (rows), .count = ARRAY_COUNT(rows)

/* Where a member stands; 0 means nowhere. */
#define FIELD_AT(tag, member) (1 + offsetof(struct tag, member))

/* Written only where that member is not 0; optional; of a bool, reading sets it. */
#define FIELD_KNOWN(tag, member)                                                         \
    .known = FIELD_AT(tag, member), .known_size = sizeof(((struct tag *)0)->member)

/* The parts of a row; a member of another type than these take does not compile. */
#define FIELD_PLACE(tag, member)                                                         \
    .offset = offsetof(struct tag, member), .size = sizeof(((struct tag *)0)->member),   \
    .whole = sizeof(struct tag)
#define FIELD_CUSTOM(tag, member, json_kind)                                             \
    .kind = &(json_kind), FIELD_PLACE(tag, member)

/* A truth value, a number, or one line of text: in place, or owned. */
#define FIELD_VALUE(tag, member)                                                         \
    .kind = _Generic(&((struct tag *)0)->member, bool *                                 \
                     : &kind_boolean, uint16_t *                                         \
                     : &kind_unsigned, uint32_t *                                        \
                     : &kind_unsigned, uint64_t *                                        \
                     : &kind_unsigned, int64_t *                                         \
                     : &kind_integer, char **                                            \
                     : &kind_text, const char **                                         \
                     : &kind_text, char(*)[sizeof(((struct tag *)0)->member)]           \
                     : &kind_line),                                                      \
    FIELD_PLACE(tag, member)

/* A number of ports in a uint32_t. */
#define FIELD_PORTS(tag, member) FIELD_VALUE(tag, member), .highest = UINT16_MAX

/* Unix time as "2026-01-31T23:59:59Z"; `lowest` 1: the first second of 1970 is none. */
#define FIELD_TIME(tag, member)                                                          \
    .kind = _Generic(((struct tag *)0)->member, int64_t                                  \
                     : &kind_moment),                                                    \
    FIELD_PLACE(tag, member)

/* An enum or a bool by the array of its words; those below `lowest` are only written. */
#define FIELD_WORD(tag, member, words)                                                   \
    FIELD_CUSTOM(tag, member, kind_word),                                                \
        .names = (words),                                                                \
        .name_count = ARRAY_COUNT(words) * FIELD_IS_WORD(((struct tag *)0)->member)
#define FIELD_IS_WORD(member)                                                            \
    sizeof(char[sizeof(member) == sizeof(int) || sizeof(member) == sizeof(bool) ? 1 : -1])
#define FIELD_NAMES(words) .names = (words), .name_count = ARRAY_COUNT(words)

/* The whole struct, for a value that is made of several members; of an object too. */
#define FIELD_SAME(tag, json_kind)                                                       \
    .kind = &(json_kind), .size = sizeof(struct tag), .whole = sizeof(struct tag)

/* A value that a function makes of the whole struct; only written. */
#define FIELD_MADE(function)    .kind = &kind_made, .make = (function)
#define FIELD_MADE_BY(function) .kind = &kind_made, .make_by = (function)

/* A line that a function prints; FIELD_OR_NULL: null where it prints nothing. */
#define FIELD_PRINTED(function) .kind = &kind_made, .print = (function)

/* The schema, which json_reader_schema has looked at; a line that is told to people. */
#define FIELD_SCHEMA(number) .kind = &kind_schema, .highest = (number)
#define FIELD_CONSTANT(text) .kind = &kind_constant, .detail = (text)

/* A struct by its own table (struct json_table *). */
#define FIELD_OBJECT(tag, member, table)                                                 \
    FIELD_CUSTOM(tag, member, kind_object), .detail = (table)

/* The same by rows alone, where there is no more to say. */
#define FIELD_ROWS(tag, member, field_rows)                                              \
    FIELD_CUSTOM(tag, member, kind_object), FIELD_ROWS_OF(field_rows)
#define FIELD_ROWS_OF(field_rows)                                                        \
    .rows = (field_rows), .row_count = ARRAY_COUNT(field_rows)

/* An array member, of which `counter` elements are used. `detail` is the item's. */
#define FIELD_LIST(tag, member, counter, item_type)                                      \
    FIELD_CUSTOM(tag, member[0], kind_list),                                             \
        .item = &(item_type),                                                            \
        .count =                                                                         \
            FIELD_AT(tag, counter) * _Generic(((struct tag *)0)->counter, size_t : 1),   \
        .highest = ARRAY_COUNT(((struct tag *)0)->member)

/* An array member with one element per word: an object with these keys, all optional. */
#define FIELD_BY_WORD(tag, member, words, item_type)                                     \
    FIELD_CUSTOM(tag, member[0], kind_by_word), .item = &(item_type), FIELD_NAMES(words)

extern const struct json_kind kind_boolean, kind_unsigned, kind_integer, kind_line,
    kind_text, kind_moment, kind_word, kind_object, kind_list, kind_by_word, kind_schema,
    kind_constant, kind_made;

/*
 * Reads an object into a struct: unknown keys, each key in the order of the rows, and
 * what holds between them. ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY; *out is then rubbish,
 * but what is owned in it is there or NULL. `out` holds what missing keys mean.
 */
MUST_CHECK bool json_fields_read(const struct json_reader *place,
                                 const struct json_table *table, void *out,
                                 struct error *err);

/* The same in two steps, where the struct is prepared between: unknown keys, the rest. */
MUST_CHECK bool json_fields_known(const struct json_reader *place,
                                  const struct json_table *table, struct error *err);
MUST_CHECK bool json_fields_values(const struct json_reader *place,
                                   const struct json_table *table, void *out,
                                   struct error *err);

/* A new object of what the struct holds; NULL, and writer->ok false: out of memory. */
json_t *json_fields_write(struct json_writer *writer, const struct json_table *table,
                          const void *in);

/* The same with a writer of its own. NULL: out of memory. */
json_t *json_fields_new(const struct json_table *table, const void *root, const void *in);

/* A new array of `count` structs, `size` bytes each. */
json_t *json_fields_list(struct json_writer *writer, const struct json_table *table,
                         const void *first, size_t size, size_t count);

/* Adds the same as text with Jansson's JSON_... flags and a final newline. ERR_MEMORY. */
MUST_CHECK bool json_fields_print(const struct json_table *table, const void *in,
                                  size_t flags, struct text *out, struct error *err);

#endif
