# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Icinga 2 for its test: a master and agents as `icinga2 node setup` makes them, the API as a
# client sees it, and an InfluxDB that writes down what it gets. Source it after lab.sh.
# shellcheck disable=SC2034,SC2154

packaged=$(realpath "$here/../../packaging")
api_user=watcher
api_password=only-in-the-lab

# --- Making the cluster --------------------------------------------------------------------

# write_file HOST PATH: standard input, readable for Icinga's user and not for all.
write_file() {
    mkdir -p "$(dirname "$lab/$1$2")" && cat >"$lab/$1$2"
    on "$1" chown root:nagios "$2" && chmod 640 "$lab/$1$2"
}

# start_icinga HOST: as Debian's unit does.
start_icinga() {
    on "$1" /usr/lib/icinga2/prepare-dirs /usr/lib/icinga2/icinga2 >"$lab/log/prepare-$1" 2>&1
    start "$1" "icinga2-$1" sh -c \
        'umask 0007; exec /usr/sbin/icinga2 daemon --close-stdio -e /var/log/icinga2/error.log'
}

# become_master HOST: the certificate authority, its own configuration below zones.d.
become_master() {
    on "$1" icinga2 node setup --master --cn "$1" --disable-confd >"$lab/log/setup-$1" 2>&1
}

# become_agent HOST MASTER ADDRESS: signed by the running master, with its ticket.
become_agent() {
    local ticket
    ticket=$(on "$2" icinga2 pki ticket --cn "$1") &&
        on "$1" mkdir -p /var/lib/icinga2/certs &&
        on "$1" chown nagios:nagios /var/lib/icinga2/certs &&
        on_as "$1" nagios icinga2 pki save-cert --host "$3" --port 5665 \
            --trustedcert /var/lib/icinga2/certs/trusted-parent.crt &&
        on "$1" icinga2 node setup --ticket "$ticket" --cn "$1" --zone "$1" \
            --endpoint "$2,$3,5665" --parent_zone "$2" --parent_host "$3,5665" \
            --trustedcert /var/lib/icinga2/certs/trusted-parent.crt \
            --accept-commands --accept-config --disable-confd &&
        on "$1" icinga2 pki verify --cert "/var/lib/icinga2/certs/$1.crt" \
            --cacert /var/lib/icinga2/certs/ca.crt &&
        cmp "$lab/$1/var/lib/icinga2/certs/ca.crt" "$lab/$2/var/lib/icinga2/ca/ca.crt"
} >"$lab/log/setup-$1" 2>&1

# The handler and its sudo line, as the pages say; of no use where that is the test.
install_handler() { # HOST
    local handler=/usr/lib/port-exhaustion/on_alert
    install -D -m 755 "$packaged/handler/on_alert" "$lab/$1$handler"
    broken handler && useless ':' >"$lab/$1$handler"
    install -m 440 "$packaged/sudoers/port-exhaustion-nagios" "$lab/$1/etc/sudoers.d/"
    on "$1" visudo -c >"$lab/log/visudo-$1" 2>&1
}

# --- What a client of the API sees ---------------------------------------------------------

# api METHOD PATH [JSON]: the master's answer; the certificate is verified.
api() {
    local method=$1 path=$2
    shift 2
    on master curl --silent --show-error --fail-with-body --max-time 10 \
        --cacert /var/lib/icinga2/ca/ca.crt --user "$api_user:$api_password" \
        --header 'Accept: application/json' --header "X-HTTP-Method-Override: $method" \
        --request POST ${1:+--data "$1"} "https://master:5665/v1/$path" 2>&1
}
api_answers() {
    api GET status/IcingaApplication >/dev/null
}

# service HOST!SERVICE FILTER: of the object's attributes.
service() {
    api GET "objects/services/$1" | jq -r ".results[0].attrs | $2" 2>/dev/null
}
service_is() { # HOST!SERVICE FILTER VALUE
    [ "$(service "$1" "$2")" = "$3" ]
}

# is_checked HOST: all its services have a result of their own. A check that was asked for
# while the agent restarts gets lost, and Icinga asks again only 90 s later: ask for it.
is_checked() {
    api GET objects/services | jq -e --arg host "$1" '[.results[].attrs |
        select(.host_name == $host) | .last_check_result.command] | all' >/dev/null && return
    api POST actions/reschedule-check '{ "type": "Service", "force": true,
        "filter": "host.name == \"'"$1"'\"" }' >/dev/null
    sleep 1 # between two looks
    return 1
}

# Everything that happens from now on, an event a line, in the order in which it did.
watch_events() {
    start master events curl --silent --no-buffer --max-time 600 \
        --cacert /var/lib/icinga2/ca/ca.crt --user "$api_user:$api_password" \
        --header 'Accept: application/json' --request POST \
        --data '{"queue": "test", "types": ["CheckResult"]}' https://master:5665/v1/events
}
# results_of HOST SERVICE FILTER: a line for each check result so far.
results_of() {
    jq -r --arg host "$1" --arg service "$2" \
        "select(.host == \$host and .service == \$service) | $3" "$lab/log/events" 2>/dev/null
}

