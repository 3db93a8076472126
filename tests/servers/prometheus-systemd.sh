# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # variables of lab.sh
# A real systemd in a host of the lab: process 1 of a process namespace, with the host as its
# root and control groups of its own; so timers, services and their sandboxes are the real
# ones. It starts the journal and what the test asks for, and touches nothing outside.

declare -A systemd_pid
systemd_groups=

# boot_systemd HOST: true when systemd is up.
boot_systemd() {
    local root=$lab/$1
    # Nothing of a boot: sysctls, modules, devices and mounts are the machine's, not the host's.
    rm -rf "$root"/{etc,usr/lib}/systemd/system/*.target.wants "$root/usr/lib/systemd/system-generators"
    printf '[Unit]\nDescription=Nothing but what the test starts\nRequires=systemd-journald.service\n' \
        >"$root/etc/systemd/system/default.target"
    make_groups || return 1
    boot_script >"$root/tmp/boot"
    # shellcheck disable=SC2016 # the inner shell's variables
    nsenter --net="/run/netns/$1" --uts="$lab/.$1/uts" -- bash -c '
        mkdir "$1" && echo $$ >"$1/cgroup.procs" || exit
        exec unshare --mount --propagation slave --pid --cgroup --ipc --fork --kill-child \
            --mount-proc bash "$2/tmp/boot" "$2"' boot "$systemd_groups/$1" "$root" \
        >"$lab/log/systemd-$1" 2>&1 </dev/null &
    within 15 systemd_is_up "$1" $!
}

# A part of the control groups of our own, taken away at the end.
make_groups() {
    [ -z "$systemd_groups" ] || return 0
    mkdir -p "$lab/.groups" && mount -t cgroup2 none "$lab/.groups" &&
        systemd_groups=$lab/.groups/port-exhaustion-lab.$(cat /proc/sys/kernel/random/uuid) &&
        mkdir "$systemd_groups" && trap end_systemd EXIT
}

boot_script() {
    cat <<'END'
set -e
mount --rbind "$1" "$1" && cd "$1"
# Its own devices: the machine's must not be changed. No control groups of version 1.
umount -l dev sys && mount -t sysfs -o ro none sys && mount -t cgroup2 none sys/fs/cgroup
mount -t tmpfs -o mode=755 none dev && mkdir dev/shm dev/pts
mount -t devpts -o newinstance,ptmxmode=666 none dev/pts && ln -s pts/ptmx dev/ptmx
mknod -m 666 dev/null c 1 3 && mknod -m 666 dev/zero c 1 5
mknod -m 666 dev/full c 1 7 && mknod -m 666 dev/tty c 5 0
mknod -m 666 dev/random c 1 8 && mknod -m 666 dev/urandom c 1 9
umount -l proc && mount -t proc none proc
mkdir -p .old && pivot_root . .old && cd / && umount -l /.old
exec env -i container=lab /lib/systemd/systemd --system --log-target=journal
END
}

# systemd_is_up HOST PID-OF-UNSHARE
systemd_is_up() {
    local process
    process=$(pgrep --parent "$2" | sed -n 1p)
    [ -n "$process" ] || return 1
    systemd_pid[$1]=$process
    under_systemd "$1" systemctl is-active --quiet default.target 2>/dev/null || return 1
    # systemd's own sign of a container: what is tried here is a host.
    under_systemd "$1" rm -f /run/systemd/container
}

# under_systemd HOST COMMAND...: runs it among the host's processes.
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
    within 5 no_groups_left
}
# shellcheck disable=SC2317
no_groups_left() {
    find "$systemd_groups" -depth -type d -exec rmdir {} + 2>/dev/null
    [ ! -d "$systemd_groups" ]
}
