#!/bin/bash
# gRPC inside Karaf, on its own port and on that of the API (grpc.port: shared), beside plain grpc-netty: the same service, the same
# classes of grpc-java, the same JVM options and certificate, in one run, in turns. The servers inside also check a token, count and bound
# each call.
#   benchmarks/grpc/run.sh [-n ROUNDS] [-s SECONDS]
# Prints throughput, CPU time of the server for each call or message, latency, and the ratios; then the same with the JVM's C2 compiler.
# Ends with 1 when a throughput on the own port is below 0.95 of the plain one.
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
    *) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
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
for home in own shared; do
  mkdir -p "$work/$home/deploy"
  (cd "$work/classes" && "${java%java}jar" cfm "$work/$home/deploy/bench.jar" "$work/manifest" BenchService*.class BenchActivator*.class)
done

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

# agent HOME GRPC_PORT JVM_OPTIONS; its pid is then in $agent
agent() {
  DROVER_HTTP_API_PORT=0 DROVER_HTTP_METRICS_PORT=0 DROVER_HTTP_HEALTH_PORT=0 DROVER_GRPC_PORT=$2 KUBECONFIG='' DROVER_JAVA_OPTS=$3 \
    "$assembly/bin/drover" run --home "$work/$1" > "$work/$1.txt" 2>&1 < /dev/null &
  agent=$!
  started+=("$agent")
  await "$work/$1.txt" " is ready after "
}

port() { python3 -c "import json;print(json.load(open('$work/$1/run/ports.json'))['grpc']['port'])"; }

measure() {
  local name=$1 options=$2
  rm -f "$work/own.txt" "$work/shared.txt"
  agent own 0 "$options"
  local own=$agent
  # The same token and certificate for all three.
  [ -d "$work/shared/secrets" ] || cp -a "$work/own/secrets" "$work/shared/"
  agent shared shared "$options"
  local shared=$agent
  # The same options for all; later ones win.
  # shellcheck disable=SC2086
  "$java" $jvm $options -cp "$classpath:$logging" Plain "$work/own/secrets/"tls.pem "$work/own/secrets/"tls.key > "$work/plain.txt" 2>&1 &
  local plain=$!
  started+=("$plain")
  await "$work/plain.txt" "^port "
  echo "== $name: $jvm $options"
  "$java" -Xmx256m -cp "$classpath:$logging" Load "$work/own/secrets/ca.pem" "$work/own/secrets/local_token" "$rounds" "$seconds" \
    own "$(port own)" "$own" plain "$(sed -n 's/^port //p' "$work/plain.txt")" "$plain" shared "$(port shared)" "$shared" || missed $?
  kill "$own" "$shared" "$plain"
  wait "$own" "$shared" "$plain" 2>/dev/null || true
  started=()
}

measure "as shipped" ""
measure "with C2" "-XX:TieredStopAtLevel=4"

"$held" || fail 1 "the own port is below 0.95 of plain grpc-netty"
