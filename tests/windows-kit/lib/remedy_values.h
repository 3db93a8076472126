/* SPDX-License-Identifier: MIT */
/* The places that the remediation changes on Windows, and what Windows' own tools say of
 * them: reg.exe and netsh.exe, not the product's reader. Pure. */
#ifndef TESTS_WINDOWS_KIT_LIB_REMEDY_VALUES_H
#define TESTS_WINDOWS_KIT_LIB_REMEDY_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"
#include "checks/model/change.h"

enum { REMEDY_PLACES = 7, REMEDY_VALUE_SIZE = 128 };

/* One place; strings are static. */
struct remedy_place {
    enum change_kind kind;
    const char *name;     /* as the product and its journal name it */
    const char *value;    /* the registry value's name; NULL for a range */
    const char *family;   /* of a range, as netsh takes it */
    const char *protocol; /* the same */
};

extern const struct remedy_place remedy_places[REMEDY_PLACES];

/* A value of each place, in its order: "30", "49152-65535", "absent", or a registry value
 * of another type as "REG_SZ 30". Zeroed = nothing is known. */
struct remedy_values {
    char of[REMEDY_PLACES][REMEDY_VALUE_SIZE];
};

/*
 * Finds a value in what `reg.exe query KEY` says of a whole key; "absent" where the key
 * is listed without it. ERR_MALFORMED for what is no such list, or a DWORD that is none.
 */
MUST_CHECK bool remedy_parse_registry(const char *output, const char *value,
                                      char out[REMEDY_VALUE_SIZE], struct error *err);

/* The range in what `netsh interface FAMILY show dynamicportrange` says, in whatever
 * language: exactly two lines "words : number", the start and how many. ERR_MALFORMED. */
MUST_CHECK bool remedy_parse_range(const char *output, char out[REMEDY_VALUE_SIZE],
                                   struct error *err);

/* True when all are the same. Else *out is "PLACE is GOT, expected WANTED" for the first
 * one, and how many more there are; the caller clears *out. */
bool remedy_values_same(const struct remedy_values *wanted,
                        const struct remedy_values *got, struct text *out);

/* Whether netsh could put all ranges back; else *out is "PLACE is VALUE (MaxUserPort?):
 * netsh could not put it back". The caller clears *out. */
bool remedy_values_can_return(const struct remedy_values *values, struct text *out);

/* All of them on lines "PLACE VALUE". */
void remedy_values_print(const struct remedy_values *values, struct text *out);

/* The reverse: each place once. Lines of other places are ERR_MALFORMED. */
MUST_CHECK bool remedy_values_parse(const char *text, struct remedy_values *out,
                                    struct error *err);

#endif
