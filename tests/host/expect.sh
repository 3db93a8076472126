# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Exact expectations of a command's output and exit code. Source it after lib.sh.

# expect NAME CODE OUTPUT COMMAND...: exact exit code and output.
expect() {
    local name=$1 want_code=$2 want=$3 said code=0
    shift 3
    said=$("$@" 2>&1) || code=$?
    if [ "$code" -ne "$want_code" ]; then
        not_ok "$name" "exit code $code, expected $want_code: $said"
    elif [ "$said" != "$want" ]; then
        not_ok "$name" "said '$said', expected '$want'"
    else
        ok "$name"
    fi
}
