/* SPDX-License-Identifier: MIT */
/* Strict numbers: all of the text or nothing. */
#ifndef CHECKS_BASE_NUMBER_H
#define CHECKS_BASE_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * Reads decimal digits only, 0..max, no sign, no blank, at most 10 digits of leading
 * zeros and value together. ERR_MALFORMED or ERR_LIMIT with a message that quotes the
 * text; *out is then unchanged.
 */
MUST_CHECK bool number_parse_u32(const char *text, uint32_t max, uint32_t *out,
                                 struct error *err);

/* The same with an optional leading '-', over the whole int64_t. */
MUST_CHECK bool number_parse_i64(const char *text, int64_t *out, struct error *err);

/* Room for any double that number_format_double prints, NUL included. */
enum { NUMBER_TEXT_SIZE = 400 };

/*
 * Prints a finite double in plain decimals ([-0-9.], C locale, no exponent), the shortest
 * form that reads back as the same double.
 */
void number_format_double(double value, char out[NUMBER_TEXT_SIZE]);

/*
 * Prints 100 * part / whole in percent, rounded down to two decimals, trailing zeros and
 * point removed ("61", "99.99", "0.5"). part > whole prints as 100; whole 0 prints as
 * 100: where nothing is usable, everything is in use. Exact for counts below 2^50.
 */
void number_format_percent(uint64_t part, uint64_t whole, char out[8]);

/* The same without decimals: for words, where the exact one stands elsewhere. */
void number_format_whole_percent(uint64_t part, uint64_t whole, char out[8]);

/* Room for any number that number_format_grouped prints, NUL included. */
enum { NUMBER_GROUPED_SIZE = 28 };

/* Prints a number for a person, a comma before each group of three digits: "22,646". */
void number_format_grouped(uint64_t number, char out[NUMBER_GROUPED_SIZE]);

#endif
