# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what truth-table sets; no blank is in it
# The cases of truth-table, each in a namespace of its own with a range of 100 ports.

case_s1() {
    local walk
    kernel connect $a 99 = 99 -
    check_says port_usage=99 destination_usage=99 ports_used=99 time_wait=0 state=CRITICAL
    kernel probe $a = 1 -
    row "99 connections to one destination" "one more succeeds"
    kernel connect $a all = 1 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 ports_used=100 state=CRITICAL
    kernel probe $b = 1 -
    kernel probe $c = 1 -
    row "100 connections to one destination" "connect() there: EADDRNOTAVAIL; elsewhere: succeeds"
    kernel abort = 100 -
    kernel connect $b 50 = 50 -
    kernel connect $c 50 = 50 -
    kernel probe $a = 1 -
    check_says destination_usage=50 "127.0.0.1>$b=50" "127.0.0.1>$c=50"
    row "50 connections each to two destinations" "connect() anywhere succeeds"
    # A walk that fails in its middle is made anew by another way: nothing counts twice.
    [ -z "$(command -v strace)" ] || for walk in 1 2 3 4; do
        look strace -qq -o /dev/null -e trace=recvmsg -e inject=recvmsg:error=EIO:when=$walk
        viewed "127.0.0.1>$b=50" "127.0.0.1>$c=50"
    done
    kernel connect $b 1 = 1 -
    check_says destination_usage=51 state=WARNING
}

case_s2() {
    kernel connect $a all = 100 EADDRNOTAVAIL
    kernel connect $a 99 late=127.0.0.2 = 99 -
    check_says port_usage=100 destination_usage=100 "127.0.0.2>$a=99" "127.0.0.1>$a=100"
    kernel probe $a late=127.0.0.2 = 1 -
    kernel connect $a all late=127.0.0.2 = 1 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 "127.0.0.2>$a=100" "127.0.0.1>$a=100"
    kernel probe $b late=127.0.0.2 = 1 -
    row "100 more from a second source address" "the second address runs out only now"
}

case_s3() {
    kernel connect $a 50 bind=127.0.0.1 = 50 -
    kernel connect $b 49 bind=127.0.0.1 = 49 -
    check_agrees port_usage=99 destination_usage=99 ports_closed=99 ports_closed_known=exact \
        "127.0.0.1>$b=99"
    kernel probe $c = 1 -
    kernel connect $b all bind=127.0.0.1 = 1 EADDRINUSE
    check_agrees port_usage=100 destination_usage=100 state=CRITICAL "ask connect 127.0.0.1>$nobody=none"
    kernel probe $c = 0 EADDRNOTAVAIL
    kernel probe $c late=127.0.0.1 = 0 EADDRNOTAVAIL
    kernel probe-bind 127.0.0.1 = 0 EADDRINUSE
    row "bind(source, 0), then 50 connections each to two destinations" \
        "connect() and bind() fail everywhere"
}

case_s4() {
    local walk
    at_least_linux 6 8 || {
        echo "Linux before 6.8 lists no bound-only sockets"
        exit $SKIPPED
    }
    kernel bind 0.0.0.0 99 = 99 -
    check_says port_usage=99 destination_usage=99 ports_blocked=99
    kernel probe $a = 1 -
    kernel bind 0.0.0.0 all = 1 EADDRINUSE
    check_says port_usage=100 destination_usage=100 ports_blocked=100 state=CRITICAL
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $c = 0 EADDRNOTAVAIL
    row "100 sockets bound to port 0, none connected" \
        "bind(): EADDRINUSE; connect() anywhere: EADDRNOTAVAIL"
    # One of the two walks fails, and nothing else: it must not read 0 % and OK.
    [ -z "$(command -v strace)" ] || for walk in 1 2; do
        look strace -qq -o /dev/null -e trace=sendto -e inject=sendto:error=EIO:when=$walk
        [ "${view[port_usage]}" = 100 ] || viewed port_usage.more=100 destination_usage.more=100 state=UNKNOWN exit_code=3
        # ... or fails when some of them were read: these are forgotten.
        look strace -qq -o /dev/null -e trace=recvmsg -e inject=recvmsg:error=EIO:when=$walk
        [ "${view[port_usage]}" = 100 ] || viewed ports_used=0 port_usage.more=100 state=UNKNOWN exit_code=3
    done
}

