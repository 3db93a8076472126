# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # variables of lab.sh; called by `becomes`
# The Windows host of its test: a host of the lab with a Wine prefix, in which the .exe files
# stand where the documentation puts them; and what agents do there with a command line.

installed='C:\Program Files\port-exhaustion'
parameters='HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
prefetch='HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters'

# on_windows COMMAND...: a Windows program on the host win.
on_windows() {
    on win /usr/local/bin/wine-here "$@" </dev/null
}

# make_windows: the host win, a stock Windows that was just booted. What netsh says of the
# range stands in /srv/netsh; Linux' own range is that of a stock Windows, 49152-65535.
make_windows() {
    local root=$lab/win place
    make_host win 2
    on win sh -c 'echo 49152 65535 >/proc/sys/net/ipv4/ip_local_port_range'
    install -D -m 755 "$here/../support/run-wine" "$root/usr/local/bin/run-wine"
    mkdir -p "$root/srv/netsh" "$root/srv/agents"
    cat >"$root/usr/local/bin/wine-here" <<'END'
#!/bin/sh
export PATH=/usr/sbin:/usr/bin:/sbin:/bin WINEPREFIX=/srv/wine WINEDLLOVERRIDES='netsh.exe=n'
export NETSH_STATE='Z:\srv\netsh' NETSH_STATE_MODE=works NETSH_DOUBLE=silent
exec /usr/local/bin/run-wine "$@"
END
    chmod 755 "$root/usr/local/bin/wine-here"
    on_windows cmd /c exit 0 || {
        not_ok "Wine starts" "$(cat "$root/srv/wine/creation.log")"
        finish
    }
    on win env WINEPREFIX=/srv/wine sh -c 'wineserver -k; wineserver -w'
    start win wineserver env WINEPREFIX=/srv/wine wineserver --foreground --persistent
    place=$root/srv/wine/drive_c
    cp "$doubles/netsh_state.exe" "$place/windows/system32/netsh.exe"
    mkdir -p "$place/Program Files/port-exhaustion"
    cp "$check_exe" "$remediate_exe" "$place/Program Files/port-exhaustion/"
    # A program that says nothing and ends with 0, in place of ours.
    if broken check; then cp "$doubles/netsh.exe" "$place/Program Files/port-exhaustion/check_port_exhaustion.exe"; fi
    if broken remediation; then cp "$doubles/netsh.exe" "$place/Program Files/port-exhaustion/remediate_port_exhaustion.exe"; fi
    on_windows reg delete "$parameters" /v TcpTimedWaitDelay /f >/dev/null 2>&1
    boot_windows 7
}
# What a boot changes: no volatile key is left (tests/host/remediate-windows ends the whole
# wineserver for that).
boot_windows() { # NUMBER of the boot
    on_windows reg delete 'HKLM\SOFTWARE\port-exhaustion' /f >/dev/null 2>&1
    on_windows reg add "$prefetch" /v BootId /t REG_DWORD /d "$1" /f >/dev/null
}

# registry_of_windows: the values that the remediation sets, "NAME DATA" a line.
registry_of_windows() {
    on_windows reg query "$parameters" 2>/dev/null | tr -d '\r' |
        awk '$1 ~ /^(TcpTimedWaitDelay|StrictTimeWaitSeqCheck|MaxUserPort)$/ { print $1, $3 }' | sort
}
# range_of_windows: what netsh keeps for the next boot, "FAMILY PROTOCOL FIRST COUNT".
range_of_windows() {
    awk '$3 == "persistent" { print $1, $2, $4, $5 }' "$lab/win/srv/netsh/ranges" 2>/dev/null
}

# --- What agents do with a command line -----------------------------------------------------

# An ini file's script, by NAME: NSClient++ gives the whole line to CreateProcess. NRPE of
# Linux calls this in place of NSClient++, which speaks the same protocol.
install_nsclient() {
    cp "$tree"/packaging/nsclient/*.ini "$lab/win/srv/agents/"
    cat >"$lab/win/usr/local/bin/nsclient" <<'END'
#!/bin/bash
line=$(sed -n "s/^$1 = //p" /srv/agents/*.ini)
[[ $line =~ ^\"([^\"]+)\"(.*)$ ]] || { echo "no script '$1'"; exit 3; }
read -ra words <<<"${BASH_REMATCH[2]}"
exec /usr/local/bin/wine-here "${BASH_REMATCH[1]}" "${words[@]}" </dev/null
END
    chmod 755 "$lab/win/usr/local/bin/nsclient"
}

# Zabbix: cmd /C "LINE". A batch file keeps the quotes as they are.
by_cmd() { # LINE
    printf '@cmd /C "%s"\r\n' "$1" >"$lab/win/srv/agents/line.bat"
    on_windows cmd /c 'Z:\srv\agents\line.bat'
}

# Icinga: `icinga2_words CHECK-OR-EVENT-COMMAND` says what Icinga 2 itself makes of its
# configuration when the system is Windows: the command's words, one a line.
make_icinga() {
    local root=$lab/monitor
    cat "$tree/packaging/icinga-windows/constants.conf" >>"$root/etc/icinga2/constants.conf"
    # It is not: its name is written in.
    sed 's/PlatformKernel/"Windows"/' "$tree/packaging/icinga2/port-exhaustion-commands.conf" \
        >"$root/etc/icinga2/conf.d/port-exhaustion-commands.conf"
    on monitor /usr/lib/icinga2/prepare-dirs /usr/lib/icinga2/icinga2 >"$lab/log/icinga2" 2>&1
    list_objects monitor >>"$lab/log/icinga2" 2>&1
}
icinga2_words() { # TYPE NAME
    on monitor icinga2 object list --type "$1" --name "$2" --color 2>/dev/null |
        sed -E 's/\x1b\[[0-9;]*m//g; s/\\\\/\\/g' | sed -n 's/^  \* command = \[ "\(.*\)" \]$/\1/p' |
        sed 's/", "/\n/g'
}
