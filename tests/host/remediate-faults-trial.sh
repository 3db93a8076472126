# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What remediate-faults tries of a trial: apply --for, confirm and expire killed at every call
# that changes anything, and each of those calls failing or lying.
# Source it after remediate-faults-tries.sh.
# shellcheck disable=SC2034,SC2154

# The clock of the boot is a day and more ahead: every trial is overdue.
later=(nsenter --time=/tmp/later --)

# can_try_trials: what a trial asks of its host passes for it here; nobody ends it, and the
# test does that itself. The program that arms the timer says that it did.
can_try_trials() {
    mkdir -p /run/systemd/system
    echo systemd >/tmp/comm
    mount --bind /tmp/comm /proc/1/comm && mount --bind /usr/bin/true /usr/bin/systemd-run &&
        : >/tmp/later && unshare --time=/tmp/later --boottime 100000 true && "${later[@]}" true
}

# make_trials STATE: the state with a trial of a day on it, as STATE_trial; its id in `trial`.
make_trials() {
    restore "$1_old"
    prepare apply --for 24h
    save "$1_trial"
    read_file "$journal"
    trial=${bytes##*\"record\":\"begin\",\"id\":\"} && trial=${trial%%\"*}
    tries=1
    read_machine
    differs "$1_new"
    [ "$differences" = "$drop_in " ] || complain "a trial differs in '$differences'"
    tell "a trial on the host $1"
}

# does CODE STATE WORD...: the command ends with that code, the machine is in that state, and
# no run is open.
does() {
    local want=$1 wanted=$2
    shift 2
    run "$@"
    [ "$code" -eq "$want" ] || complain "$*: exit code $code, expected $want: $said"
    read_machine
    differs "$wanted" && complain "$*: not $wanted: $differences"
    [ -z "${now[others]}" ] || complain "$*: left ${now[others]}"
    open_run
    [ -z "$open" ] || complain "$*: the run $open is open"
}

# last_ended WORD: whether the journal's last run is of that command and was applied, in
# `ended`.
last_ended() {
    local line command=''
    ended=no
    while IFS= read -r line; do
        case $line in
        *'{"record":"begin",'*) command=${line##*\"command\":\"} && command=${command%%\"*} && ended=no ;;
        *'{"record":"end",'*'"outcome":"applied"'*) [ "$command" != "$1" ] || ended=yes ;;
        esac
    done 2>/dev/null <"$journal"
    return 0
}

# killed_at NAME START WORD...: before each of its calls that change anything; then $then,
# which looks at what is there.
killed_at() {
    local name=$1 start=$2 at='' line
    shift 2
    restore "$start"
    trace "$@"
    for line in "${changing[@]%% *}" exit_group:when=1; do
        mine || continue
        for next in "${nexts[@]}"; do
            restore "$start"
            at=$line
            killed "$line" "$@"
            count "$name ($start) killed, then $next|killed"
            at="$line, $next"
            read_machine
            "then_${name//[^a-z]/_}"
        done
    done
    tell "$name from $start killed at each of its ${#changing[@]} calls that change anything"
}

then_apply___for() {
    is_between bare_old bare_trial
    everybody_sees
    last_ended apply
    open_run
    case $next in
    undo) does 0 bare_old /remediate undo ;;
    apply)
        if [ $ended = yes ]; then does 4 bare_trial /remediate apply; else does 0 bare_new /remediate apply; fi
        ;;
    later) does 0 bare_old "${later[@]}" /remediate undo ;;
    esac
}

then_confirm() {
    is_between "${host}_trial" "${host}_new"
    everybody_sees
    last_ended confirm
    case $next in
    confirm) does 0 "${host}_new" /remediate confirm ;;
    expire)
        if [ $ended = yes ]; then
            does 0 "${host}_new" "${later[@]}" /remediate expire "$trial"
        else
            does 0 "${host}_old" "${later[@]}" /remediate expire "$trial"
        fi
        ;;
    esac
}

then_expire() {
    is_between bare_old bare_trial
    everybody_sees
    last_ended expire
    case $next in
    expire) does 0 bare_old "${later[@]}" /remediate expire "$trial" ;;
    undo) does 0 bare_old "${later[@]}" /remediate undo ;;
    confirm) does 4 bare_old "${later[@]}" /remediate confirm ;;
    esac
}

# fails_at NAME START END WORD...: each of its calls that change anything fails in each way:
# the exit code is true, and without the fault $after works.
fails_at() {
    local name=$1 start=$2 end=$3 at='' line result faults each kind
    shift 3
    restore "$start"
    same_pid
    trace "$@"
    for line in "${changing[@]}"; do
        mine || continue
        result=${line#* } && result=${result%% *}
        faults_of "${line%%:*}" "$result"
        for each in "${faults[@]}"; do
            kind_of "$each"
            restore "$start"
            same_pid
            fault_in "$each" "${line%% *}" "$@"
            at="$each at ${line:0:110}"
            told "$name ($start), $kind"
            keeps_promise "$start" "$end" "$start"
            "after_${name//[^a-z]/_}"
        done
    done
    tell "$name from $start with each of ${#changing[@]} calls failing or lying: the exit code is true"
}

after_apply___for() {
    does 0 bare_old /remediate undo
}

after_confirm() {
    does 0 "${host}_new" /remediate confirm
}

after_expire() {
    does 0 bare_old "${later[@]}" /remediate expire "$trial"
}

# try_trials: all of it.
try_trials() {
    local host next nexts trial ended
    if ! can_try_trials 2>/dev/null; then
        tries=1
        tell "trials (not tried: no time namespaces here)"
        return
    fi
    make_trials second
    host=second
    nexts=(confirm expire)
    killed_at confirm second_trial /remediate confirm
    fails_at confirm second_trial second_new /remediate confirm
    make_trials bare
    host=bare
    killed_at confirm bare_trial /remediate confirm
    fails_at confirm bare_trial bare_new /remediate confirm
    nexts=(undo apply later)
    killed_at 'apply --for' bare_old /remediate apply --for 24h
    fails_at 'apply --for' bare_old bare_trial /remediate apply --for 24h
    nexts=(expire undo confirm)
    under=("${later[@]}")
    killed_at expire bare_trial /remediate expire "$trial"
    fails_at expire bare_trial bare_old /remediate expire "$trial"
    under=()
}
