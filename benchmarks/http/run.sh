#!/bin/bash
# Requests a second, their latency, and TLS handshakes a second: Drover's API beside plain Jetty with a fixed page of the same size and the
# same JVM options, nginx with that page as a file, and node_exporter with its own page; in one run, in turns, all over TLS.
#   benchmarks/http/run.sh [-n ROUNDS] [-d SECONDS] [-c CONNECTIONS]
# DROVER_JAVA_OPTS goes to Drover and to plain Jetty. Needs JDK 17, wrk, nginx, openssl, jq, prometheus-node-exporter.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
assembly=$top/karaf-assembly/target/assembly
cache=${XDG_CACHE_HOME:-$HOME/.cache}/drover/benchmarks
slf4j=$(sed -n 's:.*<slf4j.version>\(.*\)</slf4j.version>.*:\1:p' "$top/pom.xml")
rounds=3
seconds=6
connections=16

fail() { echo "http/run.sh: $2" >&2; exit "$1"; }

while getopts n:d:c: option; do
  case $option in
    n) rounds=$OPTARG ;;
    d) seconds=$OPTARG ;;
    c) connections=$OPTARG ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
for program in wrk nginx openssl jq prometheus-node-exporter; do
  command -v "$program" >/dev/null || fail 69 "no $program found; install it with: apt-get install $program"
done
[ -x "$assembly/bin/drover" ] || fail 69 "there is no distribution yet; build it with: ./drover build"
jvm=$(sed -n 's/^ *jvm="\(.*-Xmx.*\)"$/\1/p' "$assembly/bin/drover" | head -n 1)
[ -n "$jvm" ] || fail 70 "bin/drover names no JVM options that could be given to plain Jetty"

mkdir -p "$top/benchmarks/target"
work=$(mktemp -d "$top/benchmarks/target/http.XXXXXX")
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM
trap 'echo "http/run.sh: something failed or was ended from outside, no table" >&2' ERR

