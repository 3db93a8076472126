/* SPDX-License-Identifier: MIT */
/* The walk along a table, in both directions. */
#include "checks/model/json_fields.h"

#include <string.h>

static const void *at(const void *in, size_t offset)
{
    return (const char *)in + offset;
}

static void *into(void *out, size_t offset)
{
    return (char *)out + offset;
}

/* What FIELD_AT says of a bool; `otherwise` when it says nothing. */
static bool is_known(const void *in, size_t known, bool otherwise)
{
    return known ? *(const bool *)at(in, known - 1) : otherwise;
}

static void set_known(void *out, size_t known)
{
    if (known)
        *(bool *)into(out, known - 1) = true;
}

static bool read_field(const struct json_reader *place, const struct json_field *field,
                       void *out, struct error *err)
{
    struct json_reader member;
    const bool given = json_reader_member(place, field->key, &member);

    member.field = field;
    if (!given)
        return (field->flags & (JSON_FLAG_OPTIONAL | JSON_FLAG_IF_ANY)) != 0 ||
               field->known || json_reader_fail(&member, err, "missing");
    if (!field->kind->read(&member, into(out, field->offset), err))
        return false;
    if (field->known_size == sizeof(bool))
        set_known(out, field->known);
    return !field->check || field->check(&member, out, err);
}

bool json_fields_known(const struct json_reader *place, const struct json_table *table,
                       struct error *err)
{
    return json_reader_object(place, table->fields, sizeof table->fields[0], table->count,
                              err);
}

bool json_fields_values(const struct json_reader *place, const struct json_table *table,
                        void *out, struct error *err)
{
    for (size_t i = 0; i < table->count; i++)
        if (!read_field(place, &table->fields[i], out, err))
            return false;
    set_known(out, table->known);
    return !table->check || table->check(place, out, err);
}

bool json_fields_read(const struct json_reader *place, const struct json_table *table,
                      void *out, struct error *err)
{
    const struct json_table *other = table->otherwise;

    if (other && json_object_get(place->value, other->fields[0].key))
        table = other;
    return json_fields_known(place, table, err) &&
           json_fields_values(place, table, out, err);
}

static bool is_zero(const unsigned char *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0)
        size--;
    return size == 0;
}

/* Whether the value of a row has nothing to say. */
static bool is_none(const struct json_writer *writer, const struct json_field *field,
                    const void *in)
{
    const struct json_writer there = { .root = writer->root, .field = field };
    const void *value = at(in, field->offset);

    return field->kind->is_none ? field->kind->is_none(&there, value)
                                : is_zero(value, field->size);
}

static bool is_there(const struct json_field *field, const void *in)
{
    return !field->known || !is_zero(at(in, field->known - 1), field->known_size);
}

static bool is_written(const struct json_writer *writer, const struct json_field *field,
                       const void *in)
{
    return in && (!field->when || field->when(in)) && is_there(field, in) &&
           (!(field->flags & JSON_FLAG_IF_ANY) || !is_none(writer, field, in));
}

static void write_field(struct json_writer *writer, const struct json_field *field,
                        const void *in, json_t *object)
{
    json_t *value = json_null();

    writer->field = field;
    if (field->via)
        in = *(const void *const *)at(in, field->via - 1);
    if (is_written(writer, field, in))
        value = field->kind->write(writer, at(in, field->offset));
    else if (!(field->flags & JSON_FLAG_OR_NULL))
        return;
    if (json_object_set_new_nocheck(object, field->key, value) != 0)
        writer->ok = false;
}

/* Writes the rows of that rank; true: there are higher ones. */
static bool write_rank(struct json_writer *writer, const struct json_table *table,
                       const void *in, unsigned int rank, json_t *object)
{
    bool more = false;

    for (size_t i = 0; i < table->count; i++) {
        more = more || table->fields[i].rank > rank;
        if (table->fields[i].rank == rank)
            write_field(writer, &table->fields[i], in, object);
    }
    return more;
}

static void add_fields(struct json_writer *writer, const struct json_table *table,
                       const void *in, json_t *object)
{
    unsigned int rank = 0;

    while (write_rank(writer, table, in, rank, object))
        rank++;
}

json_t *json_fields_write(struct json_writer *writer, const struct json_table *table,
                          const void *in)
{
    const struct json_table *other = table->otherwise;
    json_t *object = json_object();

    if (!object)
        writer->ok = false;
    if (table->before)
        add_fields(writer, table->before, *(const void *const *)at(in, table->via - 1),
                   object);
    if (other && !is_known(in, table->known, is_none(writer, &other->fields[0], in)))
        table = other;
    add_fields(writer, table, in, object);
    return object;
}

