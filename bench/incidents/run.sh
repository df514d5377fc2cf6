#!/usr/bin/env bash
# Incidents by score beside DBSCAN in several forms, HDBSCAN and splink, in one run on the same sets.
#   bench/incidents/run.sh [FOLDER]
# FOLDER holds the sets (sets.py says in which form); without it they are made. The peers come from PyPI
# and crates.io and are put below PEERS (by default a folder in the user's cache).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."
peers=${PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/servanda-bench-incidents}
where=$(mktemp -d "${TMPDIR:-/tmp}/incidents-XXXXXX")
trap 'rm -rf "$where"' EXIT
cargo=${CARGO:-cargo}
mkdir -p "$peers"
[ -x "$peers/venv/bin/python" ] || python3 -m venv "$peers/venv"
python="$peers/venv/bin/python"
for package in numpy scipy pandas scikit-learn hdbscan hdbscan-rs incdbscan incdbscan-rs splink; do
    "$python" -m pip show --quiet "$package" > "$where/pip" 2>&1 ||
        "$python" -m pip install --quiet "$package" > "$where/pip" 2>&1 ||
        echo "not installed: $package" >&2
done
$cargo build --locked --release --quiet --package servanda-incidents --example fuse
ours="${CARGO_TARGET_DIR:-target}/release/examples/fuse"
CARGO_TARGET_DIR="$peers/target" $cargo build --locked --release --quiet \
    --manifest-path "$here/peers/Cargo.toml" || echo "not built: linfa-clustering, petal-clustering" >&2
rust="$peers/target/release/incident-peers"
sets=${1:-}
if [ -z "$sets" ]; then
    sets=$where
    "$python" "$here/sets.py" "$sets"
fi
version() { sed -n "/^name = \"$1\"$/{n;s/version = \"\(.*\)\"/\1/p}" "$here/peers/Cargo.lock"; }
say() { "$python" "$here/peers.py" "$@" >> "$where/lines"; }
clustered() { # SET KM S
    [ -x "$rust" ] || return 0
    "$rust" "$sets" "$1" "$2" "$3" "$where/labels" | while read -r name seconds; do
        say labels "$sets" "$1" "$2" "$3" "$where/labels.$name" "$name" "$(version "$name")" "$seconds"
    done
}
read -r km s < <("$python" "$here/peers.py" tune "$sets" tune)
read -r st_km st_s < <("$python" "$here/peers.py" tune-st "$sets" tune)
echo "DBSCAN: $km km, $s s; ST-DBSCAN: $st_km km, $st_s s (each the best on the set tune)"
for set in tiny quiet; do
    "$ours" "$sets" "$set" orders >> "$where/lines"
    clustered "$set" "$km" "$s"
    say "scikit-learn DBSCAN" "$sets" "$set" "$km" "$s"
    say "ST-DBSCAN (slices)" "$sets" "$set" "$st_km" "$st_s"
    for method in hdbscan hdbscan-rs incdbscan incdbscan-rs splink; do
        say "$method" "$sets" "$set" "$km" "$s" || echo "$method failed on $set" >&2
    done
done
# DBSCAN may choose its radii on the busy set itself: those of the quiet one do it no justice.
read -r km s < <("$python" "$here/peers.py" tune-on-itself "$sets" busy)
echo "DBSCAN on busy: $km km, $s s (the best of nine there)"
"$ours" "$sets" busy orders >> "$where/lines"
clustered busy "$km" "$s"
say "scikit-learn DBSCAN" "$sets" busy "$km" "$s"
"$python" "$here/table.py" "$where/lines"
echo "MELTT needs R and is not run."
