#!/usr/bin/env bash
# The record beside the bare disk, SQLite, PostgreSQL and git, in one run on one disk.
#   bench/record/run.sh [FOLDER [ENTRIES]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
where=$(mktemp -d "${1:-${TMPDIR:-/tmp}}/record-XXXXXX")
trap 'rm -rf "$where"' EXIT
chmod 755 "$where"
entries=${2:-1000000}
cargo=${CARGO:-cargo}
$cargo build --locked --release --quiet --package servanda-store --example speed
speed="${CARGO_TARGET_DIR:-target}/release/examples/speed"
"$speed" "$where/ours" "$entries"
"$speed" "$where/ours" "$entries" resume
python3 bench/record/peers.py "$where"
