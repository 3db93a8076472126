# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Hosts without an Icinga agent: the node about itself, by NRPE, by SSH; and a single node, with
# Debian's own configuration. Source it after icinga2.sh.
# shellcheck disable=SC2154

# hosts_without_agent: for the master's own configuration.
hosts_without_agent() {
    cat <<'END'
template Host "without-agent" {
	check_command = "dummy"
	address = "10.99.0.1"
	vars.port_exhaustion = true
	vars.port_exhaustion_check_interval = 2s
	vars.port_exhaustion_retry_interval = 1s
}
object Host "near" {
	import "without-agent"
	vars.port_exhaustion_by = "local"
	vars.port_exhaustion_warning = "port_usage=~:70"
}
object Host "by-nrpe" {
	import "without-agent"
	vars.port_exhaustion_by = "nrpe"
	vars.port_exhaustion_remediate = true
}
object Host "by-ssh" {
	import "without-agent"
	vars.port_exhaustion_by = "ssh"
	vars.port_exhaustion_warning = [ "port_usage=~:70", "time_wait=" ]
	vars.port_exhaustion_verbose = 1
}
END
}

# What Icinga calls for them. NRPE itself is tested with Nagios, and says CRITICAL here; SSH is
# a shell, which is what the other end has.
install_plugins() { # HOST
    local plugins=$lab/$1/usr/lib/nagios/plugins
    # shellcheck disable=SC2016 # for the shell there
    useless 'echo "$*" >>/tmp/nrpe-calls
case $* in *remediate_*) echo "ON-ALERT DONE: for the test" ;; *) echo "PORTS CRITICAL: for the test"; exit 2 ;; esac' \
        >"$plugins/check_nrpe"
    # shellcheck disable=SC2016 # for the shell there
    useless 'while [ "$1" != -C ]; do shift; done
exec sh -c "$2"' >"$plugins/check_by_ssh"
    chmod 755 "$plugins/check_nrpe" "$plugins/check_by_ssh"
    install -D -m 755 "$packaged/nagios/on_alert_nrpe" "$lab/$1/usr/lib/port-exhaustion/on_alert_nrpe"
}

nrpe_was_asked() { # HOST
    grep -qx -- '-H 10.99.0.1 -t 25 -c remediate_port_exhaustion' "$lab/$1/tmp/nrpe-calls"
}

try_without_agent() {
    becomes "the master checks itself" 20 service_is 'near!ports' .state 0
    same "by its own command" "/usr/lib/nagios/plugins/check_port_exhaustion --warning port_usage=~:70" \
        "$(service 'near!ports' '.last_check_result.command | join(" ")')"
    becomes "a host is checked by SSH" 20 service_is 'by-ssh!ports' .state 0
    same "with the options of the check" \
        "'/usr/lib/nagios/plugins/check_port_exhaustion' '--warning' 'port_usage=~:70' '--warning' 'time_wait=' '-v'" \
        "$(service 'by-ssh!ports' '.last_check_result.command | .[index("-C") + 1]')"
    becomes "a host with NRPE is CRITICAL" 20 service_is 'by-nrpe!ports' '"\(.state) \(.state_type)"' "2 1"
    same "its command is NRPE's" "/usr/lib/nagios/plugins/check_nrpe -H 10.99.0.1 -c check_port_exhaustion -t 15:UNKNOWN -u" \
        "$(service 'by-nrpe!ports' '.last_check_result.command | join(" ")')"
    becomes "its handler asks the host" 10 nrpe_was_asked master
    same "once: not in a SOFT state" 1 "$(grep -c remediate_ "$lab/master/tmp/nrpe-calls")"
}

# validates NAME PATTERN: Icinga itself about the single node with this host (standard input).
validates() {
    local said dump
    write_file single /etc/icinga2/conf.d/site.conf
    # Since 2.14 what `object list` shows is written on demand.
    dump=$(on single icinga2 daemon --help | grep -o -e --dump-objects | uniq)
    said=$(on single icinga2 daemon -C ${dump:+"$dump"} 2>&1)
    # shellcheck disable=SC2053 # a pattern
    if [[ "$? $said" == $2 ]]; then
        ok "$1"
    else
        not_ok "$1" "'$(tail -n 20 <<<"$said")' is not like '$2'"
    fi
}

try_single_node() {
    local file wrong="* host 'web': port_exhaustion_by is \"agent\" (with agent_endpoint), \"local\", \"nrpe\", or \"ssh\" *"
    make_host single 4
    for file in commands services; do
        write_file single /etc/icinga2/conf.d/port-exhaustion-$file.conf <"$packaged/icinga2/port-exhaustion-$file.conf"
    done
    on single /usr/lib/icinga2/prepare-dirs /usr/lib/icinga2/icinga2 >"$lab/log/prepare-single" 2>&1
    hosts_without_agent | validates "a single node takes the services" "0 *"
    same "each host has one" 'by-nrpe!ports by-ssh!ports near!ports' \
        "$(on single icinga2 object list --type Service --name '*!ports' --color 2>/dev/null |
            sed 's/\x1b\[[0-9;]*m//g' | sed -n "s/^Object '\(.*\)' of type.*/\1/p" | sort | xargs)"
    validates "one without any word has none" "0 *" <<<'object Host "web" { check_command = "dummy"; vars.port_exhaustion = true }'
    validates "a word that nothing knows is named" "1 $wrong" \
        <<<'object Host "web" { check_command = "dummy"; vars.port_exhaustion = true; vars.port_exhaustion_by = "nrep" }'
    validates "so is an agent without an endpoint" "1 $wrong" \
        <<<'object Host "web" { check_command = "dummy"; vars.port_exhaustion = true; vars.port_exhaustion_by = "agent" }'
    validates "so is a remediation by SSH" "1 $wrong" \
        <<<'object Host "web" { check_command = "dummy"; vars.port_exhaustion = true; vars.port_exhaustion_by = "ssh"; vars.port_exhaustion_remediate = true }'
}
