#!/usr/bin/env bash
# How long it takes to parse, resolve and check an agreement of 500 provisions and 200 zones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
${CARGO:-cargo} test --locked --release --package servanda-terms --test large -- \
    --ignored --nocapture --test-threads 1 | grep provisions
