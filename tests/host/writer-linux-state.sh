# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154,SC2086 # what writer-linux sets; no blank is in it
# The cases of writer-linux about the state: the journal, its lock, whom to trust.

test_journal() {
    fresh
    expect "no state is fine" 0 "" "$tool" inspect
    expect "no journal is absent" 1 "absent: cannot open '$state': No such file or directory" "$tool" journal
    expect "the first append" 0 "" "$tool" append 0 one two
    expect "the journal is read" 0 $'one\ntwo' "$tool" journal
    same "rights of directory, journal and lock" "755 0;644 0;600 0" \
        "$(stat -c '%a %u' $state $journal $lock | paste -sd';')"
    same "the lock is empty when free" "" "$(cat $lock)"
    printf 'a torn end' >>$journal
    expect "a torn end is cut" 0 "" "$tool" append 8 three
    expect "before the next record" 0 $'one\ntwo\nthree' "$tool" journal
    expect "more than there is cannot be kept" 1 "malformed: '$journal' has 14 bytes, expected 99: somebody changed it" \
        "$tool" append 99 four
    expect "the journal is as it was" 0 $'one\ntwo\nthree' "$tool" journal
    expect "state is safe" 0 "" "$tool" inspect
    rm -r $state
    (umask 077 && "$tool" append 0 one)
    same "the umask has no say in the state" "755 644 600" "$(stat -c %a $state $journal $lock | paste -sd' ')"
    truncate -s 4194305 $journal
    expect "an endless journal is not read" 1 "limit: '$journal' is larger than 4194304 bytes" "$tool" journal
    expect "nor made" 1 "limit: '$journal' would be larger than 4194304 bytes" "$tool" append 4194300 more
}

test_killed_append() {
    local at calls now bad=''
    fresh
    calls=$(calls_of "$tool" append 0 one)
    for at in $calls; do
        rm -rf $state
        killed_at "$at" "$tool" append 0 one
        now=$("$tool" inspect && "$tool" append 0 two && "$tool" journal)
        [ "$now" = two ] || bad+="$at: '$now'; "
    done
    [[ $calls == *pwrite64:when=2*fsync* ]] || bad+="no system calls were seen"
    same "killed at each of its calls a first append leaves a store that works" "" "$bad"
}

test_nobody_reads() {
    local -a nobody=(setpriv "--reuid=$NOBODY" "--regid=$NOBODY" --clear-groups --no-new-privs)
    fresh
    "$tool" append 0 one
    "$tool" write file $drop_in "a = 1"
    expect "nobody reads the journal" 0 "one" "${nobody[@]}" "$tool" journal
    expect "nobody reads the drop-in" 0 "present a = 1" "${nobody[@]}" "$tool" read file $drop_in
    expect "nobody inspects the state" 0 "" "${nobody[@]}" "$tool" inspect
    expect "nobody takes no lock" 1 "denied: cannot open '$lock': Permission denied" \
        "${nobody[@]}" "$tool" lock
    expect "nobody writes no sysctl" 1 \
        "denied: cannot write /proc/sys/net/ipv4/tcp_tw_reuse: Permission denied" \
        "${nobody[@]}" "$tool" write sysctl net/ipv4/tcp_tw_reuse 1
    expect "nobody may change nothing" 1 \
        "denied: changing settings needs root: run it with sudo, or as root" \
        "${nobody[@]}" "$tool" may-change
    expect "root may" 0 "" "$tool" may-change
}

# unsafe_state NAME MESSAGE: every way in is refused and nothing changed.
unsafe_state() {
    local before
    before=$(list_of /var)
    expect "$1: inspect" 1 "denied: $2" "$tool" inspect
    expect "$1: lock" 1 "denied: $2" "$tool" lock </dev/null
    expect "$1: append" 1 "denied: $2" "$tool" append 0 evil
    same "$1: nothing changed" "$before" "$(list_of /var)"
}

# with_state: a fresh system with state of ours.
with_state() {
    fresh
    "$tool" append 0 one
}

