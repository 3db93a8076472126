/* SPDX-License-Identifier: MIT */
/* The way of an observation into a document and back. */
#include "tests/support/bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "checks/model/observation_json.h"

int given_bench(void **state)
{
    *state = calloc(1, sizeof(struct bench));
    return *state ? 0 : -1;
}

int free_bench(void **state)
{
    struct bench *bench = *state;

    text_clear(&bench->json);
    free(bench);
    return 0;
}

void given_document(struct bench *bench, const char *part)
{
    text_clear(&bench->json);
    text_addf(&bench->json,
              "{\"schema\":1,\"os\":{\"kind\":\"linux\",\"major\":6,\"minor\":1,"
              "\"build\":0},\"host\":\"web1\",%s\"time\":\"2026-01-31T23:59:59Z\"}",
              part);
}

static bool read_json(struct bench *bench, struct error *err)
{
    return observation_from_json(text_string(&bench->json), bench->json.length,
                                 &bench->read, err);
}

void read_document(struct bench *bench)
{
    struct error err = { 0 };

    if (!read_json(bench, &err))
        fail_msg("%s", err.message);
}

void go_round(struct bench *bench)
{
    struct error err = { 0 };

    text_clear(&bench->json);
    if (!observation_to_json(&bench->seen, &bench->json, &err))
        fail_msg("%s", err.message);
    read_document(bench);
}

void expect_limit(struct bench *bench, const char *message)
{
    struct error err = { 0 };

    assert_false(read_json(bench, &err));
    assert_string_equal(err.message, message);
    assert_int_equal(err.code, ERR_LIMIT);
}

void expect_refused(struct bench *bench, const struct bad_part *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct error err = { 0 };

        given_document(bench, parts[i].part);
        if (read_json(bench, &err))
            fail_msg("%s: accepted", parts[i].name);
        if (strcmp(err.message, parts[i].message) != 0)
            fail_msg("%s: '%s'", parts[i].name, err.message);
        assert_int_equal(err.code, ERR_MALFORMED);
    }
}