json_t *json_fields_list(struct json_writer *writer, const struct json_table *table,
                         const void *first, size_t size, size_t count)
{
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(
                array, json_fields_write(writer, table, at(first, i * size))) != 0)
            writer->ok = false;
    return array;
}

json_t *json_fields_new(const struct json_table *table, const void *root, const void *in)
{
    struct json_writer writer = { .root = root, .ok = true };
    json_t *object = json_fields_write(&writer, table, in);

    if (writer.ok)
        return object;
    json_decref(object);
    return NULL;
}

bool json_fields_print(const struct json_table *table, const void *in, size_t flags,
                       struct text *out, struct error *err)
{
    json_t *document = json_fields_new(table, in, in);

    json_text_add(document, flags, out);
    text_add(out, "\n");
    json_decref(document);
    return text_ok(out, err);
}

static struct json_table table_of(const struct json_field *field)
{
    const struct json_table *table = field->detail;

    return table
               ? *table
               : (struct json_table){ .fields = field->rows, .count = field->row_count };
}

static bool read_object(const struct json_reader *place, void *out, struct error *err)
{
    const struct json_table table = table_of(place->field);

    return json_fields_read(place, &table, out, err);
}

static json_t *write_object(struct json_writer *writer, const void *in)
{
    const struct json_table table = table_of(writer->field);

    return json_fields_write(writer, &table, in);
}

/* Neither its keys nor why there are none. */
static bool is_none_object(const struct json_writer *writer, const void *in)
{
    const struct json_table table = table_of(writer->field);

    return table.otherwise && is_none(writer, &table.otherwise->fields[0], in) &&
           !is_known(in, table.known, !is_none(writer, &table.fields[0], in));
}

const struct json_kind kind_object = {
    .schema = "object", read_object, write_object, is_none_object
};

/* The counter that belongs to an array; both are of one struct. */
static const size_t *counter_of(const struct json_field *field, const void *array)
{
    return (const void *)((const char *)array +
                          ((ptrdiff_t)(field->count - 1) - (ptrdiff_t)field->offset));
}

static bool read_list(const struct json_reader *place, void *out, struct error *err)
{
    const struct json_field *field = place->field;
    size_t count;

    if (!json_reader_array(place, (size_t)field->highest, err))
        return false;
    count = json_array_size(place->value);
    *(size_t *)counter_of(field, out) = count;
    for (size_t i = 0; i < count; i++) {
        struct json_reader item = json_reader_item(place, i);

        item.field = field;
        if (!field->item->read(&item, into(out, i * field->size), err))
            return false;
    }
    return true;
}

/* A new value of element `i` of the array. */
static json_t *write_item(struct json_writer *writer, const struct json_field *field,
                          const void *array, size_t i)
{
    writer->field = field;
    return field->item->write(writer, at(array, i * field->size));
}

static json_t *write_list(struct json_writer *writer, const void *in)
{
    const struct json_field *field = writer->field;
    const size_t count = *counter_of(field, in);
    json_t *array = json_array();

    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, write_item(writer, field, in, i)) != 0)
            writer->ok = false;
    return array;
}

static bool is_none_list(const struct json_writer *writer, const void *in)
{
    return *counter_of(writer->field, in) == 0;
}

const struct json_kind kind_list = {
    .schema = "array", read_list, write_list, is_none_list
};

static bool read_by_word(const struct json_reader *place, void *out, struct error *err)
{
    const struct json_field *field = place->field;

    if (!json_reader_object(place, field->names, sizeof field->names[0],
                            field->name_count, err))
        return false;
    for (size_t i = 0; i < field->name_count; i++) {
        struct json_reader member;
        const bool given = json_reader_member(place, field->names[i], &member);

        member.field = field;
        if (given && !field->item->read(&member, into(out, i * field->size), err))
            return false;
    }
    return true;
}

static json_t *write_by_word(struct json_writer *writer, const void *in)
{
    const struct json_field *field = writer->field;
    json_t *object = json_object();

    for (size_t i = 0; i < field->name_count; i++)
        if (!is_zero(at(in, i * field->size), field->size))
            json_put(object, field->names[i], write_item(writer, field, in, i),
                     &writer->ok);
    return object;
}

const struct json_kind kind_by_word = { .schema = "object", read_by_word, write_by_word };
