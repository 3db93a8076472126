# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # what remediate-gate sets
# The cases of remediate-gate about an alert that looks at the host: how often, and beside
# whom.

# rest NUMBER: an alert that stands still after that look, until `go_on`; its end is then `code`.
# shellcheck disable=SC2317 # has_looked calls it
rest() {
    rm -f /tmp/rest
    strace -qq -o /tmp/rest -e trace=clock_nanosleep -e inject=clock_nanosleep:signal=STOP:when="$1" \
        "$remediate" on-alert >/tmp/looked 2>&1 </tmp/alert &
    resting=$!
    wait_for "grep -qs 'stopped by SIGSTOP' /tmp/rest"
}

# shellcheck disable=SC2317
go_on() {
    kill -CONT "$(pgrep -P $resting)"
    wait $resting
    code=$?
    said=$(cat /tmp/looked)
}

# While it stands still the range narrows around 75 ports. As a limit of five seconds holds for
# the looks, a machine that is too slow tries again.
# shellcheck disable=SC2317
look_again() {
    local start=$SECONDS code
    set_net ipv4/ip_local_port_range "32768 60999"
    rest "$1"
    set_net ipv4/ip_local_port_range "42000 42099"
    go_on
    [ $((SECONDS - start)) -lt 4 ] && return "$code"
    [ "$code" -eq 4 ] || return "$code"
    return 98 # too slow
}

# shellcheck disable=SC2317
has_looked() {
    look_again "$1"
    looked=$?
    [ "$looked" -ne 98 ]
}

test_three_looks() {
    local looked
    fresh
    mkdir -m 755 $state
    act_policy
    echo "CRITICAL HARD 3 0" >/tmp/alert
    set_net ipv4/ip_local_port_range "42000 42099"
    start_driver
    driven "75 ports to one destination" "75 -" connect 127.0.0.9:7001 75
    for look in 1 2; do
        wait_until has_looked $look
        judge_output "load that appears after look $look" 0 "$acted" "$looked"
        act_quietly undo
    done
    set_net ipv4/ip_local_port_range "32768 60999"
    strace -qq -o /tmp/sleeps -e trace=clock_nanosleep "$remediate" on-alert >/tmp/looked 2>&1 </tmp/alert
    same "an idle host is looked at until it is certain" "4 yes" "$? $([ "$(wc -l </tmp/sleeps)" -le 2 ] && echo yes)"
    stop_driver
}

# --- Looking keeps nobody from his work ------------------------------------------------------

# An alert that looks holds no lock: root works beside it, and other alerts do not look.
test_look_without_lock() {
    local code before
    fresh
    act_policy
    echo "CRITICAL HARD 3 0" >/tmp/alert
    rest 1
    act "while an alert looks, root applies" 0 "APPLY DONE: 3 changes*" apply
    act "and undoes" 0 "UNDO DONE: 3 changes*" undo
    before=$(world)
    alert "another alert is told" 4 "ON-ALERT REFUSED: another alert is being confirmed" "CRITICAL HARD 3 0"
    one_line "another alert"
    unchanged "and touches nothing" "$before" "$(world)"
    go_on
    judge_output "it finds nothing" 4 "ON-ALERT REFUSED: the alert says CRITICAL; *" $code
    same "and is counted" 1 "$("$remediate" history -o json | jq .refused.count)"
    rest 1
    kill -KILL "$(pgrep -P $resting)"
    wait $resting 2>/dev/null
    alert "one that is killed keeps no other from looking" 4 "ON-ALERT REFUSED: the alert says *" "CRITICAL HARD 3 0"
}

# What was done while it looked counts: the gate is asked again.
# shellcheck disable=SC2317 # wait_until calls it
meets_someone() {
    local start=$SECONDS
    fresh
    site_policy '{"schema": 1}'
    set_net ipv4/ip_local_port_range "32768 60999"
    rest 1
    act_quietly apply --only tcp_tw_reuse
    set_net ipv4/ip_local_port_range "42000 42099"
    go_on
    [ $((SECONDS - start)) -lt 4 ] || [[ $said != *"the alert says"* ]]
}

