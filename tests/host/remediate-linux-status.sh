# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # what remediate-linux sets
# The cases of remediate-linux about what it tells of itself: status and history.

# status NAME CODE HEADLINE: changes nothing.
status() {
    local before
    before=$(exact_world)
    act "$1" "$2" "$3" status
    unchanged "$1: changes nothing" "$before" "$(exact_world)"
}

test_status() {
    local id
    fresh
    status "status of a default host" 0 "STATUS DONE: 3 of 5 settings as recommended, 3 changes needed"
    tells "a setting, and what apply makes of it" \
        "setting * net.ipv4.ip_local_port_range is 32768-60999 (accepted), at boot not set; apply sets it to 10000-65535"
    tells "nothing is kept" "kept for boot * none"
    tells "nothing waits" "waiting * nothing"
    tells "nobody ran" "last run * none"
    tells "no alert came" "refused * none since the last run (not counted: SOFT, in a downtime, a state that the policy does not act on)"
    local line
    for line in "CRITICAL SOFT 1 0" "CRITICAL HARD 1 2" "WARNING HARD 1 0"; do
        alert "an alert that may not act ($line)" 4 "ON-ALERT REFUSED: *" "$line"
    done
    same "none of them is written down" no "$([ -e "$state/journal" ] && echo yes || echo no)"
    status "nor in the status" 0 "STATUS DONE: *"
    tells "which says so" "refused * none since the last run (not counted: *)"
    tells "what an alert may do" "mode * act: an alert acts on CRITICAL, cool-down 3600 s, if the host confirms"
    tells "by which policy" "policy * $policy"
    tells "what could be written" "confinement *"
    site_policy '{"schema": 1, "remediation": {"mode": "audit", "cool_down": 60}}'
    act_quietly apply
    id=$(last_run)
    alert "an alert is refused" 4 "ON-ALERT REFUSED: *" "CRITICAL HARD 1 0"
    status "status after apply" 0 "STATUS DONE: 5 of 5 settings as recommended, 0 changes needed"
    tells "what is in force" "setting * net.ipv4.tcp_tw_reuse is 1 (recommended), at boot 1"
    tells "what is kept" "kept for boot * $drop_in sets net.ipv4.ip_local_port_range = 10000 65535, net.ipv4.tcp_tw_reuse = 1"
    tells "the run" "last run * apply by root* at *: applied, 3 changes (run $id)"
    tells "the refusal" "refused * 1 alert since the last run (not counted: *), the last at *"
    tells "the mode" "mode * audit: an alert changes nothing; it would act on CRITICAL, cool-down 60 s, if the host confirms"
    tells "the policy" "policy * $policy, CRC-32 ????????"
    said=$(as_nobody "$remediate" status)
    same "anyone may ask" 0 $?
    tells "and is told of the run" "last run * apply by root* at *: applied, 3 changes (run $id)"
    echo "# mine" >>"$drop_in"
    echo "mine" >>"$drop_in"
    status "with a file that someone edited" 0 "STATUS DONE: *"
    tells "that is told" "kept for boot * $drop_in was edited: line *"
    # Who is on call sees what happened, whatever became of the policy.
    site_policy '{"schema": 1, "settings": {'
    status "with a broken policy" 3 "STATUS ERROR: policy $policy: line *"
    tells "the run is told all the same" "last run * apply by root* at *: applied, 3 changes (run $id)"
    tells "and the refusal" "refused * 1 alert since the last run (not counted: *), the last at *"
    tells "and what is kept" "kept for boot * $drop_in was edited: line *"
    tells "and that the policy has no effect" "policy * $policy: has no effect; until it is right, only status and history work"
    tells_not "no setting is judged" "setting * net.ipv4.ip_local_port_range"
    tells_not "nor an alert's power told" "mode * act"
    same "in JSON too" "3 apply null null" \
        "$("$remediate" status -o json | jq -r '[.exit_code, .status.last_run.command, .settings, .status.policy] | map(. // "null" | tostring) | join(" ")')"
    act "history with a broken policy" 3 "HISTORY ERROR: policy $policy: line *" history
    tells "lists the runs" "      net.ipv4.tcp_tw_reuse: 2 -> 1"
    same "in JSON too" "error 1" "$("$remediate" history -o json | jq -r '"\(.outcome) \(.runs | length)"')"
    site_policy '{"schema": 1}'
    chmod 666 "$policy"
    status "with a policy that others can write" 3 "STATUS ERROR: policy: '$policy' is writable by others*"
    tells "the run is told all the same" "last run * apply by root* at *: applied, 3 changes (run $id)"
    act "and history" 3 "HISTORY ERROR: policy: '$policy' is writable by others*" history
    tells "lists the runs" "      net.ipv4.tcp_tw_reuse: 2 -> 1"
    chmod 644 "$policy"
    echo nonsense >"$state/journal"
    echo nonsense >>"$state/journal"
    status "with a damaged journal" 4 "STATUS REFUSED: *"
    tells "that is told too" "journal * could not be read"
    tells "and all else" "setting * net.ipv4.tcp_tw_reuse is 1 (recommended)*"
}

test_history() {
    local id
    fresh
    act_quietly apply
    id=$(last_run)
    act "history lists each change" 0 "HISTORY DONE: 1 run" history
    tells "the range" "      net.ipv4.ip_local_port_range: 32768 60999 -> 10000 65535"
    tells "the reuse" "      net.ipv4.tcp_tw_reuse: 2 -> 1"
    tells "the file" "      create $drop_in"
    tells_not "and no more" "policy built-in"
    act "-v" 0 "HISTORY DONE: 1 run" history -v
    tells "by what and in which boot" \
        "      policy $policy, version *, boot $(cat /proc/sys/kernel/random/boot_id)*, * s after the boot"
    # A place that already has the value is no change of the run.
    set_net ipv4/tcp_tw_reuse 2
    act "an undo with nothing to do for one place" 0 "UNDO DONE: 2 changes made and verified (run *)" undo
    same "lists those that it made" "2" "$(sed -n '/^changes made, in this order:$/,/^$/p' <<<"$said" | grep -c '^ *[0-9]')"
    tells "and that one apart" "already as wanted, not changed:" "  1  net.ipv4.tcp_tw_reuse: 1 -> 2"
    same "in JSON too" "drop_in true tcp_tw_reuse false ip_local_port_range true" \
        "$("$remediate" history -o json | jq -r '.runs[0].changes | map("\(.setting) \(.made)") | join(" ")')"
    act_quietly apply
    set_net ipv4/tcp_tw_reuse 0
    act "a refused undo" 4 "UNDO REFUSED: *nothing was changed" undo
    tells_not "lists no change as made" "changes made, in this order:"
    tells_not "nor in an order" "changes, in this order:"
    tells "but as not made" "not made:" "  2  net.ipv4.tcp_tw_reuse: 1 -> 2"
    same "in JSON too" "false" "$("$remediate" undo -o json | jq -r '[.changes[].made] | any')"
}
