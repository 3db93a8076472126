# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the Zabbix test needs to stand: Debian's server, database and frontend on one host, its
# agent on another.
# shellcheck disable=SC2154

agent_conf=/etc/zabbix/zabbix_agentd.conf.d
agent2_conf=/etc/zabbix/zabbix_agent2.d

# --- The monitoring host -------------------------------------------------------------------

start_monitor() {
    make_host monitor 1
    start_database
    configure_server
    start_as monitor zabbix zabbix_server /usr/sbin/zabbix_server --foreground
    configure_frontend
    start monitor frontend PHP_CLI_SERVER_WORKERS=3 php -d memory_limit=256M -S 10.99.0.1:80 -t /usr/share/zabbix
    becomes "Zabbix' API answers" 30 log_in || {
        log_of frontend
        or_stop
    }
    becomes "Zabbix' server runs" 30 grep -qs 'server #0 started' \
        "$lab/monitor/var/log/zabbix-server/zabbix_server.log" || {
        tail "$lab/monitor/var/log/zabbix-server/zabbix_server.log"
        log_of zabbix_server
        or_stop
    }
}

# PostgreSQL in memory, with the tables of Debian's zabbix-server-pgsql; nothing is synced to
# a disk that is not there.
start_database() {
    local bin sql=/usr/share/zabbix-server-pgsql
    bin=$(on monitor sh -c 'ls -d /usr/lib/postgresql/*/bin | tail -n 1')
    on monitor install -d -o postgres -g postgres /run/postgresql /run/database
    on_as monitor postgres "$bin/initdb" -D /run/database -A trust -E UTF8 --no-locale --no-sync \
        >"$lab/log/initdb" 2>&1
    start_as monitor postgres postgres "$bin/postgres" -D /run/database -F \
        -c listen_addresses=127.0.0.1 -c synchronous_commit=off -c full_page_writes=off
    within 20 on_as monitor postgres "$bin/pg_isready" -q
    on_as monitor postgres sh -ec '
        createuser zabbix
        createdb -O zabbix zabbix
        zcat "$@" | psql -q -v ON_ERROR_STOP=1 -o /dev/null --single-transaction -h 127.0.0.1 -U zabbix zabbix' \
        load "$sql/schema.sql.gz" "$sql/images.sql.gz" "$sql/data.sql.gz" >"$lab/log/sql" 2>&1 || {
        not_ok "the database is filled" "$(log_of initdb; log_of postgres; log_of sql)"
        finish
    }
}

# Debian's configuration; seconds instead of minutes, and few processes.
configure_server() {
    cat >"$lab/monitor/etc/zabbix/zabbix_server.conf.d/lab.conf" <<'EOF'
CacheUpdateFrequency=2
StartPollers=2
StartPollersUnreachable=1
StartTrappers=1
StartPingers=0
StartDiscoverers=0
StartHTTPPollers=0
StartDBSyncers=1
StartPreprocessors=1
StartLLDProcessors=1
EOF
    on monitor install -d -o zabbix -g zabbix /run/zabbix /var/log/zabbix-server
}

# Its pages want the locale en_US: that of C does.
configure_frontend() {
    cp -r "$lab/monitor/usr/lib/locale/C.utf8" "$lab/monitor/usr/lib/locale/en_US.utf8"
    cat >"$lab/monitor/etc/zabbix/zabbix.conf.php" <<'EOF'
<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '127.0.0.1';
$DB['PORT'] = '0';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'zabbix';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '10051';
$ZBX_SERVER_NAME = 'lab';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
EOF
}

# --- The agent -----------------------------------------------------------------------------

# give HOST FILE PLACE [MODE]: a file of packaging/, copied as the documentation says.
give() {
    install -D -m "${4:-644}" "$tree/packaging/$2" "$lab/$1/$3"
}

make_agent() {
    make_host agent 2
    rm -f "$lab/agent/etc/sudoers.d/zabbix" # of Debian's server package, for fping
    give agent zabbix/port-exhaustion.conf "$agent_conf/port-exhaustion.conf"
    give agent zabbix/port-exhaustion-remediate.conf "$agent_conf/port-exhaustion-remediate.conf"
    # as-windows, the same machine, is sent what a Windows agent allows: allowed here too.
    grep '^AllowKey=' "$tree/packaging/zabbix-windows/port-exhaustion-remediate.conf" \
        >"$lab/agent$agent_conf/as-windows.conf"
    give agent sudoers/port-exhaustion-zabbix /etc/sudoers.d/port-exhaustion-zabbix 440
    give agent handler/on_alert /usr/lib/port-exhaustion/on_alert 755
    ! broken handler || useless 'echo ON-ALERT DONE' >"$lab/agent/usr/lib/port-exhaustion/on_alert"
    sed -i 's/^Server=.*/Server=10.99.0.1/; s/^ServerActive=.*/# none/' "$lab/agent/etc/zabbix/zabbix_agentd.conf"
    on agent install -d -o zabbix -g zabbix /run/zabbix /var/log/zabbix-agent # as the package
    start_agent
}

start_agent() {
    start_as agent zabbix zabbix_agentd /usr/sbin/zabbix_agentd --foreground
}
stop_agent() {
    kill "$(<"$lab/agent/run/zabbix/zabbix_agentd.pid")"
}

# ask_agent KEY [NUMBER]: of the host with this number, by default the agent's.
ask_agent() {
    on monitor zabbix_get -s "10.99.0.${2:-2}" -k "$1" 2>&1
}

# --- Agent 2 -------------------------------------------------------------------------------

# As Debian configures it; it also sends by itself what the server wants to know.
make_agent2() {
    make_host agent2 3
    rm -f "$lab/agent2/etc/sudoers.d/zabbix"
    give agent2 zabbix/port-exhaustion.conf "$agent2_conf/port-exhaustion.conf"
    give agent2 zabbix-agent2/port-exhaustion-remediate.conf "$agent2_conf/port-exhaustion-remediate.conf"
    give agent2 sudoers/port-exhaustion-zabbix /etc/sudoers.d/port-exhaustion-zabbix 440
    give agent2 handler/on_alert /usr/lib/port-exhaustion/on_alert 755
    sed -i 's/^Server=.*/Server=10.99.0.1/; s/^ServerActive=.*/ServerActive=10.99.0.1/; s/^Hostname=.*/Hostname=agent2/' \
        "$lab/agent2/etc/zabbix/zabbix_agent2.conf"
    on agent2 install -d -o zabbix -g zabbix /run/zabbix /var/log/zabbix
}
start_agent2() {
    start_as agent2 zabbix zabbix_agent2 /usr/sbin/zabbix_agent2 -c /etc/zabbix/zabbix_agent2.conf
}
agent2_answers() {
    [ "$(ask_agent agent.ping 3)" = 1 ]
}

