#!/usr/bin/env bash
# The whole road, from tables to an answered status: 100,000, 1,000,000 and more observations, each in
# a record of its own, in files of a million; then a kill in the middle and on from there.
#
#   bench/million/road.sh [MOST]       (MOST: 10000000)
#
# Needs release builds (cargo build --release -p servanda-cli; … -p servanda-desk --example road),
# Python and GNU time. Tables and records of ten million take 6 GB below TMPDIR.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
most=${1:-10000000}
binary=${CARGO_TARGET_DIR:-target}/release/servanda
road=${CARGO_TARGET_DIR:-target}/release/examples/road
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
each=1000000
now=2027-03-01T00:00:00Z

# stage NAME ROWS COMMAND...: its time, and its peak memory.
stage() {
    local name=$1 rows=$2
    shift 2
    /usr/bin/time -f "%e %U %M" -o "$folder/time" "$@" > "$folder/out"
    read -r wall user peak < "$folder/time"
    awk -v n="$name" -v r="$rows" -v w="$wall" -v u="$user" -v p="$peak" 'BEGIN {
        printf "%-14s %9d rows %8.2f s %7.2f µs a row %8.2f s user %6.0f MiB peak\n",
            n, r, w, w * 1e6 / r, u, p / 1024 }'
}

found() {
    rm -rf "$folder/record" "$folder/record.keys" "$folder/record.index"
    "$binary" init --quiet "$folder/record" --agreement bench/million --now "$now"
}

for rows in 100000 1000000 "$most"; do
    files=()
    for ((first = 0; first < rows; first += each)); do
        file="$folder/rows-$first.csv"
        count=$((rows - first < each ? rows - first : each))
        python3 bench/million/rows.py "$file" "$count" "" "$first"
        files+=("$file")
    done
    found
    stage add "$rows" "$binary" add --quiet "$folder/record" "${files[@]}" --now "$now"
    stage "first status" "$rows" "$binary" status "$folder/record" --format json
    cp "$folder/out" "$folder/answer"
    stage "then status" "$rows" "$binary" status "$folder/record" --format json
    cmp "$folder/out" "$folder/answer"
    "$road" "$folder/record"
    du -sh "$folder/record" "$folder/record.index" | sed 's/^/  /;s|/.*/|  |'
done

# Killed in the middle of the last, and on from there: the same observations, each once.
rows_of() { python3 -c 'import json, sys; print(json.load(sys.stdin)["sources"][0]["rows"])' < "$1"; }
found
"$binary" add --quiet "$folder/record" "${files[@]}" --now "$now" > /dev/null &
writer=$!
sleep "${KILL_AFTER:-30}"
kill -KILL "$writer" || true
wait "$writer" || true
stage "after a kill" "$most" "$binary" add --quiet "$folder/record" "${files[@]}" --now "$now"
cat "$folder/out"
stage "then status" "$most" "$binary" status "$folder/record" --format json
echo "observations: $(rows_of "$folder/out") after the kill, $(rows_of "$folder/answer") without"
