/* SPDX-License-Identifier: MIT */
/* Ages of TIME_WAIT are the closes of the last minute. What was steady is told on; what
 * changed just now, or again and again, is not. */
#include "checks/heading.h"

#include "checks/forecast.h"

enum {
    MS_PER_S = 1000,
    RUN_LEAST = 3,     /* ages of one rate: less is chance */
    PERCENT_LEAST = 2, /* closes that change a usage by less are not worth a line */
    RATE_AGES = 3      /* close_rate: the last 15 seconds */
};

/* No rate is steadier than to some percent, beside chance. */
static const double WOBBLE = 0.03;

/* Deviations of a sum of squares that chance makes once in thousands, squared. */
static const double SIGMAS_SQUARED = 16;

/* What closes tell, as numbers of ports. */
struct closes {
    const uint32_t *by_age;
    double whole;
    double part;
    double held; /* of part: not in TIME_WAIT toward it */
    int run;     /* the youngest ages of one rate; 0 = none */
    double rate; /* of that run, in one age */
};

static double sum_of(const uint32_t *by_age, int first, int end)
{
    double sum = 0;

    for (int i = first; i < end; i++)
        sum += by_age[i];
    return sum;
}

/* Of counts around a mean: chance, and what no program keeps. */
static double variance(double mean)
{
    return (mean > 1 ? mean : 1) + WOBBLE * WOBBLE * mean * mean;
}

/* Whether all of [first, end) may be of one rate. */
static bool is_steady(const uint32_t *by_age, int first, int end)
{
    const int count = end - first;
    const double mean = sum_of(by_age, first, end) / count;
    double squares = 0;
    double above;

    for (int i = first; i < end; i++)
        squares += (by_age[i] - mean) * (by_age[i] - mean);
    above = squares / variance(mean) - (count - 1);
    return above <= 0 || above * above <= SIGMAS_SQUARED * 2 * (count - 1);
}

/* Whether two neighbours are of different rates: 1 = the older is larger, -1, 0. */
static int turn_of(const uint32_t *by_age, int at)
{
    const double change = (double)by_age[at + 1] - by_age[at];
    const double noise = variance(by_age[at]) + variance(by_age[at + 1]);

    if (change * change <= SIGMAS_SQUARED * noise)
        return 0;
    return change > 0 ? 1 : -1;
}

/* How often the rate turned from rising to falling, or back. */
static int count_turns(const uint32_t *by_age)
{
    int turns = 0;
    int last = 0;

    for (int i = 0; i < CLOSINGS_AGES - 1; i++) {
        const int now = turn_of(by_age, i);

        turns += now != 0 && last != 0 && now != last;
        last = now != 0 ? now : last;
    }
    return turns;
}

/* What a rate that goes on rising or falling like that adds to a minute's closes; 0: by
 * chance alone. */
static double drift(const uint32_t *by_age, int count)
{
    const double mean = sum_of(by_age, 0, count) / count;
    const double middle = (count - 1) / 2.0;
    double moments = 0;
    double squares = 0;

    for (int i = 0; i < count; i++) {
        moments += (middle - i) * by_age[i];
        squares += (middle - i) * (middle - i);
    }
    if (moments * moments <= SIGMAS_SQUARED * squares * (mean > 1 ? mean : 1))
        return 0;
    return moments / squares * CLOSINGS_AGES * (CLOSINGS_AGES + count) / 2;
}

/* The youngest ages of one rate, where those before are of one rate too: it began, ended
 * or changed once. The age between has both. */
static void find_run(struct closes *closes)
{
    const uint32_t *by_age = closes->by_age;
    int run = CLOSINGS_AGES;
    double more;

    while (run >= RUN_LEAST && !is_steady(by_age, 0, run))
        run--;
    if (run < RUN_LEAST ||
        (run + 1 < CLOSINGS_AGES && !is_steady(by_age, run + 1, CLOSINGS_AGES)))
        return;
    if (run < CLOSINGS_AGES && run > RUN_LEAST)
        run--; /* the change may lie in it */
    more = drift(by_age, run);
    if ((more < 0 ? -more : more) > closes->whole * PERCENT_LEAST / 100)
        return;
    closes->run = run;
    closes->rate = sum_of(by_age, 0, run) / run;
}

/* How far the sum of closes strays from what a steady rate makes of it, at most. */
static double stray(const uint32_t *by_age)
{
    const double mean = sum_of(by_age, 0, CLOSINGS_AGES) / CLOSINGS_AGES;
    double sum = 0;
    double least = 0;
    double most = 0;

    for (int i = 0; i < CLOSINGS_AGES; i++) {
        sum += by_age[i] - mean;
        least = sum < least ? sum : least;
        most = sum > most ? sum : most;
    }
    return most - least;
}

/* Seconds until all is in use, while those of before leave TIME_WAIT one by one;
 * UINT32_MAX = never. */
static uint32_t full_in_s(const struct closes *closes)
{
    double part = closes->part;

    for (int i = CLOSINGS_AGES - 1; i >= 0; i--) {
        const double more = closes->rate - closes->by_age[i];

        if (part + more >= closes->whole)
            return (uint32_t)((CLOSINGS_AGES - 1 - i) * CLOSINGS_AGE_S +
                              (more > 0 ? CLOSINGS_AGE_S * (closes->whole - part) / more
                                        : 0));
        part += more;
    }
    return UINT32_MAX;
}

static void say_nothing(const char *why, struct heading *out)
{
    *out = (struct heading){ .kind = HEADING_NOTHING, .why = why };
}

