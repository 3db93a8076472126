/* SPDX-License-Identifier: MIT */
/* A fixture host with other network namespaces, for tests of who is looked at. */
#ifndef TESTS_SUPPORT_GIVEN_NAMESPACES_H
#define TESTS_SUPPORT_GIVEN_NAMESPACES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/error.h"
#include "checks/host/observe_namespaces.h"
#include "tests/support/observed.h"

enum { NAMESPACES_MAX = 64 };

/* What a test works with, beside those of observed.h: what each is, by position. */
extern struct net_namespace listed[NAMESPACES_MAX];
extern struct fixture_namespace around[NAMESPACES_MAX];
extern struct metric_limits limits[METRIC_COUNT];
extern struct observe_request foreign; /* what is asked of each */
extern struct observation own;         /* our own has 100 ports from 40000 on */
extern struct net_namespaces found;
extern size_t order[NAMESPACES_MAX]; /* in which they were judged */
extern size_t judged;

/* Setup and teardown: no other namespace, the rights to enter, the default limits. */
int given_namespaces(void **state);
int clear_namespaces(void **state);

/* An established socket on that port. */
struct socket_row row_on(uint16_t port);

/* One more, with so many sockets on the ports from `first` on. Its position. */
size_t given_around(uint16_t first, uint16_t last, size_t sockets);

/* Observes them into `found`; *err may be NULL. */
bool look(struct error *err);

/* The same; a failure fails the test. */
void must_look(void);

/* Fails the test unless that one was seen in this way. */
void assert_sight(size_t at, enum net_namespace_sight sight);

#endif
