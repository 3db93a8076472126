/* SPDX-License-Identifier: MIT */
/* One table reads what it writes, and complains of everything else. */
#include "checks/model/json_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/base/text.h"

enum colour { RED = 0, GREEN, BLUE, COLOUR_COUNT };

struct part {
    bool known;
    uint16_t size;
    char why_not[16];
};

struct sample {
    bool flag;
    uint16_t small;
    uint32_t middle;
    uint64_t large;
    int64_t offset;
    char name[8];
    char *note;
    int64_t since_s;
    enum colour colour;
    uint64_t counts[COLOUR_COUNT];
    struct part part;
    struct part parts[2];
    size_t part_count;
    bool seen_known;
    uint32_t seen;
};

static const char *const colours[COLOUR_COUNT] = { "red", "green", "blue" };

static const struct json_field why_rows[] = {
    { "unread", FIELD_VALUE(part, why_not), .expected = "a reason" },
};
static const struct json_table why = { JSON_ROWS(why_rows) };
static const struct json_field part_rows[] = {
    { "size", FIELD_VALUE(part, size), .lowest = 1 },
};
static const struct json_table part = { JSON_ROWS(part_rows), .otherwise = &why,
                                        .known = FIELD_AT(part, known) };

static bool check_sample(const struct json_reader *place, const void *in,
                         struct error *err)
{
    const struct sample *sample = in;

    return sample->small <= sample->middle ||
           json_reader_fail_of(place, "small", err, "above middle");
}

static const struct json_field rows[] = {
    { "flag", FIELD_VALUE(sample, flag) },
    { "last", FIELD_VALUE(sample, offset), FIELD_OPTIONAL, .rank = 1 },
    { "small", FIELD_VALUE(sample, small) },
    { "middle", FIELD_VALUE(sample, middle), .highest = 100 },
    { "large", FIELD_VALUE(sample, large), FIELD_IF_ANY },
    { "name", FIELD_VALUE(sample, name), FIELD_IF_ANY },
    { "note", FIELD_VALUE(sample, note), FIELD_IF_ANY },
    { "since", FIELD_TIME(sample, since_s), .lowest = 1, FIELD_IF_ANY },
    { "colour", FIELD_WORD(sample, colour, colours), FIELD_IF_ANY, .lowest = GREEN,
      .expected = "expected green or blue" },
    { "counts", FIELD_BY_WORD(sample, counts, colours, kind_unsigned), FIELD_OPTIONAL },
    { "part", FIELD_OBJECT(sample, part, &part), FIELD_IF_ANY },
    { "parts", FIELD_LIST(sample, parts, part_count, kind_object), .detail = &part,
      FIELD_IF_ANY },
    { "seen", FIELD_VALUE(sample, seen), FIELD_KNOWN(sample, seen_known) },
};
static const struct json_table table = { JSON_ROWS(rows), .check = check_sample };

static bool read_sample(const char *json, struct sample *out, struct error *err)
{
    json_t *document = json_reader_parse(json, strlen(json), err);
    const struct json_reader top = json_reader_top(document);
    const bool ok = document && json_fields_read(&top, &table, out, err);

    json_decref(document);
    return ok;
}

static void assert_written(const struct json_table *by, const void *in,
                           const char *expected)
{
    struct text out = { 0 };

    assert_true(json_fields_print(by, in, JSON_COMPACT, &out, NULL));
    assert_string_equal(text_string(&out), expected);
    text_clear(&out);
}

/* What is read is written again as it was; what is 0, empty or unknown is left out. */
static void test_json_fields_writes_what_it_reads(void **state)
{
    static const char *const documents[] = {
        "{\"flag\":true,\"small\":99,\"middle\":100,\"large\":9223372036854775807,"
        "\"name\":\"seven77\",\"note\":\"long one\",\"since\":\"1970-01-01T00:00:01Z\","
        "\"colour\":\"blue\",\"counts\":{\"green\":3},\"part\":{\"size\":1},"
        "\"parts\":[{\"unread\":\"denied\"},{\"size\":2}],\"seen\":0,\"last\":-5}\n",
        "{\"flag\":false,\"small\":0,\"middle\":0,\"counts\":{},"
        "\"part\":{\"unread\":\"x\"},\"last\":0}\n",
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(documents); i++) {
        struct sample sample = { 0 };
        struct error err = { 0 };

        if (!read_sample(documents[i], &sample, &err))
            fail_msg("%s", err.message);
        assert_written(&table, &sample, documents[i]);
        free(sample.note);
    }
}

#define SAMPLE(more) "{\"flag\":true,\"small\":1,\"middle\":2" more "}"