/* What one look at the ages tells; `room`: as many more TIME_WAIT are kept. */
static void judge_closes(struct closes *closes, double room, struct heading *out)
{
    const double worth = closes->whole * PERCENT_LEAST / 100;
    const bool turns = count_turns(closes->by_age) > 1;
    double level;

    find_run(closes);
    if (closes->part - closes->held < worth && closes->rate * CLOSINGS_AGES < worth) {
        say_nothing("few connections are closed there", out);
        return;
    }
    if (turns && stray(closes->by_age) > closes->whole / 20) {
        *out = (struct heading){ .kind = HEADING_BURSTY };
        return;
    }
    if (turns) {
        closes->run = CLOSINGS_AGES;
        closes->rate = (closes->part - closes->held) / CLOSINGS_AGES;
    }
    if (closes->run == 0) {
        say_nothing("the rate of closes is changing", out);
        return;
    }
    level = closes->held + closes->rate * CLOSINGS_AGES;
    if (level - closes->part > room) {
        say_nothing("tcp_max_tw_buckets will be reached", out);
        return;
    }
    *out = (struct heading){ .kind = HEADING_LEVEL,
                             .per_s = (uint32_t)(closes->rate / CLOSINGS_AGE_S),
                             .level = level > 0 ? (uint64_t)level : 0,
                             .full_in_s = full_in_s(closes) };
    if (out->full_in_s != UINT32_MAX)
        out->kind = HEADING_FULL;
}

/* Whether what a look saw coming is held, not in TIME_WAIT: those closed meanwhile, less
 * those whose minute is over. Without ages all of it may be. */
static bool is_held(const struct observed_look *look, const struct closings *closings)
{
    const double over = closings ? (double)closings->by_age[CLOSINGS_AGES - 1] *
                                       look->span_ms / CLOSINGS_AGE_MS
                                 : look->closed;
    const double growth = (double)look->ports_last - look->ports_first;
    const double held = growth - look->closed + over;

    return held * 2 >= growth;
}

/* Where held sockets grow. */
static bool judge_look(const struct observed_look *look, const struct measure *usage,
                       const struct closings *closings, struct heading *out)
{
    const uint32_t growth = forecast_growth(look);

    if (growth == 0 || !is_held(look, closings))
        return false;
    *out = (struct heading){
        .kind = HEADING_GROWING,
        .per_s = (uint32_t)((uint64_t)growth * MS_PER_S / look->span_ms),
        .full_in_s = forecast_full_in_s(usage, growth, look->span_ms),
    };
    return true;
}

/* TIME_WAIT that the kernel keeps beyond those of now; negative: it keeps no more. Its
 * count has those with it that wait for the other end alone. */
static double room_of(const struct observation *seen)
{
    const double limit = seen->tcp.closings.limit;
    const double now =
        (double)seen->tcp.time_wait + (double)seen->tcp.states[CONN_FIN_WAIT_2];

    if (!(limit > 0))
        return (double)UINT32_MAX;
    return now >= limit * 9 / 10 ? -1 : limit - now;
}

/* Whether the usage is that of the first destination of the list. */
static bool is_of_first(const struct observation *seen)
{
    return seen->tcp.top_count > 0 &&
           observation_destination_ports(seen, &seen->tcp.top[0]) >=
               observation_busiest_ports(seen);
}

const char *const heading_kind_names[] = {
    [HEADING_NOTHING] = "nothing", [HEADING_LEVEL] = "level",   [HEADING_FULL] = "full",
    [HEADING_GROWING] = "growing", [HEADING_BURSTY] = "bursty",
};

void heading_of(const struct observation *seen, const struct measure *usage,
                struct heading *out)
{
    const struct observed_closings *closings = &seen->tcp.closings;
    const bool told =
        closings->known && closings->busiest_known && closings->busiest.young == 0;
    struct closes closes = { .by_age = closings->busiest.by_age,
                             .part = (double)usage->part,
                             .whole = (double)usage->whole };

    if (seen->tcp.top_count == 0) {
        say_nothing("there are no connections", out);
        return;
    }
    if (!usage->known || usage->at_least || !is_of_first(seen)) {
        say_nothing("the usage of the busiest destination is not known", out);
        return;
    }
    if (usage->part >= usage->whole) {
        say_nothing("it is full", out);
        return;
    }
    if (judge_look(&seen->look, usage, told ? &closings->busiest : NULL, out))
        return;
    if (!told) {
        say_nothing(closings->busiest.young > 0 ? "TIME_WAIT is reused there"
                                                : "ages of TIME_WAIT are not known",
                    out);
        return;
    }
    if (room_of(seen) < 0) {
        say_nothing("tcp_max_tw_buckets is reached", out);
        return;
    }
    closes.held = closes.part - sum_of(closes.by_age, 0, CLOSINGS_AGES);
    judge_closes(&closes, room_of(seen), out);
}

bool heading_close_rate(const struct observation *seen, double *per_s)
{
    const struct observed_closings *closings = &seen->tcp.closings;

    if (!closings->known || !seen->tcp.reading.known ||
        !seen->range[IP_PROTOCOL_TCP].reading.known || room_of(seen) < 0)
        return false;
    *per_s = sum_of(closings->all.by_age, 0, RATE_AGES) / (RATE_AGES * CLOSINGS_AGE_S);
    if (closings->young_ms > 0)
        *per_s += (double)closings->all.young * MS_PER_S / closings->young_ms;
    return true;
}

bool heading_sustainable_rate(const struct observation *seen, double *per_s)
{
    const struct observed_range *range = &seen->range[IP_PROTOCOL_TCP];

    if (seen->os.kind != OS_LINUX || !range->reading.known)
        return false;
    *per_s = (double)range->usable / FORECAST_TIME_WAIT_S;
    return true;
}
