#!/bin/sh
# Prints the path of a Python that makes a client of an OpenAPI description, and checks descriptions and answers. It is
# installed once from PyPI and kept, so that later runs need no network.
set -eu

generator=0.29.1
folder=${XDG_CACHE_HOME:-$HOME/.cache}/drover/tools/python-openapi-$generator

if [ ! -e "$folder/done" ]; then
    if ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
        echo "The generated client needs python3 with venv, which is not there. Install it with: apt-get install python3-venv" >&2
        exit 69
    fi
    mkdir -p "$(dirname "$folder")"
    # A second run at the same time waits, and finds it done.
    exec 9>"$folder.lock"
    flock 9
    if [ ! -e "$folder/done" ]; then
        rm -rf "$folder"
        python3 -m venv "$folder" >&2
        "$folder/bin/pip" install -q --disable-pip-version-check "openapi-python-client==$generator" \
            "openapi-spec-validator==0.9.0" "jsonschema[format]==4.26.0" "httpx==0.28.1" >&2
        touch "$folder/done"
    fi
fi
echo "$folder/bin/python"
