# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what truth-table sets; no blank is in it
# More cases of truth-table: mixtures of connect() and bind(), which only asking tells apart.

# together LEVEL BOUND: so many ports in use, BOUND of them by bind() before connect(), spread
# over two destinations; the others by connections to $a.
together() {
    local level=$1 bound=$2 plain=$(($1 - $2))
    [ $bound -eq 0 ] || kernel connect $b $((bound / 2)) bind=127.0.0.1 = $((bound / 2)) -
    [ $plain -eq 0 ] || kernel connect $a $plain = $plain -
    [ $bound -eq 0 ] || kernel connect $c $((bound - bound / 2)) bind=127.0.0.1 = $((bound - bound / 2)) -
    check_agrees port_usage=$level ports_used=$level
    [ "$closed" -eq $bound ] || die "$closed ports are closed, expected $bound"
    # Parity tells of bind() from the second port on.
    [ $bound -lt 2 ] || viewed ports_closed=$bound ports_closed_known=exact
    kernel abort = $level -
}

# mixed FIRST
mixed() {
    local level share
    set_net ipv4/ip_local_port_range "$1 $(($1 + 99))"
    for level in 25 50 75 100; do
        for share in 0 25 50 75 100; do
            together $level $((level * share / 100))
        done
    done
    together 80 40
    row "80 ports of a range from $1: 40 connections, 40 bound ones elsewhere" \
        "20 more connect() succeed; at 80 % it is not yet over its limit"
}

case_s21() {
    mixed 40000
}

case_s22() {
    mixed 40001
}

# A bound port of one address over the port of a connection from another is one port.
case_s23() {
    kernel connect $a 86 = 86 -
    kernel bind 127.0.0.2:40000 14 step=2 = 14 -
    ! at_least_linux 6 8 || check_agrees port_usage=86 destination_usage=86 ports_blocked=14
    kernel free $a = 14 -
    row "86 connections; 14 of their ports bound at a second address, too" "14 more connect() succeed"
    kernel connect $a all = 14 EADDRNOTAVAIL
    kernel free $a late=127.0.0.2 = 86 -
    check_agrees destination_usage=100 state=CRITICAL
}

# It fills the lower half of the range first, even ports from a quarter on.
case_s24() {
    local level
    for level in 20 40 60 80 100; do
        kernel connect $b $((level / 2)) bind=127.0.0.1 reuse = $((level / 2)) -
        kernel connect $a $((level / 2)) = $((level / 2)) -
        check_agrees port_usage=$level ports_closed=$((level / 2)) ports_closed_known=exact
        kernel abort = $level -
    done
    row "SO_REUSEADDR and bind(source, 0) for 50 connections, 50 others to one destination" \
        "connect() there: EADDRNOTAVAIL"
}

# What is left lies on the half that is bind()'s otherwise.
case_s25() {
    kernel connect $a 80 = 80 -
    kernel abort oldest 50 = 50 -
    check_agrees port_usage=30 destination_usage=30 ports_closed=0 ports_closed_known=exact state=OK
    check_says_unasked destination_usage=30 state=OK
    row "80 connections to one destination, the oldest 50 closed" "70 more connect() succeed"
    kernel connect $b 20 bind=127.0.0.1 = 20 -
    check_agrees port_usage=50 destination_usage=50 ports_closed=20
    kernel connect $a all = 50 EADDRNOTAVAIL
    check_agrees port_usage=100 destination_usage=100 state=CRITICAL
}

# What connect() took lies on bind()'s half now.
case_s26() {
    kernel connect $a 49 = 49 -
    set_net ipv4/ip_local_port_range "39999 40098"
    check_agrees port_usage=49 destination_usage=49 destination_usage.state=OK ports_closed=0
    check_says_unasked destination_usage=49 destination_usage.state=OK
    row "49 connections, then a range that begins one port earlier" "51 more connect() succeed"
    kernel connect $b 20 bind=127.0.0.1 = 20 -
    check_agrees ports_closed=20 destination_usage=69 state=WARNING
}

# silent_links: two links whose neighbours never answer: 10.98.N.9 and fe80::9. This host is
# fe80::1 on both.
silent_links() {
    local n
    set_net ipv6/conf/default/accept_dad 0
    for n in 0 1; do
        if ! ip link add lan$n type veth peer name lan${n}x || ! ip link set lan$n up ||
            ! ip link set lan${n}x up || ! ip addr add 10.98.$n.1/24 dev lan$n ||
            ! ip addr add fe80::1/64 dev lan$n nodad || ! ip neigh add 10.98.$n.9 lladdr 02:00:00:00:00:09 dev lan$n ||
            ! ip neigh add fe80::9 lladdr 02:00:00:00:00:09 dev lan$n; then
            die "cannot set up lan$n"
        fi
    done
}

