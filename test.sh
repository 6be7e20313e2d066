#!/usr/bin/env bash
# Runs every test there is: C# (core, R binding, command line, plots, architecture), the native library and its R package,
# and the agreement of every golden case with live R and with the recorded results. Sets up R first where it can.
# METABRIDGE_EXHAUSTIVE=1 adds the slow suites. Ends with "N passed, M failed"; exit status 0 only when M is 0.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

passed=0
failed=0
logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# What failed, once more, as what is read first is the end: each failure's first lines from a step's output.
failures() {
  awk '/^ +Failed [^ ]|^── (Failure|Error)|^FAIL|^FAILED/ { left = 16 } /^ok |^ +Passed / { left = 0 } left-- > 0' "$1" >>"$logs/failures"
}

step() { printf '\n== %s\n' "$1"; }

# A step that must work but counts no tests of its own: its failure is one failure.
require() {
  local name=$1; shift
  step "$name"
  if ! "$@"; then
    echo "FAILED: $name"
    failed=$((failed + 1))
    return 1
  fi
}

# A step whose last line of the form "N passed, M failed" is counted.
counted() {
  local name=$1; shift
  step "$name"
  local log="$logs/counted" status
  "$@" 2>&1 | tee "$log"
  status=${PIPESTATUS[0]}
  failures "$log"
  local line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
  if [[ -z $line ]]; then
    echo "FAILED: $name printed no count (exit status $status)"
    failed=$((failed + 1))
    return
  fi
  read -r p _ f _ <<<"$line"
  passed=$((passed + p))
  failed=$((failed + f))
  if [[ $status -ne 0 && $f -eq 0 ]]; then
    echo "FAILED: $name ended with status $status"
    failed=$((failed + 1))
  fi
}

# Test projects one after another: they share two cores and one R library.
dotnet_tests() {
  local p=0 f=0 line project
  for project in tests/*.Tests/*.csproj; do
    dotnet test "$project" --no-build -c Release --nologo 2>&1 | tee "$logs/dotnet"
    line=$(grep -E 'Failed: +[0-9]+, Passed: +[0-9]+' "$logs/dotnet" | tail -n 1)
    if [[ $line =~ Failed:\ +([0-9]+),\ Passed:\ +([0-9]+) ]]; then
      f=$((f + BASH_REMATCH[1]))
      p=$((p + BASH_REMATCH[2]))
    else
      echo "FAILED: no test ran in $project"
      f=$((f + 1))
    fi
  done
  echo "$p passed, $f failed"
  [[ $f -eq 0 ]]
}

require "R and its packages" bash r-scripts/setup.sh
if require "Build" dotnet build MetaBridge.sln -c Release --nologo -v q; then
  counted "C# tests" dotnet_tests
  counted "R package" bash r-scripts/test-package.sh
  counted "Agreement with live R" ./metabridge validate --live
  counted "Agreement with the recorded results" ./metabridge validate --recorded
fi

if [[ -s $logs/failures ]]; then
  step "What failed"
  cat "$logs/failures"
fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
