# SPDX-License-Identifier: MIT
# raw.tsv (size, tool, CPU ms, wall ms, KB; one line per run) -> results.tsv: per size and
# tool the least and the median CPU, the least wall time, the most memory, and the CPU over
# the check's.
BEGIN {
    FS = OFS = "\t"
}

{
    key = $1 FS $2
    if (!(key in runs))
        order[++keys] = key
    cpu[key, ++runs[key]] = $3 + 0
    if (!(key in wall) || $4 + 0 < wall[key])
        wall[key] = $4 + 0
    if ($5 + 0 > rss[key])
        rss[key] = $5 + 0
}

function sort_runs(key,    i, j, value) {
    for (i = 2; i <= runs[key]; i++) {
        value = cpu[key, i]
        for (j = i - 1; j > 0 && cpu[key, j] > value; j--)
            cpu[key, j + 1] = cpu[key, j]
        cpu[key, j + 1] = value
    }
}

END {
    print "size", "tool", "cpu_ms", "cpu_median_ms", "wall_ms", "rss_kb", "times_check", "runs"
    for (i = 1; i <= keys; i++)
        sort_runs(order[i])
    for (i = 1; i <= keys; i++) {
        key = order[i]
        split(key, part, FS)
        own = cpu[part[1] FS "check", 1]
        median = cpu[key, int((runs[key] + 1) / 2)]
        print key, cpu[key, 1], median, wall[key], rss[key], \
            sprintf("%.2f", own > 0 ? cpu[key, 1] / own : 0), runs[key]
    }
}
