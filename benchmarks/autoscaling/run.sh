#!/bin/bash
# How fast the controller of autoscalers decides, how much it carries, and how it stands beside the HPA controller of Kubernetes.
#   benchmarks/autoscaling/run.sh [PART] [--check] [OPTION...]
# PART:
#   decide (default)   decisions for each second of CPU on one core, with trace; bytes of state for each object
#                      -n ROUNDS (5), the median counts; -l LAPS (40) of an hour of 64 objects in each; -t 1|4 of the JVM's compiler: 1 as
#                      the agent runs, 4 (default) for both, as ./drover simulate runs
#   load               10,000 autoscalers at 15 s in one agent with 512 MiB of heap, on a real API server
#   hpa                the HPA controller and Drover on 1,000 objects each, in turns, on one real API server
#                      both: -o OBJECTS, -p NAMESPACES, -s SECONDS of each measurement, -v: what was asked after each change of the figures
# --check: 1 is returned where a bar is not held. Needs JDK 17; load and hpa need itests/control-plane/build.sh (hpa: --full) and Go too.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
part=decide rounds=5 laps=40 tier=4 check=
options=()

case ${1:-} in
  decide|load|hpa) part=$1; shift ;;
esac
while [ $# -gt 0 ]; do
  case $1 in
    -n) rounds=${2:?}; shift ;;
    -l) laps=${2:?}; shift ;;
    -t) tier=${2:?}; shift ;;
    -o) options+=(--objects "${2:?}"); shift ;;
    -p) options+=(--namespaces "${2:?}"); shift ;;
    -s) options+=(--seconds "${2:?}"); shift ;;
    -v) options+=(-v) ;;
    --check) check=check ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
  shift
done

javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

decide() {
  local work=$top/benchmarks/target/autoscaling
  if [ -z "${DROVER_BUILT:-}" ]; then
    (cd "$top" && mvn -B -q -Pq package -pl bundles/autoscaling -am)
  fi
  local classes=$top/bundles/autoscaling/target/classes:$top/bundles/api/target/classes
  mkdir -p "$work"
  "$javac" -nowarn -d "$work" -cp "$classes" "$here/Decisions.java"
  echo "$(nproc) cores, $("$java" -version 2>&1 | head -n 1), compiler tier $tier, load $(cut -d' ' -f1-3 /proc/loadavg)"
  # One core: what the compiler and the collector take is taken from it.
  # shellcheck disable=SC2086
  exec taskset -c 0 "$java" -XX:TieredStopAtLevel="$tier" -XX:+UseSerialGC -XX:MarkSweepAlwaysCompactCount=1 -Xmx512m ${DROVER_JAVA_OPTS:-} -cp "$work:$classes" \
    io.drover.autoscaling.internal.Decisions "$rounds" "$laps" $check
}

# On a control plane of its own, which is gone afterwards.
cluster() {
  assembly=$top/karaf-assembly/target/assembly plane=$top/itests/control-plane
  [ -x "$assembly/bin/drover" ] || { echo "autoscaling/run.sh: there is no distribution yet; build it with: ./drover build" >&2; exit 69; }
  full=
  [ "$part" != hpa ] || full=--full
  # shellcheck disable=SC2086
  bin=$("$plane/build.sh" $full)
  mkdir -p "$top/benchmarks/target"
  work=$(mktemp -d "$top/benchmarks/target/autoscaling.XXXXXX")
  end() {
    local status=$?
    "$plane/down.sh" "$work/plane" --purge > /dev/null 2>&1 || true
    if [ "$status" -le 1 ]; then rm -rf "$work"; else echo "autoscaling/run.sh: the logs are in $work" >&2; fi
  }
  trap end EXIT
  trap 'exit 130' INT TERM
  (cd "$plane" && CGO_ENABLED=0 GOFLAGS='' go build -mod=readonly -trimpath -buildvcs=false -ldflags '-s -w' -o "$work/cluster" "$here"/cluster/*.go)
  # Who asks for what, but not what this program itself asks for.
  cat > "$work/audit.yaml" <<Y
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- {level: None, users: [admin-token]}
- {level: Metadata, users: [admin, admin-ec]}
- {level: None}
Y
  APISERVER_FLAGS="--audit-policy-file $work/audit.yaml --audit-log-path log/audit.log" "$plane/up.sh" "$work/plane"
  "$bin/kubectl" --kubeconfig "$work/plane/kubeconfig" apply -f "$top/deploy/kubernetes/crd/datadogpodautoscalers.yaml"
  "$bin/kubectl" --kubeconfig "$work/plane/kubeconfig" wait --for=condition=Established crd/datadogpodautoscalers.datadoghq.com > /dev/null
  echo "$(nproc) cores, $("$java" -version 2>&1 | head -n 1), load $(cut -d' ' -f1-3 /proc/loadavg)"
  "$work/cluster" --part "$part" --plane "$work/plane" --bin "$bin" --assembly "$assembly" --java "$(readlink -f "$(command -v "$java")")" --work "$work" \
    ${check:+--check} "${options[@]}"
}

case $part in
  decide) decide ;;
  *) cluster ;;
esac
