# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What remediate-faults tries: kills and faults at one system call after the other.
# Source it after remediate-faults-machine.sh.
# shellcheck disable=SC2034,SC2154

# --- inside: kills -----------------------------------------------------------------------------

# The number of runs in the journal that have ended, in `ended`.
ended_runs() {
    local line
    ended=0
    while IFS= read -r line; do
        [[ $line != *'{"record":"end",'* ]] || ended=$((ended + 1))
    done 2>/dev/null <"$journal"
    return 0
}

# kill_apply OLD NEW OLDER: OLDER is what an undo gives when nothing was begun.
kill_apply() {
    local at='' next before
    restore "$1"
    ended_runs
    before=$ended
    trace /remediate apply
    for at in "${kills[@]}"; do
        mine || continue
        for next in apply undo; do
            restore "$1"
            killed "$at" /remediate apply
            count "apply ($1) killed, then $next|killed"
            read_machine
            is_between "$1" "$2"
            everybody_sees
            ended_runs
            if [ $next = apply ]; then
                ends apply "$2"
            elif [ -n "$open" ] || [ $ended -gt "$before" ]; then
                ends undo "$1"
            else
                ends undo "$3"
            fi
        done
    done
    tell "apply from $1 killed at ${#kills[@]} of its ${#calls[@]} calls: then apply gives all new, undo all old"
}

# kill_undo NEW OLD OLDER: an undo that was interrupted is put back and made anew by the
# next; OLDER is what the next gives when this one had ended.
kill_undo() {
    local at='' next before
    restore "$1"
    ended_runs
    before=$ended
    trace /remediate undo
    for at in "${kills[@]}"; do
        mine || continue
        for next in apply undo; do
            restore "$1"
            killed "$at" /remediate undo
            count "undo ($1) killed, then $next|killed"
            read_machine
            is_between "$2" "$1"
            everybody_sees
            ended_runs
            if [ $next = apply ]; then
                ends apply "$1"
            elif [ -n "$open" ] || [ $ended -eq "$before" ]; then
                ends undo "$2"
            else
                ends undo "$3"
            fi
        done
    done
    tell "undo from $1 killed at ${#kills[@]} of its ${#calls[@]} calls: then apply gives all new, undo all old"
}

# interruptions START COMMAND: one kill per state that a killed run can leave. Only at calls that
# change anything themselves: how often others are made (reads, answers of netlink, opened files)
# depends on the sockets of the whole machine, and the same kill would leave another state later.
interruptions() {
    local word
    local -A met=()
    points=()
    restore "$1"
    trace /remediate "$2"
    for at in "${changing[@]%% *}" exit_group:when=1; do
        [[ $at != openat:* ]] || continue
        restore "$1"
        killed "$at" /remediate "$2"
        read_machine
        open_run
        [ -n "$open" ] || continue
        read_file "$journal"
        without_date "${now[file]}"
        word="$masked${now[*]//"${now[file]}"/}${#bytes}"
        word=${word//.conf.[0-9]*/.conf.}
        [ -n "${met[$word]-}" ] || points+=("$at")
        met[$word]=yes
    done
}

# kill_recovery START COMMAND OLD NEW: the next command is killed too, then comes a third.
kill_recovery() {
    local point second third call at=''
    [ -n "${FAULTS_ALL-}" ] || every=$((step * RECOVERY_SAMPLE))
    interruptions "$1" "$2"
    for point in "${points[@]}"; do
        for second in undo apply; do
            restore "$1"
            killed "$point" /remediate "$2"
            trace /remediate $second
            for at in "${changing[@]%% *}" exit_group:when=1; do
                mine || continue
                for third in undo apply; do
                    restore "$1"
                    call=$at
                    at="$2 $point, $second $call"
                    killed "$point" /remediate "$2"
                    killed "$call" /remediate $second
                    count "$2 killed, $second killed, then $third|killed"
                    read_machine
                    is_between "$3" "$4"
                    everybody_sees
                    if [ $third = apply ]; then
                        ends apply "$4"
                    else
                        ends undo "$3"
                    fi
                    at=$call
                done
            done
        done
    done
    every=$step
    tell "$2 killed in ${#points[@]} states, the next command killed too: the third ends all old or all new"
}

# --- inside: faults ----------------------------------------------------------------------------

# What a person would do who reads the lines of exit code 5; $1 is the state to get back.
do_by_hand() {
    local line key
    while IFS= read -r line; do
        case $line in
        *'; to restore it manually: sysctl -w net.ipv4.'*)
            key=${line##*sysctl -w net.ipv4.}
            eval "put_value '${key%%=*}' ${key#*=}"
            ;;
        *"; to restore it manually: remove $drop_in") rm -f "$drop_in" ;;
        *"; to restore it manually: write $drop_in again, with its previous contents")
            printf %s "${saved[$1.file]}" >"$drop_in"
            ;;
        esac
    done <<<"$said"
}

