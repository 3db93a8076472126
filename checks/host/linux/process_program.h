/* SPDX-License-Identifier: MIT */
/* What a process calls itself. */
#ifndef CHECKS_HOST_LINUX_PROCESS_PROGRAM_H
#define CHECKS_HOST_LINUX_PROCESS_PROGRAM_H

#include "checks/model/owner.h"

/* Writes the name of the program of a process, whose number is `pid`, cleaned; "" when it
 * is gone or kept from us. `proc` is /proc, an open directory. */
void process_program(int proc, const char *pid, char program[OWNER_NAME_SIZE]);

#endif