test_unsafe_state() {
    local mode file
    for file in $state /var/lib /var; do
        for mode in 0775 0757 1777; do
            with_state && chmod $mode "$file"
            unsafe_state "$file $mode" "'$file' is writable by others (mode $mode), expected only by root: chmod go-w"
        done
        with_state && chown $NOBODY "$file"
        unsafe_state "$file of nobody" "'$file' belongs to uid $NOBODY, expected root (uid 0): chown root"
        [ "$file" = /var ] && continue
        with_state && mv "$file" /var/real && ln -s /var/real "$file"
        unsafe_state "$file a link" "'$file' is a symbolic link, expected a directory"
    done
    fresh && : >$state
    unsafe_state "a file in the place of the directory" "'$state' is not a directory"
    fresh && mkdir $state && chown $NOBODY $state
    unsafe_state "a squatted directory" "'$state' belongs to uid $NOBODY, expected root (uid 0): chown root"
    with_state && chmod 640 $lock
    unsafe_state "a lock that others read" "'$lock' has mode 0640, expected 0600"
    with_state && chmod 602 $lock
    unsafe_state "a lock that others write" \
        "'$lock' is writable by others (mode 0602), expected only by root: chmod go-w"
    with_state && chown $NOBODY $lock
    unsafe_state "a lock of nobody" "'$lock' belongs to uid $NOBODY, expected root (uid 0): chown root"
    with_state && mv $lock /var/real && ln -s /var/real $lock
    unsafe_state "a linked lock" "'$lock' is a symbolic link, expected a file"
    with_state && ln $lock /var/other
    unsafe_state "a lock with two names" "'$lock' has 2 hard links, expected one"
    with_state && rm $lock && mkfifo -m 600 $lock
    unsafe_state "a pipe as the lock" "'$lock' is not a regular file"
}

# unsafe_journal NAME MESSAGE: locking cannot see it, all else must.
unsafe_journal() {
    local before
    before=$(list_of $journal)
    expect "$1: inspect" 1 "denied: $2" "$tool" inspect
    expect "$1: read" 1 "denied: $2" "$tool" journal
    expect "$1: append" 1 "denied: $2" "$tool" append 0 evil
    same "$1: nothing changed" "$before" "$(list_of $journal)"
}

test_unsafe_journal() {
    with_state && chmod 664 $journal
    unsafe_journal "a group-writable journal" \
        "'$journal' is writable by others (mode 0664), expected only by root: chmod go-w"
    with_state && chmod 646 $journal
    unsafe_journal "a world-writable journal" \
        "'$journal' is writable by others (mode 0646), expected only by root: chmod go-w"
    with_state && chown $NOBODY $journal
    unsafe_journal "a journal of nobody" "'$journal' belongs to uid $NOBODY, expected root (uid 0): chown root"
    with_state && mv $journal /var/real && ln -s /var/real $journal
    unsafe_journal "a linked journal" "'$journal' is a symbolic link, expected a file"
    with_state && rm $journal && ln -s /var/nowhere $journal
    unsafe_journal "a journal that links to nothing" "'$journal' is a symbolic link, expected a file"
    with_state && ln $journal /var/other
    unsafe_journal "a journal with two names" "'$journal' has 2 hard links, expected one"
    with_state && rm $journal && mkdir $journal
    unsafe_journal "a directory as the journal" "'$journal' is not a regular file"
    with_state && rm $journal && mkfifo $journal
    unsafe_journal "a pipe as the journal" "'$journal' is not a regular file"
}

is_gone() { # PID
    ! kill -0 "$1" 2>/dev/null
}

test_lock() {
    local pid word
    fresh
    exec 8> >("$tool" lock >"$scratch/holder")
    wait_until test -s "$scratch/holder"
    read -r word pid <"$scratch/holder"
    same "the first run takes the lock" locked "$word"
    same "its pid is in the lock" "$pid" "$(cat $lock)"
    expect "the second is told its pid" 1 "limit: another run (pid $pid) holds the lock" \
        "$tool" lock </dev/null
    expect "so is an append" 1 "limit: another run (pid $pid) holds the lock" "$tool" append 0 x
    expect "reading needs no lock" 0 "" "$tool" inspect
    kill -KILL "$pid"
    exec 8>&-
    wait_until is_gone "$pid"
    same "a killed run leaves its pid" "$pid" "$(cat $lock)"
    expect "but no lock" 0 "" "$tool" append 0 x
    same "unlocking empties it" "" "$(cat $lock)"
    exec 8<>"$lock"
    flock -n 8
    expect "a holder without a pid" 1 "limit: another run holds the lock '$lock'" "$tool" lock </dev/null
    exec 8>&-
}

