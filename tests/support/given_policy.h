/* SPDX-License-Identifier: MIT */
/* A policy as the program has it built in, for tests of what a file makes of it. */
#ifndef TESTS_SUPPORT_GIVEN_POLICY_H
#define TESTS_SUPPORT_GIVEN_POLICY_H

/* The setup, which puts a struct policy of policy_init into *state, and its teardown. 0,
 * or -1 without memory. */
int given_policy(void **state);
int free_policy(void **state);

#endif