case_s5() {
    kernel connect $a 99 = 99 -
    kernel close client = 99 -
    check_says port_usage=99 destination_usage=99 time_wait=99
    kernel probe $a = 1 -
    kernel connect $a 1 = 1 -
    kernel close client = 1 -
    reusable_age
    check_says port_usage=100 destination_usage=100 time_wait=100 state=CRITICAL
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $b = 1 -
    row "100 TIME_WAIT to one destination, tcp_tw_reuse 0" "connect() there: EADDRNOTAVAIL"
    set_net ipv4/tcp_tw_reuse 1
    check_says port_usage=100 destination_usage=0 time_wait=100
    kernel probe $b = 1 -
    row "the same, then tcp_tw_reuse 1" "100 new connections succeed at once"
    kernel connect $a all = 100 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 time_wait=0
}

case_s6() {
    local start json answer
    set_net ipv4/tcp_tw_reuse 1
    kernel connect $a all = 100 EADDRNOTAVAIL
    start=${EPOCHREALTIME/[.,]/}
    kernel close client = 100 -
    json=$("$check" -t 20 --top 100 -m "$metrics" -o json)
    ask probe $a
    # Nothing is known of what was seen when the second was over.
    [ $((${EPOCHREALTIME/[.,]/} - start)) -lt 900000 ] || exit $TOO_SLOW
    [ "$answer" = "0 EADDRNOTAVAIL" ] || die "the probe gave '$answer'"
    read_view printf %s "$json"
    viewed port_usage=100 destination_usage=100 time_wait=100
    row "TIME_WAIT younger than a second, tcp_tw_reuse 1" "connect() there: EADDRNOTAVAIL"
    kernel probe $b = 1 -
    reusable_age
    check_says port_usage=100 destination_usage=0 time_wait=100
    row "the same, a second later" "100 new connections succeed"
    kernel connect $a all = 100 EADDRNOTAVAIL
}

# reuse_on_loopback DESTINATION SOURCE
reuse_on_loopback() {
    set_net ipv4/tcp_tw_reuse 2
    kernel connect "$1" all = 100 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100
    kernel close client = 100 -
    reusable_age
    check_says port_usage=100 destination_usage=0 time_wait=100
    row "100 TIME_WAIT to $2, tcp_tw_reuse 2" "100 new connections succeed"
    kernel connect "$1" all = 100 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 time_wait=0
}

case_s7() {
    reuse_on_loopback $a 127.0.0.1
}

case_s7v6() {
    reuse_on_loopback "[::1]:7001" ::1
}

case_s7b() {
    local far=10.99.0.1:7001
    ip addr add 10.99.0.1/32 dev lo || die "cannot add 10.99.0.1"
    set_net ipv4/tcp_tw_reuse 2
    kernel connect $far all = 100 EADDRNOTAVAIL
    kernel close client = 100 -
    reusable_age
    check_says port_usage=100 destination_usage=100 time_wait=100
    kernel probe $far = 0 EADDRNOTAVAIL
    kernel probe $a = 1 -
    row "100 TIME_WAIT to 10.99.0.1, tcp_tw_reuse 2" "connect() there: EADDRNOTAVAIL"
    set_net ipv4/tcp_tw_reuse 1
    check_says port_usage=100 destination_usage=0
    kernel connect $far all = 100 EADDRNOTAVAIL
}

