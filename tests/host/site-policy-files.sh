# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2086,SC2154 # what site-policy, expect.sh and remediate.sh set
# The cases of site-policy about what kind of file a policy is: the volume of a ConfigMap, what a
# change takes from --policy, and a file that is exchanged while it is judged.

# config_map: the site's policy as Kubernetes mounts it, still writable.
config_map() {
    local directory=${policy%/*}
    alarming
    rm -r "$directory" && mkdir "$directory"
    mount -t tmpfs -o mode=777 none "$directory" && mkdir "$directory/..2026"
    echo "$ALARM" >"$directory/..2026/policy.json"
    ln -s ..2026 "$directory/..data" && ln -s ..data/policy.json $policy
}

# mounted: nobody can write to it any more.
mounted() {
    mount -o remount,ro "${policy%/*}"
}

test_config_map() {
    local directory=${policy%/*} real=${policy%/*}/..2026/policy.json cure="expected only by root: chmod"
    config_map
    bad "a ConfigMap's volume that can be written" ": '$directory' is writable by others (mode 0777), $cure go-w"
    mounted
    judged "a ConfigMap's volume" 2 "PORTS CRITICAL: TCP ports *" as_nobody "$check"
    act "a ConfigMap's volume: a plan" 1 "PLAN NEEDED: *" plan
    umount "$directory"
    config_map && chmod 664 "$real" && mounted
    bad "its file is a group's" ": '$real' is writable by others (mode 0664), $cure go-w"
    umount "$directory"
    config_map && chown $NOBODY "$real" && mounted
    bad "its file is somebody's" ": '$real' belongs to uid $NOBODY, expected root (uid 0): chown root"
    umount "$directory"
    config_map && chown $OTHER "$directory" && mounted
    bad "it is somebody's" ": '$directory' belongs to uid $OTHER, expected root (uid 0): chown root"
    umount "$directory"
    config_map && ln -sfn /tmp/p.json $policy && given 644 0 && mounted
    bad "it leads to a directory of all" ": '/tmp' is writable by others (mode 1777), $cure go-w"
    umount "$directory"
    config_map && ln -sfn policy.json $policy && mounted
    bad "it leads to itself" ": cannot read '$policy': Too many levels of symbolic links"
    umount "$directory"
    config_map && ln -sfn /none $policy && mounted
    bad "it leads nowhere" ": cannot read '/none': No such file or directory"
    umount "$directory"
}

# refused_change NAME WHY FILE: no change is made by that policy.
refused_change() {
    local before command
    before=$(exact_world)
    for command in apply undo; do
        act "$1: $command" 3 "${command^^} ERROR: policy: $2" $command --policy "$3"
    done
    unchanged "$1: nothing changed" "$before" "$(exact_world)"
}

# What steers a change is as safe as our own files; and nothing is waited for.
test_change() {
    local file=/etc/given/p.json cure="expected only by root: chmod go-w"
    fresh && mkdir -m 755 /etc/given && echo "$ALARM" >$file
    act "--policy of root: apply" 0 "APPLY DONE: *" apply --policy $file
    act_quietly undo
    refused_change "standard input" \
        "standard input has no owner that can be checked; to make changes, use a file" -
    chmod 666 $file
    refused_change "a file of all" "'$file' is writable by others (mode 0666), $cure" $file
    chmod 644 $file && chmod 777 /etc/given
    refused_change "a directory of all" "'/etc/given' is writable by others (mode 0777), $cure" $file
    chmod 755 /etc/given && ln -s p.json /etc/given/link
    refused_change "a link" "'/etc/given/link' is a symbolic link, expected a file" /etc/given/link
    rm $file && mkfifo -m 644 $file
    refused_change "a pipe that nobody writes to" "'$file' is not a regular file" $file
    refused_change "a device" "'/dev/zero' is not a regular file" /dev/zero
    refused_change "a directory" "'/etc/given' is not a regular file" /etc/given
    refused_change "no file" "cannot read '/etc/given/none': No such file or directory" /etc/given/none
    judged "a device, for the check" 3 "PORTS UNKNOWN: policy: cannot read '/dev/zero': expected a file or a pipe*" \
        "$check" --policy /dev/zero
}

fin_timeout_policy() { # SECONDS
    printf '{"schema": 1, "settings": {"tcp_fin_timeout": {"accepted": %d, "recommended": %d}}}\n' "$1" "$1"
}

# Two names change places without end: a file that is safe and one that is not. Whatever the moment,
# no change is made by the one that is not. On until each has been met often enough.
# exchanged NAME UNSAFE: the unsafe one, a path beside the safe /etc/given/p.json.
exchanged() {
    local taken=0 refused=0 tries=0 exchanger
    python3 "$here/exchange_names.py" /etc/given/p.json /etc/given/other &
    exchanger=$!
    while [ $((taken < 25 || refused < 25)) -eq 1 ] && [ $((tries += 1)) -le 2000 ] && [ "$(cat $ipv4/tcp_fin_timeout)" != 40 ]; do
        if "$remediate" apply --policy /etc/given/p.json --only tcp_fin_timeout </dev/null >/tmp/said 2>&1; then
            : $((taken += 1))
        elif grep -q '^APPLY ERROR: policy: ' /tmp/said; then
            : $((refused += 1))
        else
            break
        fi
    done
    kill $exchanger
    wait $exchanger 2>/dev/null
    if [ $taken -ge 25 ] && [ $refused -ge 25 ]; then
        ok "exchanged with $1: taken or refused as a whole"
    else
        not_ok "exchanged with $1: taken or refused as a whole" \
            "$taken taken, $refused refused, now $(cat $ipv4/tcp_fin_timeout): $(cat /tmp/said)"
    fi
}

test_exchange() {
    local kind
    for kind in link writable somebodys; do
        fresh && mkdir -m 755 /etc/given
        fin_timeout_policy 50 >/etc/given/p.json
        fin_timeout_policy 40 >/tmp/free.json
        chmod 644 /tmp/free.json
        case $kind in
        link) ln -s /tmp/free.json /etc/given/other ;;
        writable) install -m 666 /tmp/free.json /etc/given/other ;;
        somebodys) install -m 644 -o $NOBODY /tmp/free.json /etc/given/other ;;
        esac
        exchanged "$kind"
    done
}
