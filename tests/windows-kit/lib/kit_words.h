/* SPDX-License-Identifier: MIT */
/* The words after kit.cmd. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_WORDS_H
#define TESTS_WINDOWS_KIT_LIB_KIT_WORDS_H

#include <stdbool.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/* Zeroed = none was given. Strings are borrowed from the command line. */
struct kit_words {
    bool user;         /* /user: no stage that needs elevation */
    bool ci;           /* /ci: asks nothing, restarts nothing */
    bool yes;          /* /yes: the first question is answered */
    bool restart;      /* /restart: this host may be restarted at the end */
    bool restore;      /* /restore */
    bool resume;       /* /resume: the scheduled task, at the start of Windows */
    const char *stage; /* /stage NAME; NULL = all */
    const char *pipe;  /* /pipe NAME: a part of a run that another kit.exe shows */
    bool as_is;        /* /as-is: the stage runs as whoever runs this */
};

/*
 * Upper and lower case are the same. ERR_MALFORMED for an unknown word, a word without
 * its name, words that exclude each other; ERR_ABSENT for a stage that does not exist.
 */
MUST_CHECK bool kit_words_parse(int count, char **words, struct kit_words *out,
                                struct error *err);

#endif
