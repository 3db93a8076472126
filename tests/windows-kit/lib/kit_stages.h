/* SPDX-License-Identifier: MIT */
/* The stages of the kit: one table, and what of it a run may do. */
#ifndef TESTS_WINDOWS_KIT_LIB_KIT_STAGES_H
#define TESTS_WINDOWS_KIT_LIB_KIT_STAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "checks/base/compiler.h"
#include "checks/base/error.h"
#include "checks/base/text.h"

/* As whom a stage's program runs. */
enum kit_whom {
    KIT_AS_CALLER = 0,     /* whoever runs the kit, elevated or not */
    KIT_AS_USER,           /* without administrators' rights */
    KIT_AS_SYSTEM,         /* by a scheduled task */
    KIT_AS_NETWORK_SERVICE /* by a scheduled task */
};

/* When a stage runs. */
enum kit_when {
    KIT_NOW = 0,
    KIT_BEFORE_RESTART, /* what it changes stays until its partner has run */
    KIT_AFTER_RESTART   /* by the scheduled task, at the next start */
};

/* Strings are static. */
struct kit_stage {
    const char *name;
    const char *title;
    const char *program;   /* beside kit.exe */
    const char *arguments; /* {check}, {remediate}, {list}, {kit}, {out}: full paths */
    bool elevated;         /* needs elevation */
    bool changes;          /* changes settings, which are put back */
    enum kit_when when;
    enum kit_whom whom;
    uint32_t limit_min;
    const char *length; /* as it is announced */
};

extern const struct kit_stage kit_stages[];
extern const size_t kit_stage_count;

/* NULL: no stage has this name. Upper and lower case are the same. */
const struct kit_stage *kit_stage_find(const char *name);

/* What a run has. Zeroed = nothing. */
struct kit_situation {
    bool elevated;
    bool asks;        /* somebody can agree to elevation */
    bool restart;     /* somebody agreed to a restart */
    bool user_only;   /* /user */
    bool has_program; /* the stage's program is in the kit */
};

/*
 * Why this stage is skipped, static; NULL = it runs. A stage that only elevation keeps
 * from running is none of those as long as somebody can be asked.
 */
const char *kit_stage_obstacle(const struct kit_stage *stage,
                               const struct kit_situation *situation);

/* What stands for the words in braces, full paths. Borrowed. */
struct kit_places {
    const char *kit;  /* the kit's directory */
    const char *out;  /* the report's directory */
    const char *list; /* what is to be restored */
};

/* Adds the stage's command line, program first, each path in quotes. */
void kit_stage_command(const struct kit_stage *stage, const struct kit_places *places,
                       struct text *out);

#endif
