# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the release scripts share: the release's date, and archives that come out the same
# wherever and whenever they are made. Source it in the top of the tree.

# Debian's changelog has the date of the release, in a checkout and in a tarball alike.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(date -u +%s -d \
    "$(sed -n 's/^ -- .*>  //p' packaging/debian/changelog | head -n 1)")}
export SOURCE_DATE_EPOCH
umask 022

die() {
    echo "${0##*/}: $*" >&2
    exit 1
}

# unpack_release TARBALL DIRECTORY: its tree is then DIRECTORY/port-exhaustion-VERSION.
unpack_release() {
    rm -rf "$2"
    mkdir -p "$2"
    tar -C "$2" --no-same-owner -xzf "$1"
}
