# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The lab of the server tests: hosts that are whole machines of their own (root, network,
# name), made of this machine's root, a layer of installed packages and memory; a switch
# between them. Everything ends with the test: processes, mounts, files, networks.
#
# A test sets PROGRAM and `here`, sources this file, and calls
#   enter_lab PURPOSE "$@"     once, first; its arguments are CHECK REMEDIATE
# BREAK=check|handler|remediation (make check-servers BREAK=...) makes one part of the loop
# useless on purpose: the test must fail then.
# shellcheck disable=SC2034,SC2154

# shellcheck source=tests/host/lib.sh
. "$here/../host/lib.sh"

# --- The lab -------------------------------------------------------------------------------

# enter_lab PURPOSE CHECK REMEDIATE: starts the test again in namespaces of its own, where
# $lab is a directory in memory; sets check, remediate, tools.
enter_lab() {
    local purpose=$1
    shift
    if [ "${1-}" = --inside ]; then
        layer=$2 check=$3 remediate=$4
        tools=$(dirname "$check")/tests/host/tools
        open_lab
        return
    fi
    [ $# -ge 2 ] || {
        echo "usage: $PROGRAM CHECK REMEDIATE" >&2
        exit 2
    }
    need_host mount chroot nsenter setpriv curl python3
    local programs
    programs=("$(realpath "$1")" "$(realpath "$2")")
    for program in "${programs[@]}"; do need_program "$program"; done
    layer=$("$here/layer" "$purpose") || exit 1
    # PID 1 of the new namespace is the test: with it, all that it started ends.
    exec env -u container -u KUBERNETES_SERVICE_HOST \
        unshare --mount --uts --ipc --net --pid --fork --mount-proc --kill-child -- \
        bash "$0" --inside "$layer" "${programs[@]}"
}

# stop WHY: nothing can be tested here.
stop() {
    echo "$PROGRAM: $1" >&2
    exit 1
}

mount_lab() {
    mount --make-rprivate / &&
        mount -t tmpfs -o mode=755 lab /mnt && mkdir /mnt/log /mnt/.layer &&
        mount -t tmpfs -o mode=755 lab /run &&
        tar -C /mnt/.layer --xattrs --xattrs-include='*' --acls -xf "$layer"
}

open_lab() {
    mount_lab || stop "cannot make the lab"
    lab=/mnt
    mkfifo "$lab/hold" || stop "cannot make the lab"
    exec 9<>"$lab/hold"
    tree=$(realpath "$here/../..")
    ip link set lo up
    ip link add lab0 type bridge && ip link set lab0 up && ip address add 10.99.0.254/24 dev lab0
}

# This machine's root and the layer below, memory above.
mount_host() { # NAME
    local name=$1 root=$lab/$1
    mkdir -p "$root" "$lab/.$name/upper" "$lab/.$name/work" &&
        mount -t overlay overlay -o \
            "lowerdir=$lab/.layer:/,upperdir=$lab/.$name/upper,workdir=$lab/.$name/work" "$root" &&
        mount -t proc none "$root/proc" && mount -t sysfs none "$root/sys" &&
        mount --rbind /dev "$root/dev" &&
        mount -t tmpfs -o mode=755 none "$root/run" && mount -t tmpfs -o mode=1777 none "$root/tmp"
}

connect_host() { # NAME NUMBER
    local name=$1
    touch "$lab/.$name/uts" && unshare --uts="$lab/.$name/uts" hostname "$name" &&
        ip netns add "$name" &&
        ip link add "to-$name" type veth peer name eth0 netns "$name" &&
        ip link set "to-$name" master lab0 up &&
        ip -n "$name" address add "10.99.0.$2/24" dev eth0 &&
        ip -n "$name" link set eth0 up && ip -n "$name" link set lo up &&
        # As systemd sets it: Debian 13's ping has no rights of its own.
        nsenter --net="/run/netns/$name" sh -c 'echo 0 2147483647 >/proc/sys/net/ipv4/ping_group_range' || return
    # PID 1 of a host lives in the network and the root of the host.
    nsenter --net="/run/netns/$name" chroot "$lab/$name" sleep infinity >/dev/null 2>&1 </dev/null &
    mount --bind "/proc/$!" "$lab/$name/proc/1"
}

