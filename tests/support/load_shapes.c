/* SPDX-License-Identifier: MIT */
/* What programs do to ports: steady, by chance, in steps, ramps, waves and bursts. */
#include "tests/support/load_shapes.h"

#include "checks/base/compiler.h"

static uint64_t random_state;

static uint32_t next_random(void)
{
    random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407U;
    return (uint32_t)(random_state >> 33);
}

/* About N events by chance: twelve even numbers add up to a normal one. */
static double by_chance(double mean)
{
    double normal = -6;
    double low = 0;
    double root = mean > 1 ? mean : 1;
    double count;

    for (int i = 0; i < 12; i++)
        normal += next_random() / 2147483648.0;
    for (int i = 0; i < 30; i++)
        root = (root + mean / root) / 2;
    count = mean + normal * root;
    return count > low ? count : low;
}

/* A wave between -1 and 1: two parabolas. */
static double wave(int second, int period)
{
    const double at = (double)(second % period) / period * 4 - 2;

    return at < 0 ? (at + 2) * -at : -at * (2 - at);
}

static struct load_demand closes(double count)
{
    return (struct load_demand){ .closes = count };
}

static struct load_demand holds(double count)
{
    return (struct load_demand){ .held = count };
}

static struct load_demand steady_low(int s)
{
    (void)s;
    return closes(40);
}

static struct load_demand steady_half(int s)
{
    (void)s;
    return closes(235);
}

static struct load_demand steady_high(int s)
{
    (void)s;
    return closes(430);
}

static struct load_demand start_half(int s)
{
    return closes(s >= 20 ? 260 : 0);
}

static struct load_demand start_full(int s)
{
    return closes(s >= 20 ? 700 : 0);
}

static struct load_demand start_over(int s)
{
    return closes(s >= 100 ? 2000 : 30);
}

static struct load_demand step_up(int s)
{
    return closes(s < 200 ? 100 : 350);
}

static struct load_demand step_down(int s)
{
    return closes(s < 200 ? 350 : 100);
}

static struct load_demand step_full(int s)
{
    return closes(s < 200 ? 200 : 620);
}

static struct load_demand ramp_up(int s)
{
    return closes(s * 1.0);
}

static struct load_demand ramp_fast(int s)
{
    return closes(s < 100 ? 50 : 50 + (s - 100) * 8.0);
}

static struct load_demand ramp_down(int s)
{
    return closes(s < 430 ? 430 - s : 0);
}

static struct load_demand stop(int s)
{
    return closes(s < 200 ? 400 : 0);
}

static struct load_demand one_burst(int s)
{
    return closes(s >= 150 && s < 165 ? 1000 : 20);
}

static struct load_demand leak_slow(int s)
{
    return holds(4000 + s * 25.0);
}

static struct load_demand leak_fast(int s)
{
    return holds(s < 200 ? 1000 : 1000 + (s - 200) * 400.0);
}

static struct load_demand leak_and_closes(int s)
{
    return (struct load_demand){ .closes = 100, .held = 500 + s * 60.0 };
}

static struct load_demand held_steady(int s)
{
    (void)s;
    return holds(15000);
}

static struct load_demand pool_saw(int s)
{
    return holds(2000 + s % 90 * 150.0);
}

static struct load_demand saw(int s)
{
    return closes(s % 40 * 20.0);
}

static struct load_demand saw_slow(int s)
{
    return closes(s % 150 * 4.0);
}

static struct load_demand sine_fast(int s)
{
    return closes(250 + 200 * wave(s, 45));
}

static struct load_demand sine_slow(int s)
{
    return closes(250 + 200 * wave(s, 150));
}

static struct load_demand sine_hour(int s)
{
    return closes(250 + 150 * wave(s, 1800));
}

static struct load_demand bursts_short(int s)
{
    return closes(s % 10 == 0 ? 2500 : 0);
}

static struct load_demand bursts_long(int s)
{
    return closes(s % 45 < 8 ? 900 : 10);
}

