#!/bin/bash
# Campaigns: too long for every test run, started by hand or at night.
#   ./drover campaign                  lists them
#   ./drover campaign swap [TIMES]     replaces each logic bundle TIMES times (default 100) in the running distribution: nobody else
#                                      stops, nothing of the old ones is left behind
#   ./drover campaign start [OPTIONS]  start and memory beside stock Karaf; see benchmarks/README.md
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

list() { sed -n '2,6s/^# \{0,1\}//p' "$0"; }

swap() {
  local times=${1:-100}
  case $times in
    ''|*[!0-9]*|0*) echo "drover: campaign swap takes a number of 1 or more, not $times" >&2; exit 2 ;;
  esac
  cd "$top"
  # Unit tests have their place in ./drover test; here they only would stand before the long part.
  mvn -B -Pq -DskipTests=false -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false \
    -Dit.test=SwapIT "-Ddrover.swaps=$times" verify -pl itests/container -am
}

campaign=${1:-}
[ $# -eq 0 ] || shift
case $campaign in
  '') list ;;
  swap) swap "$@" ;;
  start) exec "$top/benchmarks/start/run.sh" "$@" ;;
  *) echo "drover: there is no campaign $campaign" >&2; list >&2; exit 2 ;;
esac
