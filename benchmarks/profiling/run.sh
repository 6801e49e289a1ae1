#!/bin/bash
# What the profile's ring costs: one agent under a steady load, the ring off and on in turns.
#   benchmarks/profiling/run.sh [-n PAIRS] [-r REQUESTS]
# PAIRS (20) of windows, REQUESTS (1500) scrapes in each. Needs JDK 17 and a built distribution.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
assembly=$top/karaf-assembly/target/assembly
pairs=20
requests=1500

fail() { echo "profiling/run.sh: $2" >&2; exit "$1"; }

while getopts n:r: option; do
  case $option in
    n) pairs=$OPTARG ;;
    r) requests=$OPTARG ;;
    *) sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
[ -x "$assembly/bin/drover" ] || fail 69 "there is no distribution yet; build it with: ./drover build"

mkdir -p "$top/benchmarks/target"
work=$(mktemp -d "$top/benchmarks/target/profiling.XXXXXX")
agent=
finish() {
  if [ -n "$agent" ]; then kill "$agent" 2>/dev/null || true; wait "$agent" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

DROVER_HTTP_RATE_PER_SECOND=0 DROVER_HTTP_RATE_HEAVY_PER_SECOND=0 DROVER_HTTP_RATE_CHANGE_PER_SECOND=0 \
  DROVER_HTTP_API_PORT=0 DROVER_HTTP_METRICS_PORT=0 DROVER_HTTP_HEALTH_PORT=0 DROVER_GRPC_PORT=0 KUBECONFIG='' \
  "$assembly/bin/drover" run --home "$work/home" > "$work/terminal" 2>&1 &
agent=$!
for _ in $(seq 600); do
  grep -q ' is ready after ' "$work/terminal" && break
  kill -0 "$agent" 2>/dev/null || fail 69 "the agent ended: $(tail -n 5 "$work/terminal")"
  sleep 0.1
done
grep -q ' is ready after ' "$work/terminal" || fail 69 "the agent is not ready: $(tail -n 5 "$work/terminal")"

"$javac" -d "$work/classes" "$here"/*.java
echo "$(nproc) cores, $("$java" -version 2>&1 | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
"$java" -XX:+UseSerialGC -Xmx64m -cp "$work/classes" Overhead "$agent" "$assembly/bin/drover" "$work/home" "$pairs" "$requests"
