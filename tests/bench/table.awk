# SPDX-License-Identifier: MIT
# results.tsv -> Markdown: the programs beside each other, and the targets with what was
# reached.
BEGIN {
    FS = "\t"
    tool_count = split("check floor ss ss_awk netstat zabbix_agentd node_exporter", tools, " ")
    name["check"] = "**this check**"
    name["floor"] = "floor (dump, discard)"
    name["ss"] = "`ss -tan`"
    name["ss_awk"] = "`ss \\| awk`"
    name["netstat"] = "`netstat -ant`"
    name["zabbix_agentd"] = "`zabbix_agentd -t`"
    name["node_exporter"] = "node exporter, a scrape"
    title["idle"] = "idle host"
    title["tw10000"] = "10,000 TIME_WAIT"
    title["tw100000"] = "100,000 TIME_WAIT"
    title["tw500000"] = "500,000 TIME_WAIT"
    title["tw1000000"] = "1,000,000 TIME_WAIT"
    title["server"] = "100,000 established pairs, 20,000 TIME_WAIT"
    title["destinations"] = "1,000,000 TIME_WAIT, 35,000 destinations"
    title["many"] = "1,000,000 TIME_WAIT, 1,000,000 destinations"
    title["namespaces"] = "a node with 100 other network namespaces"
    title["one60"] = "one destination at 60 %"
    title["held"] = "100,000 sockets of 50 processes, as root"
    title["held-nobody"] = "the same, as nobody"
    split("check check_alert check_none ss_who", owner_tools, " ")
    name["check_alert"] = "alert's line"
    name["check_none"] = "line without owners"
    name["ss_who"] = "`ss -tanp \\| awk`"
    title["all300"] = "300 idle namespaces, as root"
    title["all300-nobody"] = "the same, as nobody"
    title["all300-one"] = "300 namespaces, 100,000 TIME_WAIT in all, one without ports"
    title["all100-tw1000000"] = "a node with 100 pods, 1,000,000 TIME_WAIT of its own"
    split("check check_own floor ss_each", namespace_tools, " ")
    name["check_own"] = "without it"
    name["ss_each"] = "`nsenter`, `ss \\| awk` in each"
    title["five"] = "five destinations at 100 %"
}

NR > 1 {
    if (!($1 in seen)) {
        seen[$1] = 1
        sizes[++size_count] = $1
    }
    cpu[$1, $2] = $3 + 0
    wall[$1, $2] = $5 + 0
    rss[$1, $2] = $6 + 0
    times[$1, $2] = $7 + 0
}

function number(value) {
    return value < 10 ? sprintf("%.2f", value) : value < 100 ? sprintf("%.1f", value) : sprintf("%.0f", value)
}

function is_of_peers(size) {
    return size !~ /^(held|all)/
}

function head(first,    t) {
    printf "| %s |", first
    for (t = 1; t <= tool_count; t++)
        printf " %s |", name[tools[t]]
    printf "\n|---|"
    for (t = 1; t <= tool_count; t++)
        printf "---|"
    printf "\n"
}

function cell(size, tool) {
    if (!((size, tool) in cpu))
        return "–"
    if (tool == "check")
        return "**" number(cpu[size, tool]) "**"
    return sprintf("%s (%.1f×)", number(cpu[size, tool]), times[size, tool])
}

# The rows whose name begins so, if there are any: four tools beside each other.
function four(begin, first, own_name, list,    i, t, tool) {
    for (i = 1; i <= size_count && sizes[i] !~ begin; i++)
        ;
    if (i > size_count)
        return
    name["check"] = own_name
    printf "| %s |", first
    for (t = 1; t <= 4; t++)
        printf " %s |", name[list[t]]
    print "\n|---|---|---|---|---|"
    for (; i <= size_count; i++) {
        if (sizes[i] !~ begin)
            continue
        printf "| %s |", title[sizes[i]]
        for (t = 1; t <= 4; t++)
            printf " %s |", cell(sizes[i], list[t])
        print ""
    }
    print ""
}

function target(text, value, limit, at_least, unit,    good) {
    good = at_least ? value >= limit : value <= limit
    printf "| %s | %s %s%s | %s%s | %s |\n", text, at_least ? "≥" : "≤", limit, unit, number(value), unit, \
        good ? "reached" : "not reached"
}

function targets(    i, size) {
    print "| target | wanted | measured | |"
    print "|---|---|---|---|"
    for (i = 1; i <= size_count; i++) {
        size = sizes[i]
        if (size ~ /^tw/ && substr(size, 3) + 0 >= 100000) {
            target("CPU over the floor, " title[size], cpu[size, "check"] / cpu[size, "floor"], 1.15, 0, "×")
            target("CPU of `ss \\| awk` over this check, " title[size], times[size, "ss_awk"], 10, 1, "×")
        }
        if (size == "destinations")
            target("CPU over the floor, " title[size], cpu[size, "check"] / cpu[size, "floor"], 1.4, 0, "×")
        if (size == "server")
            target("CPU of `ss \\| awk` over this check, " title[size], times[size, "ss_awk"], 6, 1, "×")
        if (size ~ /^held/) {
            target("CPU of `ss -tanp \\| awk` over the screen, " title[size], times[size, "ss_who"], 8, 1, "×")
            target("CPU of the alert's line over one without owners, " title[size],
                cpu[size, "check_alert"] / cpu[size, "check_none"], 1.5, 0, "×")
        }
        if (size ~ /^all300(-nobody)?$/)
            target("CPU, " title[size], cpu[size, "check"], size == "all300" ? 25 : 15, 0, " ms")
        if (size == "all300-one")
            target("CPU over three dumps, " title[size], cpu[size, "check"] / cpu[size, "floor"] / 3, 1, 0, "×")
        if (size == "idle")
            target("CPU, " title[size], cpu[size, "check"], 1.5, 0, " ms")
        if (size == "tw1000000" || size == "destinations")
            target("memory, " title[size], rss[size, "check"] / 1024, 4, 0, " MB")
        if (size == "many")
            target("memory, " title[size], rss[size, "check"] / 1024, 64, 0, " MB")
    }
}

function peers(    i, t) {
    head("CPU, ms (times this check)")
    for (i = 1; i <= size_count; i++) {
        if (!is_of_peers(sizes[i]))
            continue
        printf "| %s |", title[sizes[i]]
        for (t = 1; t <= tool_count; t++)
            printf " %s |", cell(sizes[i], tools[t])
        printf "\n"
    }
    printf "\n"
    head("wall, ms / memory, MB")
    for (i = 1; i <= size_count; i++) {
        if (!is_of_peers(sizes[i]))
            continue
        printf "| %s |", title[sizes[i]]
        for (t = 1; t <= tool_count; t++) {
            if ((sizes[i], tools[t]) in cpu)
                printf " %s / %.1f |", number(wall[sizes[i], tools[t]]), rss[sizes[i], tools[t]] / 1024
            else
                printf " – |"
        }
        printf "\n"
    }
    printf "\n"
}

END {
    for (i = 1; i <= size_count; i++)
        others += is_of_peers(sizes[i])
    if (others > 0)
        peers()
    four("^held", "CPU, ms (times the screen)", "**`-o explain`**", owner_tools)
    four("^all", "CPU, ms (times this check)", "**`--all-namespaces`**", namespace_tools)
    targets()
}
