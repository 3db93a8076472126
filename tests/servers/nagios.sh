# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the Nagios tests share: a monitoring host with Debian's Nagios, an agent with Debian's
# NRPE, both configured by the files of packaging/, and questions to them.
# shellcheck disable=SC2154

# --- Installation --------------------------------------------------------------------------

# give HOST FILE PLACE [MODE]: a file of packaging/, copied as the documentation says.
give() {
    install -D -m "${4:-644}" "$tree/packaging/$2" "$lab/$1/$3"
}

# What the two hosts need to remediate.
give_remediation() { # HOST
    give "$1" sudoers/port-exhaustion-nagios /etc/sudoers.d/port-exhaustion-nagios 440
    give "$1" handler/on_alert /usr/lib/port-exhaustion/on_alert 755
    ! broken handler || useless 'echo ON-ALERT DONE' >"$lab/$1/usr/lib/port-exhaustion/on_alert"
}

make_agent() {
    make_host agent 2
    give agent nrpe/port-exhaustion.cfg /etc/nagios/nrpe.d/port-exhaustion.cfg
    give agent nrpe/port-exhaustion-remediate.cfg /etc/nagios/nrpe.d/port-exhaustion-remediate.cfg
    give_remediation agent
    echo 'allowed_hosts=10.99.0.1' >>"$lab/agent/etc/nagios/nrpe_local.cfg"
    echo 'command[check_port_exhaustion_lower]=/usr/lib/nagios/plugins/check_port_exhaustion -c destination_usage=30' \
        >"$lab/agent/etc/nagios/nrpe.d/lower.cfg"
    on agent install -d -o nagios -g nagios /run/nagios # tmpfiles.d of the package
    start_as agent nagios nrpe /usr/sbin/nrpe -c /etc/nagios/nrpe.cfg -f
}

make_monitor() {
    make_host monitor 1
    give monitor nagios/port-exhaustion.cfg /etc/nagios4/conf.d/port-exhaustion.cfg
    give monitor nagios/port-exhaustion-services.cfg /etc/nagios4/conf.d/port-exhaustion-services.cfg
    give monitor nagios/on_alert_nrpe /usr/lib/port-exhaustion/on_alert_nrpe 755
    ! broken handler || useless : >"$lab/monitor/usr/lib/port-exhaustion/on_alert_nrpe"
    give_remediation monitor
    cat "$tree/packaging/nagios/perfdata-file.cfg" >>"$lab/monitor/etc/nagios4/nagios.cfg"
    # Of this test: what it reads is written every other second.
    echo 'status_update_interval=2' >>"$lab/monitor/etc/nagios4/nagios.cfg"
    write_objects >"$lab/monitor/etc/nagios4/conf.d/test.cfg"
    # There is no syslog in the lab.
    useless 'echo "$*" >>/var/log/nagios4/syslog' >"$lab/monitor/usr/bin/logger"
    on monitor install -d -o nagios -g adm -m 2751 /var/log/nagios4 /var/log/nagios4/archives
}

