# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # what remediate-windows and its .sh set
# The cases of remediate-windows in which something is in the way: ports that are taken, a
# netsh that lies, fails, hangs and is silent, a held lock, unsafe files, a killed run.

# --- ports in the way -------------------------------------------------------------------

# risk_of PORT: what is said of a listener in the new part.
risk_of() {
    echo "risk: port $1 (listener): the system may allocate it while the service is down"
}

# As every Windows Server: WinRM on 47001, and RPC on 49664 and up, in the range of now.
test_listeners() {
    local port
    stock_windows
    for port in 47001 49664 40000; do
        listen listen $port || return
    done
    listen udp 49000 || return
    remediate
    said "listeners in the new part" 1 'PLAN NEEDED: 6 changes needed'
    tells "the range steps over them, and they are named" \
        '  3  tcp/ipv4: 49152-65535 -> 32768-65535' \
        '  4  tcp/ipv6: 49152-65535 -> 32768-65535' \
        '  5  udp/ipv4: 49152-65535 -> 32768-65535' \
        '  6  udp/ipv6: 49152-65535 -> 32768-65535' \
        "DynamicPortRangeTcp: $(risk_of 40000)" \
        "DynamicPortRangeTcp: $(risk_of 47001)" \
        "DynamicPortRangeUdp: $(risk_of 49000)"
    same "and no others" 3 "$(grep -c 'risk: port' <<<"$plain")"
    remediate plan -o json
    json_holds "in JSON, too" \
        '[.settings[] | select(.name | startswith("DynamicPortRange")) | .risks | length] == [2, 1]
         and ([.settings[].obstacle] | any | not)'
    remediate apply
    said "is applied" 0 'APPLY DONE: 6 changes made and verified (run RUN), waiting for a reboot'
    holds "all of it" "$recommended"
    remediate
    said "nothing is left to do" 0 'PLAN DONE: nothing to change'
    check -m misconfigured -o json
    json_holds "and no range stays wrong" \
        '[.settings[] | select(.name | startswith("DynamicPortRange")) | .state]
         == ["recommended", "recommended"]'
    remediate undo
    holds "undone" "$stock"
}

exclude() { # FIRST LAST
    printf '\r\nProtocol tcp Port Exclusion Ranges\r\n\r\nStart Port    End Port      \r\n' \
        >"$netsh_state/excluded"
    printf -- '----------    --------      \r\n     %5d       %5d      \r\n\r\n' "$1" "$2" \
        >>"$netsh_state/excluded"
    printf '* - Administered port exclusions.\r\n\r\n' >>"$netsh_state/excluded"
}

test_excluded() {
    stock_windows
    exclude 45000 45099
    remediate
    tells "excluded ports inside are no obstacle" \
        '  3  tcp/ipv4: 49152-65535 -> 32768-65535' \
        '  6  udp/ipv6: 49152-65535 -> 32768-65535'
    exclude 32700 32799
    remediate
    tells "a range does not begin on an excluded port" \
        '  3  tcp/ipv4: 49152-65535 -> 32699-65535' \
        '  6  udp/ipv6: 49152-65535 -> 32699-65535'
    remediate apply
    said "is applied" 0 'APPLY DONE: 6 changes made and verified (run RUN), waiting for a reboot'
    remediate
    said "and is not asked for again" 0 'PLAN DONE: nothing to change'
    stock_windows
    exclude 1025 40000
    remediate
    tells "except where there is no port below them" \
        '  3  tcp/ipv4: 49152-65535 -> 40001-65535' \
        'DynamicPortRangeTcp: limited by port 40000 (excluded port) below'
}

test_families() {
    stock_windows
    {
        printf 'ipv4 %s %s 32768 32768\n' tcp active tcp persistent udp active udp persistent
        printf 'ipv6 %s %s 49152 16384\n' tcp active tcp persistent udp active udp persistent
    } >"$netsh_state/ranges"
    remediate
    tells "only the narrow family is widened" '  3  tcp/ipv6: 49152-65535 -> 32768-65535' \
        '  4  udp/ipv6: 49152-65535 -> 32768-65535'
    remediate undo
    rm "$netsh_state/ranges"
    {
        printf 'ipv4 %s %s 20000 10000\n' tcp active tcp persistent
        printf 'ipv6 %s %s 1024 10000\n' tcp active tcp persistent
    } >"$netsh_state/ranges"
    remediate plan --only DynamicPortRangeTcp
    tells "a range elsewhere grows around what it has" \
        '  1  tcp/ipv4: 20000-29999 -> 20000-65535'
    tells "a range below 1025 is not for netsh" \
        'DynamicPortRangeTcp: IPv6: the current range begins below 1025, because of MaxUserPort; netsh cannot change such a range: remove MaxUserPort, reboot, then plan again'
}

