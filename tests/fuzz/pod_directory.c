/* SPDX-License-Identifier: MIT */
/* Which pod a directory of any name is of: none, or one with a clean name. */
#include <stdlib.h>
#include <string.h>

#include "checks/decode/pod_directory.h"
#include "tests/fuzz/lib/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *name = fuzz_string(data, size);
    struct pod_directory pod = { 0 };
    char shown[64];

    if (pod_directory_decode(name, &pod)) {
        FUZZ_MUST(memchr(pod.uid, '\0', sizeof pod.uid) && strlen(pod.uid) >= 32);
        FUZZ_MUST(pod.name_space_length > 0 && pod.pod_length > 0);
        pod_directory_name(&pod, shown, sizeof shown);
        FUZZ_MUST(strspn(shown, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789@._:/-?") == strlen(shown));
    }
    free(name);
    return 0;
}
