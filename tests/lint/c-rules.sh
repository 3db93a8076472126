# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # the lists are tests/lint/run's
# Rules about the text of C files. tests/lint/run sources this, and makes the lists of files.

flags=(-std=c11 -I. -D_GNU_SOURCE '-DPORT_EXHAUSTION_VERSION="lint"')

format() { clang-format --dry-run --Werror "${sources[@]}"; }

# compile_alone COMPILER HEADER...
compile_alone() {
    local header compiler=$1 bad=0
    shift
    for header; do
        printf '#include "%s"\nextern int unused_%s;\n' "$header" "$RANDOM" |
            "$compiler" "${flags[@]}" -Wall -Wextra -Wpedantic -Werror -Ibuild/deps/x86_64-w64-mingw32/include \
                -fsyntax-only -x c - || {
            echo "$header: does not compile alone"
            bad=1
        }
    done
    return $bad
}

headers_alone() { compile_alone gcc "${headers[@]}"; }
windows_headers_alone() { compile_alone x86_64-w64-mingw32-gcc "${windows_headers[@]}"; }

own_header_first() {
    local file header first bad=0
    for file in "${sources[@]}"; do
        header=${file%.c}.h
        case $file in *.c) ;; *) continue ;; esac
        [ -f "$header" ] || continue
        first=$(grep -m1 -E '^#include' "$file")
        [ "$first" = "#include \"$header\"" ] && continue
        echo "$file: its first include is not \"$header\""
        bad=1
    done
    return $bad
}

include_table() { tests/lint/include-table "${sources[@]}"; }

# none PATTERN FILE...: no line of them matches, and they were read
none() {
    local code=0
    grep -nE -- "$@" || code=$?
    [ "$code" -eq 1 ]
}

os_macros() {
    local allowed others
    allowed='^(checks/base/compiler\.h|checks/host/windows/win\.h)$'
    mapfile -t others < <(printf '%s\n' "${sources[@]}" | grep -vE "$allowed")
    none '^[[:space:]]*#.*\b(_WIN32|_WIN64|__linux__|__MINGW[0-9]*__|__unix__)\b' "${others[@]}" /dev/null
}

banned_functions() {
    none '\b(strcpy|strcat|sprintf|vsprintf|atoi|atol|atof|strtok|system|popen|gets|alloca|setlocale)[[:space:]]*\(' \
        "${shipped[@]}" /dev/null
}

# A file that is entered by setns(2), which a comment may name.
one_way_into_namespaces() {
    local others
    mapfile -t others < <(printf '%s\n' "${shipped[@]}" | grep -vx 'checks/host/linux/namespace_enter\.c')
    none '\b(setns|unshare|SYS_setns|SYS_unshare)\b[[:space:]]*([^([:space:]]|\([^2])' "${others[@]}" /dev/null
}

spdx_and_purpose() {
    local file bad=0
    for file in "${sources[@]}"; do
        [ "$(head -n 1 "$file")" = '/* SPDX-License-Identifier: MIT */' ] &&
            [[ $(sed -n 2p "$file") == '/*'* ]] && continue
        echo "$file: needs the SPDX line and a sentence on why it exists"
        bad=1
    done
    return $bad
}

# Nobody may steer a shipped program from its environment; another process's is data, and
# colours are a matter of the terminal.
no_environment() {
    local found
    found=$(none '\b(getenv|secure_getenv|_wgetenv|GetEnvironmentVariable[AW]?|environ)\b' "${shipped[@]}" /dev/null) && return
    grep -v -e '/proc/1/environ' -e '/program_terminal\.c:[0-9]*:.*"\(NO_COLOR\|TERM\)"' <<<"$found"
    [ $? -eq 1 ] && [ -n "$found" ]
}

no_opening_for_writing() { # of what the check is made of
    none '\b(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|O_APPEND|GENERIC_WRITE|CREATE_ALWAYS|CREATE_NEW|fopen|freopen|_wopen|_wfopen|json_dump_file|json_dumpfd|json_load_file)\b' \
        "${check_sources[@]}" /dev/null
}

cppcheck_all() {
    cppcheck --quiet --std=c11 --error-exitcode=1 --inline-suppr -I. -D_GNU_SOURCE \
        '-DPORT_EXHAUSTION_VERSION="lint"' --enable=warning,performance,portability \
        --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches "${shipped[@]}"
}

# One file at a time: version 14 forgets what va_list is after the first one.
clang_tidy_all() {
    printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -I{} clang-tidy --quiet --warnings-as-errors='*' {} -- "${flags[@]}" 2>/dev/null
}
