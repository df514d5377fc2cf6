#!/usr/bin/env bash
# Published texts through `servanda add`: time and peak memory for 100 and for 1,000 pages, and for
# pages that are made to break their reader.
#
#   bench/texts/run.sh
#
# Needs a release build of servanda, Python and GNU time (Debian's package `time`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
binary=${CARGO_TARGET_DIR:-target}/release/servanda
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# add NAME FILE...: what adding these to a new record takes.
add() {
    local name=$1 code=0
    shift
    rm -rf "$folder/record" "$folder/record.keys"
    "$binary" init --quiet "$folder/record" --agreement bench/texts --now 2030-05-05T00:00:00Z
    /usr/bin/time -f "%e %M" -o "$folder/time" "$binary" add --quiet "$folder/record" "$@" \
        --now 2030-05-05T00:00:01Z > "$folder/out" 2> "$folder/err" || code=$?
    tail -n 1 "$folder/time" | awk -v n="$name" -v c="$code" '{
        printf "%-18s %8.2f s wall %6.0f MiB peak, ends with %d\n", n, $1, $2 / 1024, c }'
}

mkdir "$folder/pages" "$folder/hostile"
${CARGO:-cargo} run --locked --release --quiet --package servanda-articles --example thousand -- \
    1000 "$folder/pages" > /dev/null
pages=("$folder"/pages/*.html)
add "100 pages" "${pages[@]:0:100}"
add "1,000 pages" "${pages[@]}"
python3 bench/texts/hostile.py "$folder/hostile"
for page in "$folder"/hostile/*; do
    add "$(basename "$page")" "$page"
done
