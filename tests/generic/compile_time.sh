#!/usr/bin/env bash
# compile_time.sh COMPILER INCLUDE_DIR FOLDER
# Generic macros write each operand twice, so the text of nested calls grows as 2^depth: measures
# what that costs. Processor seconds, the best of three, so that a busy machine does not decide.
set -euo pipefail
compiler=$1 include=$2 folder=$3
mkdir -p "$folder"
TIMEFORMAT='%U %S'

# A nest with all its depth on one side: flx_add(flx_mul(flx_add(..., y), x), y)
one_sided() {
    local expression=x k
    for ((k = 0; k < $1; k++)); do
        if ((k % 2)); then
            expression="flx_mul($expression, x)"
        else
            expression="flx_add($expression, y)"
        fi
    done
    echo "$expression"
}

# A full binary tree of calls.
balanced() {
    local operand=x k
    for ((k = 0; k < $1; k++)); do
        if ((k % 2)); then
            operand="flx_mul($operand, $operand)"
        else
            operand="flx_add($operand, $operand)"
        fi
    done
    echo "$operand"
}

status=0
# measure SHAPE DEPTH TYPE LIMIT
measure() {
    local source="$folder/$1_$2_$3.c" best= seconds run
    cat > "$source" << END
#include <fluxion/generic.h>
$3 nest($3 x, $3 y);
$3 nest($3 x, $3 y)
{
    (void)y;
    return $($1 "$2");
}
END
    for run in 1 2 3; do
        seconds=$({ time "$compiler" -std=c11 -O1 "-I$include" -c "$source" -o "$source.o"; } 2>&1)
        seconds=$(awk '{ printf "%.2f", $1 + $2 }' <<< "$seconds")
        best=$(printf '%s\n' $best "$seconds" | sort -g | head -1)
        awk -v s="$best" -v limit="$4" 'BEGIN { exit !(s < limit / 2) }' && break
    done
    printf '%-9s depth %2d  %-8s  %5.2f s (limit %s s)\n' "$1" "$2" "$3" "$best" "$4"
    awk -v s="$best" -v limit="$4" 'BEGIN { exit !(s < limit) }' || status=1
}

measure one_sided 12 flx_dual 3
measure one_sided 12 flx_var 3
measure balanced 6 flx_dual 1
measure balanced 6 flx_var 1
exit $status