all_answered() {
    [ "$(cat "$scratch"/lock.* | wc -l)" -eq 40 ]
}

# The one that has it keeps it until all others have been told.
test_many_locks() {
    local i locked refused
    fresh
    mkfifo "$scratch/many"
    exec 8<>"$scratch/many"
    for i in {1..40}; do
        "$tool" lock <"$scratch/many" >"$scratch/lock.$i" 8>&- &
    done
    wait_until all_answered
    exec 8>&-
    wait
    locked=$(cat "$scratch"/lock.* | grep -c '^locked')
    refused=$(cat "$scratch"/lock.* | grep -c 'holds the lock')
    same "of 40 runs one has the lock" "1 39" "$locked $refused"
}

test_state_faults() {
    fresh
    "$tool" append 0 one
    expect "EIO on the journal's fsync is told" 1 "io: cannot sync '$journal': Input/output error" \
        traced -e trace=fsync -e inject=fsync:error=EIO:when=2 "$tool" append 4 two
    expect "and its record is not there" 0 "one" "$tool" journal
    expect "ENOSPC on the journal is told" 1 "io: cannot write '$journal': No space left on device" \
        traced -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC:when=2 "$tool" append 4 two
    expect "and nothing of its record is there" 0 "one" "$tool" journal
    expect "ENOSPC on the lock is told" 1 "io: cannot write '$lock': No space left on device" \
        traced -e trace=pwrite64 -e inject=pwrite64:error=ENOSPC:when=1 "$tool" append 4 two
    mount -o remount,ro /var
    expect "a read-only disk is told" 1 "io: cannot open '$lock': Read-only file system: mount a file system there that can be written" "$tool" append 4 two
    mount -o remount,rw /var && rm -r $state && mount -o remount,ro /var
    expect "a read-only disk without state too" 1 "io: cannot create '$state': Read-only file system: mount a file system there that can be written" \
        "$tool" append 0 one
    fresh size=64k
    "$tool" append 0 one
    dd if=/dev/zero of=/var/filler bs=4k 2>/dev/null
    truncate -s -4k /var/filler
    expect "a full disk is told for the journal" 1 "io: cannot write '$journal': No space left on device" \
        "$tool" append 4 "$(printf '%09000d' 0)"
    expect "a full disk leaves no torn record" 0 "one" "$tool" journal
}

test_trust() {
    local dir=/etc/port-exhaustion policy=/etc/port-exhaustion/policy.json
    fresh && mkdir $dir
    expect "an absent policy" 1 "absent: cannot read '$policy': No such file or directory" "$tool" trusts $policy
    echo '{}' >$policy
    expect "a safe policy" 0 "" "$tool" trusts $policy
    expect "a safe policy by a relative path" 0 "" env -C /etc "$tool" trusts port-exhaustion/policy.json
    expect "a safe policy by a detour" 0 "" "$tool" trusts /etc/sysctl.d/../port-exhaustion/policy.json
    chmod 664 $policy
    expect "a policy that a group writes" 1 \
        "denied: '$policy' is writable by others (mode 0664), expected only by root: chmod go-w" "$tool" trusts $policy
    chmod 644 $policy && chmod 777 $dir
    expect "a policy in a directory of all" 1 \
        "denied: '$dir' is writable by others (mode 0777), expected only by root: chmod go-w" "$tool" trusts $policy
    chmod 755 $dir && ln -s port-exhaustion /etc/detour
    expect "a policy behind a link" 1 "denied: '/etc/detour' is a symbolic link, expected a directory" \
        "$tool" trusts /etc/detour/policy.json
    # shellcheck disable=SC2016
    expect "a device" 1 "denied: '/dev/null' is not a regular file" unshare --mount bash -c '
        mount -t tmpfs -o mode=755 none /dev && mknod -m 644 /dev/null c 1 3; exec "$0" trusts /dev/null' "$tool"
    # shellcheck disable=SC2016
    expect "a policy in the directory of all" 1 \
        "denied: '/tmp' is writable by others (mode 1777), expected only by root: chmod go-w" \
        unshare --mount bash -c 'mount -t tmpfs -o mode=1777 none /tmp && echo 1 >/tmp/p && cd /tmp && exec "$0" trusts p' "$tool"
}
