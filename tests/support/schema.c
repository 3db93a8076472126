/* SPDX-License-Identifier: MIT */
/* Both ways: a row that the schema lacks, and a key of the schema without a row. */
#include "tests/support/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"

enum { SCHEMA_DEPTH_MAX = 8 };

/* The schema, and what is wrong with it. */
struct holder {
    const json_t *root;
    bool reads;
    struct text wrong;
};

/* Where in the document. */
struct spot {
    const struct spot *parent;
    const char *key;
};

static void add_path(const struct spot *spot, struct text *out)
{
    if (spot->parent)
        add_path(spot->parent, out);
    text_addf(out, "%s%s", spot->parent && spot->parent->parent ? "." : "", spot->key);
}

static void complain(struct holder *holder, const struct spot *spot, const char *what)
{
    add_path(spot, &holder->wrong);
    text_addf(&holder->wrong, ": %s\n", what);
}

/* Where a JSON pointer leads. */
static const json_t *pointed(const json_t *node, const char *pointer)
{
    char key[64];

    while (*pointer == '/') {
        const size_t length = strcspn(pointer + 1, "/");

        (void)snprintf(key, sizeof key, "%.*s", (int)length, pointer + 1);
        node = json_object_get(node, key);
        pointer += length + 1;
    }
    return node;
}

/* A keyword of the schema, or of what it refers to. */
static const json_t *keyword(const struct holder *holder, const json_t *node,
                             const char *word)
{
    for (int depth = 0; node && depth < SCHEMA_DEPTH_MAX; depth++) {
        const char *ref = json_string_value(json_object_get(node, "$ref"));

        if (json_object_get(node, word))
            return json_object_get(node, word);
        node = ref ? pointed(holder->root, ref + 1) : NULL;
    }
    return NULL;
}

static const char *type_of(const json_t *value)
{
    return json_is_string(value)    ? "string"
           : json_is_integer(value) ? "integer"
           : json_is_null(value)    ? "null"
                                    : "boolean";
}

/* Whether the schema allows values of that type; integers are numbers too. */
static bool allows(const struct holder *holder, const json_t *node, const char *type)
{
    const json_t *types = keyword(holder, node, "type");
    const json_t *any = keyword(holder, node, "anyOf");
    const json_t *words = keyword(holder, node, "enum");
    const json_t *one = keyword(holder, node, "const");

    for (size_t i = 0; i < json_array_size(any); i++)
        if (allows(holder, json_array_get(any, i), type))
            return true;
    for (size_t i = 0; i < json_array_size(types); i++)
        if (strcmp(json_string_value(json_array_get(types, i)), type) == 0)
            return true;
    for (size_t i = 0; i < json_array_size(words); i++)
        if (strcmp(type_of(json_array_get(words, i)), type) == 0)
            return true;
    return (json_is_string(types) && strcmp(json_string_value(types), type) == 0) ||
           (one && strcmp(type_of(one), type) == 0);
}

/* The alternative number `index` of those that are no null; the schema itself, where it
 * has none. */
static const json_t *alternative(const struct holder *holder, const json_t *node,
                                 size_t index)
{
    const json_t *any = keyword(holder, node, "anyOf");

    for (size_t i = 0; i < json_array_size(any); i++) {
        const json_t *one = json_array_get(any, i);

        if (allows(holder, one, "null"))
            continue;
        if (index-- == 0)
            return one;
    }
    return any || index > 0 ? NULL : node;
}

static bool has_word(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *entry = json_string_value(json_array_get(list, i));

        if (entry && strcmp(entry, word) == 0)
            return true;
    }
    return false;
}

static void check_words(struct holder *holder, const struct spot *spot,
                        const json_t *list, const struct json_field *field)
{
    const size_t first = field->kind == &kind_word ? (size_t)field->lowest : 0;
    size_t known = field->name_count - first;

    for (size_t i = first; i < field->name_count; i++)
        if (!has_word(list, field->names[i]))
            complain(holder, spot, field->names[i]);
    for (size_t i = 0; i < json_array_size(list); i++)
        known += json_is_null(json_array_get(list, i));
    if (json_array_size(list) != known)
        complain(holder, spot, "the schema has other words than the program");
}