static void test_json_fields_read_names_the_place_of_what_is_wrong(void **state)
{
    static const struct {
        const char *json;
        const char *message;
    } wrong[] = {
        { "[]", "expected an object, not an array" },
        { "{\"small\":1,\"middle\":2}", "flag: missing" },
        { SAMPLE(",\"x\":1"), "x: unknown key (flag, last, small, middle, large, name, "
                              "note, since, colour, counts, part, parts, seen)" },
        { "{\"flag\":1}", "flag: expected true or false, not a number" },
        { "{\"flag\":true,\"small\":65536}",
          "small: expected an integer from 0 to 65535" },
        { "{\"flag\":true,\"small\":1,\"middle\":101}",
          "middle: expected an integer from 0 to 100" },
        { "{\"flag\":true,\"small\":3,\"middle\":2}", "small: above middle" },
        { SAMPLE(",\"large\":-1"), "large: expected an integer 0 or more" },
        { SAMPLE(",\"last\":1.5"), "last: expected an integer" },
        { SAMPLE(",\"name\":\"eight888\""), "name: longer than 7 bytes" },
        { SAMPLE(",\"note\":\"a\\nb\""), "note: control characters are not allowed" },
        { SAMPLE(",\"since\":\"1970-01-01T00:00:00Z\""),
          "since: expected a time after the start of 1970" },
        { SAMPLE(",\"colour\":\"red\""), "colour: expected green or blue" },
        { SAMPLE(",\"colour\":1"), "colour: expected a string, not a number" },
        { SAMPLE(",\"counts\":{\"pink\":1}"),
          "counts.pink: unknown key (red, green, blue)" },
        { SAMPLE(",\"part\":{\"size\":0}"),
          "part.size: expected an integer from 1 to 65535" },
        { SAMPLE(",\"part\":{\"unread\":\"\"}"),
          "part.unread: expected a reason, not an empty string" },
        { SAMPLE(",\"part\":{\"unread\":\"x\",\"size\":1}"),
          "part.size: unknown key (unread)" },
        { SAMPLE(",\"parts\":[{\"size\":1},{}]"), "parts[1].size: missing" },
        { SAMPLE(",\"parts\":[{},{},{}]"), "parts: 3 entries, at most 2 are possible" },
    };
    (void)state;

    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        struct sample sample = { 0 };
        struct error err = { 0 };

        if (read_sample(wrong[i].json, &sample, &err))
            fail_msg("accepted: %s", wrong[i].json);
        if (strcmp(err.message, wrong[i].message) != 0)
            fail_msg("%s: %s", wrong[i].json, err.message);
        free(sample.note);
    }
}

/* Another struct with a pointer to a sample. */
struct report {
    const struct sample *sample;
    bool flag;
};

static json_t *make_double(const void *in)
{
    return json_integer(2 * (json_int_t)((const struct sample *)in)->middle);
}

static void print_name(const void *in, struct text *out)
{
    text_add(out, ((const struct sample *)in)->name);
}

#define SAMPLE_OF .via = FIELD_AT(report, sample)

static const struct json_field name_rows[] = {
    { "name", FIELD_VALUE(sample, name), FIELD_ANY_OR_NULL },
    { "flag", FIELD_VALUE(sample, flag) },
};
static const struct json_table names = { JSON_ROWS(name_rows) };
static const struct json_field report_rows[] = {
    { "flag", FIELD_VALUE(report, flag) },
    { "double", FIELD_MADE(make_double), SAMPLE_OF },
    { "printed", FIELD_PRINTED(print_name), SAMPLE_OF, FIELD_OR_NULL },
    { "seen", FIELD_VALUE(sample, seen), SAMPLE_OF, FIELD_KNOWN(sample, seen_known),
      FIELD_OR_NULL },
};
static const struct json_table report_table = { JSON_ROWS(report_rows), .before = &names,
                                                SAMPLE_OF };

static void test_json_fields_writes_of_other_structs(void **state)
{
    const struct sample sample = { .middle = 4, .flag = true };
    const struct sample named = { .name = "a\xFF", .seen_known = true };
    (void)state;

    assert_written(&report_table, &(struct report){ .sample = &sample },
                   "{\"name\":null,\"flag\":false,\"double\":8,\"printed\":null,"
                   "\"seen\":null}\n");
    assert_written(&report_table, &(struct report){ .sample = &named, .flag = true },
                   "{\"name\":\"a?\",\"flag\":true,\"double\":0,\"printed\":\"a?\","
                   "\"seen\":0}\n");
}

static const struct json_field lone_rows[] = {
    { "left_out", FIELD_VALUE(sample, middle), SAMPLE_OF },
    { "null", FIELD_VALUE(sample, middle), SAMPLE_OF, FIELD_OR_NULL },
};
static const struct json_table lone = { JSON_ROWS(lone_rows) };

static void test_json_fields_writes_nothing_of_a_struct_that_is_not_there(void **state)
{
    (void)state;

    assert_written(&lone, &(struct report){ .flag = true }, "{\"null\":null}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_fields_writes_what_it_reads),
        cmocka_unit_test(test_json_fields_read_names_the_place_of_what_is_wrong),
        cmocka_unit_test(test_json_fields_writes_of_other_structs),
        cmocka_unit_test(test_json_fields_writes_nothing_of_a_struct_that_is_not_there),
    };

    return cmocka_run_group_tests_name("model/json_fields", tests, NULL, NULL);
}
