/* SPDX-License-Identifier: MIT */
/* Keeps what this Windows says as fixtures for the next developer, and reads each of them
 * again. Changes nothing of the host.
 *   record_host.exe CHECK OUTDIR
 * CHECK: check_port_exhaustion.exe. OUTDIR is made; the layout is that of tests/fixtures,
 * SOURCE there says what is what. */
#include <stdio.h>

#include "checks/host/program.h"
#include "tests/windows-kit/lib/record.h"
#include "tests/windows-kit/lib/say.h"

int main(int argc, char **argv)
{
    static struct record record;
    struct error err = { 0 };

    if (!program_start(&argc, &argv, &err) || argc != 3) {
        (void)fprintf(stderr, "usage: record_host.exe CHECK OUTDIR\n");
        return 2;
    }
    if (!record_open(&record, argv[2], &err)) {
        say_not_ok("the directory of the recordings", err.message, "a directory");
        return say_finish();
    }
    record_netsh(&record);
    record_wmi(&record);
    record_registry(&record);
    record_tables(&record);
    record_events(&record);
    record_observation(&record, argv[1]);
    record_source(&record);
    return say_finish();
}
