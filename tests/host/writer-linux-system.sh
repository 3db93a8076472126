# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what writer-linux sets; no blank is in it
# The cases of writer-linux about the system: another root, containers, the user, the log.

# as_init WORD...: the tool in `root`, to which it is PID 1.
as_init() {
    # shellcheck disable=SC2016
    unshare --mount --pid --fork bash -c \
        'mount -t proc none "$0/proc" && exec chroot "$0" /writer_tool "$@"' "$root" "$@"
}

# A root of its own, with nothing but what a program needs to start.
test_other_root() {
    local root=/mnt/root directory variable
    mkdir -p "$root"/{proc,usr,var/lib,run}
    for directory in bin lib lib64; do
        if [ -L /$directory ]; then cp -P /$directory "$root/"; else mkdir "$root/$directory"; fi
        [ -L /$directory ] || mount --bind -o ro /$directory "$root/$directory"
    done
    mount --bind -o ro /usr "$root/usr" && mount -t proc none "$root/proc"
    install -m 755 "$tool" "$root/writer_tool"
    chmod 777 "$root"
    expect "a root directory of all" 1 "denied: '/' is writable by others (mode 0777), expected only by root: chmod go-w" \
        chroot "$root" /writer_tool inspect
    chmod 755 "$root"
    expect "a root directory of root" 0 "" chroot "$root" /writer_tool inspect
    expect "no container" 0 "user root" as_init facts
    : >"$root/.dockerenv"
    expect "a Docker container" 0 $'user root\ncontainer /.dockerenv' as_init facts
    expect "one that shares PID 1 with its host" 0 "user root" chroot "$root" /writer_tool facts
    rm "$root/.dockerenv" && : >"$root/run/.containerenv"
    expect "a Podman container" 0 $'user root\ncontainer /run/.containerenv' as_init facts
    rm "$root/run/.containerenv" && mkdir -p "$root/var/run/secrets/kubernetes.io"
    expect "a pod's service account" 0 $'user root\ncontainer /var/run/secrets/kubernetes.io' as_init facts
    rm -r "$root/var/run"
    for variable in container=lxc KUBERNETES_SERVICE_HOST=10.96.0.1; do
        expect "$variable of PID 1" 0 $'user root\n'"container ${variable%%=*}= of PID 1" \
            env "$variable" bash -c "$(declare -f as_init); root=$root as_init facts"
    done
    expect "no log is no failure" 0 "" chroot "$root" /writer_tool audit ok "nobody listens"
}

# Numeric, since names may come from a server: first line of `facts`.
test_user() {
    # shellcheck disable=SC2016
    expect "a user who called sudo" 0 "user root (called by uid $NOBODY)" \
        python3 "$here/called_by.py" '"$0" facts | sed -n 1p; :' "$tool"
    # shellcheck disable=SC2016
    expect "another user" 0 "user uid $NOBODY" \
        bash -c 'setpriv --reuid=65534 --regid=65534 --clear-groups "$0" facts | sed -n 1p' "$tool"
}

# start_log TYPE [deaf]: a logger until `stop_log`; what it got is in $scratch/log then.
start_log() {
    rm -f "$scratch/ready"
    # shellcheck disable=SC2034 # a coproc has to have a name
    coproc LOG { exec python3 "$here/log_double.py" "$1" "$scratch/ready" "${@:2}" >"$scratch/log"; }
    log_pid=$!
    wait_until test -e "$scratch/ready"
}

stop_log() {
    # shellcheck disable=SC1083,SC2093
    exec {LOG[1]}>&-
    wait $log_pid
}

# logged NAME TYPE PATTERN WORD LINE
logged() {
    local name=$1 type=$2 pattern=$3
    shift 3
    start_log "$type"
    "$tool" audit "$@"
    stop_log
    if grep -qaE "$pattern" "$scratch/log"; then ok "$name"; else not_ok "$name" "$(cat "$scratch/log")"; fi
}

# A deaf logger's queue is full after some lines; whoever waited for it would wait for ever.
tell_600_lines() {
    # shellcheck disable=SC2016
    timeout $((2 * HANG_S)) bash -c 'for i in {1..600}; do "$0" audit ok "line $i" || exit; done' "$tool"
}

test_audit() {
    local stamp='[A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8}'
    mount -t tmpfs -o mode=755 none /dev
    mknod -m 666 /dev/null c 1 3
    logged "a line in the log" SOCK_DGRAM "^<85>$stamp remediate_port_exhaustion\\[[0-9]+\\]: all is well\$" \
        ok "all is well"
    logged "a failure is a warning" SOCK_DGRAM "^<84>$stamp remediate_port_exhaustion\\[[0-9]+\\]: it broke here\$" \
        failure $'it\nbroke\there'
    logged "a logger with a stream" SOCK_STREAM "^<85>$stamp remediate_port_exhaustion.*: all is well" ok "all is well"
    start_log SOCK_DGRAM deaf
    expect "a logger that does not read stops nobody" 0 "" tell_600_lines
    stop_log
    umount /dev
}
