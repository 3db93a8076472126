/* SPDX-License-Identifier: MIT */
/* What the fuzz targets share: taking input apart, and the promises of every failure. */
#ifndef TESTS_FUZZ_LIB_FUZZ_H
#define TESTS_FUZZ_LIB_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/error.h"
#include "checks/model/socket_row.h"

/* libFuzzer calls it with each input; every target is one definition of it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A broken promise ends the process, as a memory error does. */
#define FUZZ_MUST(promise)                                                               \
    ((promise) ? (void)0 : fuzz_broken(#promise, __FILE__, __LINE__))
_Noreturn void fuzz_broken(const char *promise, const char *file, int line);

/* An error has a code and one line that says something; returns false. */
bool fuzz_failure(const struct error *err);

/* `done` true = no error was set; false = fuzz_failure. Returns `done`. */
bool fuzz_outcome(bool done, const struct error *err);

/* The input as a string of exactly its size; a NUL inside ends it. The caller frees it.
 */
char *fuzz_string(const uint8_t *data, size_t size);

/* A copy of exactly the size, so that a look behind it is seen. The caller frees it. */
void *fuzz_copy(const void *bytes, size_t size);

/* The input cut at each newline into at most `most` strings, NULL after the last; the
 * caller frees words[0] and nothing else. Returns how many. */
size_t fuzz_words(const uint8_t *data, size_t size, char **words, size_t most);

/* Takes the last byte of the input, so that a recorded file plus one byte is a seed. */
uint8_t fuzz_last_byte(const uint8_t *data, size_t *size);

/* Rows of a decoder, as a sum that depends on their order. Zeroed = none. */
struct fuzz_rows {
    uint64_t count;
    uint64_t sum;
    uint64_t stop_at; /* refuse the row of this number; 0 = none */
};

/* Checks a row, and adds it. The context is a struct fuzz_rows. */
bool fuzz_visit(void *context, const struct socket_row *row);

#endif
