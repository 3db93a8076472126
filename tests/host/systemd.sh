# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# A real systemd in a host of a test: process 1 of a process namespace, with the host as its
# root and control groups of its own; so timers, services and their sandboxes are the real
# ones. It starts the journal and what the test asks for, and touches nothing outside.
# Source it after lib.sh, in namespaces of the test's own; $systemd_place is a directory for
# control groups and logs.
# shellcheck disable=SC2154

declare -A systemd_pid
systemd_groups=

# boot_systemd NAME ROOT COMMAND...: true when systemd is up in ROOT; COMMAND runs it in the
# network (and with the name) of that host.
boot_systemd() {
    local name=$1 root=$2
    shift 2
    mkdir -p "$systemd_place/log" && make_groups && quiet_boot "$root" && boot_script >"$root/tmp/boot" || return 1
    # shellcheck disable=SC2016 # the inner shell's variables
    "$@" bash -c '
        mkdir "$1" && echo $$ >"$1/cgroup.procs" || exit
        exec unshare --mount --propagation slave --pid --cgroup --ipc --fork --kill-child \
            --mount-proc bash "$2/tmp/boot" "$2"' boot "$systemd_groups/$name" "$root" \
        >"$systemd_place/log/systemd-$name" 2>&1 </dev/null &
    wait_until has_booted "$name" $! && [ -n "${systemd_pid[$name]-}" ]
}

# Nothing of a boot: sysctls, modules, devices and mounts are the machine's, not the host's.
quiet_boot() { # ROOT
    local wants
    for wants in "$1"/{etc,usr/lib}/systemd/system/*.target.wants "$1/usr/lib/systemd/system-generators"; do
        [ ! -d "$wants" ] || mount -t tmpfs -o mode=755 none "$wants" || return 1
    done
    # A machine that has its identity has booted before: nothing is enabled for it.
    [ -s "$1/etc/machine-id" ] || tr -d - </proc/sys/kernel/random/uuid >"$1/etc/machine-id" || return 1
    mkdir -p "$1/etc/systemd/system" &&
        printf '[Unit]\nDescription=Nothing but what the test starts\nRequires=systemd-journald.service\n' \
            >"$1/etc/systemd/system/default.target"
}

# A part of the control groups of our own, taken away at the end.
make_groups() {
    [ -z "$systemd_groups" ] || return 0
    mkdir -p "$systemd_place/.groups" && mount -t cgroup2 none "$systemd_place/.groups" &&
        systemd_groups=$systemd_place/.groups/port-exhaustion-lab.$(cat /proc/sys/kernel/random/uuid) &&
        mkdir "$systemd_groups" && trap end_systemd EXIT
}

boot_script() {
    cat <<'END'
set -e
mount --rbind "$1" "$1" && cd "$1"
# Its own devices: the machine's must not be changed. No control groups of version 1.
for place in dev sys proc; do
    mkdir -p $place
    umount -l $place 2>/dev/null || :
done
mount -t sysfs -o ro none sys && mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 none dev && mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=666 none dev/pts && ln -s pts/ptmx dev/ptmx
mknod -m 666 dev/null c 1 3 && mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7 && mknod -m 666 dev/tty c 5 0
mknod -m 666 dev/random c 1 8 && mknod -m 666 dev/urandom c 1 9
ln -s /proc/self/fd dev/fd
mount -t proc none proc
mkdir -p .old && pivot_root . .old && cd / && umount -l /.old
exec env -i container=lab /lib/systemd/systemd --system --log-target=journal
END
}

# has_booted NAME PID-OF-UNSHARE: it is up, or has ended.
# shellcheck disable=SC2317 # wait_until calls it
has_booted() {
    local process
    [ -d "/proc/$2" ] || return 0
    process=$(pgrep --parent "$2" | sed -n 1p)
    [ -n "$process" ] || return 1
    systemd_pid[$1]=$process
    if under_systemd "$1" systemctl is-active --quiet default.target 2>/dev/null; then
        # systemd's own sign of a container: what is tried here is a host.
        under_systemd "$1" rm -f /run/systemd/container
        return
    fi
    unset "systemd_pid[$1]"
    return 1
}

# under_systemd NAME COMMAND...: runs it among the host's processes.
under_systemd() {
    local name=$1
    shift
    nsenter --target "${systemd_pid[$name]}" --mount --pid --net --uts --ipc --cgroup -- \
        /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 "$@"
}

# shellcheck disable=SC2317 # the trap calls it
end_systemd() {
    local process
    for process in "${systemd_pid[@]}"; do kill -KILL "$process" 2>/dev/null; done
    wait_until no_groups_left
}
# shellcheck disable=SC2317
no_groups_left() {
    find "$systemd_groups" -depth -type d -exec rmdir {} + 2>/dev/null
    [ ! -d "$systemd_groups" ]
}
