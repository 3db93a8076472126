# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# The machine of remediate-faults: its states, and one try of a command under strace.
# Source it after lib.sh.
# shellcheck disable=SC2034,SC2154

state=/var/lib/port-exhaustion
journal=$state/journal
configuration=/etc/sysctl.d
drop_in=$configuration/90-port-exhaustion.conf
net=/proc/sys/net/ipv4
keys=(ip_local_reserved_ports ip_local_port_range tcp_tw_reuse tcp_timestamps tcp_fin_timeout)

# --- inside: states of the machine ---------------------------------------------------------


# read_file FILE: its bytes in `bytes`, without a process.
read_file() {
    bytes=''
    IFS= read -r -d '' bytes 2>/dev/null <"$1" || [ -e "$1" ]
}

# The machine now, in `now`: values by key, "file" the drop-in's bytes, "others" whatever
# else is in its directory.
declare -A now=()
read_machine() {
    local key other
    for key in "${keys[@]}"; do
        read_file $net/"$key"
        bytes=${bytes%$'\n'}
        now[$key]=${bytes//$'\t'/ }
    done
    now[file]=absent
    if read_file $drop_in; then now[file]=$bytes; fi
    now[others]=''
    for other in "$configuration"/*; do
        [ "$other" = $drop_in ] || now[others]+="${other##*/} "
    done
}

# save NAME: the machine and the journal, for `restore` and `is_state`.
declare -A saved=()
save() {
    local key
    read_machine
    for key in "${keys[@]}" file; do saved[$1.$key]=${now[$key]}; done
    saved[$1.journal]=absent
    if read_file $journal; then saved[$1.journal]=$bytes; fi
}