await() { # WHAT COMMAND...
  local end=$((SECONDS + 60))
  until "${@:2}" >/dev/null 2>&1; do
    [ $SECONDS -lt $end ] || { cat "$work"/*.log >&2; fail 70 "$1 does not come up"; }
    sleep 0.1
  done
}

free_port() {
  "$java" -XX:TieredStopAtLevel=1 -cp "$work/classes" FreePorts 1
}

start_drover() {
  DROVER_HTTP_API_PORT=0 DROVER_HTTP_METRICS_PORT=0 DROVER_HTTP_HEALTH_PORT=0 DROVER_GRPC_PORT=0 KUBECONFIG='' \
    DROVER_HTTP_RATE_PER_SECOND=0 DROVER_HTTP_RATE_HEAVY_PER_SECOND=0 \
    DROVER_HTTP_METRICS_TLS=on DROVER_HTTP_METRICS_TOKEN=off \
    "$assembly/bin/drover" run --home "$work/home" > "$work/drover.log" 2>&1 &
  pids+=($!)
  await Drover grep -q 'is ready after' "$work/drover.log"
  token=$(cat "$work/home/secrets/local_token")
  drover=https://127.0.0.1:$(jq .api.port "$work/home/run/ports.json")
  drover_metrics=https://127.0.0.1:$(jq .metrics.port "$work/home/run/ports.json")
  curl -sf --cacert "$work/home/secrets/ca.pem" -H "Authorization: Bearer $token" "$drover/api/v1/version" > "$work/page.json"
}

start_jetty() {
  openssl pkcs12 -export -inkey "$work/home/secrets/tls.key" -in "$work/home/secrets/tls.pem" -passout pass:changeit -out "$work/tls.p12"
  # shellcheck disable=SC2086 # they are many words
  "$java" $jvm ${DROVER_JAVA_OPTS:-} -cp "$work/classes:$jetty_classes" PlainJetty "$work/tls.p12" "$work/page.json" "$work/jetty.port" \
    > "$work/jetty.log" 2>&1 &
  pids+=($!)
  await "plain Jetty" test -s "$work/jetty.port"
  jetty=https://127.0.0.1:$(cat "$work/jetty.port")
}

start_nginx() {
  local port
  port=$(free_port)
  cat > "$work/nginx.conf" <<EOF
user $(id -un) $(id -gn); daemon off; worker_processes auto; pid $work/nginx.pid; error_log $work/nginx.log;
events { worker_connections 1024; }
http { access_log off; default_type application/json; keepalive_requests 100000000; client_body_temp_path $work/b; proxy_temp_path $work/p;
  fastcgi_temp_path $work/f; uwsgi_temp_path $work/u; scgi_temp_path $work/s; open_file_cache max=10;
  server { listen 127.0.0.1:$port ssl; ssl_certificate $work/home/secrets/tls.pem; ssl_certificate_key $work/home/secrets/tls.key;
    ssl_protocols TLSv1.2 TLSv1.3; root $work; } }
EOF
  nginx -c "$work/nginx.conf" > "$work/nginx.out" 2>&1 &
  pids+=($!)
  nginx=https://127.0.0.1:$port
  await nginx curl -skf "$nginx/page.json"
}

start_exporter() {
  local port
  port=$(free_port)
  printf 'tls_server_config:\n  cert_file: %s\n  key_file: %s\n' "$work/home/secrets/tls.pem" "$work/home/secrets/tls.key" > "$work/web.yml"
  prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --web.config="$work/web.yml" > "$work/exporter.log" 2>&1 &
  local pid=$!
  sleep 1
  if ! kill -0 $pid 2>/dev/null; then
    prometheus-node-exporter --web.listen-address="127.0.0.1:$port" --web.config.file="$work/web.yml" > "$work/exporter.log" 2>&1 &
    pid=$!
  fi
  pids+=($pid)
  exporter=https://127.0.0.1:$port
  await node_exporter curl -skf "$exporter/metrics"
}

load() { # WORD URL [HEADER]
  local line
  line=$(wrk -t1 -c"$connections" -d"${seconds}s" ${3:+-H "$3"} -s "$here/report.lua" "$2" | sed -n 's/^figures //p')
  echo "requests $1 $line" >> "$work/results"
}

handshakes() { # WORD URL
  local per
  per=$(openssl s_time -connect "${2#https://}" -new -time 3 -tls1_3 2>/dev/null \
    | sed -n 's/^\([0-9]*\) connections in \([0-9]*\) real seconds.*/\1 \2/p')
  echo "handshakes $1 $(echo "$per" | awk '{print $1 / $2}')" >> "$work/results"
}

"$javac" -d "$work/classes" "$top/benchmarks/start/FreePorts.java"
if [ ! -f "$cache/slf4j-api-$slf4j.jar" ]; then
  mkdir -p "$cache"
  (cd "$cache" && mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
    "-Dartifact=org.slf4j:slf4j-api:$slf4j" "-DoutputDirectory=$cache") || fail 69 "slf4j cannot be had from Maven Central"
fi
jetty_classes=$(find "$assembly/system/org/eclipse/jetty" -name '*.jar' | tr '\n' ':')$cache/slf4j-api-$slf4j.jar
"$javac" -d "$work/classes" -cp "$jetty_classes" "$here/PlainJetty.java"

echo "$(nproc) cores, $rounds rounds of $seconds s with $connections kept connections, load $(cut -d' ' -f1-3 /proc/loadavg)"
start_drover
start_jetty
start_nginx
start_exporter
auth="Authorization: Bearer $token"
# Not counted: the compiler has its time.
wrk -t1 -c"$connections" -d4s -H "$auth" "$drover/api/v1/version" >/dev/null
wrk -t1 -c"$connections" -d4s "$jetty/" >/dev/null
for ((round = 1; round <= rounds; round++)); do
  load drover "$drover/api/v1/version" "$auth"
  load jetty "$jetty/"
  load nginx "$nginx/page.json"
  load drover-metrics "$drover_metrics/metrics"
  load node-exporter "$exporter/metrics"
  for word in drover jetty nginx; do handshakes $word "${!word}"; done
done

awk '
  function median(text,  n, v, i, j, t) { n = split(text, v, " "); for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++)
    if (v[j] + 0 < v[i] + 0) { t = v[i]; v[i] = v[j]; v[j] = t } return v[int((n + 1) / 2)] }
  $1 == "requests" { r[$2] = r[$2] " " $3; p50[$2] = p50[$2] " " $4; p99[$2] = p99[$2] " " $5; p999[$2] = p999[$2] " " $6; e[$2] += $7 }
  $1 == "handshakes" { h[$2] = h[$2] " " $3 }
  function row(word, title) { printf "%-34s %10.0f %8.2f %8.2f %8.2f %7d %12s\n", title, median(r[word]), median(p50[word]), median(p99[word]),
    median(p999[word]), e[word], h[word] ? sprintf("%.0f", median(h[word])) : "-" }
  END {
    printf "%-34s %10s %8s %8s %8s %7s %12s\n", "", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "errors", "handshakes/s"
    row("drover", "Drover, /api/v1/version"); row("jetty", "plain Jetty, the same bytes"); row("nginx", "nginx, the same bytes as a file")
    row("drover-metrics", "Drover, /metrics"); row("node-exporter", "node_exporter, /metrics")
    printf "\nDrover / plain Jetty %.2f (bar 1.0)   Drover / nginx %.2f (bar 0.5)   handshakes: / plain Jetty %.2f   / nginx %.2f\n",
      median(r["drover"]) / median(r["jetty"]), median(r["drover"]) / median(r["nginx"]),
      median(h["drover"]) / median(h["jetty"]), median(h["drover"]) / median(h["nginx"])
  }' "$work/results"
