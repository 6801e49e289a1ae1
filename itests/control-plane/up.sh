#!/bin/bash
# Starts a throw-away Kubernetes API server (TLS, RBAC) and its etcd on 127.0.0.1, for tests. Run build.sh first.
#   up.sh [--full] [--fresh] [DIR]       DIR: state, keys, logs, pids; default: the cache's run/
#   --full      controller-manager (with the HPA), scheduler, fake nodes with a fake kubelet, PodMetrics as a CRD
#   --fresh     forget the data of an earlier run in DIR
# What runs already in DIR is left alone and what has died is started again, on the old port and data: so a test may kill
# one program (its pid is in DIR/pid/) and call up.sh again. down.sh [DIR] [--purge] ends it.
# Writes DIR/kubeconfig (client certificate, RSA), kubeconfig.ec (EC), kubeconfig.token, token, ca.crt, endpoint.
# Environment:
#   DROVER_CP_PORT     the API server's port (default: a free one, kept for DIR); nothing else listens on TCP
#   DROVER_CP_NODES    fake nodes of --full (3)
#   DROVER_CP_AUDIT=1  DIR/log/audit.log, one JSON line per request
#   APISERVER_FLAGS, KCM_FLAGS, SCHEDULER_FLAGS   more flags (a later one wins)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
DIR=$CACHE/run FULL='' FRESH=''
for a in "$@"; do
  case $a in --full) FULL=1 ;; --fresh) FRESH=1 ;; -*) die "usage: up.sh [--full] [--fresh] [DIR]" ;; *) DIR=$a ;; esac
done
programs=(etcd kube-apiserver); [ -z "$FULL" ] || programs+=(kube-controller-manager kube-scheduler)
for b in "${programs[@]}"; do [ -x "$BIN/$b" ] || die "no $b: run build.sh${FULL:+ --full} first"; done
for c in openssl curl ${FULL:+python3}; do command -v "$c" > /dev/null || die "no $c: run build.sh first"; done
mkdir -p "$DIR" && DIR=$(cd "$DIR" && pwd -P)
cd "$DIR"      # the programs get relative paths: no trouble with spaces, nor with the 107 bytes of a socket's path
(umask 077; mkdir -p pki pid log)
exec 9> pid/.lock; flock 9

t0=${EPOCHREALTIME/[.,]/}
at() { local us=$((${EPOCHREALTIME/[.,]/} - t0)); printf '%s: %3d.%02d s  %s\n' "$ME" $((us / 1000000)) $((us / 10000 % 100)) "$*"; }

if [ -n "$FRESH" ]; then
  for n in "${programs[@]}"; do ! pid_of "$n" > /dev/null || die "$n still runs for $DIR: down.sh first"; done
  rm -rf etcd
fi

# --- keys, once per DIR
new_cert() { # FILE ALGORITHM SUBJECT CA [EXTENSION...]: makes pki/FILE.key and pki/FILE.crt
  local f=pki/$1 alg=$2 subject=$3 ca=$4 e opts=(); shift 4
  if [ "$alg" = rsa ]; then opts=(-newkey rsa:2048); else opts=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1); fi
  [ "$ca" = self ] || opts+=(-CA "pki/$ca.crt" -CAkey "pki/$ca.key")
  for e in "$@"; do opts+=(-addext "$e"); done
  # a config of our own: the system's would add CA:TRUE to every certificate
  openssl req -x509 -config <(printf '[req]\ndistinguished_name=dn\n[dn]\n') -noenc -days 365 -subj "$subject" \
    -keyout "$f.key" -out "$f.crt" "${opts[@]}" 2> "$f.err" || { cat "$f.err" >&2; die "openssl failed for $f"; }
  rm "$f.err"
}
if [ ! -f pki/done ]; then
  umask_was=$(umask); umask 077
  leaf=('basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature,keyEncipherment')
  for ca in ca front-proxy-ca; do
    new_cert $ca ec "/CN=$ca" self basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign,cRLSign subjectKeyIdentifier=hash
  done
  new_cert apiserver ec /CN=kube-apiserver ca "${leaf[@]}" extendedKeyUsage=serverAuth \
    subjectAltName=IP:127.0.0.1,IP:10.96.0.1,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc
  for c in admin:rsa:/O=system:masters/CN=admin admin-ec:ec:/O=system:masters/CN=admin-ec \
           controller-manager:ec:/CN=system:kube-controller-manager scheduler:ec:/CN=system:kube-scheduler; do
    IFS=: read -r name alg subject <<< "$c"
    new_cert "$name" "$alg" "$subject" ca "${leaf[@]}" extendedKeyUsage=clientAuth
  done
  new_cert front-proxy ec /CN=front-proxy front-proxy-ca "${leaf[@]}" extendedKeyUsage=clientAuth
  openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out pki/sa.key 2>/dev/null ||
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:prime256v1 -out pki/sa.key
  openssl pkey -in pki/sa.key -pubout -out pki/sa.pub
  openssl rand -hex 16 > token
  printf '%s,admin-token,admin-token,"system:masters"\n' "$(cat token)" > pki/tokens.csv
  cp pki/ca.crt ca.crt
  touch pki/done
  umask "$umask_was"