# A socket bound to a device is in the way of such sockets alone, one bound to none in everybody's.
case_s27() {
    local silent=10.98.0.9:7001
    silent_links
    kernel half-connect $silent 30 = 30 -
    kernel half-connect $silent 60 device=lan0 = 60 -
    kernel free $silent late=10.98.0.1 = 70 -
    check_agrees port_usage=90 "10.98.0.1>$silent=30" "10.98.0.1>$silent%lan0=90" state=CRITICAL
    kernel half-connect $silent all device=lan0 = 10 EADDRNOTAVAIL
    check_agrees "10.98.0.1>$silent=30" "10.98.0.1>$silent%lan0=100" "ask connect 10.98.0.1>$silent%lan0=none" \
        state=CRITICAL
    row "70 sockets bound to a device and 30 others to one destination" \
        "connect() with the device: EADDRNOTAVAIL; without it: 70 more succeed"
    kernel half-connect $silent all = 70 EADDRNOTAVAIL
    kernel abort = 170 -
    kernel half-connect $silent 60 device=lan0 = 60 -
    kernel half-connect $silent 50 = 50 -
    check_agrees "10.98.0.1>$silent=50" "10.98.0.1>$silent%lan0=60" state=WARNING
    row "60 sockets bound to a device, then 50 others, which share ports with them" "40 more succeed with the device"
}

case_s28() {
    silent_links
    kernel half-connect "[fe80::9%lan0]:7001" 60 "late=[fe80::1%lan0]" = 60 -
    kernel half-connect "[fe80::9%lan1]:7001" 60 "late=[fe80::1%lan1]" = 60 -
    check_agrees destination_usage=60 state=WARNING
    row "60 connections each from fe80::1 to fe80::9 of two links" "40 more succeed on each"
    kernel half-connect "[fe80::9%lan1]:7001" all "late=[fe80::1%lan1]" = 40 EADDRNOTAVAIL
    check_agrees destination_usage=100 state=CRITICAL
}

# bind() looks on odd ports first, and past them it searches long.
case_s29() {
    local why
    kernel connect $b 20 bind=127.0.0.1 = 20 -
    kernel connect $c 27 bind=127.0.0.1 = 27 -
    check_agrees port_usage=47 port_usage.state=OK state=OK
    kernel connect $c 1 bind=127.0.0.1 = 1 -
    check_agrees port_usage=48 port_usage.state=WARNING destination_usage=48 state=WARNING
    why=${view[port_usage.why]}
    [[ $why == *IP_BIND_ADDRESS_NO_PORT* ]] || die "port_usage says '$why'"
    row "48 ports taken by bind(source, 0): 96 % of the odd ones" "bind() searches the others from now on"
}

case_s30() {
    kernel connect $b 50 bind=127.0.0.1 = 50 -
    kernel connect $a 50 = 50 -
    kernel free $a = 0 -
    set_net ipv4/tcp_fastopen 0
    check_says port_usage=100 ports_closed_known=at_least state=WARNING \
        "ask connect 127.0.0.1>$a=unknown" "ask connect 127.0.0.1>$nobody=unknown"
    row "50 bound, 50 other connections; tcp_fastopen 0" "connect() there: EADDRNOTAVAIL"
}

# look_refused: as look, but the kernel's answers to the last questions, those about connections,
# are all "no port is free". Before them it is asked which ports are closed.
look_refused() {
    local traced=$scratch/connects questions=0 name
    look strace -qq -o "$traced" -e trace=connect
    for name in "${!view[@]}"; do
        case $name in "ask connect"*) questions=$((questions + 1)) ;; esac
    done
    look strace -qq -o /dev/null -e trace=connect \
        -e inject=connect:error=EADDRNOTAVAIL:when=$(($(wc -l <"$traced") - questions + 1))+
}

# "No port is free" counts only where a socket is on 90 % of the usable ports, or on all but two.
case_s31() {
    [ -n "$(command -v strace)" ] || {
        echo "needs strace"
        exit $SKIPPED
    }
    start_scratch
    kernel bind 127.0.0.1:40001 45 step=2 = 45 -
    kernel connect $a 30 ports=40000-40059 = 30 -
    kernel connect $b 14 ports=40060-40087 = 14 -
    look_refused
    viewed port_usage=89 destination_usage=75 state=WARNING "ask connect 127.0.0.1>$a=none"
    row "89 ports used, and connect() made to fail with EADDRNOTAVAIL" "a note: not exhaustion"
    kernel connect $b 1 ports=40088-40089 = 1 -
    look_refused
    viewed port_usage=90 destination_usage=75 state=CRITICAL "ask connect 127.0.0.1>$a=none"
    check_agrees destination_usage=75 state=WARNING "ask connect 127.0.0.1>$a=free"
    row "90 ports used, and the same" "CRITICAL"
}