# What is bound to lo goes to this host, whatever the address.
case_s7c() {
    local far=10.99.0.1:7001
    ip addr add 10.99.0.1/32 dev lo || die "cannot add 10.99.0.1"
    set_net ipv4/tcp_tw_reuse 2
    kernel connect $far all device=lo = 100 EADDRNOTAVAIL
    kernel close client = 100 -
    reusable_age
    check_agrees port_usage=100 destination_usage=0 time_wait=100
    row "100 TIME_WAIT to 10.99.0.1 of sockets bound to lo, tcp_tw_reuse 2" "100 new connections succeed"
    kernel connect $far all device=lo = 100 EADDRNOTAVAIL
}

case_s8() {
    set_net ipv4/ip_local_reserved_ports 40000-40010
    kernel connect $a 88 = 88 -
    check_says usable=89 ports_used=88 port_usage=98.87 destination_usage=98.87
    kernel probe $a = 1 -
    kernel connect $a all = 1 EADDRNOTAVAIL
    check_says usable=89 ports_used=89 port_usage=100 destination_usage=100
    kernel probe $b = 1 -
    row "11 of the ports reserved, 89 connections to one destination" \
        "connect() there: EADDRNOTAVAIL"
    kernel abort = 89 -
    kernel bind 0.0.0.0 all = 89 EADDRINUSE
    ! at_least_linux 6 8 || check_says port_usage=100 destination_usage=100 ports_blocked=89
}

case_s9() {
    local answer
    set_net ipv4/ip_local_port_range "40000 40100"
    kernel connect $a 99 = 99 -
    check_says usable=101 ports_used=99 port_usage=98.01 destination_usage=98.01
    ask connect $a all
    # The search goes over an even number of ports (inet_hash_connect,
    # Linux 6.18), so the first port of an odd range is met only now and then.
    if [ "$answer" = "1 EADDRNOTAVAIL" ]; then
        check_says usable=101 ports_used=100 port_usage=99 destination_usage=99
        kernel connect $a 1 bind=127.0.0.1:40000 = 1 -
    else
        [ "$answer" = "2 EADDRNOTAVAIL" ] || die "'connect $a all' gave '$answer'"
    fi
    check_says usable=101 ports_used=101 port_usage=100 destination_usage=100
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $b = 1 -
    row "a range of 101 ports, 101 connections to one destination" \
        "connect() there: EADDRNOTAVAIL, sometimes one port early: the first is not always found"
}

case_s10() {
    kernel udp-bind 127.0.0.1 99 = 99 -
    check_says udp_port_usage=99 port_usage=0 destination_usage=0
    kernel udp-connect 127.0.0.1:9 1 = 1 -
    check_says udp_port_usage=100 port_usage=0 destination_usage=0 state=CRITICAL
    kernel udp-connect 127.0.0.1:9 1 = 0 EAGAIN
    kernel udp-connect 127.0.0.3:9 1 = 0 EAGAIN
    kernel udp-bind 127.0.0.1 1 = 0 EADDRINUSE
    kernel udp-bind 127.0.0.2 5 = 5 -
    kernel connect $a 10 = 10 -
    check_says udp_port_usage=100 port_usage=10 destination_usage=10
    row "100 UDP ports of one address, 10 TCP connections" \
        "UDP connect() anywhere: EAGAIN; TCP unaffected (udp_port_usage 100 %)"
}

case_s11() {
    kernel connect $a 60 = 60 -
    kernel connect "[::ffff:127.0.0.1]:7001" 39 = 39 -
    check_says port_usage=99 destination_usage=99 "127.0.0.1>$a=99"
    kernel probe $a = 1 -
    kernel connect "[::ffff:127.0.0.1]:7001" all = 1 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 "127.0.0.1>$a=100"
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe "[::1]:7001" = 1 -
    row "60 IPv4 and 40 v4-mapped connections to one destination" \
        "connect() there: EADDRNOTAVAIL in both families"
    kernel connect "[::1]:7001" 50 = 50 -
    check_says port_usage=100 destination_usage=100 "::1>::1:7001=50"
    kernel connect "[::1]:7001" all = 50 EADDRNOTAVAIL
    check_says "::1>::1:7001=100"
}

