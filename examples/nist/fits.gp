# Four fits as FOLDER/nist.svg and FOLDER/nist.png, from what the program nist wrote to FOLDER/fits.
#     gnuplot -e "folder='demo-out'" fits.gp

data(name) = sprintf("%s/fits/%s.data", folder, name)
curve(name) = sprintf("%s/fits/%s.curve", folder, name)

ink = "#333333"
set style line 1 linecolor rgb "#702b6cb0" pointtype 7 # observations, half transparent
set style line 2 linecolor rgb "#d1495b" linewidth 1.8 # fitted model
set style line 3 linecolor rgb "#e4e7ea" linewidth 1
set border 3 linecolor rgb "#8a94a0"
set tics nomirror scale 0.6 textcolor rgb ink
set grid linestyle 3
set key top right reverse Left samplen 2 spacing 1.2 textcolor rgb ink
set datafile separator whitespace

heading(name, what) = sprintf("{/:Bold %s}  %s", name, what)

do for [format in "svg png"] {
    if (format eq "svg") {
        set terminal svg size 1200,860 font "DejaVu Sans,13" background rgb "white"
    } else {
        set terminal pngcairo size 2400,1720 fontscale 2 linewidth 2 pointscale 2 \
            font "DejaVu Sans,11" background rgb "white"
    }
    set output sprintf("%s/nist.%s", folder, format)
    set multiplot layout 2,2 margins 0.065,0.985,0.075,0.90 spacing 0.085,0.125
    set label 1 "NIST reference data, fitted by Newton's method with Fluxion's exact Hessian" \
        at screen 0.5,0.968 center font ",16" textcolor rgb ink

    set title heading("Gauss2", "two peaks on a decay, 8 parameters") offset 0,-0.4 \
        textcolor rgb ink
    set xlabel "x" offset 0,0.4 textcolor rgb ink
    set ylabel "y" offset 1,0 textcolor rgb ink
    set xrange [0:250]
    set yrange [0:*]
    plot data("Gauss2") linestyle 1 pointsize 0.7 title "observations", \
         curve("Gauss2") with lines linestyle 2 title "fitted model"
    unset label 1

    set title heading("Thurber", "electron mobility, 7 parameters")
    set xlabel "logarithm of the density"
    set ylabel "mobility"
    set xrange [-3.2:2.4]
    set key bottom right
    plot data("Thurber") linestyle 1 pointsize 1 notitle, \
         curve("Thurber") with lines linestyle 2 notitle

    set title heading("Hahn1", "copper, 7 parameters")
    set xlabel "temperature in kelvin"
    set ylabel "thermal expansion"
    set xrange [0:900]
    set yrange [0:*]
    plot data("Hahn1") linestyle 1 pointsize 0.7 notitle, \
         curve("Hahn1") with lines linestyle 2 notitle

    set title heading("ENSO", "air pressure, Easter Island less Darwin, 9 parameters")
    set xlabel "month"
    set ylabel "pressure difference"
    set xrange [0:170]
    set yrange [0:20]
    plot data("ENSO") linestyle 1 pointsize 0.8 notitle, \
         curve("ENSO") with lines linestyle 2 notitle
    unset multiplot
    set output
    set key top right
}
