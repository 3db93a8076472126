# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of the remediation on Linux share: a root of its own on a tmpfs, with its
# own mounts, processes and network (the host stays as it is, and a container's signs are
# out of sight), and the words to act and to look. Source it after lib.sh and expect.sh;
# PROGRAM names the test, `here` its directory; it uses what is set here.
# shellcheck disable=SC2034,SC2153,SC2154

# --- A root of its own -----------------------------------------------------------------------

root=/mnt/root

# make_root PROGRAM...: a system in memory in which nothing but /usr is the host's, and a copy
# of what the test BRINGS, in /opt/brought.
make_root() {
    local directory device part
    mount --make-rprivate / && mount -t tmpfs -o mode=755 none /mnt || return 1
    (umask 022 && mkdir -p $root/{dev,etc,opt,proc,run,usr,var,tmp}) || return 1
    chmod 1777 $root/tmp
    mount --bind -o ro /usr $root/usr && mount -t proc none $root/proc || return 1
    for directory in /bin /sbin /lib /lib64; do
        if [ -L $directory ]; then
            cp -P $directory $root/
        elif [ -d $directory ]; then
            mkdir "$root$directory" && mount --bind -o ro $directory "$root$directory"
        fi || return 1
    done
    for device in null zero full urandom; do
        : >"$root/dev/$device" && mount --bind "/dev/$device" "$root/dev/$device" || return 1
    done
    ln -s /proc/self/fd $root/dev/fd
    # Where an instrumented program counts its lines (tests/quality/coverage).
    if [ -n "${COVERAGE-}" ]; then
        mkdir -p "$root$COVERAGE" && mount --bind "$COVERAGE" "$root$COVERAGE" || return 1
    fi
    [ -z "${BRINGS-}" ] || cp -r "$BRINGS" $root/opt/brought || return 1
    for part in "$here/$PROGRAM"-*.sh; do
        [ ! -f "$part" ] || install -m 644 "$part" $root/opt/ || return 1
    done
    install -m 755 "$@" "$here/$PROGRAM" $root/opt/ &&
        install -m 644 "$here"/{lib,expect,remediate}.sh "$here"/*.py $root/opt/
}

# enter_root CHECK [REMEDIATE]: the test starts itself again twice, with other mounts and
# processes, then in its own root; only the last one goes on, with check, remediate, driver.
enter_root() {
    if [ "$1" = --inside ]; then
        check=$2
        remediate=$3
        driver=/opt/port_driver
        ip link set lo up
        be_home
        return
    fi
    local programs=("$1" "${2:-$(dirname "$1")/remediate_port_exhaustion}"
        "$(dirname "$1")/tests/host/tools/port_driver")
    if [ "${3-}" != --make-root ]; then
        need_host setpriv mount chroot strace python3 xargs
        for program in "${programs[@]}"; do need_program "$program"; done
        env -u container -u KUBERNETES_SERVICE_HOST \
            unshare --mount --uts --pid --fork --mount-proc -- \
            bash "$here/$PROGRAM" "$1" "${programs[1]}" --make-root
        exit
    fi
    # Else these are the machine's own mounts.
    if [ $$ -ne 1 ] || ! make_root "${programs[@]}"; then
        echo "$PROGRAM: cannot make a root of its own" >&2
        exit 1
    fi
    unshare --net chroot $root /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
        ${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} ${UBSAN_OPTIONS:+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} \
        bash "/opt/$PROGRAM" --inside "/opt/${programs[0]##*/}" "/opt/${programs[1]##*/}"
    exit
}

NOBODY=65534
drop_in=/etc/sysctl.d/90-port-exhaustion.conf
policy=/etc/port-exhaustion/policy.json
state=/var/lib/port-exhaustion
ipv4=/proc/sys/net/ipv4
LOOSE='{"schema": 1, "remediation": {"confirm": false, "cool_down": 0}}'
COOL='{"schema": 1, "remediation": {"confirm": false}}'
ready=/tmp/ready
# --- Words -------------------------------------------------------------------------------

# fresh: a host as its system made it: the kernel's values, no files of ours but a policy that
# reserves no ports of services: what comes of them is tested by remediate-reserve.
fresh() {
    local place
    for place in /etc /var; do
        while mountpoint -q $place && umount $place 2>/dev/null; do :; done
        mount -t tmpfs -o mode=755,size=16m none $place &&
            [ "$(stat -f -c %T $place)" = tmpfs ] && [ -z "$(ls -A $place)" ] && continue
        echo "$PROGRAM: cannot mount a file system over $place" >&2
        exit 1
    done
    mkdir -m 755 /etc/sysctl.d /var/lib
    set_net ipv4/ip_local_port_range "32768 60999"
    set_net ipv4/ip_local_reserved_ports ""
    set_net ipv4/tcp_tw_reuse 2
    set_net ipv4/tcp_timestamps 1
    set_net ipv4/tcp_fin_timeout 60
    site_policy '{"schema": 1}'
}