fi

kubeconfig() { # FILE CERTIFICATE|token
  local user
  if [ "$2" = token ]; then user="token: $(cat token)"; else
    user="client-certificate-data: $(base64 -w0 "pki/$2.crt"), client-key-data: $(base64 -w0 "pki/$2.key")"; fi
  (umask 077; cat > "$1.new" << Y && mv "$1.new" "$1"
apiVersion: v1
kind: Config
clusters: [{name: drover-test, cluster: {server: "$ENDPOINT", certificate-authority-data: $(base64 -w0 ca.crt)}}]
users: [{name: $2, user: {$user}}]
contexts: [{name: drover-test, context: {cluster: drover-test, user: $2, namespace: default}}]
current-context: drover-test
Y
  )
}

# --- running things
STARTED=()
undo() { # a start that fails leaves nothing running
  local rc=$? n p
  [ $rc = 0 ] || for n in "${STARTED[@]}"; do ! p=$(pid_of "$n") || kill "$p" || true; done
}
trap undo EXIT
start() { # NAME COMMAND...: in the background, in a session of its own, holding none of our files
  local n=$1; shift
  setsid "$@" > "log/$n.log" 2>&1 < /dev/null 9>&- &
  echo $! > "pid/$n"; STARTED+=("$n")
}
wait_for() { # NAME SECONDS COMMAND...: until it succeeds; fails at once if NAME dies. 1: it died, 2: too slow
  local n=$1 p end=$((SECONDS + $2)); shift 2
  p=$(cat "pid/$n")
  until "$@" > /dev/null 2>&1; do
    kill -0 "$p" 2>/dev/null || return 1
    [ "$SECONDS" -lt "$end" ] || return 2
    sleep 0.05
  done
}
need() { # NAME SECONDS COMMAND...
  local why='is not ready in time'
  wait_for "$@" && return
  [ $? != 1 ] || why=died
  tail -20 "log/$1.log" >&2; die "$1 $why: $DIR/log/$1.log"
}
api() { curl -fsS --max-time 10 --cacert ca.crt -H "Authorization: Bearer $(cat token)" "${@:2}" "$ENDPOINT$1"; }

# --- etcd, on Unix sockets alone: no port, and nobody else reaches it. No fsync: the data may be lost with the machine
if ! pid_of etcd > /dev/null; then
  start etcd "$BIN/etcd" --name test --data-dir etcd --unsafe-no-fsync --log-level warn \
    --listen-client-urls unix://etcd.sock --advertise-client-urls unix://etcd.sock \
    --listen-peer-urls unix://peer.sock --initial-advertise-peer-urls unix://peer.sock --initial-cluster test=unix://peer.sock
  need etcd 30 curl -fsS --max-time 5 --unix-socket etcd.sock http://etcd/health
  at "etcd"
fi

# --- kube-apiserver
if pid_of kube-apiserver > /dev/null; then
  ENDPOINT=$(cat endpoint)
