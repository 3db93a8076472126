/* SPDX-License-Identifier: MIT */
/* What a site accepts and recommends; the built-in one, or a JSON file over it. */
#ifndef CHECKS_MODEL_POLICY_H
#define CHECKS_MODEL_POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/threshold.h"
#include "checks/model/metric.h"
#include "checks/model/policy_reserve.h"
#include "checks/model/setting.h"

struct json_table;

/* No policy file may be larger than this. */
enum { POLICY_FILE_MAX = 256 * 1024 };

/* What the remediation should bring a setting to. */
enum policy_target {
    TARGET_NONE = 0, /* never changed */
    TARGET_VALUE,    /* `recommended` */
    TARGET_ABSENT    /* registry value taken away */
};

/* When a setting gets advice. */
enum policy_advice {
    ADVISE_SHORT = 0, /* whenever it is short of recommended */
    ADVISE_WRONG      /* only when it is outside accepted */
};

struct policy_setting {
    char name[SETTING_NAME_SIZE];
    enum os_kind os;
    enum setting_kind kind;
    struct place place;
    const struct setting
        *known;      /* the built-in descriptor (static); NULL for an added one */
    bool noted_only; /* never judged, at most a note (tcp_max_tw_buckets) */
    struct threshold accepted; /* alerts = wrong; over the number of ports for a range */
    bool absent_accepted;      /* the key or registry value may be absent */
    enum policy_target target;
    struct setting_value recommended; /* when target is TARGET_VALUE */
    enum policy_advice advice;
};

/* What a remediation may do. */
enum policy_mode {
    POLICY_ACT = 0,   /* change the host, now and at boot */
    POLICY_LIVE_ONLY, /* keep nothing for the next boot; Linux */
    POLICY_AUDIT,     /* an alert changes nothing, and records what it would do */
    POLICY_MODE_COUNT
};

/* "act", "live-only", "audit"; static. */
extern const char *const policy_mode_names[POLICY_MODE_COUNT];

/* Whom outputs that travel may name: units, containers and users of the system; people,
 * their programs and pids as well; nobody. */
enum owners_shown { OWNERS_SYSTEM = 0, OWNERS_FULL, OWNERS_NONE };

/* "system", "full", "none"; static. */
extern const char *const owners_shown_names[OWNERS_NONE + 1];

/* When an alert may change the host; only the remediation reads it. */
struct policy_gate {
    char act_on[12];      /* "CRITICAL" or "WARNING": that state or worse */
    uint32_t cool_down_s; /* 0..604800 */
    bool confirm;         /* the host's own usage must be WARNING or worse */
    enum policy_mode mode;
};

/*
 * How the file came to be what it is here, for who reads the verdict. Zeroed = built in.
 * Lines are cut, never within a character.
 */
struct policy_origin {
    bool summed;
    uint32_t crc32;              /* of the bytes of the file, when `summed` */
    char skipped[ERR_TEXT_SIZE]; /* what of a newer file has no effect; "" = nothing */
    char error[ERR_TEXT_SIZE];   /* why the site's file has no effect; "" = it has */
};

/* Owns nothing; copying it is fine. */
struct policy {
    struct policy_setting settings[SETTINGS_MAX]; /* of both systems */
    size_t count;
    struct metric_limits limits[OS_KIND_COUNT][METRIC_COUNT]; /* by os_kind */
    struct policy_gate gate;
    struct policy_reserve reserve;
    bool ask; /* the kernel may be asked whether a connection finds a port */
    enum owners_shown owners;
    struct policy_origin origin;
};

/* Of struct policy, for the schema's test. */
extern const struct json_table policy_table;

/* The built-in policy: design, sections 1.1 and 1.2. */
void policy_init(struct policy *policy);

/*
 * Applies a policy file's bytes over *policy: overrides, adds (place_locate) and drops
 * (null) settings, thresholds, the gate, what is reserved. Broken JSON: ERR_MALFORMED
 * with line and column. Wrong content: ERR_MALFORMED, "settings.tcp_tw_reuse.accepted:
 * ..." with the JSON path and what was expected. *policy is unchanged on failure.
 */
MUST_CHECK bool policy_apply_json(struct policy *policy, const char *bytes, size_t length,
                                  struct error *err);

/*
 * The same for who only looks: a file of a higher schema holds too, but for its unknown
 * keys and settings, which are named in origin.skipped.
 */
MUST_CHECK bool policy_apply_newer_json(struct policy *policy, const char *bytes,
                                        size_t length, struct error *err);

/*
 * What holds where the site's file does not, because of `error`: the built-in policy, of
 * which no limit raises more than WARNING.
 */
void policy_init_without_site(struct policy *policy, const char *error);

/* The setting of that name, NULL when the policy has none. */
const struct policy_setting *policy_find(const struct policy *policy, const char *name);

#endif