# Hosts and services of this test; seconds instead of minutes.
write_objects() {
    set -- monitor 10.99.0.1 local-remediated agent 10.99.0.2 nrpe-remediated silent 10.99.0.1 nrpe-remediated
    while [ $# -gt 0 ]; do
        printf 'define host {\n use linux-server\n host_name %s\n address %s\n}\n' "$1" "$2"
        printf 'define service {\n use port-exhaustion-%s\n host_name %s\n' "$3" "$1"
        printf ' check_interval 0.1\n retry_interval 0.1\n notifications_enabled 0\n}\n'
        shift 3
    done
    # Asked once, by this test.
    printf 'define service {\n use port-exhaustion-nrpe-remediated\n host_name agent\n active_checks_enabled 0\n'
    printf ' service_description Lower limits\n check_command check_nrpe!check_port_exhaustion_lower\n'
    printf ' max_check_attempts 1\n notifications_enabled 0\n}\n'
    # With Debian's own command, check_nrpe.
    printf 'define service {\n use port-exhaustion-nrpe\n host_name agent\n check_interval 0.1\n'
    printf ' service_description %s details\n check_command check_nrpe!check_port_exhaustion_details\n' "$SERVICE"
    printf ' notifications_enabled 0\n}\n'
}

# What the package puts where Nagios reads it by itself, on a host of an administrator who has
# other templates than Debian's: Nagios starts. The services' file, copied there, needs them.
test_other_templates() {
    local directory=$lab/bare/etc/nagios-plugins/config
    make_host bare 3
    DESTDIR=$lab/bare pluginsdir=/usr/lib/nagios/plugins sbindir=/usr/sbin mandir=/usr/share/man \
        datadir=/usr/share docdir=/usr/share/doc/ours pkglibdir=/usr/lib/port-exhaustion \
        unitdir=/usr/lib/systemd/system bashcompletiondir=/usr/share/ours zshcompletiondir=/usr/share/ours \
        nrpedir=/etc/nagios/nrpe.d nagiosdir=/etc/nagios-plugins/config \
        "$tree/packaging/release/install-files" install check "$check"
    same "the package has a file for Nagios" port-exhaustion.cfg "$(cd "$directory" && ls port-exhaustion*)"
    sed -i 's/generic-service/of-this-site/' "$lab/bare/etc/nagios4/objects"/*.cfg
    if on bare nagios4 -v /etc/nagios4/nagios.cfg >"$lab/log/bare" 2>&1; then
        ok "Nagios takes it where the templates have other names"
    else
        not_ok "Nagios takes it where the templates have other names" "$(log_of bare)"
    fi
    cp "$lab/bare/usr/share/port-exhaustion/nagios/port-exhaustion-services.cfg" "$directory"
    like "the services' file names the template that it needs" \
        "*Template 'generic-service' specified in service definition could not be not found*" \
        "$(on bare nagios4 -v /etc/nagios4/nagios.cfg 2>&1)"
}

start_monitoring() {
    make_agent
    make_monitor
    on monitor /usr/sbin/nagios4 -v /etc/nagios4/nagios.cfg >"$lab/log/verify" 2>&1 || {
        not_ok "Nagios takes the configuration" "$(log_of verify)"
        finish
    }
    ok "Nagios takes the configuration"
    start monitor nagios4 /usr/sbin/nagios4 /etc/nagios4/nagios.cfg
    becomes "the daemons are up" 15 daemons_answer || {
        log_of nrpe
        log_of nagios4
        or_stop
    }
}
daemons_answer() {
    [ -p "$lab/monitor/var/lib/nagios4/rw/nagios.cmd" ] &&
        ask_agent -c check_port_exhaustion >/dev/null
}

# --- Questions -----------------------------------------------------------------------------

# ask_agent OPTION...: check_nrpe, as Nagios calls it.
ask_agent() {
    on_as monitor nagios /usr/lib/nagios/plugins/check_nrpe -H 10.99.0.2 "$@" 2>&1
}

# tell_nagios COMMAND: an external command.
tell_nagios() {
    printf '[%s] %s\n' "$EPOCHSECONDS" "$1" >"$lab/monitor/var/lib/nagios4/rw/nagios.cmd"
}

# status HOST FIELD...: values of its service in status.dat, one a line.
status() {
    local host=$1
    shift
    awk -F = -v host="$host" -v service="$SERVICE" -v wanted=" $* " '
        /^[a-z]+ \{/ { inside = $1 ~ /^servicestatus/; h = s = "" }
        { name = $1; gsub(/[ \t]/, "", name); value = substr($0, index($0, "=") + 1) }
        inside && name == "host_name" { h = value }
        inside && name == "service_description" { s = value }
        inside && h == host && s == service && index(wanted, " " name " ") { print value }' \
        "$lab/monitor/var/lib/nagios4/status.dat" 2>/dev/null
}

# is_state HOST STATE [TYPE]: by status.dat, after a check.
is_state() {
    local -A number=([OK]=0 [WARNING]=1 [CRITICAL]=2 [UNKNOWN]=3 [SOFT]=0 [HARD]=1)
    [[ $(status "$1" has_been_checked current_state state_type | xargs) == "1 ${number[$2]} "${3:+${number[$3]}}* ]]
}

in_downtime() { # HOST: the downtime of the host, which is not the service's
    local depth
    depth=$(grep -A 80 '^hoststatus' "$lab/monitor/var/lib/nagios4/status.dat" |
        grep -A 80 "host_name=$1\$" | grep scheduled_downtime_depth)
    [[ ${depth%%$'\n'*} == *=1 ]]
}
out_of_downtime() { # HOST
    ! in_downtime "$1"
}

# calls HOST: the calls of its event handler as "STATE;TYPE;ATTEMPT" lines, by Nagios' log.
calls() {
    sed -n "s/.*SERVICE EVENT HANDLER: $1;$SERVICE;\([A-Z]*;[A-Z]*;[0-9]*\);.*/\1/p" \
        "$lab/monitor/var/log/nagios4/nagios.log"
}
was_called() { # HOST CALL
    grep -qxF "$2" < <(calls "$1")
}
was_called_twice() {
    [ "$(calls "$1" | grep -cxF "$2")" -ge 2 ]
}

# answered WORDS: what a handler said that did not end with 0; Nagios logs that.
answered() {
    grep -qF "stdout line 01: $1" "$lab/monitor/var/log/nagios4/nagios.log"
}

# labels: the labels of performance data, sorted; without `bound`, which comes and goes with the
# sockets of the whole machine: it is there where these may be more than 1 % of the ports.
labels() {
    tr ' ' '\n' | sed -n '/^bound=/d; s/=.*//p' | sort | xargs
}

# --- Results -------------------------------------------------------------------------------

like() { # NAME PATTERN GOT
    # shellcheck disable=SC2053 # a pattern
    if [[ $3 == $2 ]]; then
        ok "$1"
    else
        not_ok "$1" "'$3' is not like '$2'"
    fi
}

unlike() { # NAME PATTERN GOT
    # shellcheck disable=SC2053 # a pattern
    if [[ $3 == $2 ]]; then
        not_ok "$1" "'$3' is like '$2'"
    else
        ok "$1"
    fi
}
