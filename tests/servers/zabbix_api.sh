# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the Zabbix test asks the API and what it makes of the answers.
# shellcheck disable=SC2154

api_url=http://10.99.0.1/api_jsonrpc.php
templates=(template_port_exhaustion.yaml template_port_exhaustion_active.yaml)
seconds=2 # between checks

# --- The API -------------------------------------------------------------------------------

# api METHOD PARAMETERS [FILTER]: the result, as jq shows it; what went wrong goes to the log.
api() {
    local answer
    answer=$(jq -nc --arg method "$1" --argjson params "$2" --arg auth "${token-}" \
        '{jsonrpc: "2.0", id: 1, $method, $params} +
            if $auth == "" or $method == "apiinfo.version" then {} else {$auth} end' |
        on monitor curl -s -m 60 -H 'Content-Type: application/json' --data-binary @- "$api_url")
    jq -r "(.result // halt_error(1)) | ${3:-.}" <<<"$answer" 2>>"$lab/log/api" || {
        echo "$1: $answer" >>"$lab/log/api"
        return 1
    }
}

log_in() {
    token=""
    token=$(api user.login '{"username": "Admin", "password": "zabbix"}') && [ -n "$token" ]
}

# set_up: as the documentation says, with an API token and the files of packaging/zabbix.
set_up() {
    local id secret template
    id=$(api token.create "{\"name\": \"setup $(now_ms)\"}" '.tokenids[0]')
    secret=$(api token.generate "[\"$id\"]" '.[0].token')
    mkdir -p "$lab/monitor/root/zabbix"
    install -m 644 "$tree/packaging/zabbix/setup" "$lab/monitor/root/zabbix/"
    for template in "${templates[@]}"; do
        install -m 644 "$tree/packaging/zabbix/$template" "$lab/monitor/root/zabbix/"
    done
    on monitor ZABBIX_TOKEN="$secret" python3 /root/zabbix/setup "${api_url%/*}" --remediation 2>&1
}

export_templates() { # NAME...
    local ids
    ids=$(api template.get "$(jq -nc '{filter: {host: $ARGS.positional}}' --args "$@")" 'map(.templateid) | tojson')
    api configuration.export "{\"format\": \"yaml\", \"options\": {\"templates\": $ids}}"
}

# lost_of FILE: what an import of the file would add or remove, after it was imported. (How a
# newer server spells what is there is its affair.)
lost_of() {
    local parameters
    parameters=$(jq -nc --rawfile source "$tree/packaging/zabbix/$1" '
        {createMissing: true, updateExisting: true, deleteMissing: true} as $all |
        {format: "yaml", $source, rules: {items: $all, triggers: $all, discoveryRules: $all, graphs: $all,
            templateDashboards: $all, valueMaps: $all, templates: ($all | del(.deleteMissing)),
            templateLinkage: ($all | del(.updateExisting))}}')
    api configuration.importcompare "$parameters" '[.. | objects | .added[]?, .removed[]?] | tojson'
}

# add_host NAME TEMPLATE [CHECKS]: its id; the address is the agent's, the macros are this
# test's. So many checks in a row above a threshold make a problem.
add_host() {
    local group id
    group=$(api hostgroup.get '{"filter": {"name": ["Linux servers"]}}' '.[0].groupid')
    id=$(api template.get "$(jq -nc --arg name "$2" '{filter: {host: [$name]}}')" '.[0].templateid')
    api host.create "$(jq -nc --arg name "$1" --arg group "$group" --arg id "$id" --arg delay "${seconds}s" --arg checks "#${3:-3}" '{
        host: $name, groups: [{groupid: $group}], templates: [{templateid: $id}],
        interfaces: [{type: 1, main: 1, useip: 1, ip: "10.99.0.2", dns: "", port: "10050"}],
        tags: [{tag: "port-exhaustion", value: "remediate"}],
        macros: [{macro: "{$PORT_EXHAUSTION.INTERVAL}", value: $delay}, {macro: "{$PORT_EXHAUSTION.FOR}", value: $checks},
                 {macro: "{$PORT_EXHAUSTION.NODATA}", value: "15s"}]}')" '.hostids[0]'
}

# --- Questions to the API ------------------------------------------------------------------

# items FILTER [HOSTID]: of the host `agent` or this one, each through the filter.
items() {
    api item.get "{\"hostids\": [\"${2:-$agent_id}\"], \"output\": [\"key_\", \"lastvalue\", \"lastclock\", \"state\", \"error\"]}" ".[] | $1"
}
value_of() { # KEY
    items "select(.key_ == \"$1\") | .lastvalue"
}
is_value() { # KEY VALUE
    [ "$(value_of "$1")" = "$2" ]
}

