/* SPDX-License-Identifier: MIT */
/* The promises that hold for every decoder. */
#include "tests/fuzz/lib/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void fuzz_broken(const char *promise, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: broken promise: %s\n", file, line, promise);
    abort();
}

bool fuzz_failure(const struct error *err)
{
    size_t length = strnlen(err->message, sizeof err->message);

    FUZZ_MUST(err->code > ERR_NONE && err->code <= ERR_IO);
    FUZZ_MUST(length > 0 && length < sizeof err->message);
    for (size_t i = 0; i < length; i++)
        FUZZ_MUST((unsigned char)err->message[i] >= 0x20 && err->message[i] != 0x7F);
    return false;
}

bool fuzz_outcome(bool done, const struct error *err)
{
    if (!done)
        return fuzz_failure(err);
    FUZZ_MUST(err->code == ERR_NONE && err->message[0] == '\0');
    return true;
}

void *fuzz_copy(const void *bytes, size_t size)
{
    void *copy = malloc(size ? size : 1);

    FUZZ_MUST(copy != NULL);
    if (size > 0)
        memcpy(copy, bytes, size);
    return copy;
}

char *fuzz_string(const uint8_t *data, size_t size)
{
    char *string = malloc(size + 1);

    FUZZ_MUST(string != NULL);
    if (size > 0)
        memcpy(string, data, size);
    string[size] = '\0';
    return string;
}

size_t fuzz_words(const uint8_t *data, size_t size, char **words, size_t most)
{
    char *rest = fuzz_string(data, size);
    size_t count = 0;

    while (rest && count < most) {
        char *end = strchr(rest, '\n');

        words[count++] = rest;
        if (end)
            *end++ = '\0';
        rest = end;
    }
    words[count] = NULL;
    return count;
}

uint8_t fuzz_last_byte(const uint8_t *data, size_t *size)
{
    if (*size == 0)
        return 0;
    (*size)--;
    return data[*size];
}

static uint64_t add_bytes(uint64_t sum, const void *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const uint8_t *)bytes)[i]) * UINT64_C(0x100000001B3);
    return sum;
}

bool fuzz_visit(void *context, const struct socket_row *row)
{
    struct fuzz_rows *rows = context;

    FUZZ_MUST((unsigned int)row->state < CONN_STATE_COUNT);
    FUZZ_MUST(!row->has_time_wait_age || row->state == CONN_TIME_WAIT);
    FUZZ_MUST(row->has_time_wait_age || row->time_wait_age_ms == 0);
    FUZZ_MUST(row->time_wait_age_ms <= 60000);
    FUZZ_MUST(conn_state_name(row->state) != NULL);
    rows->sum = add_bytes(rows->sum, row->local.bytes, sizeof row->local.bytes);
    rows->sum = add_bytes(rows->sum, row->remote.bytes, sizeof row->remote.bytes);
    rows->sum = add_bytes(rows->sum, &row->local_port, sizeof row->local_port);
    rows->sum = add_bytes(rows->sum, &row->remote_port, sizeof row->remote_port);
    rows->sum = add_bytes(rows->sum, &row->state, sizeof row->state);
    rows->sum =
        add_bytes(rows->sum, &row->time_wait_age_ms, sizeof row->time_wait_age_ms);
    FUZZ_MUST(row->state != CONN_TIME_WAIT || !row->owned);
    FUZZ_MUST(row->owned || (row->uid == 0 && row->inode == 0));
    rows->sum = add_bytes(rows->sum, &row->uid, sizeof row->uid);
    rows->sum = add_bytes(rows->sum, &row->cgroup, sizeof row->cgroup);
    rows->sum = add_bytes(rows->sum, &row->inode, sizeof row->inode);
    rows->count++;
    return rows->count != rows->stop_at;
}
