# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # check and check_exe are tests/lint/run's
# Rules about the built programs: what they import, and do. tests/lint/run sources this.

# symbols FILE...: nm's lines; fails where there are none, since nothing was read then.
symbols() {
    local listing
    listing=$(nm "$@") || return
    if [ -z "$listing" ]; then
        echo "nm $*: no symbols" >&2
        return 1
    fi
    printf '%s\n' "$listing"
}

# none_among PATTERN: no line of standard input is like it
none_among() {
    local code=0
    grep -xE -- "$1" || code=$?
    [ "$code" -eq 1 ]
}

# What a read-only program has no use for. Jansson is shared here, so its imports are its own.
symbols_linux() {
    local imports
    imports=$(symbols -D --undefined-only "$check") || return
    awk '{ sub(/@.*/, "", $NF); print $NF }' <<<"$imports" |
        none_among 'f(re)?open(64)?|creat(64)?|unlink(at)?|rename(at2?)?|mkdir(at)?|rmdir|(f)?truncate(64)?|chmod|fchmod|chown|link|symlink|mount|system|popen|execv?[lpe]*|fexecve|posix_spawnp?|fork|vfork|sysctl|setuid|setgid|dlopen'
}

# defined FILE...: the names of what they define, sorted
defined() {
    local listing
    listing=$(symbols --defined-only "$@") || return
    awk '$2 ~ /[TDBR]/ { print $3 }' <<<"$listing" | sort -u
}

# No symbol of the archives behind the other program, nor of what writes the journal, whose
# records both read.
nothing_of_remediation() {
    local here ours theirs
    here=$(dirname "$check")
    ours=$(defined "$check") && theirs=$(defined "$here"/libwriter.a "$here"/libremediate.a \
        "$here"/checks/model/journal_record_write.o) || return
    none_among '.*' < <(comm -12 <(echo "$ours") <(echo "$theirs"))
}

# fopen and _open come with Jansson's file functions and libssp's last words: linked, never
# called (see "nothing here opens for writing").
symbols_windows() {
    local imports
    imports=$(x86_64-w64-mingw32-objdump -p "$check_exe") || return
    grep -q 'DLL Name: KERNEL32' <<<"$imports" || return
    # Since binutils 2.42 there is a column for the ordinal, and hints are hexadecimal.
    none_among '[[:space:]]+[0-9a-f]+[[:space:]]+(<none>[[:space:]]+)?[0-9a-f]+[[:space:]]+(Reg(Set|Create|Delete|Replace|Restore|Load|Save|Copy)[A-Za-z]*|(Delete|Move|Copy|Replace)File[A-Za-z]*|(Create|Remove)Directory[A-Za-z]*|SetFileAttributes[AW]|Set(Named)?SecurityInfo[AW]?|ShellExecute[A-Za-z]*|WinExec|w?system|_w?unlink|_w?remove|_w?rename|_w?mkdir|_wfopen|_wopen|_creat|RegisterEventSource[AW]|ReportEvent[AW]|InitiateSystemShutdown[A-Za-z]*|SetSystemTime[A-Za-z]*|(Create|Start)Service[AW]|DeleteService|ChangeServiceConfig[A-Za-z0-9]*|ControlService[A-Za-z]*|SetService[A-Za-z]*)' <<<"$imports"
}

no_writing_under_strace() {
    local log
    log=$(mktemp)
    strace -f -o "$log" -e trace=file,process,openat "$check" -v >/dev/null
    if grep -E 'open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)' "$log" ||
        grep -E '^[0-9]+ +(creat|unlink|rename|mkdir|rmdir|truncate|chmod|chown|link|symlink)' "$log" ||
        [ "$(grep -c 'execve(' "$log")" -ne 1 ]; then
        echo "$check: not what a read-only program does"
        rm -f "$log"
        return 1
    fi
    rm -f "$log"
}

# Of both builds, where both are there: each has modules that the other has not.
no_circles() {
    local builds=("${check%/*}")
    [ -z "$check_exe" ] || builds+=("${check_exe%/*}")
    tests/lint/circles "${builds[@]}"
}