# The places that the journal's last record names, for when nothing can be said: `named`.
named_in_journal() {
    local last
    read_file "$journal"
    last=${bytes%$'\n'} && last=${last##*$'\n'}
    [[ $last == *'; not restored: '* ]] || return
    last=${last##*; not restored: } && last=${last%%\"*}
    named=" ${last//,/} "
}

# names_left START: exactly the places that differ are named (or could not be read), and
# what is said helps.
names_left() {
    local line named=' ' unread=' ' place
    while IFS= read -r line; do
        [[ $line != *'; to restore it manually: '* ]] || named+="${line%% *} "
        [[ $line != *' cannot be read ('*'; to restore it manually: '* ]] || unread+="${line%% *} "
    done <<<"$said"
    [ -n "$said" ] || named_in_journal
    differs "$1"
    for place in $differences; do
        [[ $named == *" $place "* ]] || complain "$place is left, but not named: $said"
    done
    for place in $named; do
        [[ " $differences" == *" $place "* || $unread == *" $place "* ]] ||
            complain "$place is named, but as before: $said"
    done
    if [ -n "$said" ]; then do_by_hand "$1"; else put_values "$1"; fi
    read_machine
    differs "$1" && complain "by hand: still $differences: $said"
}

# keeps_promise START END BEFORE: what the exit code says is true. BEFORE is what "as
# before" means, START what the machine was in when the command began.
keeps_promise() {
    read_machine
    case $code in
    0) differs "$2" && complain "exit 0, but not $2: $differences: $said" ;;
    2) differs "$3" && complain "exit 2, but not $3: $differences: $said" ;;
    3 | 4) differs "$1" && complain "exit $code, but not $1: $differences: $said" ;;
    5) names_left "$3" ;;
    *) complain "exit code $code: $said" ;;
    esac
    [ -n "$said" ] || [[ $at == *'++ at '* || $at == *write\(1,* ]] ||
        complain "nothing was said (exit $code)"
}

# told KIND: counts the outcome.
told() {
    case $code in
    0 | 2 | 3 | 4 | 5) count "$1|$code" ;;
    *) count "$1|other" ;;
    esac
}

# faults_of CALL RESULT: how it can fail, as FAULT for strace; + at the end = from then on;
# ++ = from then on, and nothing can be said either.
faults_of() {
    local error
    faults=()
    for error in ENOSPC EIO EROFS; do faults+=("error=$error" "error=$error+"); done
    case $1 in
    write)
        for error in EACCES EPERM EINVAL; do faults+=("error=$error" "error=$error+"); done
        for error in ENOSPC EIO EROFS; do faults+=("error=$error++"); done
        ;;
    esac
    [[ $1 == openat* ]] || faults+=("retval=$2")
    # A later call may ask for less: a kernel that claims more is too much for a sanitizer.
    [[ $1 == openat* || -n ${ASAN_OPTIONS-} ]] || faults+=("retval=$2+")
}

kind_of() {
    case $1 in
    error=*++) kind="${1#error=}" && kind="${kind%++} from then on, output too" ;;
    error=*+) kind="${1#error=}" && kind="${kind%+} from then on" ;;
    error=*) kind="${1#error=} once" ;;
    retval=*+) kind="success without effect from then on" ;;
    *) kind="success without effect once" ;;
    esac
}

# after_fault COMMAND OLD NEW: without a fault it works again.
after_fault() {
    if [ "$1" = apply ]; then
        ends apply "$3"
        return
    fi
    # A second undo would take back the run before.
    open_run
    read_machine
    if [ -n "$open" ] || differs "$2"; then ends undo "$2"; fi
}

# fault_in FAULT CALL COMMAND...: CALL as NAME:when=N of the last trace.
fault_in() {
    local fault=$1 call=$2 from_then=${1##*[^+]}
    shift 2
    only=()
    # Standard output is written to by the same call as the settings.
    [[ $fault != *[^+]+ || $call != write:* ]] || only=("${keys[@]/#/$net/}")
    injected "${call%%:*}:${fault%%+*}:${call#*:}${from_then:0:1}" "$@"
    only=()
}

# fault COMMAND OLD NEW: every call that changes anything fails in each way.
fault() {
    local start=$2 end=$3 at='' line result faults each kind
    [ "$1" = apply ] || { start=$3 && end=$2; }
    restore "$start"
    same_pid
    trace /remediate "$1"
    for line in "${changing[@]}"; do
        mine || continue
        result=${line#* } && result=${result%% *}
        faults_of "${line%%:*}" "$result"
        for each in "${faults[@]}"; do
            kind_of "$each"
            restore "$start"
            same_pid
            fault_in "$each" "${line%% *}" /remediate "$1"
            at="$each at ${line:0:110}"
            told "$1 ($start), $kind"
            keeps_promise "$start" "$end" "$start"
            after_fault "$1" "$2" "$3"
        done
    done
    tell "$1 from $start with each of ${#changing[@]} calls failing or lying: the exit code is true"
}
