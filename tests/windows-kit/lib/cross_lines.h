/* SPDX-License-Identifier: MIT */
/* The lines of what a program of Windows has printed. */
#ifndef TESTS_WINDOWS_KIT_LIB_CROSS_LINES_H
#define TESTS_WINDOWS_KIT_LIB_CROSS_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "checks/base/compiler.h"

/* A longer line is none that these programs print for us. */
enum { CROSS_LINE_SIZE = 2048 };

/* The text that is left; borrowed. */
struct cross_lines {
    const char *rest;
    char line[CROSS_LINE_SIZE]; /* the last one, without its end and blanks around it */
};

/* Takes the next line that is not empty; a longer one is cut. False at the end. */
bool cross_next_line(struct cross_lines *lines);

/* Cuts a line at its blanks, in place; returns how many words there are, `max` at most:
 * the last one then has the rest of the line. */
size_t cross_split(char *line, char **words, size_t max);

#endif
