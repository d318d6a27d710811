#!/usr/bin/env bash
# Compares this client with npm Baileys and its libsignal in one run and prints the table (about five minutes).
# usage: tests/Benchmarks/compare.sh [--rounds N] [--only PART_OF_A_CASE] [--json FILE]
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d tests/Interop.Tests/node/node_modules/baileys ] || (cd tests/Interop.Tests/node && npm ci --no-audit --no-fund)
dotnet build tests/Benchmarks -c Release -v quiet
exec dotnet tests/Benchmarks/bin/Release/net10.0/Benchmarks.dll compare "$@"
