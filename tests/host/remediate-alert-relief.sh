# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what remediate-alert sets
# The cases of remediate-alert about what an alert may change: what relieves the host, and
# nothing that takes ports from it or their protection from a service.

NO_RELIEF="ON-ALERT DONE: no change here gives relief; 2 changes wait for apply"

# usable: ports of the range that are not reserved.
usable() {
    "$check" -m port_usage -o json | jq .range.usable
}

# exhausted: 100 ports, as the site wants them, all of them held; some are service ports.
exhausted() {
    fresh
    site_policy '{"schema": 1, "reserve": {"built_in": true}, "remediation": {"cool_down": 0'"${1:+, $1}"'}, "settings": {
        "ip_local_port_range": {"accepted": "100:", "recommended": "10000-10099"}}}'
    set_net ipv4/tcp_tw_reuse 1
    set_net ipv4/ip_local_port_range "10000 10099"
    start_driver
    driven "all ports of the range are held" "100 EADDRNOTAVAIL" connect 127.0.0.9:7001 all
}

test_no_relief() {
    local before
    exhausted
    have_state
    before=$(world)
    alert "an exhausted host whose plan gives no relief" 0 "$NO_RELIEF" "CRITICAL HARD 3 0"
    tells "what waits is named" "Waiting for apply: net.ipv4.ip_local_reserved_ports, $drop_in."
    same "no port is taken away" 100 "$(usable)"
    unchanged "nothing is changed" "$before" "$(world)"
    same "it is no act" 0 "$("$remediate" history -o json | jq '.runs | length')"
    stop_driver
    exhausted '"mode": "audit"'
    alert "an audit says the same" 0 "ON-ALERT AUDIT: ${NO_RELIEF#*: }" "CRITICAL HARD 3 0"
    same "and counts nothing" 0 "$("$remediate" history -o json | jq '.audited.count')"
    act "by hand it is changed" 0 "APPLY DONE: 2 changes made and verified*" apply
    same "as decided" yes "$([ "$(usable)" -lt 100 ] && echo yes)"
    stop_driver
}

# A range that the next boot would lose is kept with the listeners in it: no relief either.
test_alert_keeps_no_range() {
    fresh
    site_policy "$LOOSE"
    set_net ipv4/tcp_tw_reuse 1
    set_net ipv4/ip_local_port_range "10000 65535"
    listen tcp:127.0.0.1:12345
    alert "a range that is only to be kept" 0 "$NO_RELIEF" "CRITICAL HARD 3 0"
    same "stays as it is" "10000 65535 [] 1" "$(values)"
    act "by hand it is kept" 0 "APPLY DONE: 2 changes*" apply
    same "with its listener" "10000 65535 [12345] 1" "$(values)"
    stop_listening
}

test_alert_releases_nothing() {
    fresh
    site_policy "$LOOSE"
    listen tcp:0.0.0.0:12345
    act_quietly apply
    stop_listening
    same "a service's port is reserved" "10000 65535 [12345] 1" "$(values)"
    alert "an alert while it is down" 0 "$NO_RELIEF" "CRITICAL HARD 3 0"
    same "leaves it reserved" "10000 65535 [12345] 1" "$(values)"
    set_net ipv4/ip_local_port_range "32768 60999"
    set_net ipv4/tcp_tw_reuse 2
    listen tcp:127.0.0.1:12400
    alert "one that widens the range" 0 "ON-ALERT DONE: 4 changes made and verified*" "CRITICAL HARD 3 0"
    same "reserves the new part's listener, and releases nothing" "10000 65535 [12345,12400] 1" "$(values)"
    same "at boot neither" 12345,12400 "$(sed -n 's/^net.ipv4.ip_local_reserved_ports = //p' $drop_in)"
    stop_listening
    act "by hand they are released" 0 "APPLY DONE: 2 changes*" apply
    same "as nobody listens there" "10000 65535 [] 1" "$(values)"
}

# What is changed may still not be enough.
test_act_without_relief() {
    local subject="a new connection to 127.0.0.9:7001 still finds no free port"
    exhausted
    set_net ipv4/tcp_tw_reuse 2
    alert "an act that brings no relief" 0 "ON-ALERT DONE: 2 changes made and verified (run *), but $subject" "CRITICAL HARD 3 0"
    same "reserves nothing" 100 "$(usable)"
    act_quietly undo
    act "an apply says so too" 0 "APPLY DONE: 3 changes made and verified (run *), but $subject" apply
    stop_driver
}