# --- netsh misbehaves -------------------------------------------------------------------

test_netsh_lies() {
    stock_windows
    netsh_mode lies
    remediate apply
    said "a netsh that lies is caught" 2 \
        'APPLY FAILED: apply failed, everything was restored: netsh reports success, but tcp/ipv4 is stored as 49152-65535, expected 32768-65535'
    holds "and all is as before" "$stock"
    check -m misconfigured -o json
    json_holds "nothing waits" '[.settings[].waiting_since] | any | not'
    netsh_mode active-only
    remediate apply
    said "a range that would end with the boot is caught" 2 \
        'APPLY FAILED: apply failed, everything was restored: netsh reports success, but tcp/ipv4 is stored as 49152-65535, expected 32768-65535'
    holds "and taken back" "$stock"
}

test_netsh_fails() {
    stock_windows
    netsh_mode fails:3
    remediate apply
    said "the third set fails" 2 \
        'APPLY FAILED: apply failed, everything was restored: netsh interface ipv4 set dynamicportrange protocol=udp startport=32768 numberofports=32768: exit code 1, The requested operation requires elevation (Run as administrator).'
    holds "the first two and the registry are put back" "$stock"
    remediate history
    remediate history -o json
    json_holds "with its outcome" '[.runs[].outcome] == ["restored"]'
    remediate undo
    said "there is nothing to undo" 0 'UNDO DONE: no run to undo'
    netsh_mode works
    remediate apply
    said "and the next try works" 0 \
        'APPLY DONE: 6 changes made and verified (run RUN), waiting for a reboot'
}

test_netsh_hangs() {
    stock_windows
    netsh_mode hangs:2
    # netsh has a limit of its own below this one, in which this machine must get so far.
    remediate apply -t 120
    said "a set that hangs is given up" 2 \
        'APPLY FAILED: apply failed, everything was restored: netsh interface ipv6 set dynamicportrange protocol=tcp startport=32768 numberofports=32768: did not answer within TIME s'
    holds "and all is put back" "$stock"
    same "and ended" '' "$(of_prefix 'netsh.exe')"
}

test_netsh_silent() {
    stock_windows
    use_netsh netsh
    export NETSH_DOUBLE=silent
    remediate
    said "without an answer of netsh the registry is planned" 1 \
        'PLAN NEEDED: 2 changes needed; could not be read: DynamicPortRangeTcp, DynamicPortRangeUdp'
    tells "and netsh's silence is told" \
        'note  tcp/ipv4: netsh interface ipv4 show dynamicportrange protocol=tcp: netsh printed nothing' \
        'note  udp/ipv6: netsh interface ipv6 show dynamicportrange protocol=udp: netsh printed nothing'
    unset NETSH_DOUBLE
    wines_netsh
    remediate
    said "Wine's own netsh" 1 \
        'PLAN NEEDED: 2 changes needed; could not be read: DynamicPortRangeTcp, DynamicPortRangeUdp'
    remediate apply
    said "the registry is set without it" 0 \
        'APPLY DONE: 2 changes made and verified (run RUN), waiting for a reboot; could not be read: DynamicPortRangeTcp, DynamicPortRangeUdp'
    same "and only the registry" "$good_values" "$(values)"
    remediate undo
    same "undone" '' "$(values)"
}

# --- the lock, unsafe files, paths ------------------------------------------------------