static struct load_demand bursts_rare(int s)
{
    return closes(s % 130 < 12 ? 1200 : 0);
}

static struct load_demand bursts_by_chance(int s)
{
    static int left;

    if (s == 0)
        left = 0;
    if (left == 0 && next_random() % 30 == 0)
        left = 6 + (int)(next_random() % 10);
    if (left > 0)
        left--;
    return closes(left > 0 ? 800 : 15);
}

static struct load_demand server_closes(int s)
{
    (void)s;
    return holds(300);
}

const struct load_shape load_shapes[] = {
    { "steady, low", steady_low, .by_chance = false },
    { "steady, half", steady_half, .by_chance = false },
    { "steady, high", steady_high, .by_chance = false },
    { "Poisson, low", steady_low, .by_chance = true },
    { "Poisson, half", steady_half, .by_chance = true },
    { "Poisson, high", steady_high, .by_chance = true },
    { "start", start_half, .by_chance = true },
    { "start, full later", start_full, .by_chance = true },
    { "start, full soon", start_over, .by_chance = true },
    { "step up", step_up, .by_chance = true },
    { "step down", step_down, .by_chance = true },
    { "step, full later", step_full, .by_chance = true },
    { "ramp up", ramp_up, .by_chance = true },
    { "ramp up, fast", ramp_fast, .by_chance = true },
    { "ramp down", ramp_down, .by_chance = true },
    { "stop", stop, .by_chance = true },
    { "one burst", one_burst, .by_chance = true },
    { "held, steady", held_steady, .by_chance = false },
    { "leak, slow", leak_slow, .by_chance = false },
    { "leak, fast", leak_fast, .by_chance = false },
    { "leak beside closes", leak_and_closes, .by_chance = true },
    { "pool, sawtooth", pool_saw, .by_chance = false },
    { "sawtooth", saw, .by_chance = true },
    { "sawtooth, slow", saw_slow, .by_chance = true },
    { "sine, fast", sine_fast, .by_chance = true },
    { "sine, slow", sine_slow, .by_chance = true },
    { "sine of half an hour", sine_hour, .by_chance = true },
    { "bursts, short", bursts_short, .by_chance = false },
    { "bursts, long", bursts_long, .by_chance = true },
    { "bursts, rare", bursts_rare, .by_chance = true },
    { "bursts by chance", bursts_by_chance, .by_chance = true },
    { "server closes", server_closes, .by_chance = false },
    { "reuse", steady_high, .by_chance = true, .reuse = true },
    { "limit of TIME_WAIT", steady_high, .by_chance = true, .limit = 8000 },
};
const size_t load_shape_count = ARRAY_COUNT(load_shapes);

/* How many of so many get a port, and a place in TIME_WAIT. */
static uint32_t that_enter(const struct load_shape *shape, double wanted,
                           uint32_t waiting, uint32_t held)
{
    const uint32_t room = LOAD_USABLE - waiting - held;
    const uint32_t enter = wanted < room ? (uint32_t)wanted : room;

    if (shape->limit > 0 && enter > shape->limit - waiting)
        return shape->limit - waiting;
    return enter;
}

void load_simulate(const struct load_shape *shape, struct load_run *run)
{
    const int lasts_s = shape->reuse ? LOAD_REUSE_S : LOAD_TIME_WAIT_S;
    uint32_t waiting = 0;

    random_state = 12345;
    for (int s = 0; s < LOAD_END_S; s++) {
        const struct load_demand demand = shape->at(s);
        uint32_t held;

        if (s >= lasts_s)
            waiting -= run->closed[s - lasts_s];
        held = demand.held < LOAD_USABLE - waiting ? (uint32_t)demand.held
                                                   : LOAD_USABLE - waiting;
        run->closed[s] =
            that_enter(shape, shape->by_chance ? by_chance(demand.closes) : demand.closes,
                       waiting, held);
        waiting += run->closed[s];
        run->time_wait[s] = waiting;
        run->used[s] = waiting + held;
    }
}
