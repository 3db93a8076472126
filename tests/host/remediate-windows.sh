# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154 # variables shared with remediate-windows
# What the cases of remediate-windows share: running the programs, judging what they say,
# and the system that they change (scratch, doubles, tools, check_exe, remediate_exe set).

windows_path() { # a path of this machine, as Windows spells it
    echo "Z:${1//\//\\}"
}

# --- running ----------------------------------------------------------------------------

# What differs from run to run, by its kind.
# Only from 10 on Wine tells whose a socket is.
anonymous() {
    sed -E -e 's/[0-9]{8}T[0-9]{6}Z-[0-9]+(-[0-9]+)?/RUN/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/WHEN/g' -e 's/pid [0-9]+/pid PID/g' \
        -e 's/within [0-9.]+ s/within TIME s/' -e 's/\(listener sockets\.exe, pid PID\)/(listener)/'
}

# What every run gives: its output (as it is, and without what differs), and exit code.
output='' plain='' code=0
run_program() { # EXE ARGUMENT...
    output=$(run_wine "$@" 9>&- 2>"$scratch/errors")
    code=$?
    [ ! -s "$scratch/errors" ] || output+=${output:+$'\n'}$(<"$scratch/errors")
    plain=$(anonymous <<<"$output")
}
check() {
    run_program "$check_exe" -t 120 "$@" </dev/null
}
remediate() {
    run_program "$remediate_exe" "$@" </dev/null
}

# said NAME CODE HEADLINE: the last run's exit code and first line.
said() {
    if [ "$code" -ne "$2" ]; then
        not_ok "$1" "exit code $code, expected $2: $plain"
    elif [ "${plain%%$'\n'*}" != "$3" ]; then
        not_ok "$1" "expected '$3': $plain"
    else
        ok "$1"
    fi
}

# tells NAME LINE...: the last output has these whole lines.
tells() {
    local name=$1 line
    shift
    for line; do
        grep -qxF -- "$line" <<<"$plain" || {
            not_ok "$name" "no line '$line' in: $plain"
            return
        }
    done
    ok "$name"
}

# json_holds NAME FILTER: the last output is JSON for which the filter is true.
json_holds() {
    if jq -e "$2" <<<"$output" >/dev/null 2>&1; then
        ok "$1"
    else
        not_ok "$1" "exit $code: ${output:0:3000}"
    fi
}

# --- the system -------------------------------------------------------------------------

parameters='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
prefetch='HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters'
mark='HKLM\SOFTWARE\port-exhaustion'
place='SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
data=$WINEPREFIX/drive_c/ProgramData
state=$data/port-exhaustion
own='C:\ProgramData\port-exhaustion'
netsh_state=$scratch/netsh

set_value() { # NAME TYPE DATA
    run_wine reg add "$parameters" /v "$1" /t "$2" /d "$3" /f >/dev/null
}
count_as() { # NUMBER that Windows gives the boot
    run_wine reg add "$prefetch" /v BootId /t REG_DWORD /d "$1" /f >/dev/null
}

# Wine's registry server ends, and with it what is volatile: a boot.
boot_as() { # NUMBER of the boot
    wineserver -k
    wineserver -w
    count_as "$1"
}

# use_netsh DOUBLE: the one in Wine's system32 from now on.
use_netsh() {
    cp "$doubles/$1.exe" "$WINEPREFIX/drive_c/windows/system32/netsh.exe"
    export WINEDLLOVERRIDES='netsh.exe=n' NETSH_STATE NETSH_STATE_MODE=works
    NETSH_STATE=$(windows_path "$netsh_state")
}
wines_netsh() {
    unset WINEDLLOVERRIDES NETSH_STATE NETSH_STATE_MODE
}
netsh_mode() { # MODE; the sets are counted from here
    export NETSH_STATE_MODE=$1
    rm -f "$netsh_state/sets"
}

# A stock Windows that was just booted, and no run yet.
stock_windows() {
    {
        printf 'REGEDIT4\n\n[%s]\n' "${parameters/HKLM/HKEY_LOCAL_MACHINE}"
        printf '"%s"=-\n' TcpTimedWaitDelay StrictTimeWaitSeqCheck MaxUserPort
        printf '\n[%s]\n"BootId"=dword:00000007\n' "${prefetch/HKLM/HKEY_LOCAL_MACHINE}"
        printf '\n[-%s]\n' "${mark/HKLM/HKEY_LOCAL_MACHINE}"
    } >"$scratch/stock.reg"
    run_wine reg import "$(windows_path "$scratch/stock.reg")" >/dev/null 2>&1
    rm -rf "$state" "$netsh_state"
    mkdir "$netsh_state"
    use_netsh netsh_state
}

# The three values, as Wine's reg tells them, a line each; nothing when absent.
values() {
    run_wine reg query "$parameters" 2>/dev/null | tr -d '\r' |
        awk '$1 ~ /^(TcpTimedWaitDelay|StrictTimeWaitSeqCheck|MaxUserPort)$/ { print $1, $2, $3 }' |
        sort
}

# The dynamic ranges that the double keeps, "FAMILY PROTOCOL FIRST COUNT"; both stores.
ranges() {
    if [ -f "$netsh_state/ranges" ]; then
        awk '{ line = $1 " " $2 " " $4 " " $5 }
             $3 == "active" { active = line }
             $3 == "persistent" { print active == line ? line : line ", now " active }' \
            "$netsh_state/ranges"
    else
        all_ranges 49152 16384
    fi
}
all_ranges() { # FIRST COUNT
    printf '%s\n' "ipv4 tcp $1 $2" "ipv4 udp $1 $2" "ipv6 tcp $1 $2" "ipv6 udp $1 $2"
}

system_now() {
    values
    ranges
}

good_values='StrictTimeWaitSeqCheck REG_DWORD 0x1
TcpTimedWaitDelay REG_DWORD 0x1e'
stock=$(all_ranges 49152 16384)
recommended=$good_values$'\n'$(all_ranges 32768 32768)

# holds NAME WANTED: the whole system.
holds() {
    same "$1" "$2" "$(system_now)"
}

# --- what stands in the way -------------------------------------------------------------

listen() { # KIND PORT
    local line
    # A program of this Wine: from 10 on it lists no other's sockets.
    read -r line < <(run_wine "$doubles/sockets.exe" hold "$1,$2,1" <"$scratch/hold" 9>&-)
    [[ $line = "ready 1"* ]] || {
        not_ok "a listener on port $2" "the holder says '$line'"
        return 1
    }
}

of_prefix() { # WORD: the processes of this prefix with the word in their command line
    local process
    for process in /proc/[0-9]*; do
        grep -qsF "WINEPREFIX=$WINEPREFIX" "$process/environ" &&
            grep -qsF "$1" "$process/cmdline" && echo "${process#/proc/}"
    done
}

sets_are() { # NUMBER of those that were begun
    [ "$(cat "$netsh_state/sets" 2>/dev/null)" = "$1" ]
}

# apply_killed N: an apply whose N-th set hangs; it is killed there, and netsh with it.
apply_killed() {
    local process
    stock_windows
    netsh_mode "hangs:$1"
    run_wine "$remediate_exe" apply </dev/null >/dev/null 2>&1 9>&- &
    wait_until sets_are "$1"
    for process in $(of_prefix "$(basename "$remediate_exe")") $(of_prefix netsh.exe); do
        kill -9 "$process"
    done
    wait $! 2>/dev/null
    netsh_mode works
}
