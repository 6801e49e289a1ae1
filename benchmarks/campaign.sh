#!/bin/bash
# Campaigns: too long for every test run, started by hand or at night.
#   ./drover campaign                  lists them
#   ./drover campaign swap [TIMES]     replaces each logic bundle TIMES times (default 100) in the running distribution: nobody else
#                                      stops, nothing of the old ones is left behind
#   ./drover campaign fuzz BUNDLE CLASS
#                                      looks for inputs that break CLASS of BUNDLE, as long as its maxDuration says; a finding is
#                                      kept beside the test
#                                      CLASS#method where the class has several
#   ./drover campaign conntrack [PART...] [--rounds N] [--tier 1|4] [--check]
#                                      what following connections costs, loses and misses over starts and 100 swaps, beside its peers
#   ./drover campaign scrape [MINUTES] a real Prometheus reads the metrics over TLS for MINUTES (default 10) while the token is
#                                      replaced each minute and the certificate each two: no scrape fails
#   ./drover campaign failover [TIMES] forces TIMES fail-overs (default 1000) among five processes on a real API server, with kill -9,
#                                      SIGSTOP, hangs, 503, cut connections, restarts of the API server and clocks at 0.5 to 2 times
#                                      their rate: no two terms may write one object in overlap. Lease 4 s; then a sample at 15/10/2.
#                                      One half with clocks within the promise and nothing but the fence, the other beyond it with the term in the object
#   ./drover campaign watches [TIMES]  closes a watch of a real API server TIMES times (default 1000), kills the server a fiftieth as often
#                                      and lets a watch hang: no event is lost against a journal, all is read anew once at most each time
#   ./drover campaign quiet [OBJECTS] [SECONDS]
#                                      what OBJECTS autoscalers (default 1000) at rest ask of a real API server in SECONDS (default 60), from
#                                      its audit log: at most 5 requests a second
#   ./drover campaign hpa [LOOKS] [SEED]
#                                      LOOKS looks (default 12000) of random workloads, by decide() with the strategy hpa and by the HPA
#                                      controller of Kubernetes: the same replicas after each
#   ./drover campaign twins [LOOKS] [SEED]
#                                      LOOKS looks (default 480) at pairs of Deployments with the same pods and figures on a real API server, one
#                                      under the HPA of a real kube-controller-manager, one under the distribution with the strategy hpa: the same
#                                      replicas after each. Builds the controller-manager first, which takes minutes
#   ./drover campaign metadata [PODS]  what the names of PODS pods (default 10000) of a real API server cost the agent in memory, with three
#                                      readers, and past the limit
#   ./drover campaign matrix          asks every route in every way with every kind of token: who may, may; who may not, learns nothing
#   ./drover campaign streams [TIMES]  replaces the bundle conntrack TIMES times (default 100) under 50 gRPC streams: every client ends with
#                                      every event, each once, and no other stream ends
#   ./drover campaign flows [TIMES]    replaces the bundle conntrack TIMES times (default 100) under flows that begin and end: after each
#                                      the agent knows what the kernel's own table has, and nothing was lost
#   ./drover campaign idle [STREAMS]   opens STREAMS idle gRPC streams (default 10000) beside 200 slow readers of the running distribution:
#                                      memory holds, what the slow ones lose is counted and told, nobody else notices; how long a quick
#                                      reader waits for its events is said, beside the others and alone
#   ./drover campaign journal [TIMES]  kills a process that writes the journal of decisions TIMES times (default 200) at random points: the
#                                      chain holds, and nothing that was told to be safe is lost
#   ./drover campaign siege [PART...]  testssl.sh, 1,000 slow connections in four ways and 100,000 wrong tokens against one agent
#   ./drover campaign start [OPTIONS]  start and memory beside stock Karaf; see benchmarks/README.md
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

list() { sed -n "2,/^set /{/^#/s/^# \{0,1\}//p}" "$0"; }

number() { # CAMPAIGN VALUE
  case $2 in
    ''|*[!0-9]*|0*) echo "drover: campaign $1 takes a number of 1 or more, not $2" >&2; exit 2 ;;
  esac
}

# Of the unit tests only those that are named: they have their place in ./drover test, and would stand before the long part.
itest() { # MODULE CLASS PROPERTY...
  cd "$top"
  mvn -B -Pq -DskipTests=false "-Dtest=${unit:-None}" -Dsurefire.failIfNoSpecifiedTests=false \
    "-Dit.test=$2" "${@:3}" verify -pl "itests/$1" -am
}