case_s12() {
    local port
    for port in 0 1 2 3 4 5 6 7 8 9; do
        kernel listen 127.0.0.1:4000$port = 1 -
    done
    check_says port_usage=10 destination_usage=10 ports_blocked=10 ports_used=10
    kernel connect $a 89 = 89 -
    check_says port_usage=99 destination_usage=99
    kernel probe $a = 1 -
    kernel connect $a all = 1 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100
    row "10 listeners inside the range, 90 connections" "connect() there: EADDRNOTAVAIL"
    kernel connect $b 40 = 40 -
    check_says port_usage=100 destination_usage=100 "127.0.0.1>$b=50"
    kernel connect 127.0.0.1:40000 20 = 20 -
    check_says port_usage=100 destination_usage=100
}

case_s13() {
    kernel connect $a 50 bind=127.0.0.1 = 50 -
    kernel connect $b 49 bind=127.0.0.1 = 49 -
    kernel close client = 99 -
    check_agrees port_usage=99 destination_usage=99 time_wait=99 ports_closed=99
    kernel probe $c = 1 -
    kernel connect $b all bind=127.0.0.1 = 1 EADDRINUSE
    kernel close client = 1 -
    check_agrees port_usage=100 destination_usage=100 time_wait=100 state=CRITICAL \
        "ask connect 127.0.0.1>$nobody=none"
    kernel probe $c = 0 EADDRNOTAVAIL
    row "100 TIME_WAIT of sockets that were bound first, to two destinations" \
        "connect() fails everywhere"
    set_net ipv4/tcp_tw_reuse 1
    reusable_age
    check_agrees port_usage=100 destination_usage=100 time_wait=100 state=CRITICAL
    kernel probe $c = 0 EADDRNOTAVAIL
    row "the same, tcp_tw_reuse 1" "no change: connect() may not have a port of bind()"
}

case_s14() {
    kernel connect $a 99 = 99 -
    kernel close client = 99 -
    check_says port_usage=99 destination_usage=99 time_wait=99
    kernel probe-bind 127.0.0.1 = 1 -
    kernel connect $a 1 = 1 -
    kernel close client = 1 -
    check_says port_usage=100 destination_usage=100 time_wait=100
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $b = 1 -
    kernel probe-bind 127.0.0.1 = 0 EADDRINUSE
    kernel probe-bind 0.0.0.0 = 0 EADDRINUSE
    kernel probe-bind 127.0.0.2 = 1 -
    row "100 TIME_WAIT to one destination" \
        "bind(source, 0): EADDRINUSE; connect() elsewhere succeeds"
}

case_s15() {
    kernel connect $a 50 bind=127.0.0.1 = 50 -
    kernel connect $b 49 = 49 -
    check_agrees port_usage=99 destination_usage=99 ports_closed=50 ports_closed_known=exact \
        "127.0.0.1>$b=99" "127.0.0.1>$a=50"
    kernel probe $b = 1 -
    kernel connect $b all = 1 EADDRNOTAVAIL
    check_agrees port_usage=100 destination_usage=100 "ask connect 127.0.0.1>$b=none" \
        "ask connect 127.0.0.1>$nobody=free"
    row "50 ports taken by bind(source, 0), 50 connections elsewhere" \
        "connect() there: EADDRNOTAVAIL at 50"
    kernel connect $c all = 50 EADDRNOTAVAIL
    check_agrees port_usage=100 destination_usage=100 "127.0.0.1>$c=100" state=CRITICAL
}

case_s16() {
    kernel listen 127.0.0.1:40000 = 1 -
    kernel connect 127.0.0.1:40000 50 = 50 -
    kernel close server = 50 -
    check_says time_wait=50 ports_used=1 port_usage=1 destination_usage=1
    kernel connect $a 98 = 98 -
    check_says time_wait=50 port_usage=99 destination_usage=99
    kernel probe $a = 1 -
    kernel connect $a all = 1 EADDRNOTAVAIL
    check_says time_wait=50 port_usage=100 destination_usage=100
    kernel probe $b = 1 -
    row "50 TIME_WAIT on a listener's port inside the range, 99 connections" \
        "they take one port; connect() there: EADDRNOTAVAIL"
}

