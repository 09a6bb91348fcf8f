#!/bin/sh
# Locks every .in file with hashes and without addresses of an index. Options are uv's: --upgrade, --upgrade-package NAME.
set -eu
CDPATH= cd -- "$(dirname -- "$0")/.."
root=$PWD
uv=$root/.venv/bin/uv

lock() { # FOLDER IN LOCK PYTHON [OPTIONS]
    folder=$1 from=$2 to=$3 python=$4
    shift 4
    cd "$root/$folder"
    echo "$folder/$to"
    "$uv" pip compile --quiet --universal --python-version "$python" --generate-hashes --no-annotate \
        --no-emit-index-url --custom-compile-command "make lock" "$from" -o "$to" "$@"
}

lock . requirements.in requirements.lock 3.11 "$@"
lock . requirements-dev.in requirements-dev.lock 3.11 "$@"
lock tools/localstack requirements.in requirements.lock 3.11 "$@"
lock tools/moto requirements.in requirements.lock 3.11 "$@"
lock tools/ministack requirements.in requirements.lock 3.11 "$@"
lock tools/lambda requirements.in requirements.lock 3.11 --no-deps "$@"
lock tools/engine requirements.in requirements.lock 3.11 --no-deps "$@"
