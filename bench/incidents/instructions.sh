#!/usr/bin/env bash
# Counts the instructions of one batch on the set `tiny`, and keeps the figure in instructions.txt.
#   bench/incidents/instructions.sh [FOLDER]
# Needs valgrind; without FOLDER the sets are made, which needs numpy (PYTHON names the interpreter).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
where=$(mktemp -d "${TMPDIR:-/tmp}/incidents-XXXXXX")
trap 'rm -rf "$where"' EXIT
sets=${1:-}
if [ -z "$sets" ]; then
    sets=$where
    "${PYTHON:-python3}" "$here/sets.py" "$sets" tune tiny
fi
${CARGO:-cargo} build --locked --release --quiet --package servanda-incidents --example fuse
valgrind --tool=callgrind --callgrind-out-file="$where/callgrind" --toggle-collect='fuse::run*' \
    "${CARGO_TARGET_DIR:-target}/release/examples/fuse" "$sets" tiny once > "$where/said" 2> "$where/told"
rows=$(cut -f3 "$where/said")
count=$(sed -n 's/.*Collected : \([0-9]*\).*/\1/p' "$where/told")
{
    echo "# Instructions of one batch on the generated set tiny (callgrind), by instructions.sh."
    echo "rows $rows"
    echo "instructions $count"
    echo "a row $((count / rows))"
} | tee "$here/instructions.txt"
