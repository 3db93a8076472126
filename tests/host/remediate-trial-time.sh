# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The end of a trial when its time has come: by its timer, delayed by another run, and where its
# values cannot be written. remediate-trial sources it.
# shellcheck disable=SC2154

# shellcheck disable=SC2317 # wait_until calls it
is_over() {
    [ "$(state_of "$trial")" = expired ]
}

test_itself() {
    begin
    wait_until is_over
    is_old "a trial expires by itself"
    wait_until unit_is inactive service
}

# shellcheck disable=SC2317 # wait_until calls it
was_refused() {
    [ "$(systemctl show --value --property=ExecMainStatus "port-exhaustion-trial-$trial.service")" = 4 ]
}

# A run that holds the lock when the time has come.
test_retried() {
    begin
    exec 8<"$state/lock" && flock 8
    wait_until was_refused
    same "a held lock delays the end" "$new" "$(values)"
    exec 8<&-
    wait_until is_over
    is_old "and then it comes"
}

# tries: how many runs of the journal tried to end the trial, and are over.
tries() {
    "$remediate" history -o json |
        jq --arg id "$trial" '[.runs[] | select(.command == "expire" and .undoes == $id and .outcome != "open")] | length'
}

# shellcheck disable=SC2317 # wait_until calls it
was_tried() {
    [ "$(tries)" -ge "$1" ]
}

# shellcheck disable=SC2317 # wait_until calls it
has_failed() {
    [ "$(systemctl show --value --property=ExecMainStatus "port-exhaustion-trial-$trial.service")" = 2 ]
}

# A value that cannot be written back: each try is a run in the journal, so there are few.
test_unwritable() {
    local times logged
    begin
    mount --bind -o ro "$ipv4/tcp_tw_reuse" "$ipv4/tcp_tw_reuse"
    wait_until was_tried 2
    wait_until has_failed
    same "it is tried again" "" "$(was_tried 2 || tries)"
    same "and is still on" "10000 65535 [] 1 trial" "$(values) $(state_of "$trial")"
    times=$(systemctl show --property=TimersMonotonic "port-exhaustion-trial-$trial.timer" |
        sed -n 's/.*OnActiveUSec=\(.*\) ; next.*/\1/p' | sort | paste -sd,)
    same "seven times in a day, more and more seldom" "11min,1d 1min,1h 1min,1min,1min 30s,3min,6h 1min" "$times"
    same "and not in between" "no 0" "$(systemctl show --value --property=Restart,NRestarts \
        "port-exhaustion-trial-$trial.service" | grep . | sort -r | paste -sd' ')"
    act "status says so" 0 "STATUS DONE: *" status
    tells "as long as it lasts" "trial * run $trial overdue for *"
    tells "and what the last try came to" "last run * expire by root at *: restored, 2 changes (run *)"
    logged=$(journalctl --no-pager 2>&1)
    if grep -q "expire .* by root: restored; .*cannot write" <<<"$logged"; then ok "and so does the log"; else not_ok "and so does the log" "$(tail -n 40 <<<"$logged")"; fi
    umount "$ipv4/tcp_tw_reuse"
    systemctl start "port-exhaustion-trial-$trial.service" # as its timer does
    wait_until is_over
    is_old "once it can be written, it ends"
    systemctl start "port-exhaustion-trial-$trial.service"
    same "then nothing is left to try" "3 success" \
        "$(tries) $(systemctl show --value --property=Result "port-exhaustion-trial-$trial.service")"
}