# site_policy JSON: the same policy, unless it says more of `reserve`.
site_policy() {
    local json=$1
    [[ $json == *'"reserve"'* ]] || json=${json/#'{"schema": 1'/'{"schema": 1, "reserve": {"built_in": false}'}
    [ -d "${policy%/*}" ] || mkdir -m 755 "${policy%/*}"
    echo "$json" >$policy
}

# judge_output NAME CODE HEADLINE GOT: `said` against a glob for its first line.
judge_output() {
    # shellcheck disable=SC2053
    if [ "$4" -ne "$2" ]; then
        not_ok "$1" "exit code $4, expected $2: $said"
    elif [[ ${said%%$'\n'*} != $3 ]]; then
        not_ok "$1" "said '${said%%$'\n'*}', expected '$3'"
    else
        ok "$1"
    fi
}

# act NAME CODE HEADLINE ARGUMENT...: runs the remediation; its output stays in `said`.
act() {
    local name=$1 want=$2 headline=$3 code=0
    shift 3
    said=$("$remediate" "$@" 2>&1 </dev/null) || code=$?
    judge_output "$name" "$want" "$headline" $code
}

# act_quietly ARGUMENT...: a step on the way to what is tested; it must succeed.
act_quietly() {
    said=$("$remediate" "$@" 2>&1 </dev/null) || not_ok "preparing: $*" "exit code $?: $said"
}

# alert NAME CODE HEADLINE LINE: the line (with \-escapes) on standard input of on-alert.
alert() {
    local code=0
    said=$("$remediate" on-alert 2>&1 < <(printf '%b' "$4")) || code=$?
    judge_output "$1" "$2" "$3" $code
}

# tells NAME GLOB: somewhere in what was said.
tells() {
    # shellcheck disable=SC2053
    if [[ $said == *$2* ]]; then ok "$1"; else not_ok "$1" "no '$2' in '$said'"; fi
}

tells_not() {
    # shellcheck disable=SC2053
    if [[ $said != *$2* ]]; then ok "$1"; else not_ok "$1" "'$2' in '$said'"; fi
}

one_line() {
    same "$1: one line" 1 "$(wc -l <<<"$said")"
}

# values: range, reserved ports and reuse, with one blank between the numbers.
values() {
    echo "$(tr '\t' ' ' <$ipv4/ip_local_port_range) [$(cat $ipv4/ip_local_reserved_ports)] $(cat $ipv4/tcp_tw_reuse)"
}

# The lines of the drop-in that count.
persistent() {
    grep -v '^#' $drop_in 2>/dev/null | paste -sd';'
}

# world: every value of IPv4 and every file that a run could touch, but for the lock.
world() {
    grep -sH "" $ipv4/*
    find /etc /var /run -type d -printf '%p %y %m %u %g\n' | sort
    find /etc /var /run -not -type d -not -path "$state/lock" -printf '%p %y %m %u %g %n %l\n' | sort
    find /etc /var /run -type f -not -path "$state/lock" -exec sha256sum {} + | sort -k2
}

# exact_world: the same with every time stamp, and the lock, which a run may take and
# leave: the same file, empty again.
exact_world() {
    local lock='%p %y %m %u %g %s %n %i %l\n' rest='%p %y %m %u %g %s %n %T@ %i %l\n'
    world
    find / -xdev \( -path /tmp -o -path /proc \) -prune -o -printf "$rest" | sort
    find /etc /var -path $state/lock -printf "$lock" -o -printf "$rest" | sort
}

# have_state: the state directory, which a command that may begin a run makes before it is bounded
# and knows whether it will. For who looks whether nothing at all was changed.
have_state() {
    [ -d $state ] || mkdir -m 755 $state
}

# unchanged NAME BEFORE AFTER
unchanged() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "$(diff <(echo "$2") <(echo "$3"))"; fi
}

# last_run: its id.
last_run() {
    "$remediate" history -o json | jq -r '.runs[0].id'
}

as_nobody() {
    setpriv --reuid=$NOBODY --regid=$NOBODY --clear-groups --no-new-privs -- "$@"
}

# listen KIND:ADDRESS:PORT...: sockets that stay until `stop_listening`.
listen() {
    rm -f $ready
    coproc LISTENERS { exec python3 "$here/listeners.py" $ready "$@"; }
    listeners_pid=$!
    wait_for "[ -e $ready ]"
}

stop_listening() {
    # shellcheck disable=SC1083,SC2093
    exec {LISTENERS[1]}>&-
    wait "$listeners_pid"
}

# start_driver: sockets on command, until `stop_driver`; see port_driver.
start_driver() {
    coproc DRIVER { exec "$driver"; }
    driver_pid=$!
}

stop_driver() {
    # shellcheck disable=SC1083,SC2093
    exec {DRIVER[1]}>&-
    wait "$driver_pid"
}

# driven NAME ANSWER COMMAND...: what the kernel says to the driver.
driven() {
    local answer
    echo "${*:3}" >&"${DRIVER[1]}"
    read -r -t "$HANG_S" answer <&"${DRIVER[0]}" || answer="no answer"
    same "$1" "$2" "$answer"
}

# alerted ARGUMENT...: on-alert for a CRITICAL HARD state, called through these words.
alerted() {
    "$@" "$remediate" on-alert --state CRITICAL --state-type HARD --attempt 3 2>&1 </dev/null
}

# later SECONDS: a prefix for a program to which this boot is so much older.
later() {
    echo unshare --time --fork --boottime "$1" --
}

# wait_for CONDITION
wait_for() {
    wait_until eval "$1"
}

# is_stopped: the run that holds the lock stands still (SIGSTOP), its first record written.
# shellcheck disable=SC2317 # wait_until calls it
is_stopped() {
    grep -qs '^State:[[:blank:]][Tt]' "/proc/$(cat "$state/lock" 2>/dev/null)/status" && [ -s "$state/journal" ]
}
