# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the tests of the packages share: one build of them all, kept until a file of the tree
# changes, and a Debian that is nothing but its base system, in namespaces of its own.
# A test sets PROGRAM and `here`, and sources this file. Its argument is BUILD_ROOT.
# shellcheck disable=SC2034,SC2154

# shellcheck source=tests/host/lib.sh
. "$here/../host/lib.sh"
tree=$(realpath "$here/../..")
version=$(sed -n 's/^VERSION := //p' "$tree/Makefile")

# need_tools COMMAND...: or the program is skipped by name.
need_tools() {
    local command
    for command in "$@"; do
        [ -n "$(command -v "$command")" ] || skip_program "needs '$command'"
    done
}

# holds NAME COMMAND...: a result; what the command says is shown when it fails.
holds() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1); then ok "$name"; else not_ok "$name" "$said"; fi
}

# same NAME WANTED GOT
same() {
    if [ "$2" = "$3" ]; then ok "$1"; else not_ok "$1" "'$3', expected '$2'"; fi
}

# build_first BUILD_ROOT: sets $first, the directory of the packages of this tree as it is.
# $first-work has the builds.
build_first() {
    local stamp
    work=$(realpath -m "$1")/check-packages
    first=$work/first
    mkdir -p "$work/home"
    export HOME=$work/home # Debian's rpm makes its database there
    stamp=$("$tree/packaging/release/dist" "$version" "$work/now" 2>/dev/null | xargs sha256sum | cut -d ' ' -f 1)
    [ -n "$stamp" ] || {
        echo "$PROGRAM: make dist failed" >&2
        exit 1
    }
    if [ ! -f "$work/stamp" ] || [ "$(<"$work/stamp")" != "$stamp" ]; then
        rm -f "$work/stamp"
        "$tree/packaging/release/packages" "$version" "$first" debian rpm >"$work/first.log" 2>&1 || {
            tail -n 40 "$work/first.log"
            echo "$PROGRAM: the packages cannot be built" >&2
            exit 1
        }
        echo "$stamp" >"$work/stamp"
    fi
}

# base_system BUILD_ROOT: prints the archive of a bare Debian, of this machine's release, with
# what the packages depend on.
base_system() {
    local directory suite archive
    directory=$(realpath -m "$1")/debootstrap
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    archive=$directory/$suite.tar
    if [ ! -f "$archive" ]; then
        mkdir -p "$directory"
        rm -rf "$directory/root"
        timeout 300 debootstrap --variant=minbase --include=libjansson4,libmnl0,sudo,jq "$suite" \
            "$directory/root" >"$directory/log" 2>&1 || {
            tail -n 3 "$directory/log" >&2
            return 1
        }
        tar -C "$directory/root" --xattrs --xattrs-include='*' -cf "$archive.new" . &&
            mv "$archive.new" "$archive"
        rm -rf "$directory/root"
    fi
    echo "$archive"
}

# run_life BUILD_ROOT ARGUMENT...: the test again, with --inside ARCHIVE ARGUMENT..., in
# namespaces of its own, and its counts; or skipped by name.
run_life() {
    local why='' archive life p f s
    [ "$(id -u)" -eq 0 ] || why="needs root (chroot)"
    [ -n "$why" ] || unshare --net true 2>/dev/null || why="cannot make a network namespace"
    [ -n "$why" ] || [ -n "$(command -v debootstrap)" ] || why="needs 'debootstrap'"
    [ -n "$why" ] || archive=$(base_system "$1") || why="no base system: debootstrap failed"
    if [ -n "$why" ]; then
        skip "the life of the packages" "$why"
        return
    fi
    shift
    life=$work/life.log
    env -u container -u KUBERNETES_SERVICE_HOST \
        unshare --mount --uts --ipc --net --pid --fork --mount-proc --kill-child -- \
        timeout 300 bash "$0" --inside "$archive" "$@" >"$life" 2>&1
    grep -vE '^[0-9]+ passed, .* skipped$' "$life"
    read -r p _ f _ s _ < <(grep -E '^[0-9]+ passed, ' "$life" | tr -d ,)
    [ -n "${p-}" ] || not_ok "the life of the packages" "it ended before its end"
    passed=$((passed + ${p:-0})) failed=$((failed + ${f:-0})) skipped=$((skipped + ${s:-0}))
}

# open_chroot ARCHIVE: unpacks it in memory; call it in namespaces of one's own.
open_chroot() {
    # shellcheck disable=SC2015 # any of them
    mount --make-rprivate / && mount -t tmpfs -o mode=755 none /mnt &&
        mkdir /mnt/root && root=/mnt/root &&
        tar -C "$root" --xattrs --xattrs-include='*' -xf "$1" &&
        mount -t proc none "$root/proc" && mount --rbind /dev "$root/dev" &&
        mount -t tmpfs -o mode=1777 none "$root/tmp" && mkdir "$root/tmp/packages" || {
        echo "$PROGRAM: cannot make the chroot" >&2
        exit 1
    }
    # PID 1 of a host has the root of the host; it ends with the namespace.
    chroot "$root" /bin/sleep infinity >/dev/null 2>&1 </dev/null &
    mount --bind "/proc/$!" "$root/proc/1" || {
        echo "$PROGRAM: cannot make a PID 1 of the chroot" >&2
        exit 1
    }
    ip link set lo up
}

# within COMMAND...: runs it in the chroot, as root, with a clean environment.
within() {
    chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root \
        DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

# within_as USER COMMAND...
within_as() {
    local user=$1 group
    shift
    group=$(within id -g "$user")
    chroot "$root" /usr/bin/setpriv --reuid "$user" --regid "$group" --init-groups -- /usr/bin/env -i \
        PATH=/usr/bin:/bin LC_ALL=C.UTF-8 HOME=/ "$@" </dev/null
}

# files_of NAME: every file of the chroot with its type, rights and size, into /mnt/NAME;
# but for what dpkg, rpm and apt write about themselves.
files_of() {
    (cd "$root" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/lib/apt -o -path ./var/lib/rpm -o -path ./root/.rpmdb \
        -o -path ./var/log -o -path ./var/cache/apt -o -path ./var/cache/debconf -o -path ./tmp -o -path ./run \) -prune \
        -o \( -type d -printf '%p %y %m %U\n' \) -o -printf '%p %y %m %U %s %l\n') | LC_ALL=C sort >"/mnt/$1"
}

# The live values, as one line.
live_values() {
    cat /proc/sys/net/ipv4/ip_local_port_range /proc/sys/net/ipv4/tcp_tw_reuse | xargs
}
drop_in=etc/sysctl.d/90-port-exhaustion.conf
journal=var/lib/port-exhaustion/journal
