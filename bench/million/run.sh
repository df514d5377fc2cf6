#!/usr/bin/env bash
# A table of observations into a record and out as an answer: rows a second, and peak memory.
#
#   bench/million/run.sh [ROWS [FOLDER]]     (FOLDER: see rows.py)
#
# Needs a release build of servanda, Python and GNU time (Debian's package `time`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
rows=${1:-1000000}
binary=${CARGO_TARGET_DIR:-target}/release/servanda
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

python3 bench/million/rows.py "$folder/rows.csv" "$rows" ${2:+"$2"}
"$binary" init --quiet "$folder/record" --agreement bench/million --now 2026-05-01T00:00:00Z

# stage NAME COMMAND...: its time and peak memory, and the rows that it dealt with each second.
stage() {
    local name=$1
    shift
    /usr/bin/time -f "%e %U %M" -o "$folder/time" "$@" > "$folder/out"
    read -r wall user peak < "$folder/time"
    awk -v n="$name" -v r="$rows" -v w="$wall" -v u="$user" -v p="$peak" 'BEGIN {
        printf "%-8s %9d rows %7.2f s wall %7.2f s user %9.0f rows/s %6.0f MiB peak\n",
            n, r, w, u, r / w, p / 1024 }'
}

stage add    "$binary" add --quiet "$folder/record" "$folder/rows.csv" --now 2026-05-01T00:00:01Z
stage status "$binary" status "$folder/record" --format json
stage verify "$binary" verify "$folder/record"
echo "bytes    table $(stat -c %s "$folder/rows.csv"), record $(du -sb "$folder/record" | cut -f1) (with the table itself)"
