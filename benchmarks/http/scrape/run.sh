#!/bin/bash
# One scrape of 10,000 series: time, garbage and CPU of Drover's page beside client_java 1.10 on its own HTTP server, in one JVM.
#   benchmarks/http/scrape/run.sh [ROUNDS [SCRAPES]]     default 5 rounds of 100 scrapes each
# JVM options: those of the distribution (compiler tier, collector, heap); DROVER_JAVA_OPTS are added.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../../.." && pwd)
work=$top/benchmarks/target/scrape
rounds=${1:-5} scrapes=${2:-100}

mkdir -p "$work/lib" "$work/classes"
if [ ! -e "$work/lib/.done" ]; then
  mvn -B -q -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies "-DoutputDirectory=$work/lib"
  touch "$work/lib/.done"
fi
if [ -z "${DROVER_BUILT:-}" ]; then
  (cd "$top" && mvn -B -q -Pq package -pl bundles/metrics,bundles/testing -am)
fi
classes=${DROVER_CLASSES:-$top/bundles/metrics/target/classes:$top/bundles/api/target/classes:$top/bundles/testing/target/classes}
javac -nowarn -d "$work/classes" -cp "$classes:$work/lib/*" "$here/ScrapeBenchmark.java"
# The server of the JDK writes head and body apart: with Nagle's algorithm a page now and then waits 40 ms for the client's late ACK,
# which measures neither of the two.
# shellcheck disable=SC2086
exec java -Dsun.net.httpserver.nodelay=true -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx128m ${DROVER_JAVA_OPTS:-} -cp "$work/classes:$classes:$work/lib/*" io.drover.metrics.internal.ScrapeBenchmark "$rounds" "$scrapes"