# "STATE TYPE ATTEMPT" of each check result of HOST!ports since the events are watched.
history_of() { # HOST
    results_of "$1" ports '.check_result |
        ["OK", "WARNING", "CRITICAL", "UNKNOWN"][.state] + " " +
        ["SOFT", "HARD"][.vars_after.state_type] + " \(.vars_after.attempt)"'
}
has_result() { # HOST "STATE TYPE ATTEMPT" [TIMES]
    [ "$(history_of "$1" | grep -cFx "$2")" -ge "${3-1}" ]
}

# ask_again HOST: a check that got lost (see is_checked) is asked for again, every 8 s.
asked_ms=0
ask_again() {
    if [ $(($(now_ms) - asked_ms)) -gt 8000 ]; then
        [ $asked_ms -eq 0 ] || api POST actions/reschedule-check '{ "type": "Service", "force": true,
            "service": "'"$1"'!ports" }' >/dev/null
        asked_ms=$(now_ms)
    fi
    return 1
}
# gets_result HOST "STATE TYPE ATTEMPT" [TIMES]: has_result, to be waited for.
gets_result() {
    has_result "$@" || ask_again "$1"
}

recovers() { # HOST
    [ "$(history_of "$1" | tail -n 1)" = "OK HARD 1" ] || ask_again "$1"
}
# moment HOST STATE: when it came into a HARD state for the first time since the exhaustion.
moment() {
    results_of "$1" ports "select(.timestamp * 1000 > $exhausted_ms and .check_result.state == $2
        and .check_result.vars_after.state_type == 1) | .timestamp * 1000 | floor" | sed -n 1p
}
# size_of HOST: of its last CRITICAL result, as the check printed it.
size_of() {
    results_of "$1" ports '.check_result | select(.state == 2) |
        .output + "| " + (.performance_data | join(" "))' | tail -n 1 | wc -c
}

# refused HOST WHY TIMES: the agent logs what a handler said that failed.
refused() {
    [ "$(grep 'warning/PluginEventTask' "$lab/$1/var/log/icinga2/icinga2.log" |
        grep -cF "$2")" -eq "$3" ]
}

# listed TYPE NAME: the options of a command as it was loaded last, then its command line.
listed() {
    on master icinga2 object list --type "$1" --name "$2" |
        sed -n 's/^  \* command = //p; s/^    \* \(--[a-z-]*\)$/\1/p; s/^      \* \(skip_key\)/\1/p'
}

# --- A writer's other end ------------------------------------------------------------------

# start_influxdb HOST: takes what an InfluxDB would take, and writes it down as JSON, an
# object a line. What comes with a line that it does not understand gets lost.
start_influxdb() {
    cat >"$lab/$1/tmp/influxdb.py" <<'END'
import http.server
import json

def parse(line):
    tags, fields, when = line.split(" ")
    pairs = [pair.split("=") for pair in (tags + "," + fields).split(",")[1:]]
    return {**{key: value for key, value in pairs}, "when": int(when)}

class Writes(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open("/tmp/influxdb.json", "a", encoding="utf-8") as file:
            for line in body.splitlines():
                file.write(json.dumps(parse(line)) + "\n")
        self.send_response(204)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", 8086), Writes).serve_forever()
END
    start "$1" influxdb python3 /tmp/influxdb.py
}

# Both: "metric value warn crit min max" of each metric, '-' where there is none.
# A threshold that is no plain number counts as none, as Icinga has it.
printed_metrics() { # HOST!SERVICE
    service "$1" '.last_check_result.performance_data[]' | jq -Rr '
        split("=") as [$name, $rest] | ($rest | split(";")) as $parts |
        [$name, ($parts[0] | rtrimstr("%")),
            ([1, 2, 3, 4][] | $parts[.] // "" | select(test("^[-+0-9.eE]+$")) // "-")] |
        join(" ")'
}
written_metrics() { # HOST SERVICE [SINCE]
    jq -r --arg host "$1" --arg service "$2" --argjson since "${3-0}" '
        select(.hostname == $host and .service == $service and .when >= $since) |
        [.metric, .value, .warn, .crit, .min, .max] | map(. // "-") | join(" ")' \
        "$lab/master/tmp/influxdb.json"
}

# What the check prints only when it was counted.
always() {
    grep -vE '^(bound|closed_ports) '
}

# all_written HOST: each metric of its "ports" as often as there were results.
all_written() {
    local start results metrics
    start=$(results_of "$1" ports .check_result.execution_end | sed -n 1p)
    results=$(results_of "$1" ports .check_result.state | wc -l)
    metrics=$(printed_metrics "$1!ports" | always | wc -l)
    written_metrics "$1" ports "${start%.*}" | always | cut -d' ' -f1 | sort | uniq -c |
        awk -v results="$results" -v metrics="$metrics" '
            NR == 1 { times = $1 }
            $1 != times || $1 < results { wrong = 1 }
            END { exit wrong || NR == 0 || NR != metrics }'
}
