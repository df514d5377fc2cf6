#!/usr/bin/env bash
# Zones at scale beside SedonaDB, shapely, GeoPandas, DuckDB, ClickHouse, h3o, geo, geometry-rs and PostGIS.
#   bench/zones/run.sh [FOLDER [DATA]]
# FOLDER (~/.cache/servanda-bench-zones) takes the workload, the builds and the peers, which come from PyPI and
# crates.io by name; PostGIS is used where Debian's package is installed (postgresql-15-postgis-3). DATA is a folder
# with a workload in the form that crates/place/examples/zones/files.rs tells, instead of the one that is made.
# ROUNDS (2) interleaved rounds; the best counts. A peer that can't be had is named at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec python3 bench/zones/run.py "${1:-$HOME/.cache/servanda-bench-zones}" "${@:2}"