/* The schema's lower end may be higher: what holds between values can say so. */
static void check_bound(struct holder *holder, const struct spot *spot,
                        const json_t *node, const char *word, int64_t wanted)
{
    const json_t *bound = keyword(holder, node, word);
    const bool lower = strcmp(word, "minimum") == 0;
    const int64_t found = bound   ? (int64_t)json_integer_value(bound)
                          : lower ? INT64_MIN
                                  : INT64_MAX;

    if (lower ? found < wanted : found != wanted)
        complain(holder, spot, word);
}

static void check_bounds(struct holder *holder, const struct spot *spot,
                         const struct json_field *field, const json_t *node)
{
    const bool is_signed = field->kind == &kind_integer;
    const bool bounded = !is_signed || field->lowest != 0 || field->highest != 0;
    const int64_t most = is_signed || field->size == sizeof(uint64_t) ? INT64_MAX
                         : field->size == sizeof(uint32_t)            ? UINT32_MAX
                                                                      : UINT16_MAX;

    check_bound(holder, spot, node, "minimum", bounded ? field->lowest : INT64_MIN);
    check_bound(holder, spot, node, "maximum",
                field->highest != 0 ? field->highest : most);
}

static void check_table(struct holder *holder, const struct spot *spot,
                        const struct json_table *table, const json_t *node);
static void check_value(struct holder *holder, const struct spot *spot,
                        const struct json_field *field, const struct json_kind *kind,
                        const json_t *node);

/* The members that have names of another table. */
static void check_by_word(struct holder *holder, const struct spot *spot,
                          const struct json_field *field, const json_t *node)
{
    const json_t *names = keyword(holder, keyword(holder, node, "propertyNames"), "enum");
    const json_t *properties = keyword(holder, node, "properties");

    if (names) {
        check_words(holder, spot, names, field);
        check_value(holder, spot, field, field->item,
                    keyword(holder, node, "additionalProperties"));
        return;
    }
    for (size_t i = 0; i < field->name_count; i++) {
        const char *name = field->names[i];
        const struct spot member = { .parent = spot, .key = name };

        check_value(holder, &member, field, field->item,
                    json_object_get(properties, name));
    }
    if (json_object_size(properties) != field->name_count)
        complain(holder, spot, "the schema has other keys than the program");
}

static void check_list(struct holder *holder, const struct spot *spot,
                       const struct json_field *field, const json_t *node)
{
    const struct spot item = { .parent = spot, .key = "[]" };

    check_value(holder, &item, field, field->item, keyword(holder, node, "items"));
    if (json_integer_value(keyword(holder, node, "maxItems")) != field->highest)
        complain(holder, spot, "maxItems");
}

/* An object's rows are of the struct that its member is. */
static void check_size(struct holder *holder, const struct spot *spot,
                       const struct json_field *field, const struct json_table *table)
{
    if (table->fields[0].whole != 0 && !table->fields[0].via &&
        table->fields[0].whole != field->size)
        complain(holder, spot, "the rows are of another struct");
}

static void check_kind(struct holder *holder, const struct spot *spot,
                       const struct json_field *field, const struct json_kind *kind,
                       const json_t *node)
{
    const struct json_table rows = { .fields = field->rows, .count = field->row_count };
    const struct json_table *table = field->detail ? field->detail : &rows;
    const char *entries =
        strcmp(kind->schema, "array") == 0 ? "items" : "additionalProperties";

    if (kind == &kind_object)
        check_size(holder, spot, field, table);
    if (kind == &kind_word)
        check_words(holder, spot, keyword(holder, node, "enum"), field);
    else if (kind == &kind_object)
        check_table(holder, spot, table, node);
    else if (kind == &kind_list)
        check_list(holder, spot, field, node);
    else if (kind == &kind_by_word)
        check_by_word(holder, spot, field, node);
    else if (kind == &kind_moment && !keyword(holder, node, "pattern"))
        complain(holder, spot, "no pattern of a time");
    else if (kind == &kind_schema &&
             json_integer_value(keyword(holder, node, "const")) != field->highest)
        complain(holder, spot, "another schema");
    else if ((kind == &kind_integer || kind == &kind_unsigned) && holder->reads)
        check_bounds(holder, spot, field, node);
    if (kind->entry)
        check_table(holder, spot, kind->entry,
                    alternative(holder, keyword(holder, node, entries), 0));
}

