#!/bin/bash
# Stops what up.sh [DIR] started: only the pids recorded there, and only if each is still that program.
#   down.sh [DIR] [--purge]     --purge removes DIR's data, keys and logs too
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
DIR=$CACHE/run PURGE=
for a in "$@"; do
  case $a in --purge) PURGE=1 ;; -*) die "usage: down.sh [DIR] [--purge]" ;; *) DIR=$a ;; esac
done
[ -d "$DIR" ] || exit 0
DIR=$(cd "$DIR" && pwd -P)
[ -d "$DIR/pid" ] || exit 0      # not a directory of up.sh: nothing here is ours
exec 9> "$DIR/pid/.lock"; flock 9

for n in fake-kubelet kube-scheduler kube-controller-manager kube-apiserver etcd; do    # etcd last: the others write to it
  if p=$(pid_of "$n"); then
    kill "$p" 2>/dev/null || true
    for ((i = 0; i < 200; i++)); do pid_of "$n" > /dev/null || break; sleep 0.05; done
    if pid_of "$n" > /dev/null; then echo "$ME: $n ($p) needs SIGKILL" >&2; kill -9 "$p" 2>/dev/null || true; fi
  fi
  rm -f "$DIR/pid/$n"
done
if [ -n "$PURGE" ]; then
  # by name, so that a DIR given by mistake keeps what is its own
  (cd "$DIR" && rm -rf etcd etcd.sock peer.sock pki log pid kubeconfig kubeconfig.ec kubeconfig.token token ca.crt endpoint audit-policy.yaml)
  rmdir --ignore-fail-on-non-empty "$DIR"
fi
