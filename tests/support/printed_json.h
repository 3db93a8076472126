/* SPDX-License-Identifier: MIT */
/* The JSON document of the scene, parsed. */
#ifndef TESTS_SUPPORT_PRINTED_JSON_H
#define TESTS_SUPPORT_PRINTED_JSON_H

#include <stdint.h>

#include <jansson.h>

/* The last document; NULL before the first. */
extern json_t *printed_json;

/* Judges those metrics and prints the document anew. One that cannot be parsed, or has a
 * key twice, fails the test. */
void print_json(uint32_t metrics);

/* The teardown of a test of the document, and of its scene. Returns 0. */
int clear_json(void **state);

#endif