test_lock() {
    local holder pid line
    stock_windows
    mkfifo "$scratch/keep"
    run_wine "$doubles/writer_tool.exe" lock <"$scratch/keep" >"$scratch/held" 2>/dev/null &
    holder=$!
    exec 8>"$scratch/keep"
    wait_until test -s "$scratch/held"
    read -r line <"$scratch/held"
    pid=${line#locked }
    remediate apply
    said "one run at a time" 4 'APPLY REFUSED: another run (pid PID) holds the lock'
    [[ $output == *"(pid ${pid%$'\r'})"* ]] || not_ok "the pid is the holder's" "$output"
    remediate undo
    said "an undo where no run was needs no lock" 0 'UNDO DONE: no run to undo'
    remediate plan
    said "a plan needs no lock" 1 'PLAN NEEDED: 6 changes needed'
    holds "nothing is changed" "$stock"
    exec 8>&-
    wait "$holder"
    remediate apply
    said "a free lock is taken" 0 \
        'APPLY DONE: 6 changes made and verified (run RUN), waiting for a reboot'
}

test_unsafe() {
    local only='expected only administrators and SYSTEM' command
    stock_windows
    remediate apply
    chmod o+rwx "$state"
    for command in apply undo; do
        remediate "$command"
        said "a directory that everybody may write: $command" 4 \
            "${command^^} REFUSED: '$own' is not safe: Everyone may change it (rights 0x1301ff): $only"
    done
    remediate history
    said "nor is anything in it believed" 4 \
        "HISTORY REFUSED: '$own' is not safe: Everyone may change it (rights 0x1301ff): $only"
    chmod o-rwx "$state"
    chmod o+rw "$state/journal"
    remediate undo
    said "a journal that everybody may write" 4 \
        "UNDO REFUSED: '$own\\journal' is not safe: Everyone may change it (rights 0x1301ff): $only"
    holds "nothing is touched" "$recommended"
    chmod o-w "$state/journal"
    printf '{"record":"beg' >>"$state/journal"
    remediate undo
    said "a record that was not written to its end" 0 \
        'UNDO DONE: 6 changes made and verified (run RUN)'
    remediate apply
    sed -i '1s/^/rubbish/' "$state/journal"
    for command in apply undo history; do
        remediate "$command"
        said "a damaged journal: $command" 4 \
            "${command^^} REFUSED: the journal is damaged, so nothing was changed: line 1: the checksum is wrong: the line was changed"
    done
    holds "changes nothing" "$recommended"
    rm -r "$state"
    echo x >"$state"
    remediate apply
    said "a file in place of the directory" 4 \
        "APPLY REFUSED: '$own' is not safe: it is no directory, expected a directory"
    rm "$state"
    if [ "$(id -u)" -eq 0 ]; then
        mkdir "$state"
        chown 1234 "$state"
        remediate apply
        if [[ $plain == "APPLY REFUSED: '$own' is not safe: it belongs to "* && $code -eq 4 ]]; then
            ok "a directory that somebody else made first"
        else
            not_ok "a directory that somebody else made first" "$code: $plain"
        fi
    else
        skip "a directory that somebody else made first" "needs root"
    fi
}

test_policy_file() {
    local directory=$WINEPREFIX/drive_c/größe-日本 policy='C:\größe-日本\richtlinie-ü.json'
    stock_windows
    mkdir -p "$directory"
    echo '{ "schema": 1, "settings": { "StrictTimeWaitSeqCheck": null, "DynamicPortRangeTcp": null, "DynamicPortRangeUdp": null } }' \
        >"$directory/richtlinie-ü.json"
    chmod 666 "$directory/richtlinie-ü.json"
    remediate apply --policy "$policy"
    said "a policy that everybody may write" 3 \
        "APPLY ERROR: policy: '$policy' is not safe: Everyone may change it (rights 0x1301ff): expected only administrators and SYSTEM"
    holds "nothing is touched" "$stock"
    remediate plan --policy "$policy"
    said "nor does it make a plan" 3 \
        "PLAN ERROR: policy: '$policy' is not safe: Everyone may change it (rights 0x1301ff): expected only administrators, SYSTEM and the user who runs this"
    check -m port_usage --policy "$policy"
    if [[ $code -eq 3 && $plain == "PORTS UNKNOWN: policy: '$policy' is not safe: Everyone may change it "* ]]; then
        ok "nor judges"
    else
        not_ok "nor judges" "$code: $plain"
    fi
    chmod 644 "$directory/richtlinie-ü.json"
    chmod 777 "$directory"
    remediate apply --policy "$policy"
    said "a policy in a directory that everybody may write" 3 \
        "APPLY ERROR: policy: 'C:\\größe-日本' is not safe: Everyone may change it (rights 0x1301ff): expected only administrators and SYSTEM"
    holds "nothing is touched by that" "$stock"
    remediate apply --policy NUL
    said "a device" 3 "APPLY ERROR: policy: 'NUL' is not safe: it is not a file on a disk"
    remediate apply --policy -
    said "standard input" 3 \
        'APPLY ERROR: policy: standard input has no owner that can be checked; to make changes, use a file'
    chmod 755 "$directory"
    cp "$remediate_exe" "$directory/programm-ü.exe"
    run_program 'C:\größe-日本\programm-ü.exe' apply --policy "$policy" </dev/null
    said "paths beyond ASCII" 0 'APPLY DONE: 1 change made and verified (run RUN), waiting for a reboot'
    remediate undo
    echo '{ "schema": 1, "settings": { "Wrong": 1 } }' >"$directory/richtlinie-ü.json"
    remediate apply --policy "$policy"
    said "a wrong policy" 3 \
        "APPLY ERROR: policy $policy: settings.Wrong: expected an object, not a number"
    remediate apply --policy 'C:\größe-日本\fehlt.json'
    said "a policy that is not there" 3 \
        "APPLY ERROR: policy: cannot read 'C:\\größe-日本\\fehlt.json': File not found (error 2)"
    holds "nothing is touched by a bad policy" "$stock"
    remediate apply --only Wrong
    said "a misspelt setting" 3 "APPLY ERROR: 'Wrong' is not a setting of this system and its policy (one of TcpTimedWaitDelay, StrictTimeWaitSeqCheck, DynamicPortRangeTcp, DynamicPortRangeUdp, MaxUserPort)"
}

# --- an alert and the System log ---------------------------------------------------------

# What the double of the System log says is as old when it is read: a slow machine makes it
# no older.
test_alert_by_event() {
    local wevtapi=$WINEPREFIX/drive_c/windows/system32/wevtapi.dll
    stock_windows
    cp "$wevtapi" "$scratch/wevtapi.dll"
    cp "$doubles/events_double.dll" "$wevtapi"
    local -x WINEDLLOVERRIDES="$WINEDLLOVERRIDES;wevtapi=n" EVENTS_DOUBLE='4227,5 4231,1000'
    alert 'CRITICAL HARD 3 0'
    said "an event that is long over confirms no alert" 4 \
        "ON-ALERT REFUSED: the alert says CRITICAL; this host measures port_usage at least 0 %, its policy's limit is 80; udp_port_usage 0 %, limit 90; destination_usage at least 0 %, no limit"
    EVENTS_DOUBLE='4227,5 4266,170'
    alert 'CRITICAL HARD 3 0'
    said "one of the last five minutes does" 0 \
        'ON-ALERT DONE: 6 changes made and verified (run RUN), waiting for a reboot'
    tells "and is named" \
        'Confirmed: the System log has event 4266 (UDP ports ran out), 2 minutes ago.'
    holds "it acts" "$recommended"
    cp "$scratch/wevtapi.dll" "$wevtapi"
}

# --- interrupted ------------------------------------------------------------------------

# shellcheck disable=SC2016 # the program's own quotes
interrupted='The run RUN was interrupted: `remediate_port_exhaustion undo` rolls it back; `apply` also does so first. If it is still in progress, wait until it finishes.'

test_interrupted() {
    apply_killed 1
    same "killed in the middle" "$good_values" "$(values)"
    remediate plan
    tells "the plan tells of the interruption" "$interrupted"
    check -m misconfigured -o json
    json_holds "so does the check" \
        '.state == "WARNING" and .metrics.misconfigured.value == 5 and
         (.summary | contains("interrupted remediation")) and
         (.notes | any(test("^the remediation of 20.* is in progress or was interrupted$")))'
    remediate undo
    said "undo puts back" 0 'UNDO DONE: the interrupted run was rolled back'
    holds "everything" "$stock"
    remediate plan
    said "and is through" 1 'PLAN NEEDED: 6 changes needed'

    apply_killed 3
    remediate apply
    said "apply puts back, then applies" 0 \
        'APPLY DONE: 6 changes made and verified (run RUN), waiting for a reboot'
    tells "and says so" 'The run RUN was interrupted and has been rolled back.'
    holds "all is as recommended" "$recommended"
    remediate undo
    holds "and can be undone" "$stock"

    apply_killed 2
    # As if netsh had been through just before the kill, and nobody could record it.
    {
        printf 'ipv4 tcp %s 32768 32768\n' active persistent
        printf 'ipv6 tcp %s 32768 32768\n' active persistent
    } >"$netsh_state/ranges"
    remediate undo
    said "a change that was made but not recorded" 0 'UNDO DONE: the interrupted run was rolled back'
    holds "is put back too" "$stock"
    remediate history -o json
    json_holds "the history tells" '[.runs[].outcome] == ["restored"]'
}
