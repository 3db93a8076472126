# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Runs a test of this directory in the root of its own that tests/host/remediate.sh makes,
# so that examples may change a host. Source it; PROGRAM and `here` name the test.
# shellcheck disable=SC2154

# stage FILE... -- ARGUMENT...: brings the test, what it sources and the files together, runs
# the test there, and ends with it. Inside, the files are in $here/data.
stage() {
    stage=$(mktemp -d)
    trap 'rm -rf "$stage"' EXIT
    chmod 755 "$stage"
    mkdir "$stage/data"
    cp "$here/$PROGRAM" "$here"/stage.sh "$here"/../host/{lib,expect,remediate}.sh \
        "$here"/../host/listeners.py "$stage"
    while [ "$1" != -- ]; do
        cp "$1" "$stage/data"
        shift
    done
    shift
    bash "$stage/$PROGRAM" "$@"
    exit
}

# is_staged: whether this is the test's own copy.
is_staged() {
    [ -e "$here/remediate.sh" ]
}

# with_data: to be called after remediate.sh was sourced: its root gets the files as well.
with_data() {
    eval "make_plain_$(declare -f make_root)"
    # shellcheck disable=SC2317 # enter_root calls it
    make_root() {
        make_plain_make_root "$@" && cp -r "$here/data" "$here/stage.sh" "$root/opt/" &&
            chmod -R a+rX "$root/opt/data"
    }
}
