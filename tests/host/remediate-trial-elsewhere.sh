# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Where there is no trial: without systemd, in a container, where systemd-run fails, hangs or is
# not root's, or where this program is not; and what systemd-run is given. remediate-trial
# sources it.
# shellcheck disable=SC2154

# refuses NAME HEADLINE COMMAND...: no trial, nothing changed; COMMAND makes a mount namespace
# unlike the host's, and runs the rest.
refuses() {
    local name=$1 headline=$2 code=0 before
    shift 2
    before=$(ours)
    said=$(unshare --mount --propagation private -- "$@" "$remediate" apply --for 60s 2>&1 </dev/null) || code=$?
    judge_output "$name" 3 "APPLY ERROR: $headline" $code
    same "$name: one line" 1 "$(wc -l <<<"$said")"
    unchanged "$name: nothing changed" "$before" "$(ours)"
    same "$name: no run" 0 "$("$remediate" history -o json | jq '.runs | length')"
}

# with_double BODY: systemd-run is a script.
with_double() {
    rm -f /tmp/double
    printf '#!/bin/sh\n%s\n' "$1" >/tmp/double
    chmod 755 /tmp/double
}

# shellcheck disable=SC2016 # the inner shell's
over='mount --bind "$1" "$2" && shift 2 && exec "$@"'

test_elsewhere() {
    local instead='; instead: apply --live-only, and undo to end it'
    anew
    refuses "without systemd" "a trial needs systemd as process 1, whose timer ends it$instead" \
        bash -c 'mount -t tmpfs none /run/systemd && exec "$@"' bash
    echo init >/tmp/comm
    refuses "another process 1" "a trial needs systemd as process 1, *$instead" bash -c "$over" bash /tmp/comm /proc/1/comm
    : >/run/.containerenv
    refuses "in a container" "no trial in a container (/run/.containerenv)$instead" env
    rm /run/.containerenv
    : >/tmp/empty
    refuses "in a boot without identity" "the uptime or the identity of this boot cannot be read, and a trial ends by them; nothing was changed" \
        bash -c "$over" bash /tmp/empty "$boot_id"
    refuses "in another network" "*" unshare --net
    refuses "without systemd-run" "no timer can end the trial: cannot inspect '/usr/bin/systemd-run': No such file or directory; nothing was changed" \
        bash -c 'mount -t tmpfs -o mode=755 none /usr/bin && exec "$@"' bash
    with_double 'printf "no bus here\n\033[31m" >&2; exit 7'
    refuses "systemd-run that fails" "no timer can end the trial: /usr/bin/systemd-run failed (exit code 7): no bus here *; nothing was changed" \
        bash -c "$over" bash /tmp/double /usr/bin/systemd-run
    tells_not "no control bytes" $'\033'
    with_double 'exec sleep 1000' # until it is killed
    refuses "systemd-run that hangs" "no timer can end the trial: /usr/bin/systemd-run did not answer in time; nothing was changed" \
        bash -c "$over" bash /tmp/double /usr/bin/systemd-run
    chown 1 /tmp/double
    refuses "systemd-run of someone else" "no timer can end the trial: '/usr/bin/systemd-run' (uid 1, mode 0755) can be changed by others than root; *" \
        bash -c "$over" bash /tmp/double /usr/bin/systemd-run
}

test_own_program() {
    local real=$remediate
    anew
    chmod g+w "$real"
    refuses "a program that others can change" "no timer can end the trial: '$real' (uid 0, mode 0775) can be changed by others than root; *" env
    chmod g-w "$real"
    cp "$real" /tmp/program
    remediate=/tmp/program
    refuses "one in a directory of others" "no timer can end the trial: '/tmp' is writable by others *" env
    mkdir "/opt/a \$b"
    cp "$real" "/opt/a \$b/program"
    remediate="/opt/a \$b/program"
    refuses "one whose path means something to systemd" "no timer can end the trial: the path '/opt/a \$b/program' has characters *" env
    remediate=$real
    # shellcheck disable=SC2016 # the inner shell's
    refuses "one that was replaced" "no timer can end the trial: this program's file was removed or replaced; *" \
        bash -c 'cp "$1" /opt/gone && exec 5</opt/gone && rm /opt/gone && shift && exec /proc/self/fd/5 "$@"' bash
}

# given: the words behind the name of the double, as it kept them last.
given() {
    sed -n '3,/^environment/p' /tmp/given | sed '/^environment/d' | sed 's/[0-9]*T[0-9]*Z-[0-9]*/RUN/'
}