# make_host NAME NUMBER: a machine named NAME at 10.99.0.NUMBER, with the kernel's settings
# and the two programs installed where the packages put them.
make_host() {
    local name=$1 root=$lab/$1
    mount_host "$name" || stop "cannot make the host $name"
    mkdir -p "$root/run/lock"
    # No container: the changes of a real host are wanted, the files with them.
    rm -f "$root/.dockerenv" "$root/etc/hostname" "$root/etc/hosts"
    rm -rf "$root"/etc/sysctl.d/* "$root"/var/lib/port-exhaustion
    echo "$name" >"$root/etc/hostname"
    printf '127.0.0.1 localhost\n::1 localhost\n10.99.0.%s %s\n' "$2" "$name" >"$root/etc/hosts"
    connect_host "$name" "$2" || stop "cannot connect the host $name"
    install_programs "$name"
}

# The programs as installed; one of them useless where the test is to be broken.
install_programs() { # HOST
    local root=$lab/$1
    install -D -m 755 "$check" "$root/usr/lib/nagios/plugins/check_port_exhaustion"
    install -D -m 755 "$remediate" "$root/usr/sbin/remediate_port_exhaustion"
    install -D -m 644 -t "$root/usr/share/man/man8" "$tree"/packaging/man/*.8
    case ${BREAK-} in
    check) useless 'echo "PORTS OK: all is well | port_usage=0%"' \
        >"$root/usr/lib/nagios/plugins/check_port_exhaustion" ;;
    remediation) useless ':' >"$root/usr/sbin/remediate_port_exhaustion" ;;
    esac
}

useless() { # SHELL-COMMAND
    printf '#!/bin/sh\n%s\n' "$1"
}

# broken PART: is this part to be useless?
broken() {
    [ "${BREAK-}" = "$1" ]
}

# on HOST COMMAND...: runs it there as root, with a clean environment.
on() {
    local name=$1
    shift
    nsenter --net="/run/netns/$name" --uts="$lab/.$name/uts" -- chroot "$lab/$name" /usr/bin/env -i \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root "$@"
}

# list_objects HOST: has Icinga 2 write what `icinga2 object list` shows; since 2.14 on demand.
list_objects() {
    # shellcheck disable=SC2016,SC2046 # the host's shell
    on "$1" sh -c 'exec icinga2 daemon -C $(icinga2 daemon --help | grep -o -e --dump-objects | uniq)'
}

# on_as HOST USER COMMAND...: the same as a user of the host.
on_as() {
    local name=$1 user=$2
    shift 2
    nsenter --net="/run/netns/$name" --uts="$lab/.$name/uts" -- chroot "$lab/$name" \
        /usr/bin/setpriv --reuid "$user" --regid "$user" --init-groups -- /usr/bin/env -i \
        PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/ USER="$user" "$@"
}

# start HOST NAME COMMAND...: in the background until the test ends; output in
# $lab/log/NAME. `start_as HOST USER NAME COMMAND...` as a user.
start() {
    local host=$1 name=$2
    shift 2
    on "$host" "$@" >"$lab/log/$name" 2>&1 </dev/null &
}
start_as() {
    local host=$1 user=$2 name=$3
    shift 3
    on_as "$host" "$user" "$@" >"$lab/log/$name" 2>&1 </dev/null &
}

# log_of NAME: the end of a log, for a failure's message.
log_of() {
    tail -n 30 "$lab/log/$1" 2>/dev/null
}

# --- Waiting -------------------------------------------------------------------------------

now_ms() {
    local now=$EPOCHREALTIME
    echo $((${now/[.,]/} / 1000))
}

# A busy machine may take so many times what a test says.
PATIENCE=6

# within SECONDS COMMAND...: until it succeeds, looked at four times a second.
within() {
    local end=$(($(now_ms) + PATIENCE * $1 * 1000))
    shift
    until "$@"; do
        [ "$(now_ms)" -lt "$end" ] || return 1
        sleep 0.25 # between two looks
    done
}

# becomes NAME SECONDS COMMAND...: a result; without it nothing after it makes sense when
# `must` is set.
becomes() {
    local name=$1 seconds=$2
    shift 2
    if within "$seconds" "$@"; then
        ok "$name"
    else
        not_ok "$name" "not within $seconds s ($*)"
        return 1
    fi
}

# or_stop: behind `becomes`, where the rest hangs on it.
or_stop() {
    not_ok "the rest of the loop" "could not be tried"
    finish
}

# --- Exhaustion ----------------------------------------------------------------------------

# exhaust HOST NUMBER [RATE]: the host's own client uses up the stock range of ports toward
# 10.99.0.NUMBER:9000 (itself), and goes on connecting until the test ends. Returns when the
# kernel refuses; `exhausted_ms` is that moment.
exhaust() {
    mkdir -p "$lab/$1/tmp/load"
    install -m 755 "$here/load.py" "$lab/$1/tmp/load/load.py"
    on "$1" python3 /tmp/load/load.py "10.99.0.$2" 9000 "${3:-300}" /tmp/load/status \
        >"$lab/log/load-$1" 2>&1 <"$lab/hold" 9>&- &
    within 60 connects_fail "$1" || {
        not_ok "$1 is exhausted" "$(log_of "load-$1") $(cat "$lab/$1/tmp/load/status")"
        finish
    }
    exhausted_ms=$(now_ms)
    ok "connect() fails on $1"
}
connects_fail() { # HOST
    grep -qs 'now failing' "$lab/$1/tmp/load/status"
}
connects_work() { # HOST
    grep -qs 'now ok' "$lab/$1/tmp/load/status"
}

# hold_ports HOST COUNT [FIRST-LAST]: so many connections of the host to itself, to one
# destination, until `release_ports`.
hold_ports() {
    local directory=$lab/$1/tmp/hold
    rm -rf "$directory" && mkdir -p "$directory" && mkfifo "$directory/input"
    install -m 755 "$tools/socket_generator" "$directory/socket_generator"
    : >"$lab/$1/.port-exhaustion-lab" # what the tool knows a host of a test by
    on "$1" sh -c 'exec /tmp/hold/socket_generator "$@" </tmp/hold/input' - established --count "$2" \
        --ports "${3:-32768-60999}" --destinations 1 --processes 1 >"$lab/log/hold-$1" 2>&1 9>&- &
    exec 8>"$directory/input"
    becomes "$1 holds $2 ports" 60 grep -qs "^ready $2" "$lab/log/hold-$1" || log_of "hold-$1"
}
release_ports() {
    exec 8>&-
}

# Of a stock host's 28,232 ports, and what such a host says to a server with a limit of 30.
HELD=9500
BOTH_SIDES="the alert says CRITICAL; this host measures destination_usage 33.64 %, its policy's limit is 80; *"

# The times and sizes that the documentation shows.
alerted() {
    alerted_ms=$(now_ms)
}
recovered() {
    recovered_ms=$(now_ms)
}
tell_times() { # BYTES of one check result
    local from=$((alerted_ms - exhausted_ms)) to=$((recovered_ms - alerted_ms))
    printf 'measured %s: exhaustion to alert %d.%d s, alert to recovery %d.%d s, %s bytes a result\n' \
        "$PROGRAM" $((from / 1000)) $((from % 1000 / 100)) $((to / 1000)) $((to % 1000 / 100)) "$1"
}

# --- The host, afterwards ------------------------------------------------------------------

# changed_once HOST: the remediation acted exactly once, however often its handler was called.
changed_once() {
    local runs
    runs=$(on "$1" remediate_port_exhaustion history -o json | jq '[.runs[] | select(.outcome == "applied")] | length')
    if [ "$runs" = 1 ]; then
        ok "$1 was changed once"
    else
        not_ok "$1 was changed once" "$runs runs: $(on "$1" remediate_port_exhaustion history)"
    fi
}

# untouched HOST: nothing of the remediation is there.
untouched() {
    if [ -e "$lab/$1/var/lib/port-exhaustion/journal" ] ||
        [ -e "$lab/$1/etc/sysctl.d/90-port-exhaustion.conf" ]; then
        not_ok "$1 is untouched" "it has a journal or a drop-in"
    else
        ok "$1 is untouched"
    fi
}

# settings_of HOST: "RANGE REUSE"
settings_of() {
    on "$1" cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/tcp_tw_reuse | xargs
}
