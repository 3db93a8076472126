/* SPDX-License-Identifier: MIT */
/* insert_failed: the entry was there already, as when SNAT finds no other port. drop: a
 * packet got no entry, for that reason or since the table was full. */
#include "plugin/conntrack_words.h"

#include <inttypes.h>

enum { MS_PER_S = 1000 };

void conntrack_words_table(const struct observed_conntrack *conntrack, struct text *out)
{
    if (!conntrack->reading.known)
        return;
    text_addf(out, "%" PRIu64 " of %" PRIu64 " entries", conntrack->entries,
              conntrack->limit);
    if (conntrack->counters_known)
        text_addf(out, "; since boot insert_failed %" PRIu64 ", drop %" PRIu64,
                  conntrack->insert_failed, conntrack->dropped);
}

/* ", 20 of them in the last 5.0 s" */
static void add_look(const struct observed_conntrack_look *look, uint64_t grown,
                     struct text *out)
{
    text_addf(out, ", %" PRIu64 " of them in the last %" PRIu32 ".%" PRIu32 " s", grown,
              look->span_ms / MS_PER_S, look->span_ms % MS_PER_S / 100);
}

static uint64_t without(uint64_t all, uint64_t part)
{
    return all > part ? all - part : 0;
}

/* Since the boot: long ago, it may be, and nothing to act on. */
static void add_since_boot(const struct observed_conntrack *conntrack, bool replayed,
                           struct text *out)
{
    const uint64_t failed = conntrack->insert_failed;
    const bool drops = without(conntrack->dropped, failed) > 0;

    if (failed == 0 && !drops)
        return;
    text_add(out, "connection tracking: ");
    if (failed > 0)
        text_addf(out, "insert_failed %" PRIu64 "%s", failed, drops ? ", " : "");
    if (drops)
        text_addf(out, "drop %" PRIu64, conntrack->dropped);
    text_addf(out, " since boot%s",
              replayed ? "" : "; --look 5 says whether it happens now");
}

bool conntrack_words_snat_fails(const struct observed_conntrack *conntrack)
{
    return conntrack->counters_known && conntrack->look.span_ms > 0 &&
           conntrack->look.insert_failed > 0;
}

static void add_now(const struct observed_conntrack *conntrack, struct text *out)
{
    const struct observed_conntrack_look *look = &conntrack->look;
    const uint64_t failed = conntrack->insert_failed;
    const uint64_t full = without(conntrack->dropped, failed);
    const uint64_t full_now = without(look->dropped, look->insert_failed);

    if (look->insert_failed == 0 && full_now == 0)
        return;
    text_add(out, "connection tracking ");
    if (look->insert_failed > 0) {
        text_addf(out, "refused %" PRIu64 " new entr%s since boot", failed,
                  failed == 1 ? "y" : "ies");
        add_look(look, look->insert_failed, out);
        text_add(out, " (insert_failed): SNAT here may have run out of ports; connect() "
                      "through it then times out");
    }
    if (full_now == 0)
        return;
    text_addf(out, "%sdropped %" PRIu64 " %spacket%s since boot",
              look->insert_failed > 0 ? "; it " : "", full, failed > 0 ? "other " : "",
              full == 1 ? "" : "s");
    add_look(look, full_now, out);
    text_add(out, " (drop): the table was full");
}

void conntrack_words_refused(const struct observed_conntrack *conntrack, bool replayed,
                             struct text *out)
{
    if (!conntrack->counters_known)
        return;
    if (conntrack->look.span_ms > 0)
        add_now(conntrack, out);
    else
        add_since_boot(conntrack, replayed, out);
}
