#!/bin/sh
# Finds an interpreter for tools/setup.py, which sets up .venv, or says what is missing.
#   tools/setup.sh [--dev]     sets up; with --dev what tests and linters need as well
#   tools/setup.sh -- ARG…     sets up, then runs the command line with those arguments
set -eu

suits() {
    "$@" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null
}

run() {
    python=$1
    shift
    exec "$python" -I "${0%/*}/setup.py" "$@"
}

for name in python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null && suits "$name"; then
        run "$name" "$@"
    fi
done
for folder in "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.13.* "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.12.* \
    "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/3.11.*; do
    if [ -x "$folder/bin/python" ] && suits "$folder/bin/python"; then
        run "$folder/bin/python" "$@"
    fi
done
# uv brings an interpreter along where its download site can be reached.
if command -v uv >/dev/null && python=$(uv python find --quiet --no-project '>=3.11,<3.14' 2>/dev/null ||
    { uv python install --quiet 3.13 2>/dev/null && uv python find --quiet --no-project 3.13 2>/dev/null; }); then
    run "$python" "$@"
fi

echo "distro needs Python 3.11, 3.12 or 3.13, and found none on PATH, in pyenv, or through uv." >&2
echo "Install one (Debian: apt install python3 python3-venv; macOS: brew install python@3.13), then run the same command again." >&2
exit 1
