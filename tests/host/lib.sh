# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the host tests share: counting results, a network namespace of one's own, and the
# check's view of it as NAME=VALUE. Source it; PROGRAM names the test in messages.

# A policy that others can write is bad, whatever the umask of who runs the tests.
umask 022

passed=0
failed=0
skipped=0

ok() {
    passed=$((passed + 1))
    echo "ok $1"
}

not_ok() {
    failed=$((failed + 1))
    echo "not ok $1: $2"
}

skip() {
    skipped=$((skipped + 1))
    echo "skip $1: $2"
}

# same NAME WANTED GOT
same() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "'${3:0:2000}', expected '${2:0:2000}'"
    fi
}

finish() {
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

# skip_program WHY: nothing of this program can run here.
skip_program() {
    skip "${PROGRAM:-$0}" "$1"
    finish
}

# need_host COMMAND...: root, namespaces and these commands, or the program is skipped.
need_host() {
    local command
    [ "$(id -u)" -eq 0 ] || skip_program "needs root (makes network namespaces)"
    unshare --net true 2>/dev/null || skip_program "cannot make a network namespace"
    for command in ip jq "$@"; do
        [ -n "$(command -v "$command")" ] || skip_program "needs '$command'"
        [ "$command" != mount ] || unshare --mount true 2>/dev/null ||
            skip_program "cannot make a mount namespace (in a chroot: its root must be a mount point)"
    done
}

# need_program FILE: an executable that the build makes.
need_program() {
    [ -x "$1" ] || {
        echo "${PROGRAM:-$0}: no executable '$1'; run make first" >&2
        exit 2
    }
}

# in_namespace COMMAND...: runs it in a fresh network namespace, which ends with it.
in_namespace() {
    unshare --net -- "$@"
}

# set_net KEY VALUE: net.KEY of this namespace, with a slash between the words of the key.
set_net() {
    echo "$2" >"/proc/sys/net/$1"
}

# be_home: to this root, which the caller made, with a /proc of its own, this process is PID 1;
# so its network namespace is the host's. The tools know such a root by its mark.
be_home() {
    if : >/.port-exhaustion-lab && mount --bind /proc/$$ /proc/1; then return; fi
    echo "${PROGRAM:-$0}: cannot pass for PID 1" >&2
    exit 1
}

# --- Time ----------------------------------------------------------------------------------

# No test judges by how fast the machine is. What is waited for takes as long as it takes; this
# limit only ends a hang, and is far above what a busy machine needs.
HANG_S=300

# wait_until COMMAND...: until it succeeds; fails when it never does.
wait_until() {
    local end=$((SECONDS + HANG_S))
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.05 # between two looks
    done
}

# A socket stays in TIME_WAIT for 60 s, however long it takes to look at it.
# with_time_wait MAKER COMMAND...: runs COMMAND while all the sockets that MAKER leaves in
# TIME_WAIT are there: they are made anew when they are getting old, and COMMAND runs again when
# some may have gone while it ran. MAKER makes the same sockets each time.
made_at=''
with_time_wait() {
    local maker=$1 code end=$((SECONDS + HANG_S))
    shift
    while [ "$SECONDS" -lt "$end" ]; do
        [ -n "$made_at" ] && [ $((SECONDS - made_at)) -lt 30 ] || renew_time_wait "$maker" || return 99
        code=0
        "$@" || code=$?
        [ $((SECONDS - made_at)) -ge 58 ] || return $code
        made_at=''
    done
    return 99
}

# renew_time_wait MAKER: new connections may have the ports of those that are over.
renew_time_wait() {
    local reuse code=0
    reuse=$(</proc/sys/net/ipv4/tcp_tw_reuse)
    set_net ipv4/tcp_tw_reuse 1
    made_at=$SECONDS
    "$1" || code=1
    set_net ipv4/tcp_tw_reuse "$reuse"
    [ $code -eq 0 ] || echo "${PROGRAM:-$0}: cannot make the sockets in TIME_WAIT" >&2
    return $code
}

# at_least_linux MAJOR MINOR
at_least_linux() {
    local release major minor
    release=$(uname -r)
    major=${release%%.*}
    minor=${release#*.}
    minor=${minor%%[!0-9]*}
    [ "$major" -gt "$1" ] || { [ "$major" -eq "$1" ] && [ "$minor" -ge "$2" ]; }
}

# unwrapped: the lines of -v on standard input; what goes on in a line of its own is joined.
unwrapped() {
    sed -zE 's/\n {8,}/ /g'
}

# The check's JSON as lines NAME=VALUE; a destination is LOCAL>REMOTE:PORT=USAGE. A number that
# was not computed with keeps its spelling from jq 1.7 on: 99.0, where 1.6 said 99.
# Where sockets are bound to a device, REMOTE:PORT%DEVICE. What the kernel was asked is
# ask KIND LOCAL>REMOTE:PORT=ANSWER.
# shellcheck disable=SC2016
view_filter='
  def plain: if type == "number" then . + 0 else . end;
  def route: "\(.local)>\(.remote):\(.port)" + (if .device then "%" + .device else "" end);
  (.metrics | to_entries[] | "\(.key)=\(.value.value | plain)", "\(.key).state=\(.value.state)",
                             "\(.key).why=\(.value.why)", "\(.key).more=\(.value.more)"),
  (.sockets.states | to_entries[] | "states.\(.key)=\(.value)"),
  "ports_used=\(.sockets.ports_used)", "ports_blocked=\(.sockets.ports_blocked)",
  "ports_closed=\(.sockets.ports_closed)", "ports_closed_known=\(.sockets.ports_closed_known)",
  "usable=\(.range.usable)", "source=\(.sockets.source)",
  "state=\(.state)", "exit_code=\(.exit_code)", "not_asked=\(.not_asked)",
  (.asked // [] | .[] | "ask \(.kind) \(route)=\(.answer)"),
  (.destinations[] | "\(route)=\(.usage | plain)", "\(route) ports=\(.ports)",
                     "\(route) time_wait=\(.time_wait)", "\(route) syn_sent=\(.syn_sent)")'

# read_view COMMAND...: runs a check that prints JSON into the array `view`.
# The exit code is the check's, or 99 when it printed something else.
declare -A view
read_view() {
    local json line code=0
    json=$("$@") || code=$?
    view=()
    while IFS= read -r line; do
        view[${line%=*}]=${line##*=}
    done < <(jq -r "$view_filter" <<<"$json" 2>/dev/null)
    [ -n "${view[state]-}" ] || {
        echo "no JSON from '$*': ${json:0:300}" >&2
        return 99
    }
    return "$code"
}

# start_scratch: a directory for this program, and fd 9: whatever runs beside this program has
# the other end as its standard input, and ends when that ends.
start_scratch() {
    scratch=$(mktemp -d)
    chmod 755 "$scratch"
    trap 'rm -rf "$scratch"' EXIT
    mkfifo "$scratch/hold"
    exec 9<>"$scratch/hold"
}

# generate KIND OPTION...: sockets that stay until this script ends (tools, scratch set).
generate() {
    local line
    read -r line < <("${tools:?}/socket_generator" "$@" <"$scratch/hold" 9>&-)
    [ "${line%% *}" = ready ]
}
