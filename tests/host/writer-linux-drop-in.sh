# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what writer-linux sets; no blank is in it
# The cases of writer-linux about the drop-in: unsafe places, faults, kills, a full disk.

test_drop_in() {
    fresh
    expect "no drop-in is absent" 0 "absent" "$tool" read file $drop_in
    expect "a drop-in is created" 0 "" "$tool" write file $drop_in "# mine"$'\n'"a = 1"$'\n'
    same "with its contents" "# mine"$'\n'"a = 1" "$(cat $drop_in)"
    same "readable for all" "644 0 0 1" "$(stat -c '%a %u %g %h' $drop_in)"
    expect "a drop-in is replaced" 0 "" "$tool" write file $drop_in "b = 2"
    expect "and read back as it is" 0 "present b = 2" "$tool" read file $drop_in
    same "nothing else is left" "90-port-exhaustion.conf" "$(ls -A /etc/sysctl.d)"
    expect "a drop-in is taken away" 0 "" "$tool" write file $drop_in
    expect "twice" 0 "" "$tool" write file $drop_in
    same "nothing is left at all" "" "$(ls -A /etc/sysctl.d)"
    (umask 077 && "$tool" write file $drop_in x)
    same "the umask has no say" 644 "$(stat -c %a $drop_in)"
    printf 'a\0b' >$drop_in
    expect "a drop-in with a NUL byte is refused" 1 \
        "malformed: '$drop_in' holds a NUL byte, expected text" "$tool" read file $drop_in
    rm -r /etc/sysctl.d
    expect "without sysctl.d it is absent" 0 "absent" "$tool" read file $drop_in
    expect "without sysctl.d taking it away is done" 0 "" "$tool" write file $drop_in
    same "and makes no directory" "" "$(ls -A /etc)"
    (umask 077 && "$tool" write file $drop_in y)
    same "writing makes the directory" "755 0" "$(stat -c '%a %u' /etc/sysctl.d)"
}

# unsafe_drop_in NAME MESSAGE: no read, no write, no removal, and nothing changed.
unsafe_drop_in() {
    local before
    before=$(list_of /etc)
    expect "$1: not read" 1 "denied: $2" "$tool" read file $drop_in
    expect "$1: not written" 1 "denied: $2" "$tool" write file $drop_in evil
    expect "$1: not taken away" 1 "denied: $2" "$tool" write file $drop_in
    same "$1: nothing changed" "$before" "$(list_of /etc)"
}

test_unsafe_drop_in() {
    fresh && echo a >$drop_in && chmod 664 $drop_in
    unsafe_drop_in "group-writable" "'$drop_in' is writable by others (mode 0664), expected only by root: chmod go-w"
    fresh && echo a >$drop_in && chmod 646 $drop_in
    unsafe_drop_in "world-writable" "'$drop_in' is writable by others (mode 0646), expected only by root: chmod go-w"
    fresh && echo a >$drop_in && chown $NOBODY $drop_in
    unsafe_drop_in "foreign owner" "'$drop_in' belongs to uid $NOBODY, expected root (uid 0): chown root"
    fresh && echo a >/etc/target && ln -s ../target $drop_in
    unsafe_drop_in "symbolic link" "'$drop_in' is a symbolic link, expected a file"
    fresh && ln -s /nowhere $drop_in
    unsafe_drop_in "dangling link" "'$drop_in' is a symbolic link, expected a file"
    fresh && echo a >$drop_in && ln $drop_in /etc/other
    unsafe_drop_in "hard link" "'$drop_in' has 2 hard links, expected one"
    fresh && mkdir $drop_in
    unsafe_drop_in "a directory in its place" "'$drop_in' is not a regular file"
    fresh && mkfifo $drop_in
    unsafe_drop_in "a pipe in its place" "'$drop_in' is not a regular file"
    fresh && chmod 775 /etc/sysctl.d
    unsafe_drop_in "group-writable directory" \
        "'/etc/sysctl.d' is writable by others (mode 0775), expected only by root: chmod go-w"
    fresh && chmod 1777 /etc/sysctl.d
    unsafe_drop_in "sticky directory" \
        "'/etc/sysctl.d' is writable by others (mode 1777), expected only by root: chmod go-w"
    fresh && chown $NOBODY /etc/sysctl.d
    unsafe_drop_in "foreign directory" "'/etc/sysctl.d' belongs to uid $NOBODY, expected root (uid 0): chown root"
    fresh && mv /etc/sysctl.d /etc/real && ln -s real /etc/sysctl.d
    unsafe_drop_in "linked directory" "'/etc/sysctl.d' is a symbolic link, expected a directory"
    fresh && chmod 777 /etc
    unsafe_drop_in "world-writable parent" "'/etc' is writable by others (mode 0777), expected only by root: chmod go-w"
}

