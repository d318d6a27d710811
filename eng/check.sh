#!/usr/bin/env bash
# What people and CI run: format, then the README's test command. Stops at the first red.
# The last line counts the tests. With CI set, a skipped test is a failure.
set -uo pipefail
cd "$(dirname "$0")/.."

dotnet restore || exit 1
dotnet format --no-restore --verify-no-changes || { echo "Run 'dotnet format' and commit the result."; exit 1; }

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# A suite that hangs is ended and counts as failed.
dotnet test --max-parallel-test-modules 1 --timeout 14m 2>&1 | tee "$log"
status=${PIPESTATUS[0]}

# Colours are taken out first: the runner prints them under CI too.
count() { sed -E 's/\x1b\[[0-9;]*[A-Za-z]//g' "$log" | sed -nE "s/^ *$1: *([0-9]+).*/\1/p" | tail -n 1; }
passed=$(count succeeded); failed=$(count failed); skipped=$(count skipped)
if [ -z "$passed" ]; then
  echo "The test runner printed no summary: nothing ran."
  exit 1
fi
if [ -n "${CI:-}" ] && [ "${skipped:-0}" != 0 ]; then
  echo "With CI set every test must run: ${skipped} skipped."
  status=1
fi
echo "${passed} passed, ${failed:-0} failed, ${skipped:-0} skipped"
exit "$status"