static void check_value(struct holder *holder, const struct spot *spot,
                        const struct json_field *field, const struct json_kind *kind,
                        const json_t *node)
{
    static const char *const types[] = { "boolean", "integer", "string", "object",
                                         "array" };
    const json_t *first = node ? alternative(holder, node, 0) : NULL;
    const struct json_table *table = field->detail;

    if (!node) {
        complain(holder, spot, "not in the schema");
        return;
    }
    if (!kind->schema)
        return; /* has a form of its own */
    for (size_t i = 0; i < ARRAY_COUNT(types); i++)
        if (allows(holder, node, types[i]) != (strcmp(types[i], kind->schema) == 0))
            complain(holder, spot, types[i]);
    if (allows(holder, node, "null") != ((field->flags & JSON_FLAG_OR_NULL) != 0) &&
        kind == field->kind)
        complain(holder, spot, "null");
    if (first)
        check_kind(holder, spot, field, kind,
                   kind == &kind_object && table && table->otherwise ? node : first);
}

/* Whether an object of the document always has the key. */
static bool is_required(const struct holder *holder, const struct json_field *field)
{
    if (holder->reads)
        return !(field->flags & (JSON_FLAG_OPTIONAL | JSON_FLAG_IF_ANY)) && !field->known;
    return (field->flags & JSON_FLAG_OR_NULL) ||
           (!(field->flags & (JSON_FLAG_OPTIONAL | JSON_FLAG_IF_ANY)) && !field->when &&
            !field->known);
}

static bool has_row(const struct json_table *table, const char *key)
{
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->fields[i].key, key) == 0)
            return true;
    return false;
}

/* Checks the rows, but for those that `over` overrides; returns how many there are. */
static size_t check_rows(struct holder *holder, const struct spot *spot,
                         const struct json_table *table, const struct json_table *over,
                         const json_t *node)
{
    const json_t *properties = keyword(holder, node, "properties");
    const json_t *required = keyword(holder, node, "required");
    size_t count = 0;

    for (size_t i = 0; i < table->count; i++) {
        const struct json_field *field = &table->fields[i];
        const struct spot member = { .parent = spot, .key = field->key };

        if (over && has_row(over, field->key))
            continue;
        count++;
        check_value(holder, &member, field, field->kind,
                    json_object_get(properties, field->key));
        if (has_word(required, field->key) != is_required(holder, field))
            complain(holder, &member, "required");
        if (field->whole != 0 && !field->via && table->fields[0].whole != 0 &&
            !table->fields[0].via && field->whole != table->fields[0].whole)
            complain(holder, &member, "is of another struct than the row before");
    }
    return count;
}

static void check_object(struct holder *holder, const struct spot *spot,
                         const struct json_table *table, const json_t *node)
{
    const json_t *properties = keyword(holder, node, "properties");
    size_t count = check_rows(holder, spot, table, NULL, node);

    if (table->before)
        count += check_rows(holder, spot, table->before, table, node);
    if (json_object_size(properties) != count)
        complain(holder, spot, "the schema has other keys than the program");
    if (!json_is_false(keyword(holder, node, "additionalProperties")))
        complain(holder, spot, "the schema allows unknown keys");
}

static void check_table(struct holder *holder, const struct spot *spot,
                        const struct json_table *table, const json_t *node)
{
    check_object(holder, spot, table, alternative(holder, node, 0));
    if (table->otherwise)
        check_object(holder, spot, table->otherwise, alternative(holder, node, 1));
}

void schema_must_hold(const char *file, const char *pointer,
                      const struct json_table *table, bool reads)
{
    const struct spot top = { .key = "" };
    struct holder holder = { .reads = reads };
    json_error_t broken;
    json_t *root = json_load_file(file, 0, &broken);

    if (!root)
        fail_msg("%s: %s", file, broken.text);
    holder.root = root;
    check_table(&holder, &top, table, pointed(root, pointer));
    json_decref(root);
    if (holder.wrong.length > 0)
        fail_msg("%s:\n%s", file, text_string(&holder.wrong));
    text_clear(&holder.wrong);
}