test_leftovers() {
    local name=".90-port-exhaustion.conf"
    fresh
    echo half >/etc/sysctl.d/$name.12345
    echo mine >/etc/sysctl.d/$name.12x
    echo mine >/etc/sysctl.d/$name.
    echo mine >/etc/sysctl.d/90-port-exhaustion.conf.77
    echo mine >/etc/sysctl.d/$name.999 && chown $NOBODY /etc/sysctl.d/$name.999
    ln -s /etc/passwd /etc/sysctl.d/$name.998
    expect "a read leaves leftovers alone" 0 "absent" "$tool" read file $drop_in
    same "they are all there" 6 "$(find /etc/sysctl.d -type f -o -type l | wc -l)"
    expect "any write takes leftovers away" 0 "" "$tool" write sysctl net/ipv4/tcp_tw_reuse 1
    same "only those of killed runs" "$name. $name.12x $name.998 $name.999 90-port-exhaustion.conf.77" \
        "$(find /etc/sysctl.d -mindepth 1 -printf '%f\n' | LC_ALL=C sort | paste -sd' ')"
}

# faulty NAME CALL ERROR MESSAGE: the first such system call of a write fails; the old
# contents and nothing else are left.
faulty() {
    local name=$1 call=$2 error=$3 message=$4
    fresh
    "$tool" write file $drop_in "old = 1"
    expect "$name is told" 1 "$message" mask_pid traced -e trace="$call" \
        -e inject="$call:error=$error:when=1" "$tool" write file $drop_in "new = 2"
    same "$name leaves the old file" "old = 1" "$(cat $drop_in)"
    same "$name leaves no other" "90-port-exhaustion.conf" "$(ls -A /etc/sysctl.d)"
}

temporary=/etc/sysctl.d/.90-port-exhaustion.conf.PID

test_faults() {
    faulty "ENOSPC on write" pwrite64 ENOSPC "io: cannot write '$temporary': No space left on device"
    faulty "EIO on write" pwrite64 EIO "io: cannot write '$temporary': Input/output error"
    faulty "EIO on fsync" fsync EIO "io: cannot sync '$temporary': Input/output error"
    faulty "EROFS on rename" renameat EROFS "io: cannot replace '$drop_in': Read-only file system"
    faulty "EIO on rename" renameat EIO "io: cannot replace '$drop_in': Input/output error"
    fresh
    expect "EIO on the directory's fsync is told" 1 "io: cannot sync '/etc/sysctl.d': Input/output error" \
        traced -e trace=fsync -e inject=fsync:error=EIO:when=2 \
        "$tool" write file $drop_in "new = 2"
    fresh
    expect "a write cut short by a signal goes on" 0 "" traced -e trace=pwrite64 \
        -e inject=pwrite64:error=EINTR:when=1 "$tool" write file $drop_in "new = 2"
}

test_killed_drop_in() {
    local at calls now bad='' old=0 new=0 leftovers=0
    fresh
    "$tool" write file $drop_in "old = 1"
    calls=$(calls_of "$tool" write file $drop_in "new = 2")
    for at in $calls; do
        "$tool" write file $drop_in "old = 1"
        killed_at "$at" "$tool" write file $drop_in "new = 2"
        now=$("$tool" read file $drop_in)
        case $now in
        "present old = 1") old=$((old + 1)) ;;
        "present new = 2") new=$((new + 1)) ;;
        *) bad+="$at: '$now'; " ;;
        esac
        [ "$(ls -A /etc/sysctl.d)" = 90-port-exhaustion.conf ] || leftovers=$((leftovers + 1))
        "$tool" write sysctl net/ipv4/tcp_tw_reuse 1
        [ "$(ls -A /etc/sysctl.d)" = 90-port-exhaustion.conf ] || bad+="$at: leftover; "
    done
    same "killed at each of its calls a write is whole or not there" "" "$bad"
    if [ $old -gt 9 ] && [ $new -gt 0 ] && [ $leftovers -gt 2 ]; then
        ok "the kills met all states: $old old, $new new, $leftovers with a leftover"
    else
        not_ok "the kills met all states" "$old old, $new new, $leftovers with a leftover"
    fi
}

test_full_disk() {
    local big
    fresh size=64k
    "$tool" write file $drop_in "old = 1"
    dd if=/dev/zero of=/etc/filler bs=4k 2>/dev/null
    big=$(printf '%032768d' 0)
    expect "a full disk is told" 1 "io: cannot write '$temporary': No space left on device" \
        mask_pid "$tool" write file $drop_in "$big"
    same "a full disk leaves the old file" "old = 1" "$(cat $drop_in)"
    same "a full disk leaves no other" "90-port-exhaustion.conf" "$(ls -A /etc/sysctl.d)"
    fresh
    "$tool" write file $drop_in "old = 1"
    mount -o remount,ro /etc
    expect "a read-only /etc is told" 1 "io: cannot create '$temporary': Read-only file system" \
        mask_pid "$tool" write file $drop_in "new = 2"
    expect "a read-only /etc keeps what is there" 1 "io: cannot remove '$drop_in': Read-only file system" \
        "$tool" write file $drop_in
}
