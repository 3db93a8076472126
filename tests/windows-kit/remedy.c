/* SPDX-License-Identifier: MIT */
/* The remediation on a real Windows, held against reg.exe, netsh.exe and icacls.exe:
 *   remedy CHECK REMEDIATE LIST                 plan, apply, read back, undo
 *   remedy --reboot-begin CHECK REMEDIATE LIST  the same up to the reboot,
 *   remedy --reboot-end CHECK REMEDIATE LIST    and what follows it
 *   remedy --restore CHECK REMEDIATE LIST       puts back what a stopped stage left
 *   remedy --msi DIRECTORY LIST                 install, repair, upgrade, remove
 * LIST is the file of restore.h. */
#include <stdio.h>
#include <string.h>

#include "checks/host/program.h"
#include "tests/windows-kit/lib/remedy_cycle.h"
#include "tests/windows-kit/lib/remedy_install.h"
#include "tests/windows-kit/lib/say.h"

static void restore(struct remedy *remedy)
{
    remedy_end_msi(remedy->list);
    remedy_end(remedy);
}

static const struct {
    const char *option; /* "" = none */
    void (*run)(struct remedy *remedy);
} stages[] = {
    { "", remedy_stage_cycle },
    { "--reboot-begin", remedy_stage_reboot_begin },
    { "--reboot-end", remedy_stage_reboot_end },
    { "--restore", restore },
};

static int fail(const char *why)
{
    say_not_ok("remedy", why, "remedy [OPTION] CHECK REMEDIATE LIST");
    return say_finish();
}

int main(int argc, char **argv)
{
    struct remedy remedy;
    struct error err = { 0 };
    const bool started = program_start(&argc, &argv, &err);
    const bool has_option = argc > 1 && strncmp(argv[1], "--", 2) == 0;
    const char *option = has_option ? argv[1] : "";
    char **words = argv + 1 + has_option;

    if (!started)
        return fail(err.message);
    if (argc == 4 && strcmp(option, "--msi") == 0) {
        remedy_stage_msi(words[0], words[1]);
        return say_finish();
    }
    if (argc != 4 + has_option)
        return fail("wrong arguments");
    if (!remedy_init(&remedy, words[0], words[1], words[2], &err))
        return fail(err.message);
    for (size_t i = 0; i < sizeof stages / sizeof stages[0]; i++)
        if (strcmp(stages[i].option, option) == 0) {
            stages[i].run(&remedy);
            return say_finish();
        }
    return fail("no such option");
}