# put_value KEY VALUE: in one write; the shell's own takes 1,024 bytes of /proc at once.
put_value() {
    if [ ${#2} -lt 1000 ]; then
        echo "$2" >$net/"$1"
    else
        cat <<<"$2" >$net/"$1"
    fi
}

# put_values NAME: all of a state but the journal.
put_values() {
    local key
    for key in "${keys[@]}"; do put_value "$key" "${saved[$1.$key]}"; done
    rm -rf "${configuration:?}"/*
    [ "${saved[$1.file]}" = absent ] || printf %s "${saved[$1.file]}" >$drop_in
}

restore() {
    put_values "$1"
    rm -rf $state
    [ "${saved[$1.journal]}" = absent ] && return
    mkdir -m 755 $state
    printf %s "${saved[$1.journal]}" >$journal
}

# Two drop-ins of different runs differ in their first line, the date.
without_date() {
    masked=$1
    [[ $1 != '# '[0-9][0-9][0-9][0-9]-* ]] || masked="# DATE${1#*Z}"
}

# differs NAME: what of the machine differs from that state, in `differences`.
differs() {
    local key wanted
    differences=''
    for key in "${keys[@]}"; do
        [ "${now[$key]}" = "${saved[$1.$key]}" ] || differences+="net.ipv4.$key "
    done
    without_date "${saved[$1.file]}" && wanted=$masked
    without_date "${now[file]}"
    # A file that is put back is the same to the byte; a new one has its own date.
    [ "${now[file]}" = "${saved[$1.file]}" ] ||
        { [[ $1 == *new ]] && [ "$masked" = "$wanted" ]; } || differences+="$drop_in "
    [ -n "$differences" ]
}

# is_between OLD NEW: nothing has a value that is neither; leftovers have hidden names.
is_between() {
    local key wanted
    for key in "${keys[@]}"; do
        [ "${now[$key]}" = "${saved[$1.$key]}" ] || [ "${now[$key]}" = "${saved[$2.$key]}" ] ||
            { complain "$key is '${now[$key]}'" && return; }
    done
    without_date "${saved[$2.file]}" && wanted=$masked
    without_date "${now[file]}"
    [ "${now[file]}" = "${saved[$1.file]}" ] || [ "$masked" = "$wanted" ] ||
        complain "the drop-in is '${now[file]}'"
    [[ ${now[others]} =~ ^(\.90-port-exhaustion\.conf\.[0-9]+ )?$ ]] || complain "left: ${now[others]}"
}

# The id of the run that the journal shows as open, read without the program.
open_run() {
    local line
    open=''
    while IFS= read -r line; do
        case $line in
        *'{"record":"begin","id":"'*) open=${line#*\"id\":\"} && open=${open%%\"*} ;;
        *'{"record":"end",'*) open='' ;;
        esac
    done 2>/dev/null <$journal
    return 0
}

# --- inside: one try -------------------------------------------------------------------------

# complain WHAT: about the try at `at`; only the first complaints of a test are shown.
complaints=0
complain() {
    complaints=$((complaints + 1))
    [ $complaints -gt 6 ] || bad+="${at-}: $1; "
}

# tell NAME: the test that ends here.
tell() {
    local name="$1 (part $((worker + 1)), $tries tries)"
    [ "$tries" -gt 0 ] || [ "$step" -gt 1 ] || complain "nothing was tried"
    if [ "$complaints" -eq 0 ]; then ok "$name"; else not_ok "$name" "$complaints complaints: $bad"; fi
    bad='' complaints=0 tries=0
}
bad='' tries=0

declare -A counts=()
count() {
    counts[$1]=$((${counts[$1]-0} + 1))
}

turn=0
every=$step
# mine: whether this worker tries the next one of a list that all workers go through.
mine() {
    turn=$((turn + 1))
    [ $((turn % (WORKERS * every))) -eq $((worker * every)) ] && tries=$((tries + 1))
}

# run COMMAND...: its output in `said`, its exit code in `code`; 124 = it never ended. strace
# runs under what `under` says.
under=()
run() {
    local prefix=()
    [ "$1" != strace ] || prefix=("${under[@]}")
    code=0
    { timeout "$HANG_S" "${prefix[@]}" "$@" >/tmp/said 2>/tmp/errors; } 2>/dev/null || code=$?
    read_file /tmp/said
    said=$bytes
}

# The lines of the last trace from main on: main begins by looking at its three handles.
# Also as words NAME:when=N, since strace counts by name, in `calls`; those that change
# anything outside the process in `changing`, with the result that success would have; in
# `kills` these, the one after each, and every READ_SAMPLE-th of the others: between two
# changes every moment leaves the same machine.
trace() {
    local line call begun='' after=yes
    local -A seen=()
    calls=() changing=() kills=()
    run strace -o /tmp/calls "$@"
    while IFS= read -r line; do
        [[ $line =~ ^([a-z0-9_]+)\( ]] || continue
        call=${BASH_REMATCH[1]}
        seen[$call]=$((${seen[$call]-0} + 1))
        [[ $line != 'fcntl(0, F_GETFD)'* ]] || begun=yes
        [ -n "$begun" ] || continue
        calls+=("$call:when=${seen[$call]}")
        [ -z "$after" ] && [ $((${#calls[@]} % READ_SAMPLE)) -ne 0 ] || kills+=("${calls[-1]}")
        after=''
        case $line in
        write\(* | pwrite64\(* | fsync\(* | fdatasync\(* | ftruncate\(* | rename*\(* | \
            unlink*\(* | mkdir*\(* | openat*O_WRONLY* | openat*O_RDWR*)
            changing+=("$call:when=${seen[$call]} ${line##*= } ${line%%)*}")
            [ "${kills[-1]-}" = "${calls[-1]}" ] || kills+=("${calls[-1]}")
            after=yes
            ;;
        esac
    done </tmp/calls
}

# same_pid: the next process gets the same pid each time, so that the lengths of records,
# which hold it, are those of the trace.
same_pid() {
    echo 20000 >/proc/sys/kernel/ns_last_pid
}

# injected WHAT COMMAND...: WHAT as NAME:FAULT:when=N; with files in `only`, in calls on them.
only=()
injected() {
    local what=$1
    shift
    run strace -o /dev/null "${only[@]/#/-P}" -e trace="${what%%:*}" -e inject="$what" "$@"
}

# killed AT COMMAND...: before that system call is made, which is after the one before it.
killed() {
    local what=$1
    shift
    injected "${what%%:*}:signal=KILL:${what#*:}" "$@"
    [ $code -eq 137 ] || complain "exit code $code, expected to be killed"
}

# tells_of_open: what was said tells of a run that is open; an old one's message may tell of
# its own interruption.
tells_of_open() {
    [[ ${said//" was interrupted"$'\n'/} == *interrupted* ]]
}

# Between a kill and the next command: everybody sees the interruption, or nobody.
everybody_sees() {
    local command
    open_run
    for command in "/remediate history" "/remediate plan" "/check -v"; do
        # shellcheck disable=SC2086
        run $command
        if [ -n "$open" ]; then
            tells_of_open || complain "$command does not tell of $open: $said"
            [[ $command != /check* || $code -eq 1 ]] || complain "check: exit code $code"
        else
            ! tells_of_open || complain "$command tells of an interruption: $said"
        fi
        [ $code -le 1 ] || complain "$command: exit code $code: $said"
    done
}

# ends COMMAND STATE: it succeeds, the machine is in that state, and no run is open.
ends() {
    run /remediate "$1"
    [ $code -eq 0 ] || complain "$1: exit code $code: $said"
    read_machine
    differs "$2" && complain "$1: not $2: $differences"
    [ -z "${now[others]}" ] || complain "$1: left ${now[others]}"
    open_run
    [ -z "$open" ] || complain "$1: the run $open is open"
    run /remediate history
    if [ $code -ne 0 ] || tells_of_open; then complain "history after $1: $said"; fi
}
