/* SPDX-License-Identifier: MIT */
/* Loads of many shapes, simulated second by second. Seeded: always the same. */
#ifndef TESTS_SUPPORT_LOAD_SHAPES_H
#define TESTS_SUPPORT_LOAD_SHAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOAD_USABLE = 28232,
    LOAD_TIME_WAIT_S = 60,
    LOAD_REUSE_S = 1, /* a TIME_WAIT that is reused lasts so long */
    LOAD_END_S = 1200
};

/* What a load wants in one second. */
struct load_demand {
    double closes; /* that end in TIME_WAIT here */
    double held;   /* sockets that are held then, in all */
};

struct load_shape {
    const char *name;
    struct load_demand (*at)(int second);
    bool by_chance; /* closes come by chance (Poisson), not in step */
    bool reuse;     /* TIME_WAIT is reused after a second */
    uint32_t limit; /* tcp_max_tw_buckets; 0 = far away */
};

extern const struct load_shape load_shapes[];
extern const size_t load_shape_count;

/* What became of it, second by second: nothing is opened while no port is free. */
struct load_run {
    uint32_t closed[LOAD_END_S];    /* entered TIME_WAIT in that second */
    uint32_t time_wait[LOAD_END_S]; /* at its end */
    uint32_t used[LOAD_END_S];      /* the same: ports */
};

void load_simulate(const struct load_shape *shape, struct load_run *run);

#endif