case_s17() {
    set_net ipv4/tcp_timestamps 0
    set_net ipv4/tcp_tw_reuse 1
    kernel connect $a 99 = 99 -
    kernel close client = 99 -
    reusable_age
    check_says port_usage=99 destination_usage=99 time_wait=99
    kernel probe $a = 1 -
    kernel connect $a 1 = 1 -
    kernel close client = 1 -
    reusable_age
    check_says port_usage=100 destination_usage=100 time_wait=100
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $b = 1 -
    row "100 TIME_WAIT, tcp_tw_reuse 1, tcp_timestamps 0" "connect() there: EADDRNOTAVAIL"
}

case_s18() {
    set_net ipv4/tcp_timestamps 0
    set_net ipv4/tcp_tw_reuse 1
    kernel connect $a all = 100 EADDRNOTAVAIL
    kernel close client = 100 -
    set_net ipv4/tcp_timestamps 1
    reusable_age
    check_says port_usage=100 destination_usage=0 time_wait=100 state=CRITICAL \
        "ask connect 127.0.0.1>$a=none"
    kernel probe $a = 0 EADDRNOTAVAIL
    kernel probe $b = 1 -
    row "100 TIME_WAIT made without timestamps, which are on now" \
        "connect() there: EADDRNOTAVAIL; only asking shows it"
    check_says_unasked port_usage=100 destination_usage=0 state=WARNING
}

# The frames to a made-up neighbour reach a device that is not theirs and end there.
case_s19() {
    local silent=10.98.0.9:7001
    ip link add dead0 type veth peer name dead1 || die "cannot make a link"
    if ! ip addr add 10.98.0.1/24 dev dead0 || ! ip link set dead0 up || ! ip link set dead1 up ||
        ! ip neigh add 10.98.0.9 lladdr 02:00:00:00:00:09 dev dead0; then
        die "cannot set the link up"
    fi
    kernel half-connect $silent 99 = 99 -
    check_says port_usage=99 destination_usage=99 states.syn_sent=99 "10.98.0.1>$silent syn_sent=99"
    kernel half-connect $silent all = 1 EADDRNOTAVAIL
    check_says port_usage=100 destination_usage=100 "10.98.0.1>$silent syn_sent=100" state=CRITICAL
    kernel probe $a = 1 -
    row "100 attempts toward a server that does not answer (SYN_SENT)" \
        "connect() there: EADDRNOTAVAIL; elsewhere: succeeds"
}

# Passive FTP: nothing that can be listed tells these from connections that this host made.
case_s20() {
    kernel accept 127.0.0.1 99 bind=127.0.0.2:20000 = 99 -
    check_agrees port_usage=99 destination_usage=99 ports_used=99 ports_blocked=0 ports_closed=99
    kernel probe $b = 1 -
    kernel accept 127.0.0.1 all bind=127.0.0.2:20000 = 1 EADDRINUSE
    check_agrees port_usage=100 destination_usage=100 ports_blocked=0 state=CRITICAL \
        "127.0.0.1>127.0.0.2:20000=100" "127.0.0.1>127.0.0.101:20000=100" \
        "ask connect 127.0.0.1>$nobody=none"
    kernel probe $b = 0 EADDRNOTAVAIL
    kernel probe $b late=127.0.0.9 = 0 EADDRNOTAVAIL
    kernel probe-bind 127.0.0.1 = 0 EADDRINUSE
    row "100 connections accepted, each listener (port 0) closed since" \
        "connect() and bind() fail everywhere"
    kernel close server = 100 -
    check_agrees port_usage=100 destination_usage=100 time_wait=100 state=CRITICAL
    kernel probe $b = 0 EADDRNOTAVAIL
}
