# One page of plots: error over what is permitted, against the argument.
#   gnuplot -e "folder='...'; names='sin cos ...'; out='page.png'" plot.gp
# The argument's axis is logarithmic, on both sides of 0 where there are both signs, and beyond 1e8
# twenty times as dense there.
set terminal pngcairo size 1500,1160 font "DejaVu Sans,11" noenhanced
set output out
unset key
set border 3 lc rgb "#606060"
set tics nomirror out scale 0.5 textcolor rgb "#404040"
set grid y lc rgb "#dddddd" lt 1
array colours[7] = ["#4477aa", "#66ccee", "#228833", "#000000", "#ccbb44", "#ee6677", "#aa3377"]
array what[7] = ["value", "first derivative", "second", "third", "coefficient 5", "coefficient 10", "coefficient 20"]
smallest = 1e-16
far(u) = u < 24 ? u : 24 + 0.05*(u - 24)
both(x) = x == 0 ? 0 : sgn(x)*far(abs(x) < 1 ? log10(1 + abs(x)/smallest) : log10(abs(x)) - log10(smallest))

set multiplot layout 4,3 margins 0.035,0.985,0.075,0.97 spacing 0.035,0.065
do for [i = 1:7] {
    set label i what[i] at screen 0.1 + 0.12*(i - 1), 0.018 point pt 7 ps 1.2 lc rgb colours[i] offset 1,0 font ",12"
}
do for [name in names] {
    file = folder."/".name.".dat"
    # The ranges of the panel before would be a filter here.
    set xrange [*:*]
    set yrange [*:*]
    set title name offset 0,-0.8 font ",13"
    stats file using 1 nooutput name "X"
    stats file using (column(2) > column(3) ? column(2) : column(3)) nooutput name "A"
    highest = 1.05
    do for [i = 2:8] {
        stats file using i nooutput name "S"
        if (S_max > highest) { highest = 1.05*S_max }
    }
    set yrange [0:highest]
    set ytics 0,(highest > 2.5 ? 1 : 0.5)
    set arrow 1 from graph 0,first 1 to graph 1,first 1 nohead lc rgb "#999999" dt 2
    if (X_min > 0) {
        set xrange [floor(log10(X_min)):ceil(log10(X_max))]
        set xtics nomirror auto format "1e%g"
        plot for [i = 1:7] file using (log10($1)):(column(i + 1)) with points pt 7 ps 0.35 lc rgb colours[i]
    } else {
        set xrange [X_min < 0 ? both(X_min) : 0:both(X_max)]
        unset xtics
        set xtics nomirror format "%g" ("0" 0)
        do for [e = -8:300] {
            x = 10.0**e
            if (e < 9 ? e % 8 == 0 : e == 300) {
                if (x <= X_max) { set xtics add (sprintf(e == 0 ? "1" : "1e%d", e) both(x)) }
                if (-x >= X_min) { set xtics add (sprintf(e == 0 ? "-1" : "-1e%d", e) -both(x)) }
            }
        }
        plot for [i = 1:7] file using (both($1)):(column(i + 1)) with points pt 7 ps 0.35 lc rgb colours[i]
    }
    unset arrow 1
    unset label
}
unset multiplot
