#!/bin/sh
# Prints the path of grpcurl, the gRPC client that the stories use because nobody here wrote it. It is
# built once through the Go module proxy and kept, so that later runs need no network.
set -eu

version=v1.9.4
folder=${XDG_CACHE_HOME:-$HOME/.cache}/drover/tools/grpcurl-$version

if [ ! -x "$folder/grpcurl" ]; then
    if ! command -v go >/dev/null; then
        echo "grpcurl is built with Go, which is not on the PATH. Install it with: apt-get install golang-go" >&2
        exit 69
    fi
    mkdir -p "$folder"
    fresh=$(mktemp -d "$folder/build.XXXXXX")
    trap 'rm -rf "$fresh"' EXIT
    GOBIN=$fresh go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$version" >&2
    # A second run at the same time never sees half a program.
    mv "$fresh/grpcurl" "$folder/grpcurl"
fi
echo "$folder/grpcurl"
