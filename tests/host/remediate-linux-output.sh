# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # what remediate-linux sets
# The cases of remediate-linux about its face: JSON, the command line, output that nobody reads.

# as_json NAME CODE ARGUMENT...: valid JSON with the exit code that the text has.
as_json() {
    local name=$1 want=$2 code=0
    shift 2
    said=$("$remediate" "$@" -o json 2>&1 </dev/null) || code=$?
    same "$name: exit code" "$want" $code
    same "$name: in the JSON too" "$want" "$(jq -r .exit_code <<<"$said" 2>&1)"
    same "$name: schema and command" "2 $1" "$(jq -r '"\(.schema) \(.command)"' <<<"$said" 2>&1)"
}

# What the check says of a setting, the remediation says under the same keys.
same_settings() {
    local checked shared='[.settings[] | {name, value, at_boot, waiting_since, accepted, recommended, state, reboot, why}]'
    checked=$("$check" -m misconfigured -o json </dev/null)
    same "the check has settings" true "$(jq '.settings | length > 1' <<<"$checked")"
    same "both programs' JSON agree on each" "$(jq -c "$shared" <<<"$checked")" "$(jq -c "$shared" <<<"$said")"
}

test_json() {
    fresh
    as_json "plan as JSON" 1 plan
    same "its changes" "ip_local_port_range tcp_tw_reuse drop_in" "$(jq -r '[.changes[].setting] | join(" ")' <<<"$said")"
    same "its settings" "32768-60999 10000-65535 accepted" \
        "$(jq -r '.settings[] | select(.name == "ip_local_port_range") | "\(.value) \(.recommended) \(.state)"' <<<"$said")"
    same_settings
    as_json "a dry run as JSON" 1 apply --dry-run
    as_json "apply as JSON" 0 apply
    same "its outcome" "done" "$(jq -r .outcome <<<"$said")"
    as_json "plan after it as JSON" 0 plan
    as_json "history as JSON" 0 history
    same "its run" "apply applied false 3" \
        "$(jq -r '.runs[] | "\(.command) \(.outcome) \(.undone) \(.changes | length)"' <<<"$said")"
    set_net ipv4/tcp_tw_reuse 0
    as_json "a refused undo as JSON" 4 undo
    set_net ipv4/tcp_tw_reuse 1
    as_json "undo as JSON" 0 undo
    same "its changes" "drop_in tcp_tw_reuse ip_local_port_range" "$(jq -r '[.changes[].setting] | join(" ")' <<<"$said")"
    chmod 777 /var/lib
    as_json "an unsafe place as JSON" 4 apply
    chmod 755 /var/lib
    as_json "a missing run as JSON" 3 undo --id none
}

test_command_line() {
    fresh
    act "an unknown setting" 3 \
        "PLAN ERROR: 'tcp_tw_resue' is not a setting of this system and its policy; did you mean tcp_tw_reuse? (one of ip_local_port_range, *)" \
        plan --only tcp_tw_resue
    act "a setting of Windows" 3 "APPLY ERROR: *'TcpTimedWaitDelay' is not a setting of this system*" \
        apply --only tcp_tw_reuse,TcpTimedWaitDelay
    act "two settings" 1 "PLAN NEEDED: 3 changes needed" plan --only tcp_tw_reuse,ip_local_port_range
    act "one setting" 1 "PLAN NEEDED: 2 changes needed" plan --only tcp_tw_reuse
    tells_not "says nothing of the others" "ip_local_port_range"
    local form
    for form in net.ipv4.tcp_tw_reuse net/ipv4/tcp_tw_reuse /proc/sys/net/ipv4/tcp_tw_reuse ' tcp_tw_reuse '; do
        act "as $form" 1 "PLAN NEEDED: 2 changes needed" plan --only "$form"
        tells_not "says nothing of the others" "ip_local_port_range"
    done
    act "with a blank after the comma" 1 "PLAN NEEDED: 3 changes needed" plan --only "tcp_tw_reuse, ip_local_port_range"
    act "an empty name" 3 "ERROR: --only: an empty name in the list; see --help" plan --only ,tcp_tw_reuse
    act "a comma at the end" 3 "ERROR: --only: the list ends with a comma; see --help" plan --only tcp_tw_reuse,
    act "an unknown command" 3 "ERROR: unknown command 'aply' (one of plan, apply, confirm, undo, history, status, on-alert, expire); see --help" aply
    act "an unknown option" 3 "ERROR: unknown option '--reckless'; see --help" apply --reckless
    act "an option of another command" 3 "ERROR: plan does not accept --dry-run; see --help" plan --dry-run
    act "a time limit of 0" 3 "ERROR: -t: *; see --help" apply -t 0
    act "an absent policy" 3 "PLAN ERROR: policy: cannot read '/nowhere': No such file or directory" plan --policy /nowhere
    act "an absent policy for a change" 3 "APPLY ERROR: policy: cannot read '/nowhere': No such file or directory" \
        apply --policy /nowhere
    mkdir -m 755 /etc/x && echo '{"schema": 1, "settings": {"tcp_tw_reuse": null}, "reserve": {"built_in": false}}' >/etc/x/policy.json
    act "a policy of one's own" 1 "PLAN NEEDED: 2 changes needed" plan -v --policy /etc/x/policy.json
    tells "is named" "policy: /etc/x/policy.json"
    same "nothing was changed" "32768 60999 [] 2" "$(values)"
    act "a policy's apply" 0 "APPLY DONE: 2 changes*" apply --policy /etc/x/policy.json --exit-3010
    same "leaves out what it drops" "10000 65535 [] 2" "$(values)"
    act_quietly undo
    act "the help" 0 "Usage: remediate_port_exhaustion *" -h
    act "the help of a command" 0 "Usage: remediate_port_exhaustion *" on-alert --help
    act "the version" 0 "remediate_port_exhaustion [0-9]*" -V
    said=$("$remediate" plan 2>&1 >/dev/full)
    same "a plan that nobody can read is still needed" 1 $?
    said=$("$remediate" apply 2>&1 >/dev/full)
    same "changes are told from none when nobody reads" 0 $?
    same "they are made" "10000 65535 [] 1" "$(values)"
    said=$("$remediate" plan 2>&1 >/dev/full)
    same "an empty plan that nobody can read is no success" 3 $?
}
