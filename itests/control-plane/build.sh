#!/bin/bash
# Builds etcd, kube-apiserver, kubectl, kube-controller-manager and kube-scheduler from their Go modules (go.mod beside this file)
# into ${XDG_CACHE_HOME:-~/.cache}/drover/control-plane/<version>/bin, and prints that directory.
#   build.sh            etcd, kube-apiserver and kubectl: what up.sh and the tests need
#   build.sh --full     the other two as well: what up.sh --full needs
#   build.sh --manager  kube-controller-manager alone
#   build.sh --hpa      hpa/ alone: the HPA controller with a clock of its own, for series of figures
# What is built already is left alone, without a network.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
declare -A PACKAGE=(
  [etcd]=go.etcd.io/etcd/server/v3
  [kube-apiserver]=k8s.io/kubernetes/cmd/kube-apiserver
  [kubectl]=k8s.io/kubernetes/cmd/kubectl
  [kube-controller-manager]=k8s.io/kubernetes/cmd/kube-controller-manager
  [kube-scheduler]=k8s.io/kubernetes/cmd/kube-scheduler
  [hpa]=./hpa)
case ${1:-} in
  '') want=(etcd kube-apiserver kubectl) ;;
  --full) want=(etcd kube-apiserver kubectl kube-controller-manager kube-scheduler) ;;
  --manager) want=(kube-controller-manager) ;;
  --hpa) want=(hpa) ;;
  *) die "usage: build.sh [--full|--manager|--hpa]" ;;
esac

# What `kubectl version` shows. No build date: the same sources give the same bytes
IFS=. read -r major minor _ <<< "${K8S_VERSION#v}"
X=
for p in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  X+=" -X $p.gitVersion=$K8S_VERSION -X $p.gitMajor=$major -X $p.gitMinor=$minor -X $p.gitTreeState=clean"
done
flags=(-mod=readonly -trimpath -buildvcs=false -ldflags "-s -w$X")

# A binary stands for the modules and flags that it was built from: each has a stamp beside it
sources=("$HERE/go.mod" "$HERE/go.sum")
[ "${want[*]}" != hpa ] || sources+=("$HERE"/hpa/*.go)
stamp=$({ cat "${sources[@]}"; echo "${flags[*]}"; } | sha256sum | cut -d' ' -f1)
missing() {
  local w
  for w in "${want[@]}"; do
    [ -x "$BIN/$w" ] && [ "$(cat "$BIN/.$w" 2>/dev/null)" = "$stamp" ] || echo "$w"
  done
}
[ -n "$(missing)" ] || { echo "$BIN"; exit 0; }

# A second build of the same thing waits for the first, then finds it done
mkdir -p "$BIN"
exec 9> "$CACHE/$K8S_VERSION/.lock"
flock 9
mapfile -t todo < <(missing)
[ ${#todo[@]} -gt 0 ] || { echo "$BIN"; exit 0; }

apt_install() {
  command -v apt-get > /dev/null || die "please install: $*"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >&2 \
    || die "apt-get could not install: $*"
}
# Asked inside the module, `go` refuses if it is older than go.mod wants, unless GOTOOLCHAIN lets it fetch a newer self.
# That is the machine's choice, so GOTOOLCHAIN is left as it is.
go_fits() { command -v go > /dev/null && (cd "$HERE" && GOFLAGS='' GO111MODULE=on go list -m > /dev/null 2>&1); }
need=()
for c in curl openssl python3; do command -v "$c" > /dev/null || need+=("$c"); done   # for up.sh
command -v go > /dev/null || need+=(golang-go ca-certificates)
[ ${#need[@]} = 0 ] || apt_install "${need[@]}"
go_fits || die "$(go version) is too old: go.mod asks for Go $(awk '$1 == "go" { print $2; exit }' "$HERE/go.mod") or newer." \
  "Put one on the PATH, or set GOTOOLCHAIN=auto (a Go since 1.21 then fetches it as a module)"

export CGO_ENABLED=0 GO111MODULE=on GOFLAGS='' GOWORK=off
TMP=$(mktemp -d "$CACHE/$K8S_VERSION/.build.XXXXXX")
trap 'rm -rf "$TMP"' EXIT
cd "$HERE"
for w in "${todo[@]}"; do
  echo "$ME: $w ..." >&2
  # in turn, so that what is done stays done; niced, for it is minutes of every core
  command=(build)
  [ "$w" != hpa ] || command=(test -c)      # testing/synctest, which stops the clock, is for tests alone
  nice -n 10 go "${command[@]}" "${flags[@]}" -o "$TMP/$w" "${PACKAGE[$w]}" 9>&-
  mv "$TMP/$w" "$BIN/$w"       # renamed, never written in place: a running one keeps its own file
  echo "$stamp" > "$BIN/.$w"
done
echo "$BIN"
