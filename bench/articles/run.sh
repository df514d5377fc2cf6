#!/usr/bin/env bash
# How long it takes to read 1,000 generated articles, and to tell their origins.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
${CARGO:-cargo} run --locked --release --quiet --package servanda-articles --example thousand -- "$@"
