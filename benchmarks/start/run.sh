#!/bin/bash
# How long a start takes and what it holds when idle: Drover's distribution beside stock Apache Karaf, in one run, in turns.
#   benchmarks/start/run.sh [-n ROUNDS] [-i IDLE_SECONDS] [-o WORD,WORD...]
# Words: all node cluster (Drover's feature sets), karaf (stock, our JVM options), shipped (stock, its own JVM options).
# DROVER_JAVA_OPTS goes to Drover alone. Needs JDK 17 and, once, Maven and the network for stock Karaf.
set -Eeuo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
assembly=$top/karaf-assembly/target/assembly
karaf_version=$(sed -n 's:.*<karaf.version>\(.*\)</karaf.version>.*:\1:p' "$top/pom.xml")
cache=${XDG_CACHE_HOME:-$HOME/.cache}/drover/benchmarks
rounds=5
idle=10
only=all,node,cluster,karaf,shipped

fail() { echo "start/run.sh: $2" >&2; exit "$1"; }

while getopts n:i:o: option; do
  case $option in
    n) rounds=$OPTARG ;;
    i) idle=$OPTARG ;;
    o) only=$OPTARG ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
[ -x "$assembly/bin/drover" ] || fail 69 "there is no distribution yet; build it with: ./drover build"
jvm=$(sed -n 's/^ *jvm="\(.*-Xmx.*\)"$/\1/p' "$assembly/bin/drover" | head -n 1)
[ -n "$jvm" ] || fail 70 "bin/drover names no JVM options that could be given to stock Karaf"

# Beside the distribution, where hard links to it can be made.
mkdir -p "$top/benchmarks/target"
work=$(mktemp -d "$top/benchmarks/target/start.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
trap 'echo "start/run.sh: a start failed or was ended from outside, no table" >&2' ERR

wanted() { case ,$only, in *,"$1",*) return 0 ;; *) return 1 ;; esac; }

# A distribution that differs in etc/ alone: hard links for the rest.
linked() {
  cp -al "$1" "$2"
  rm -rf "${2:?}/etc"
  cp -a "$1/etc" "$2/etc"
}

# All of Drover, or one role of it.
drover_of() {
  linked "$assembly" "$work/$1"
  sed -i "/^ *featuresBoot *=/,/[^\\\\]\$/s#\\([ =,(]\\)drover/#\\1$2/#" "$work/$1/etc/org.apache.karaf.features.cfg"
  grep -q "[ =,(]$2/" "$work/$1/etc/org.apache.karaf.features.cfg" || fail 70 "featuresBoot does not name the feature drover"
  # The JVM reads no archive of classes that was made for another folder. A hard link is removed, not the file of the assembly.
  rm -f "$work/$1"/lib/classes-*.jsa
  "$work/$1/bin/drover" prepare
}

stock_karaf() {
  local archive=$cache/apache-karaf-$karaf_version.tar.gz
  if [ ! -f "$archive" ]; then
    mkdir -p "$cache"
    (cd "$cache" && mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy \
      "-Dartifact=org.apache.karaf:apache-karaf:$karaf_version:tar.gz" "-DoutputDirectory=$cache") \
      || fail 69 "stock Karaf cannot be had from Maven Central"
  fi
  mkdir "$work/stock"
  tar xzf "$archive" -C "$work/stock" --strip-components=1
}

# Free now; the agent's own ports are chosen by the kernel, Karaf's have to be named beforehand.
free_ports() {
  "$java" -XX:TieredStopAtLevel=1 -cp "$work/classes" FreePorts "$1"
}

karaf_of() {
  linked "$work/stock" "$work/$1"
  local ports
  read -ra ports < <(free_ports 3)
  echo "${ports[0]}" > "$work/$1.port"
  sed -i "s/^sshPort *=.*/sshPort = ${ports[0]}/; s/^sshHost *=.*/sshHost = 127.0.0.1/" "$work/$1/etc/org.apache.karaf.shell.cfg"
  sed -i "s/^rmiRegistryPort *=.*/rmiRegistryPort = ${ports[1]}/; s/^rmiServerPort *=.*/rmiServerPort = ${ports[2]}/" \
    "$work/$1/etc/org.apache.karaf.management.cfg"
}

one_start() {
  "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx32m -cp "$work/classes" OneStart \
    "$1" "$2" "$work/results.tsv" "$work/log" "$idle" "${@:3}"
}

start_drover() {
  wanted "$1" || return 0
  local home=$work/home-$1
  rm -rf "$home"
  for start in cold warm; do
    DROVER_HTTP_API_PORT=0 DROVER_HTTP_METRICS_PORT=0 DROVER_HTTP_HEALTH_PORT=0 DROVER_GRPC_PORT=0 \
      one_start "$2" "$start" ready "$home" "$work/$1/bin/drover" run --home "$home"
  done
}

start_karaf() {
  wanted "$1" || return 0
  rm -rf "${work:?}/$1"
  karaf_of "$1"
  for start in cold warm; do
    JAVA_OPTS=$3 one_start "$2" "$start" ssh "$(cat "$work/$1.port")" "$work/$1/bin/karaf" daemon
  done
}

"$javac" -d "$work/classes" "$here"/*.java
if wanted all; then drover_of all drover; fi
if wanted node; then drover_of node drover-node; fi
if wanted cluster; then drover_of cluster drover-cluster; fi
if wanted karaf || wanted shipped; then stock_karaf; fi
baseline="stock Karaf, our JVM options"

echo "$(nproc) cores, $("$java" -version 2>&1 | head -n 1), $rounds rounds, load $(cut -d' ' -f1-3 /proc/loadavg)"
for ((round = 1; round <= rounds; round++)); do
  start_drover all "Drover, all features"
  start_drover node "Drover, node features"
  start_drover cluster "Drover, cluster features"
  start_karaf karaf "$baseline" "$jvm"
  start_karaf shipped "stock Karaf, its own JVM options" ""
done
echo
"$java" -cp "$work/classes" Summary "$work/results.tsv" "$baseline"