# A systemd that knows one time only for a timer refuses the others, and is asked for a timer of
# each; there are no more tries than elsewhere, and no restarts.
test_old_systemd() {
    anew
    cp /usr/bin/systemd-run /tmp/systemd-run
    : >/tmp/given
    # shellcheck disable=SC2016 # the double's
    with_double 'case "$*" in *OnActiveSec*) echo "Unknown assignment" >&2; exit 1 ;; esac
        echo "$@" >>/tmp/given; exec /tmp/systemd-run "$@"'
    # shellcheck disable=SC2016 # the inner shell's
    said=$(unshare --mount --propagation private -- bash -c 'mount --bind /tmp/double /usr/bin/systemd-run && exec "$@"' bash \
        "$remediate" apply --for "$for" 2>&1 </dev/null)
    same "with an old systemd there is a trial" 0 $?
    trial=$(last_run)
    same "with a timer for each try" "- 7200s
-again1 7230s
-again2 7320s
-again3 7800s
-again4 10800s
-again5 28800s
-again6 93600s" "$(sed -n "s/.*--unit=port-exhaustion-trial-$trial\([^ ]*\) --on-active=\([^ ]*\) .*/\1 \2/p" /tmp/given | sed 's/^ /- /')"
    same "and nothing starts it again beside them" "0 1" "$(grep -c Restart /tmp/given) $(systemctl show --property=Restart \
        "port-exhaustion-trial-$trial.service" "port-exhaustion-trial-$trial-again6.service" | sort -u | grep -c Restart=no)"
    same "they wait" 7 "$(systemctl list-units --no-legend --state=waiting "port-exhaustion-trial-$trial*.timer" | wc -l)"
    act_quietly undo
    systemctl start "port-exhaustion-trial-$trial-again6.service" # as its timer does
    wait_until unit_is inactive service
    same "the last one finds nothing" success "$(systemctl show --value --property=Result "port-exhaustion-trial-$trial-again6.service")"
}

# Where the timers cannot all be armed, there is no trial.
test_old_systemd_that_stops() {
    anew
    # shellcheck disable=SC2016 # the double's
    with_double 'case "$*" in *OnActiveSec* | *again3*) echo "no more" >&2; exit 1 ;; esac'
    refuses "an old systemd that takes three timers" "no timer can end the trial: /usr/bin/systemd-run failed (exit code 1): no more; nothing was changed" \
        bash -c "$over" bash /tmp/double /usr/bin/systemd-run
}

# What systemd-run is given, at last: words, nothing of our environment, no descriptor.
test_given() {
    anew
    # shellcheck disable=SC2016 # the double's
    with_double 'tr "\0" "\n" </proc/$$/cmdline >/tmp/given; echo "environment: $(tr "\0" " " </proc/$$/environ)" >>/tmp/given
        echo "descriptors: $(ls -l /proc/$$/fd | grep -v "pipe:\|/dev/null\|/tmp/double\|/usr/bin/systemd-run" | sed -n "s/.* -> //p" | paste -sd" ")" >>/tmp/given
        PATH=/usr/bin:/bin; exit 1'
    SECRET=word refuses "what systemd-run is given" "*" \
        bash -c 'mount --bind /tmp/double /usr/bin/systemd-run && exec 7</etc && exec "$@"' bash
    same "its words" "--quiet
--no-ask-password
--unit=port-exhaustion-trial-RUN
--on-active=60s
--timer-property=AccuracySec=1s
--description=The end of a trial of port-exhaustion
--
$remediate
expire
RUN" "$(given)"
    same "its environment" "" "$(sed -n 's/^environment: //p' /tmp/given | sed 's/PWD=[^ ]* *//; s/SHLVL=0 *//; s,_=[^ ]* *,,; s/ *$//')"
    same "its descriptors" "descriptors: " "$(grep ^descriptors /tmp/given)"
}

# Nothing of a trial under a policy that keeps nothing is kept.
test_confirm_live_only() {
    anew
    site_policy '{"schema": 1, "remediation": {"mode": "live-only"}}'
    act "a trial where the policy says live-only" 0 "APPLY DONE: 2 changes*" apply --for "$for"
    trial=$(last_run)
    tells "promises nothing for the next boot" "The trial $trial ends in *: confirm keeps it until the next boot, undo reverts it."
    act "nor does a second one" 4 "APPLY REFUSED: the trial $trial is on, and ends in *: confirm keeps it until the next boot, undo reverts it" apply
    act "nor confirm" 0 "CONFIRM DONE: the trial $trial is confirmed, live only: the next boot brings the old values back" confirm
    is_on_trial "it is so"
    anew
    act_quietly apply
    set_net ipv4/tcp_tw_reuse 0
    act "what our file has already" 0 "APPLY DONE: 1 change *" apply --for "$for"
    trial=$(last_run)
    tells "is said to last" "The trial $trial ends in *: confirm makes it lasting, undo reverts it."
    act "and lasts" 0 "CONFIRM DONE: the trial $trial is confirmed" confirm
}

# What only the trial's own network tells is not asked elsewhere.
test_confirm_elsewhere() {
    local code=0
    anew
    site_policy '{"schema": 1, "remediation": {"mode": "live-only"}}'
    act_quietly apply --for "$for"
    trial=$(last_run)
    # shellcheck disable=SC2016
    said=$(unshare --net bash -c 'echo 10000 65535 >$1/ip_local_port_range; echo 1 >$1/tcp_tw_reuse; "$2" confirm' \
        elsewhere "$ipv4" "$remediate" 2>&1 </dev/null) || code=$?
    judge_output "a network with the same values confirms nothing" 4 \
        "CONFIRM REFUSED: the trial $trial was begun in the network namespace of PID 1: confirm it there" $code
    same "the trial goes on" trial "$(state_of "$trial")"
    begin
    mount -o remount,ro /etc
    act "confirm where /etc is read-only" 3 \
        "CONFIRM ERROR: /etc/sysctl.d is on a read-only file system: make it writable (mount -o remount,rw /), then confirm again" confirm
    mount -o remount,rw /etc
    act "then again" 0 "CONFIRM DONE: the trial $trial is confirmed, and kept for the next boots" confirm
}
