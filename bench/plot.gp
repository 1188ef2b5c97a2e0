# plot.gp: gradients over the plain C value, one column per problem, one mark per contender.
#   gnuplot -e "folder='bench-out'" bench/plot.gp
# reads folder/compare.csv, writes folder/gradient.svg and folder/gradient.png.
if (!exists("folder")) folder = "bench-out"
set datafile separator comma
csv = folder . "/compare.csv"
names = system("awk -F, '$4 == \"gradient\" && !seen[$6]++ {print $6}' " . csv)
cases = system("awk -F, '$4 == \"gradient\" && !seen[$1 $2]++ {print $1 \":\" $2}' " . csv)
lines(name) = "< awk -F, '$4 == \"gradient\" {k = $1 \":\" $2; if (!(k in at)) at[k] = ++n; if ($6 == \"" . name . "\") print at[k] \",\" $11}' " . csv

set logscale y
set grid ytics
set key outside right
set ylabel "time of value and gradient over the plain C value"
set xrange [0.5:words(cases) + 0.5]
set xtics rotate by -40
do for [k = 1:words(cases)] { set xtics add (word(cases, k) k) }

do for [kind in "svg png"] {
    if (kind eq "svg") { set terminal svg size 960,540 font "DejaVu Sans,12" background "white" } \
    else { set terminal pngcairo size 960,540 font "DejaVu Sans,10" }
    set output folder . "/gradient." . kind
    plot for [k = 1:words(names)] lines(word(names, k)) using 1:2 \
        with linespoints pointtype k pointsize 1.1 linewidth 0.5 title word(names, k) noenhanced
}
