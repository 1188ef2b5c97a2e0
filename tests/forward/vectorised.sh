#!/usr/bin/env bash
# vectorised.sh COMPILER INCLUDE_DIR FOLDER
# Duals along eight directions are vector code: compiles a product, a quotient, a function and a sum
# of products, and counts instructions by name. Every multiplication, division and addition of
# derivatives is of two doubles or more; scalar ones are for the value alone.
set -euo pipefail
compiler=$1 include=$2 folder=$3
mkdir -p "$folder"
if ! echo | "$compiler" -dM -E - | grep __x86_64__ > /dev/null; then
    echo "only the names of x86-64 instructions are known here"
    exit 77
fi
cat > "$folder/kernels.c" << 'END'
#include <fluxion/multidual.h>
void product(const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z);
void quotient(const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z);
void function(const flx_dual8 *x, flx_dual8 *z);
void sum(size_t n, const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z);
void product(const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z) { *z = flx_dual8_mul(*x, *y); }
void quotient(const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z) { *z = flx_dual8_div(*x, *y); }
void function(const flx_dual8 *x, flx_dual8 *z) { *z = flx_dual8_sin(*x); }
void sum(size_t n, const flx_dual8 *x, const flx_dual8 *y, flx_dual8 *z)
{
    flx_dual8 s = flx_dual8_constant(0.0);
    for (size_t k = 0; k < n; k++) s = flx_dual8_add(s, flx_dual8_mul(x[k], y[k]));
    *z = s;
}
END

status=0
# expect FUNCTION SCALAR: the number of scalar operations, and at least one vector operation.
expect() {
    local body packed scalar
    body=$(sed -n "/^$1:/,/\.size[[:space:]]*$1,/p" "$folder/kernels.s")
    packed=$(grep -cE '^\s+v?(mul|div|add|sub)pd\s' <<< "$body" || true)
    scalar=$(grep -cE '^\s+v?(mul|div|add|sub)sd\s' <<< "$body" || true)
    echo "$level $1: $packed vector and $scalar scalar operations"
    if [ "$packed" -eq 0 ] || [ "$scalar" -gt "$2" ]; then
        echo "  at most $2 scalar ones are expected" >&2
        status=1
    fi
}
for level in -O2 -O3; do
    "$compiler" -std=c11 "$level" -ffp-contract=off "-I$include" -S "$folder/kernels.c" \
        -o "$folder/kernels.s"
    expect product 1
    expect quotient 1
    expect function 0
    expect sum 2
done
exit $status
