#!/bin/bash
# gRPC inside Karaf beside plain grpc-netty: the same service, the same classes of grpc-java, the same JVM options and certificate, in
# one run, in turns. The server inside also checks a token, counts and bounds each call.
#   benchmarks/grpc/run.sh [-n ROUNDS] [-s SECONDS]
# Prints throughput, CPU time of the server for each call or message, latency, and the ratios; then the same with the JVM's C2 compiler.
# Ends with 1 when a throughput is below 0.95 of the plain one.
# Needs a built distribution and JDK 17.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
assembly=$top/karaf-assembly/target/assembly
rounds=5
seconds=3

fail() { echo "grpc/run.sh: $2" >&2; exit "$1"; }

while getopts n:s: option; do
  case $option in
    n) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
[ -x "$assembly/bin/drover" ] || fail 69 "there is no distribution yet; build it with: ./drover build"
jvm=$(sed -n 's/^ *jvm="\(.*-Xmx.*\)"$/\1/p' "$assembly/bin/drover" | head -n 1)
[ -n "$jvm" ] || fail 70 "bin/drover names no JVM options that could be given to both"

mkdir -p "$top/benchmarks/target"
work=$(mktemp -d "$top/benchmarks/target/grpc.XXXXXX")
started=()
end() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$work"
}
trap end EXIT
trap 'exit 130' INT TERM

runtime=$(find "$assembly/system" -name 'grpc-runtime-*.jar' | head -n 1)
framework=$(find "$assembly/system" -name 'org.apache.felix.framework-*.jar' | head -n 1)
mkdir "$work/runtime" "$work/classes"
(cd "$work/runtime" && unzip -q "$runtime")
logging=$(find "$assembly/system" -name 'pax-logging-api-*.jar' | head -n 1)
classpath=$work/classes:$work/runtime:$work/runtime/lib/*
"$javac" -nowarn -d "$work/classes" -cp "$classpath:$framework" "$here"/*.java

# As any bundle that somebody drops into the home.
cat > "$work/manifest" <<END
Bundle-ManifestVersion: 2
Bundle-SymbolicName: io.drover.bench
Bundle-Version: 1.0.0
Bundle-Activator: BenchActivator
Import-Package: org.osgi.framework,io.grpc,io.grpc.stub,io.grpc.protobuf,com.google.protobuf
END
mkdir -p "$work/home/deploy"
(cd "$work/classes" && "${java%java}jar" cfm "$work/home/deploy/bench.jar" "$work/manifest" BenchService*.class BenchActivator*.class)

await() {
  for _ in $(seq 300); do
    if grep -q "$2" "$1" 2>/dev/null; then return 0; fi
    sleep 0.2
  done
  cat "$1" >&2
  fail 70 "no '$2' within a minute"
}

held=true
missed() {
  [ "$1" -eq 3 ] || fail 70 "the load ended with $1"
  held=false
}

measure() {
  local name=$1 options=$2
  DROVER_HTTP_API_PORT=0 DROVER_HTTP_METRICS_PORT=0 DROVER_HTTP_HEALTH_PORT=0 DROVER_GRPC_PORT=0 KUBECONFIG='' DROVER_JAVA_OPTS=$options \
    "$assembly/bin/drover" run --home "$work/home" > "$work/inside.txt" 2>&1 < /dev/null &
  local inside=$!
  started+=("$inside")
  await "$work/inside.txt" " is ready after "
  # The same options for both; later ones win.
  # shellcheck disable=SC2086
  "$java" $jvm $options -cp "$classpath:$logging" Plain "$work/home/secrets/"tls.pem "$work/home/secrets/"tls.key > "$work/outside.txt" 2>&1 &
  local outside=$!
  started+=("$outside")
  await "$work/outside.txt" "^port "
  local port_inside port_outside
  port_inside=$(sed -n 's/.*"grpc".*"port": *\([0-9]*\).*/\1/p' "$work/home/run/ports.json" | head -n 1)
  [ -n "$port_inside" ] || port_inside=$(python3 -c "import json;print(json.load(open('$work/home/run/ports.json'))['grpc']['port'])")
  port_outside=$(sed -n 's/^port //p' "$work/outside.txt")
  echo "== $name: $jvm $options"
  "$java" -Xmx256m -cp "$classpath:$logging" Load "$work/home/secrets/ca.pem" "$work/home/secrets/local_token" "$rounds" "$seconds" \
    inside "$port_inside" "$inside" plain "$port_outside" "$outside" || missed $?
  kill "$inside" "$outside"
  wait "$inside" "$outside" 2>/dev/null || true
  started=()
}

measure "as shipped" ""
measure "with C2" "-XX:TieredStopAtLevel=4"

"$held" || fail 1 "below 0.95 of plain grpc-netty"
