# SPDX-License-Identifier: MIT
# results.tsv of the working directory -> cpu.png, cpu.svg: CPU over the number of sockets.
set datafile separator "\t"
set logscale xy
set xlabel "TIME_WAIT sockets"
set ylabel "CPU of one run, ms"
set format x "%.0s%c"
set xrange [8000:1250000]
set yrange [1:10000]
set grid xtics ytics mytics linecolor "#bbbbbb", linecolor "#dddddd"
set key left top reverse Left
set border 3
set tics nomirror

size(name) = real(substr(name, 3, strlen(name)))
row(tool) = sprintf("< awk -F '\\t' '$1 ~ /^tw/ && $2 == \"%s\" { print substr($1, 3) \"\\t\" $3 }' results.tsv", tool)
set style line 1 linewidth 1.5 pointtype 7 pointsize 0.7 linecolor rgb "#999999"
set style line 2 linewidth 1.5 pointtype 7 pointsize 0.7 linecolor rgb "#e69f00"
set style line 3 linewidth 1.5 pointtype 7 pointsize 0.7 linecolor rgb "#56b4e9"
set style line 4 linewidth 1.5 pointtype 7 pointsize 0.7 linecolor rgb "#cc79a7"
set style line 5 linewidth 1.5 pointtype 7 pointsize 0.7 linecolor rgb "#009e73"
set style line 6 linewidth 3 pointtype 7 pointsize 0.9 linecolor rgb "#d00000"
set style line 7 linewidth 1.5 dashtype 2 linecolor rgb "#000000"

draw = "plot \
row('netstat') using 1:2 with linespoints linestyle 1 title 'netstat -ant', \
row('ss_awk') using 1:2 with linespoints linestyle 2 title 'ss | awk, the same answers', \
row('ss') using 1:2 with linespoints linestyle 3 title 'ss -tan', \
row('zabbix_agentd') using 1:2 with linespoints linestyle 4 title 'zabbix_agentd -t', \
row('node_exporter') using 1:2 with linespoints linestyle 5 title 'node exporter, a scrape', \
row('check') using 1:2 with linespoints linestyle 6 title 'check_port_exhaustion', \
row('floor') using 1:2 with lines linestyle 7 title 'floor: dump and discard'"

set terminal pngcairo size 900,560 font "sans,11" background "white" noenhanced
set output "cpu.png"
@draw
set terminal svg size 900,560 font "sans,13" background "white" noenhanced
set output "cpu.svg"
@draw