swap() {
  number swap "${1:-100}"
  itest container SwapIT "-Ddrover.swaps=${1:-100}"
}

scrape() {
  local minutes=${1:-10}
  case $minutes in
    ''|*[!0-9]*|0*) echo "drover: campaign scrape takes a number of minutes, not $minutes" >&2; exit 2 ;;
  esac
  itest process ScrapeIT "-Ddrover.scrape.seconds=$((minutes * 60))"
}

failover() {
  number failover "${1:-1000}"
  unit=HistoryTest itest kubernetes FailoverIT "-Ddrover.failovers=${1:-1000}"
}

watches() {
  number watches "${1:-1000}"
  itest kubernetes WatchLossIT "-Ddrover.watch.closures=${1:-1000}"
}

quiet() {
  number quiet "${1:-1000}"
  number quiet "${2:-60}"
  itest process RbacIT "-Ddrover.quiet.objects=${1:-1000}" "-Ddrover.quiet.seconds=${2:-60}"
}

hpa() {
  number hpa "${1:-12000}"
  number hpa "${2:-1}"
  itest kubernetes HpaDifferentialIT "-Ddrover.hpa.steps=${1:-12000}" "-Ddrover.hpa.seed=${2:-$RANDOM}"
}

twins() {
  number twins "${1:-480}"
  number twins "${2:-1}"
  itest process HpaTwinCampaign "-Ddrover.twins.looks=${1:-480}" "-Ddrover.twins.seed=${2:-$RANDOM}"
}

metadata() {
  number metadata "${1:-10000}"
  itest process MetadataIT "-Ddrover.metadata.pods=${1:-10000}"
}

matrix() {
  itest process MatrixIT -Ddrover.matrix.whole=true
}

streams() {
  number streams "${1:-100}"
  itest process StreamsOverSwapIT "-Ddrover.grpc.swaps=${1:-100}"
}

flows() {
  number flows "${1:-100}"
  itest process FlowsOverSwapIT "-Ddrover.conntrack.swaps=${1:-100}"
}

idle() {
  number idle "${1:-10000}"
  itest process GrpcAbuseIT "-Ddrover.grpc.idle=${1:-10000}"
}

journal() {
  number journal "${1:-200}"
  cd "$top"
  mvn -B -Pq -DskipTests=false -Dtest=JournalKilledTest "-Ddrover.journal.kills=${1:-200}" "-Ddrover.journal.seed=$RANDOM" \
    -Dsurefire.failIfNoSpecifiedTests=false test -pl bundles/autoscaling -am
}

# Inputs that reach new code are kept in the bundle's .cifuzz-corpus; what fails becomes a file in the test's own inputs.
fuzz() {
  local bundle=${1:-} class=${2:-}
  if [ -z "$bundle" ] || [ -z "$class" ] || [ ! -d "$top/bundles/$bundle/src/test" ]; then
    echo "drover: campaign fuzz takes a folder of bundles/ that has tests, and a class" >&2; exit 2
  fi
  cd "$top"
  JAZZER_FUZZ=1 mvn -B -Pq -DskipTests=false "-Dtest=$class" -Dsurefire.failIfNoSpecifiedTests=false test -pl "bundles/$bundle" -am
}

campaign=${1:-}
[ $# -eq 0 ] || shift
case $campaign in
  '') list ;;
  swap) swap "$@" ;;
  fuzz) fuzz "$@" ;;
  conntrack) exec "$top/benchmarks/conntrack/run.py" "$@" ;;
  scrape) scrape "$@" ;;
  failover) failover "$@" ;;
  watches) watches "$@" ;;
  quiet) quiet "$@" ;;
  metadata) metadata "$@" ;;
  hpa) hpa "$@" ;;
  twins) twins "$@" ;;
  matrix) matrix ;;
  streams) streams "$@" ;;
  flows) flows "$@" ;;
  idle) idle "$@" ;;
  journal) journal "$@" ;;
  siege) exec "$top/benchmarks/siege/run.py" "$@" ;;
  start) exec "$top/benchmarks/start/run.sh" "$@" ;;
  *) echo "drover: there is no campaign $campaign" >&2; list >&2; exit 2 ;;
esac
