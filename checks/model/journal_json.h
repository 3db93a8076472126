/* SPDX-License-Identifier: MIT */
/* One record of the journal as JSON; only the journal's own files look in here. */
#ifndef CHECKS_MODEL_JOURNAL_JSON_H
#define CHECKS_MODEL_JOURNAL_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/model/journal.h"

enum journal_record_kind {
    RECORD_BEGIN = 0,
    RECORD_START,
    RECORD_DONE,
    RECORD_BACK,
    RECORD_END,
    RECORD_REFUSED,
    RECORD_KIND_COUNT
};

/* The length of the hex digits and the blank before the JSON object. */
enum { JOURNAL_SUM_LENGTH = 9 };

struct journal_record {
    enum journal_record_kind kind;
    struct journal_run run; /* its id; of a begin all but the end; of an end the end */
    size_t change;          /* of a step */
    struct journal_refusals refusals;
};

/* "begin", "start", ...; static. */
const char *journal_record_name(enum journal_record_kind kind);

/* Whether it can be the id of a run: letters, digits and '-'. */
bool journal_is_id(const char *id);

/* Reads one JSON object. ERR_MALFORMED, ERR_LIMIT, ERR_MEMORY; *out unchanged. */
MUST_CHECK bool journal_record_from_json(const char *bytes, size_t length,
                                         struct journal_record *out, struct error *err);

#endif
