# SPDX-License-Identifier: MIT
# Reads a trace of strace; prints each call by which a packet could leave, and that there was
# none that asks. Nothing is printed of a program that sends nothing.

function number(call) {
    sub(/^[^(]*\(/, "", call)
    sub(/[^0-9].*$/, "", call)
    return call
}

{ sub(/^[0-9]+ +/, "") }

/^socket\(AF_INET/ && / = [0-9]+$/ {
    kind[$NF] = /SOCK_STREAM/ ? "tcp" : "udp"
    delete held[$NF, 1]
    delete held[$NF, 2]
}

/^close\(/ { delete kind[number($0)] }

!(number($0) in kind) { next }

/^setsockopt\(.*(TCP_FASTOPEN_CONNECT|0x1e).*\[1\].* = 0$/ { held[number($0), 1] = 1 }
/^setsockopt\(.*(TCP_FASTOPEN_NO_COOKIE|0x22).*\[1\].* = 0$/ { held[number($0), 2] = 1 }

/^connect\(.*AF_UNSPEC/ {
    delete held[number($0), 1]
    delete held[number($0), 2]
    next
}

/^(connect|bind)\(/ { asked++ }
/^connect\(/ && kind[number($0)] == "tcp" && !(held[number($0), 1] && held[number($0), 2])
/^(write|writev|pwrite64|send|sendto|sendmsg|sendmmsg|sendfile|splice|listen|accept|accept4|shutdown)\(/

END {
    if (!asked)
        print "no call that asks"
}