test_gate_after_looks() {
    local code
    start_driver
    set_net ipv4/ip_local_port_range "42000 42099"
    driven "75 ports to one destination" "75 -" connect 127.0.0.9:7001 75
    wait_until meets_someone
    judge_output "confirmed, but somebody was at work meanwhile" 4 \
        "ON-ALERT REFUSED: someone is at work on this host (apply *" $code
    tells "as it was confirmed" "Confirmed: this host measures destination_usage 75 %"
    stop_driver
}

# An interrupted run is rolled back first, and the lock given back.
test_interrupted_unconfirmed() {
    local code before
    fresh
    act_policy
    before=$(values)
    { strace -qq -o /dev/null -e trace=renameat,rename,renameat2 \
        -e inject=renameat,rename,renameat2:signal=KILL:when=1 "$remediate" apply; } >/dev/null 2>&1
    same "a run was cut off" "10000 65535 [] 1" "$(values)"
    rest 1
    same "it is rolled back before the first look" "$before" "$(values)"
    act "and root is not kept waiting" 0 "APPLY DONE: 3 changes*" apply
    go_on
    judge_output "then nothing is confirmed" 0 \
        "ON-ALERT DONE: the interrupted run was rolled back; no further changes: the alert says CRITICAL; *" $code
    same "and root's run stays" "10000 65535 [] 1" "$(values)"
}

# shellcheck disable=SC2317 # runs in the background
alert_for_ever() {
    while [ ! -e /tmp/enough ]; do
        "$remediate" on-alert </tmp/alert
    done
}

# beside_loops NAME ANSWER: six loops of alerts, of which one at least gets that answer, beside
# root's commands.
beside_loops() {
    local loops=() wrong='' i command
    rm -f /tmp/enough
    for i in 1 2 3 4 5 6; do
        alert_for_ever >"/tmp/loop.$i" 2>&1 &
        loops+=($!)
    done
    wait_for "grep -qs '$2' /tmp/loop.*"
    for command in apply undo apply undo apply undo; do
        "$remediate" $command >/tmp/root.said 2>/dev/null </dev/null || wrong+="$command: $(head -1 /tmp/root.said); "
    done
    : >/tmp/enough
    wait "${loops[@]}"
    same "beside six loops of alerts $1 each command of root works" "" "$wrong"
    said=$(cat /tmp/loop.* | grep ^ON-ALERT | grep -vE "$2|: nothing to change|REFUSED: another (alert is being confirmed|run)" | sort -u)
    same "no alert acts" "" "$said"
    rm -f /tmp/loop.*
}

test_loops_beside_root() {
    echo "CRITICAL HARD 3 0" >/tmp/alert
    fresh
    act_policy
    beside_loops "that nothing confirms" "the alert says"
    fresh
    site_policy '{"schema": 1, "reserve": {"built_in": true}, "remediation": {"confirm": false, "cool_down": 0}, "settings": {
        "ip_local_port_range": {"accepted": "100:", "recommended": "10000-10099"}}}'
    set_net ipv4/ip_local_port_range "10000 10099"
    set_net ipv4/tcp_tw_reuse 1
    beside_loops "that would bring no relief" "no change here gives relief"
}

# Alerts that the host confirms, at the same time: they look without the lock, and one acts.
test_confirmed_flood() {
    fresh
    set_net ipv4/ip_local_port_range "42000 42099"
    start_driver
    driven "all ports of the range" "100 EADDRNOTAVAIL" connect 127.0.0.9:7001 all
    echo "CRITICAL HARD 3 0" >/tmp/alert
    # shellcheck disable=SC2016 # sh expands them
    seq 200 | xargs -P 8 -I{} sh -c '"$0" on-alert </tmp/alert >/tmp/flood.$1 2>&1; echo $?' "$remediate" {} >/tmp/codes
    same "of a flood of confirmed alerts one acts" "1 0;199 4" "$(sort /tmp/codes | uniq -c | sed -E 's/^ +//' | paste -sd';')"
    said=$(cat /tmp/flood.* | grep ^ON-ALERT | grep -vE 'DONE|REFUSED: (cool-down|another (alert is being confirmed|run))' | sort -u)
    same "the others say why they do not" "" "$said"
    rm -f /tmp/flood.*
    stop_driver
}
