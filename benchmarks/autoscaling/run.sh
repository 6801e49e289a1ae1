#!/bin/bash
# Decisions for each second of CPU on one core, with trace; bytes of state for each object.
#   benchmarks/autoscaling/run.sh [-n ROUNDS] [-l LAPS] [-t 1|4] [--check]
# ROUNDS (5), the median counts; LAPS (40) of an hour of 64 objects in each; -t: of the JVM's compiler, 1 as the agent runs, 4 (default)
# for both, as ./drover simulate runs. --check: 1 is returned where a bar is not held. Needs JDK 17; DROVER_JAVA_OPTS are added.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
work=$top/benchmarks/target/autoscaling
rounds=5 laps=40 tier=4 check=

while [ $# -gt 0 ]; do
  case $1 in
    -n) rounds=${2:?}; shift ;;
    -l) laps=${2:?}; shift ;;
    -t) tier=${2:?}; shift ;;
    --check) check=check ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done

if [ -z "${DROVER_BUILT:-}" ]; then
  (cd "$top" && mvn -B -q -Pq package -pl bundles/autoscaling -am)
fi
classes=$top/bundles/autoscaling/target/classes:$top/bundles/api/target/classes
mkdir -p "$work"
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
"$javac" -nowarn -d "$work" -cp "$classes" "$here/Decisions.java"
echo "$(nproc) cores, $("$java" -version 2>&1 | head -n 1), compiler tier $tier, load $(cut -d' ' -f1-3 /proc/loadavg)"
# One core: what the compiler and the collector take is taken from it.
# shellcheck disable=SC2086
exec taskset -c 0 "$java" -XX:TieredStopAtLevel="$tier" -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1 -Xmx512m ${DROVER_JAVA_OPTS:-} -cp "$work:$classes" \
  io.drover.autoscaling.internal.Decisions "$rounds" "$laps" $check
