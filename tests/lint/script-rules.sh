# SPDX-License-Identifier: MIT
# shellcheck shell=bash disable=SC2154 # the lists are tests/lint/run's
# Rules about scripts, and about files of every kind. tests/lint/run sources this.

# of_language INTERPRETERS PATTERN...: of standard input's files those whose first line names
# one of the interpreters, or whose name is like a pattern.
of_language() {
    local interpreters=$1 file pattern first
    shift
    while IFS= read -r file; do
        for pattern in "$@"; do
            # shellcheck disable=SC2053 # a pattern
            [[ $file == $pattern || ${file##*/} == $pattern ]] && echo "$file" && continue 2
        done
        IFS= read -r -n 80 first <"$file" 2>/dev/null
        if [[ $first =~ ^#!\ *([^\ ]*/env\ +)?([^\ ]*/)?($interpreters)([[:space:]]|$) ]]; then echo "$file"; fi
    done 2>/dev/null
}

sizes() { # of at most 500 lines: C, scripts in any language, Makefiles
    wc -l "${sources[@]}" "${other_scripts[@]}" "${shell_scripts[@]}" "${python_scripts[@]}" |
        awk '$2 != "total" && $1 > 500 && !seen[$2]++ { print $2 ": " $1 " lines"; bad = 1 } END { exit bad }'
}

# A file that is no text in UTF-8. Inputs of tests and pictures may be.
no_binaries() {
    local found
    found=$(printf '%s\0' "${files[@]}" | grep -zvE '^(tests/(fixtures|cases)|packaging/docs)/' |
        LC_ALL=C.UTF-8 xargs -0 grep -LI '' -- | while IFS= read -r file; do [ ! -s "$file" ] || echo "$file"; done)
    [ -z "$found" ] || {
        printf '%s: a binary file\n' "$found"
        return 1
    }
}

no_embedded_python() { tests/lint/embedded-python "${shell_scripts[@]}"; }

python_compiles() {
    local cache code=0
    cache=$(mktemp -d)
    PYTHONPYCACHEPREFIX=$cache python3 -m py_compile "${python_scripts[@]}" || code=$?
    rm -rf "$cache"
    return $code
}

pyflakes_all() { pyflakes3 "${python_scripts[@]}"; }

# Those that are sourced too, by themselves: each names its shell.
shellcheck_all() { shellcheck -x "${shell_scripts[@]}"; }
