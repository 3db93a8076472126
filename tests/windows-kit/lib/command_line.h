/* SPDX-License-Identifier: MIT */
/* The one string that Windows passes to a program in place of arguments. */
#ifndef TESTS_WINDOWS_KIT_LIB_COMMAND_LINE_H
#define TESTS_WINDOWS_KIT_LIB_COMMAND_LINE_H

#include <stddef.h>
#include <wchar.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"

/*
 * A new command line, freed by the caller with free(): `path`, then the arguments (UTF-8)
 * quoted as CommandLineToArgvW reads them. NULL: ERR_MALFORMED for what is not UTF-8,
 * ERR_MEMORY.
 */
MUST_CHECK wchar_t *command_line_make(const wchar_t *path, const char *const *arguments,
                                      size_t count, struct error *err);

#endif
