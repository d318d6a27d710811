#!/usr/bin/env bash
# Compares this client with npm Baileys and its libsignal in one run and prints the table, then measures the bot at rest.
# Some six minutes, half of them building. usage: tests/Benchmarks/compare.sh [--rounds N] [--only PART_OF_A_CASE] [--json FILE]
# With --only the bot at rest is left out.
set -euo pipefail
cd "$(dirname "$0")/../.."
[ -d tests/Interop.Tests/node/node_modules/baileys ] || (cd tests/Interop.Tests/node && npm ci --no-audit --no-fund)
dotnet build tests/Benchmarks -c Release -v quiet
benchmarks=tests/Benchmarks/bin/Release/net10.0/Benchmarks.dll
dotnet "$benchmarks" compare "$@"
case " $* " in *" --only "*) exit 0 ;; esac

# The bot as it is installed: compiled beforehand, for this machine.
published=$(mktemp -d)
trap 'rm -rf "$published"' EXIT
dotnet publish src/Sandbox -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" --self-contained false -v quiet -o "$published"
dotnet "$benchmarks" idle "$published/wabot-sandbox"
