/* SPDX-License-Identifier: MIT */
/* The look-up runs in a thread that may be left behind. */
#include "remediate/writer/windows/account_name.h"

#include <stdlib.h>

#include "checks/host/windows/left_thread.h"
#include "checks/host/windows/win_text.h"

/* What the thread and its caller share; the last one of the two frees it. */
struct name_job {
    struct left_job left;
    account_lookup *lookup;
    union {
        SID sid;
        BYTE bytes[SECURITY_MAX_SID_SIZE];
    } of;
    wchar_t name[256];
    wchar_t domain[256];
    bool found;
};

static void discard(struct left_job *left)
{
    free(left);
}

static void work(struct left_job *left)
{
    struct name_job *job = (struct name_job *)left;
    DWORD name_size = ARRAY_COUNT(job->name);
    DWORD domain_size = ARRAY_COUNT(job->domain);
    SID_NAME_USE use;

    job->found = job->lookup(NULL, &job->of.sid, job->name, &name_size, job->domain,
                             &domain_size, &use);
}

static bool find_name(PSID sid, int64_t limit_ms, account_lookup *lookup,
                      struct text *out)
{
    struct name_job *job = calloc(1, sizeof *job);
    bool found;

    if (!job)
        return false;
    job->left = (struct left_job){ .work = work, .discard = discard, .holders = 1 };
    job->lookup = lookup;
    found = CopySid(sizeof job->of, &job->of.sid, sid) &&
            left_job_run(&job->left, limit_ms, NULL) && job->found;
    if (found) {
        win_text_add_wide(out, job->domain);
        text_add(out, "\\");
        win_text_add_wide(out, job->name);
    }
    left_job_let_go(&job->left);
    return found;
}

void account_name_add(PSID sid, int64_t limit_ms, account_lookup *lookup,
                      struct text *out)
{
    wchar_t *text = NULL;

    if (find_name(sid, limit_ms, lookup, out) || !ConvertSidToStringSidW(sid, &text))
        return;
    win_text_add_wide(out, text);
    (void)LocalFree(text);
}
