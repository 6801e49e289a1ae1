# shellcheck shell=bash disable=SC2034  # sourced by build.sh, up.sh and down.sh, which use these
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# go.mod is the one place that names the version
K8S_VERSION=$(awk '$1 == "k8s.io/kubernetes" && $2 ~ /^v/ { print $2; exit }' "$HERE/go.mod")
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/drover/control-plane
BIN=$CACHE/$K8S_VERSION/bin
ME=control-plane/$(basename "$0" .sh)

die() { echo "$ME: $*" >&2; exit 1; }

# Prints the pid of program $1 if the recorded one is still that program of this $DIR. Pids are reused, so the name alone
# is not enough: every program here runs with $DIR as its working directory. (A zombie has none, so it counts as gone.)
pid_of() {
  local p
  p=$(cat "$DIR/pid/$1" 2>/dev/null) && [ "$(readlink "/proc/$p/cwd" 2>/dev/null)" = "$DIR" ] || return 1
  tr '\0' ' ' 2>/dev/null < "/proc/$p/cmdline" | grep -qE "(^|/)$1(\.py)? " && echo "$p"
}
