/* SPDX-License-Identifier: MIT */
/* One judged host and what was printed of it, for tests of a verdict or an output. */
#ifndef TESTS_SUPPORT_SCENE_H
#define TESTS_SUPPORT_SCENE_H

#include <stdbool.h>
#include <stdint.h>

#include "checks/base/text.h"
#include "plugin/report.h"
#include "tests/support/judged.h"

/* What a test works with: set up before each one, cleared by clear_scene after it
 * where anything was printed. */
extern struct judged scene;
extern struct text printed;

/* Setups: given_linux with the default limits; the same with 95 of the ports 40000-40099
 * in use, 10 of them toward 10.0.0.5:443. Return 0. */
int given_idle_linux(void **state);
int given_used_linux(void **state);

/* The teardown of both. Returns 0. */
int clear_scene(void **state);

/* Parses a threshold; one that cannot be parsed fails the test. */
void set_limit(struct threshold *limit, const char *range);

/* Judges that metric alone. Valid until the next call. */
const struct result *result_of(enum metric_id metric);

/* Judges those metrics (bits 1 << id) and prints the scene anew: a part of the text at
 * that verbosity, or a whole output. Valid until the next call. */
const char *print_part(void (*part)(const struct report *report, struct text *out),
                       uint32_t metrics, uint32_t verbosity);
const char *print_whole(bool (*whole)(const struct report *report, struct text *out,
                                      struct error *err),
                        uint32_t metrics);

/* Fail the test unless what was printed has these words, or has them not. */
void assert_has(const char *words);
void assert_has_not(const char *words);

/* The same, wherever the width of the terminal ended a line. */
void assert_has_words(const char *words);

/* The same of any text. */
void assert_text_has(const char *text, const char *words);
void assert_text_has_not(const char *text, const char *words);

#endif
