# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the completions of both shells must offer. Source it after lib.sh and expect.sh; the
# test defines offered_for LINE: what is offered there, one word per line.
# shellcheck disable=SC2154

# start_offers CHECK REMEDIATE: asks the programs what there is to offer.
start_offers() {
    need_program "$1"
    need_program "$2"
    check=$(realpath "$1")
    remediate=$(realpath "$2")
    told=$("$here/../../packaging/man/options" --list "$1" "$2") || {
        not_ok "options --list" "$told"
        finish
    }
    start_scratch
    mkdir "$scratch/files" "$scratch/files/there"
    touch "$scratch/files/one.json"
    echo '{"schema": 1}' >"$scratch/policy.json"
    printf '%s' '{"schema": 1, "os": {"kind": "KIND", "major": 10, "minor": 0, "build": 0}, "host": "",
        "time": "2026-01-01T00:00:00Z"}' >"$scratch/seen.json"
}

# words WORD...: sorted, on one line.
words() {
    printf '%s\n' "$@" | sort | paste -sd' '
}

# options_told PROGRAM COMMAND: the options that --help lists and the command takes.
options_told() {
    awk -F'\t' -v p="$1" -v c="$2" '$1 == p && $2 == c { if ($3 != "-") print "-" $3; print "--" $4 }' \
        <<<"$told" | sort | paste -sd' '
}

# offers NAME LINE WORD...: exactly these words, in any order.
offers() {
    local name=$1 line=$2
    shift 2
    same "$name" "$(words "$@")" "$(offered_for "$line" | sort | paste -sd' ')"
}

# settings_of KIND: the names that the check's built-in policy has for that system.
settings_of() {
    sed "s/KIND/$1/" "$scratch/seen.json" |
        "$check" -m misconfigured -o json --policy "$scratch/policy.json" --replay - | jq -r '.settings[].name'
}

# commands_told: those of the remediation's --help.
commands_told() {
    "$remediate" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z-]*\) .*/\1/p'
}

# states_told: the words that an alert's state may be, from the message about another one.
states_told() {
    "$remediate" on-alert --state x --state-type HARD --attempt 1 |
        sed -n "s/.*expected //p" | sed 's/,//g; s/ or / /'
}

# formats_told, timeout_states_told: from the check's message about another one.
formats_told() {
    "$check" -o x | sed 's/.*(one of //; s/); see --help$//; s/,//g'
}
timeout_states_told() {
    "$check" --timeout-state x | sed 's/.*(one of //; s/, or 0-3); see --help$//; s/,//g'
}

# a_program_with_runs: a double that tells a journal: one run applied, one undone, an undo,
# one restored.
a_program_with_runs() {
    cat >"$scratch/remediate_port_exhaustion" <<'END'
#!/bin/sh
[ "$*" = "history -o json" ] || exit 3
cat <<'JSON'
{
  "message": "\"id\": \"20260101T000000Z-9\"",
  "interrupted": null,
  "runs": [
    {
      "id": "20260104T000000Z-4", "ignored": 1,
      "id": "20260104T000000Z-4",
      "undoes": "20260103T000000Z-3",
      "outcome": "applied",
      "undone": false
    },
    {
      "id": "20260103T000000Z-3",
      "undoes": null,
      "outcome": "applied",
      "undone": true
    },
    {
      "id": "20260102T000000Z-2",
      "undoes": null,
      "outcome": "restored",
      "undone": false
    },
    {
      "id": "20260101T000000Z-1",
      "undoes": null,
      "outcome": "applied",
      "undone": false
    }
  ]
}
JSON
END
    sed -i '/"ignored"/d' "$scratch/remediate_port_exhaustion"
    chmod +x "$scratch/remediate_port_exhaustion"
}

offers_of_check() {
    local c=check_port_exhaustion metrics limits
    metrics=$("$check" --help | sed -n '/^Metrics:/,/^$/s/^  \([a-z_]*\) .*/\1/p')
    limits=${metrics//$'\n'/$'=\n'}=
    same "check: options" "$(options_told $c -)" "$(offered_for "$c -" | sort | paste -sd' ')"
    offers "check: long options" "$c --re" --replay
    offers "check: options behind an option" "$c -v --ti" --timeout --timeout-state
    # shellcheck disable=SC2086,SC2046 # lists of words
    {
        offers "check: metrics" "$c -m " $metrics
        offers "check: metrics of the long form" "$c --metrics=" $metrics
        offers "check: metrics to warn of" "$c -w " $limits
        offers "check: metrics to be critical" "$c --critical " $limits
        offers "check: formats" "$c -o " $(formats_told)
        offers "check: states" "$c --timeout-state " $(timeout_states_told)
    }
    offers "check: behind an empty range an option" "$c -w time_wait= -m po" port_usage
    offers "check: a value in an attached form" "$c --timeout-state=c" critical
    offers "check: no value of one's own" "$c --top "
    cd "$scratch/files" || return
    offers "check: a policy" "$c --policy o" one.json
    offers "check: a recording" "$c --replay o" one.json
    cd - >/dev/null || return
}

offers_of_remediation() {
    local r=remediate_port_exhaustion command settings
    for command in $(commands_told); do
        same "remediation: options of $command" "$(options_told $r "$command")" \
            "$(offered_for "$r $command -" | sort | paste -sd' ')"
    done
    same "remediation: commands" "$(commands_told | sort | paste -sd' ')" \
        "$(offered_for "$r " | grep -v '^-' | sort | paste -sd' ')"
    same "remediation: options without a command" "$(options_told $r plan)" \
        "$(offered_for "$r -" | sort | paste -sd' ')"
    settings=$(settings_of linux; settings_of windows)
    # shellcheck disable=SC2086,SC2046 # lists of words
    {
        offers "remediation: settings" "$r apply --only " $settings
        offers "remediation: states" "$r on-alert --state " $(states_told)
    }
    offers "remediation: types" "$r on-alert --state-type " SOFT HARD
    offers "remediation: formats" "$r plan -o " text json
    offers "remediation: a value in an attached form" "$r plan --output=j" json
    offers "remediation: a command" "$r on" on-alert
    offers "remediation: nothing behind an unknown command" "$r fix -"
    a_program_with_runs
    offers "remediation: runs" "$scratch/$r undo --id " 20260101T000000Z-1
    offers "remediation: no runs without a program" "./missing/$r undo --id "
    cd "$scratch/files" || return
    offers "remediation: a policy" "$r plan --policy o" one.json
    cd - >/dev/null || return
}

offers_as_told() {
    offers_of_check
    offers_of_remediation
}