else
  flags=()
  if [ -n "${DROVER_CP_AUDIT:-}" ]; then
    printf 'apiVersion: audit.k8s.io/v1\nkind: Policy\nomitStages: [RequestReceived]\nrules: [{level: Metadata}]\n' > audit-policy.yaml
    flags+=(--audit-policy-file audit-policy.yaml --audit-log-path log/audit.log)
  fi
  # With no controller-manager nobody makes the service accounts without which a pod is refused
  off=TaintNodesByCondition; [ -n "$FULL" ] || off+=,ServiceAccount
  taken() { (: < "/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
  port=${DROVER_CP_PORT:-$(sed 's/.*://' endpoint 2>/dev/null || true)}
  for try in 1 2 3 4 5; do
    # below the range that the kernel hands out to clients, so that only another server can take it in between
    while [ -z "$port" ]; do port=$((20000 + RANDOM % 12000)); ! taken "$port" || port=''; done
    ENDPOINT=https://127.0.0.1:$port
    # shellcheck disable=SC2086  # the flags from the environment are a list
    start kube-apiserver "$BIN/kube-apiserver" --etcd-servers unix://etcd.sock \
      --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --secure-port "$port" --endpoint-reconciler-type none \
      --tls-cert-file pki/apiserver.crt --tls-private-key-file pki/apiserver.key \
      --client-ca-file pki/ca.crt --token-auth-file pki/tokens.csv --authorization-mode Node,RBAC \
      --service-account-issuer https://kubernetes.default.svc \
      --service-account-key-file pki/sa.pub --service-account-signing-key-file pki/sa.key \
      --requestheader-client-ca-file pki/front-proxy-ca.crt --requestheader-allowed-names front-proxy \
      --requestheader-username-headers X-Remote-User --requestheader-group-headers X-Remote-Group \
      --requestheader-extra-headers-prefix X-Remote-Extra- \
      --proxy-client-cert-file pki/front-proxy.crt --proxy-client-key-file pki/front-proxy.key \
      --service-cluster-ip-range 10.96.0.0/16 --allow-privileged --profiling=false --disable-admission-plugins "$off" \
      "${flags[@]}" ${APISERVER_FLAGS:-}
    if wait_for kube-apiserver 120 api /readyz; then break; fi
    if [ "$try" = 5 ] || [ -n "${DROVER_CP_PORT:-}" ] || ! grep -q 'address already in use' log/kube-apiserver.log; then
      need kube-apiserver 0 false
    fi
    port=''
  done
  # Ready is not all: the server makes this namespace a moment later, by itself
  need kube-apiserver 30 api /api/v1/namespaces/default
  echo "$ENDPOINT" > endpoint
  kubeconfig kubeconfig admin; kubeconfig kubeconfig.ec admin-ec; kubeconfig kubeconfig.token token
  at "kube-apiserver $K8S_VERSION on $ENDPOINT"
fi

if [ -n "$FULL" ]; then
  kubeconfig pki/controller-manager.kubeconfig controller-manager; kubeconfig pki/scheduler.kubeconfig scheduler
  # --- controllers. No HTTP server of their own. Left out: what would judge the fake nodes (they send no heartbeat) and
  # what needs volumes or networks. The HPA's delays are cut to what a test can wait for
  off=-node-lifecycle-controller,-node-ipam-controller,-ttl-controller,-persistentvolume-binder-controller
  off+=,-persistentvolume-attach-detach-controller,-persistentvolume-expander-controller
  # shellcheck disable=SC2086
  pid_of kube-controller-manager > /dev/null || start kube-controller-manager "$BIN/kube-controller-manager" \
    --kubeconfig pki/controller-manager.kubeconfig --secure-port 0 --leader-elect=false --use-service-account-credentials \
    --service-account-private-key-file pki/sa.key --root-ca-file pki/ca.crt \
    --cluster-signing-cert-file pki/ca.crt --cluster-signing-key-file pki/ca.key --controllers "*,$off" --namespace-sync-period 30s \
    --horizontal-pod-autoscaler-sync-period 2s --horizontal-pod-autoscaler-downscale-stabilization 10s \
    --horizontal-pod-autoscaler-cpu-initialization-period 1s --horizontal-pod-autoscaler-initial-readiness-delay 1s ${KCM_FLAGS:-}
  # shellcheck disable=SC2086
  pid_of kube-scheduler > /dev/null || start kube-scheduler "$BIN/kube-scheduler" \
    --kubeconfig pki/scheduler.kubeconfig --secure-port 0 --leader-elect=false ${SCHEDULER_FLAGS:-}

  # --- metrics.k8s.io as CRDs: a test writes the figures, the real HPA and `kubectl top` read them
  crds=/apis/apiextensions.k8s.io/v1/customresourcedefinitions
  for c in pods:PodMetrics:Namespaced nodes:NodeMetrics:Cluster; do
    IFS=: read -r plural kind scope <<< "$c"
    api "$crds/$plural.metrics.k8s.io" > /dev/null 2>&1 || api $crds -o /dev/null -H 'Content-Type: application/json' --data-binary @- << J
{"metadata": {"name": "$plural.metrics.k8s.io", "annotations": {"api-approved.kubernetes.io": "unapproved, experimental-only"}},
 "spec": {"group": "metrics.k8s.io", "scope": "$scope", "names": {"plural": "$plural", "singular": "", "kind": "$kind", "listKind": "${kind}List"},
  "versions": [{"name": "v1beta1", "served": true, "storage": true,
   "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
J
  done

  # --- nodes
  if ! pid_of fake-kubelet > /dev/null; then
    start fake-kubelet python3 "$HERE/fake-kubelet.py" --server "$ENDPOINT" --ca ca.crt --token-file token \
      --nodes "${DROVER_CP_NODES:-3}" --version "$K8S_VERSION"
    need fake-kubelet 30 grep -q 'nodes registered' log/fake-kubelet.log
  fi
  need kube-apiserver 30 api /apis/metrics.k8s.io/v1beta1/pods
  # a pod is refused until its namespace has this
  need kube-controller-manager 60 api /api/v1/namespaces/default/serviceaccounts/default
  need kube-scheduler 1 pid_of kube-scheduler
  at "controller-manager, scheduler, nodes"
fi
at "ready: export KUBECONFIG=$DIR/kubeconfig"
