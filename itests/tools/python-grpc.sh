#!/bin/sh
# Prints the path of a Python that has grpcio, for the client that the stories use because it is in another language. It is
# installed once from PyPI and kept, so that later runs need no network.
set -eu

version=1.71.0
folder=${XDG_CACHE_HOME:-$HOME/.cache}/drover/tools/python-grpc-$version

if [ ! -e "$folder/done" ]; then
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        echo "The Python client needs python3 with venv, which is not there. Install it with: apt-get install python3-venv" >&2
        exit 69
    fi
    mkdir -p "$(dirname "$folder")"
    # A second run at the same time waits, and finds it done.
    exec 9>"$folder.lock"
    flock 9
    if [ ! -e "$folder/done" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder" >&2
        "$folder/bin/pip" install -q --disable-pip-version-check "grpcio==$version" "grpcio-tools==$version" \
            "grpcio-status==$version" "googleapis-common-protos" >&2
        touch "$folder/done"
    fi
fi
echo "$folder/bin/python"
