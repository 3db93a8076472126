/* SPDX-License-Identifier: MIT */
/* proc_dointvec and its relatives (kernel/sysctl.c), ipv4_local_port_range
 * (net/ipv4/sysctl_net_ipv4.c), compared with a kernel 6.18. */
#include "checks/decode/sysctl_value.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "checks/base/kernel_number.h"

/* A number ends at one of these; isspace of lib/ctype.c skips more before it. */
static const char separators[] = " \t\n";
static const char blanks[] = " \t\n\v\f\r\xa0";

/* tcp_fin_timeout is kept in jiffies, of which there are 100, 250 or 1000 a second: the
 * least that no kernel takes is not known, the least that some refuse is. */
enum { MOST_JIFFIES_A_SECOND = 1000 };

struct key {
    const char *name;
    uint32_t major; /* first kernel with these limits; a number of 32 bits before */
    uint32_t minor;
    struct sysctl_limits limits;
};

/* The latest limits of a key first. */
static const struct key keys[] = {
    /* commit 4ecc1baf362c: 8 bits, without a sign */
    { "net/ipv4/tcp_timestamps", 5, 13, { 0, UINT8_MAX, true } },
    { "net/ipv4/tcp_tw_reuse", 5, 13, { 0, 2, true } },
    /* commit 79e9fed46038 */
    { "net/ipv4/tcp_tw_reuse", 4, 19, { 0, 2, false } },
    { "net/ipv4/tcp_fin_timeout",
      0,
      0,
      { -INT_MAX / MOST_JIFFIES_A_SECOND, INT_MAX / MOST_JIFFIES_A_SECOND, false } },
    { "net/ipv4/ip_unprivileged_port_start", 4, 11, { 0, UINT16_MAX, false } },
    { "net/ipv4/tcp_max_tw_buckets", 0, 0, { INT_MIN, INT_MAX, false } },
    { "net/ipv4/tcp_timestamps", 0, 0, { INT_MIN, INT_MAX, false } },
    { "net/ipv4/tcp_tw_reuse", 0, 0, { INT_MIN, INT_MAX, false } },
    { "net/ipv4/tcp_tw_recycle", 0, 0, { INT_MIN, INT_MAX, false } },
};

struct sysctl_limits sysctl_limits_of(const char *key, const struct os_version *kernel)
{
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (strcmp(keys[i].name, key) == 0 &&
            os_version_at_least(kernel, keys[i].major, keys[i].minor))
            return keys[i].limits;
    return (struct sysctl_limits){ .lowest = INT_MIN, .highest = UINT_MAX };
}

/* The next number of the text; false without a word in *err: there is none. */
static bool take(const char **at, const struct sysctl_limits *limits, int64_t *out,
                 struct error *err)
{
    struct kernel_number number;
    int64_t value;

    *at += strspn(*at, blanks);
    if (!**at || !kernel_number_take(at, separators, &number, err))
        return false;
    value = number.magnitude > INT64_MAX ? INT64_MAX : (int64_t)number.magnitude;
    value = number.negative ? -value : value;
    if (value < limits->lowest || value > limits->highest ||
        (number.negative && limits->no_sign))
        return error_set(err, ERR_LIMIT, "expected %" PRId64 " to %" PRId64,
                         limits->lowest, limits->highest);
    *out = value;
    return true;
}

static bool refuse_nothing(struct error *err)
{
    return error_set(err, ERR_MALFORMED, "expected a number, found none");
}

bool sysctl_take_number(const char *text, const struct sysctl_limits *limits,
                        int64_t *out, struct error *err)
{
    struct error why = { 0 };

    if (take(&text, limits, out, &why))
        return true;
    return why.code == ERR_NONE ? refuse_nothing(err)
                                : error_set(err, why.code, "%s", why.message);
}

bool sysctl_take_port_range(const char *text, uint16_t lowest, struct port_range *out,
                            struct error *err)
{
    static const struct sysctl_limits port = { .lowest = 1, .highest = UINT16_MAX };
    struct error why = { 0 };
    int64_t first = 0;
    int64_t last = out->last;

    if (!take(&text, &port, &first, &why) ||
        (!take(&text, &port, &last, &why) && why.code != ERR_NONE))
        return why.code == ERR_NONE ? refuse_nothing(err)
                                    : error_set(err, why.code, "%s", why.message);
    if (last < first)
        return error_set(err, ERR_LIMIT,
                         "%" PRId64 " to %" PRId64
                         " is not a range, expected the lower first",
                         first, last);
    if (first < lowest)
        return error_set(err, ERR_LIMIT, "below ip_unprivileged_port_start, %" PRIu16,
                         lowest);
    *out = (struct port_range){ .first = (uint16_t)first, .last = (uint16_t)last };
    return true;
}

bool sysctl_take_port_list(const char *text, struct port_set *out, struct error *err)
{
    return port_list_parse(text, out, err);
}