# The master item keeps no values; ports closed by bind() are counted only where there are many,
# events are those of Windows, and not every kernel tracks connections.
all_valued() { # [HOSTID]
    local states
    states=$(items 'select(.key_ | IN("port_exhaustion.json", "port_exhaustion.ports_closed", "port_exhaustion.exhaustion_events", "port_exhaustion.conntrack_usage") | not) | .lastclock' "${1-}")
    [ -n "$states" ] && ! grep -qx 0 <<<"$states"
}
settings_discovered() {
    [ "$(items 'select(.key_ | startswith("port_exhaustion.setting.")) | select(.lastclock != "0") | .key_' | wc -l)" -ge 12 ]
}
destination_discovered() {
    grep -qxF 'port_exhaustion.destination.usage[10.99.0.2,10.99.0.2,9000]' \
        < <(items 'select(.lastclock != "0") | .key_')
}

# history_of KEY FILTER: the filter sees the array of values, the oldest first.
history_of() {
    local id
    id=$(items "select(.key_ == \"$1\") | .itemid")
    api history.get "{\"history\": 0, \"itemids\": [\"$id\"], \"sortfield\": \"clock\"}" "map(.value | tonumber) | $2"
}

# problems HOSTID: "SEVERITY OPEN|RESOLVED NAME" lines, of now and of the last minutes.
problems() {
    api problem.get "{\"hostids\": [\"$1\"], \"recent\": true}" \
        '.[] | "\(.severity) \(if .r_eventid == "0" then "OPEN" else "RESOLVED" end) \(.name)"'
}
has_line() { # PATTERN, lines on standard input
    local line
    while IFS= read -r line; do
        # shellcheck disable=SC2053 # a pattern
        [[ $line == $1 ]] && return
    done
    return 1
}
has_problem() { # HOSTID SEVERITY NAME-PATTERN
    problems "$1" | has_line "$2 OPEN $3"
}
is_resolved() { # HOSTID SEVERITY NAME-PATTERN: was there, and none of it is open
    local all
    all=$(problems "$1")
    has_line "$2 RESOLVED $3" <<<"$all" && ! has_line "$2 OPEN $3" <<<"$all"
}
has_opdata() { # HOSTID PATTERN
    api problem.get "{\"hostids\": [\"$1\"]}" '.[].opdata' | has_line "$2"
}

# command_ran HOST COMMAND: Zabbix handed it to the host's agent, which took it.
command_ran() {
    # 7.0 has no filter for the type.
    grep -qxF "1 $1:$2 " \
        < <(api alert.get '{}' '.[] | select(.alerttype == "1") | "\(.status) \(.message) \(.error)"')
}

has_refused() { # HOST
    [ "$(on "$1" remediate_port_exhaustion history -o json | jq '.refused.count // 0')" -gt 0 ]
}

nothing_unsupported() { # WHEN
    local items rules
    items=$(api item.get "{\"hostids\": [\"$agent_id\", \"$windows_id\"], \"filter\": {\"state\": 1}}" '.[] | "\(.key_): \(.error)"')
    rules=$(api discoveryrule.get "{\"hostids\": [\"$agent_id\", \"$windows_id\"], \"filter\": {\"state\": 1}}" '.[] | "\(.key_): \(.error)"')
    same "no item and no discovery rule is 'not supported' $1" "" "$items$rules"
}

# --- Results -------------------------------------------------------------------------------

expect() { # NAME PATTERN GOT
    # shellcheck disable=SC2053 # a pattern
    if [[ $3 == $2 ]]; then
        ok "$1"
    else
        not_ok "$1" "'${3:0:2000}' is not like '$2'"
    fi
}

below() { # NAME LIMIT GOT
    if [ "$3" -lt "$2" ]; then
        ok "$1"
    else
        not_ok "$1" "$3, not below $2"
    fi
}

# --- A picture for the documentation -------------------------------------------------------

# take_screenshot FILE: the dashboard of the template, as a browser shows it.
take_screenshot() {
    local id page
    id=$(api template.get "$(jq -nc --arg name "$LINUX" '{filter: {host: [$name]}}')" '.[0].templateid')
    id=$(api templatedashboard.get "{\"templateids\": [\"$id\"]}" '.[0].dashboardid')
    page=$(jq -rn --arg page "zabbix.php?action=host.dashboard.view&hostid=$agent_id&dashboardid=$id&from=now-3m&to=now&kiosk=1" \
        '$page | @uri')
    on monitor timeout 600 chromium --headless --no-sandbox --disable-gpu --user-data-dir=/tmp/chromium \
        --hide-scrollbars --window-size=1500,935 --virtual-time-budget=20000 --screenshot=/tmp/dashboard.png \
        "${api_url%/*}/index.php?name=Admin&password=zabbix&enter=Sign+in&autologin=1&request=$page" \
        >"$lab/log/chromium" 2>&1
    if cp "$lab/monitor/tmp/dashboard.png" "$1"; then
        ok "a picture of the dashboard: $1"
    else
        not_ok "a picture of the dashboard" "$(log_of chromium)"
    fi
}
